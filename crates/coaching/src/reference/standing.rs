//! Where a call stands among others: [`Standing`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{Diagnostic, ErrorKind};

use super::{Scope, Sides};
use crate::{Estimate, MeasureName};

/// A measure of a call beside those of won and of lost calls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Standing {
    /// Which measure.
    pub measure: MeasureName,
    /// Its value in the call.
    pub value: f64,
    /// The calls one would compare with.
    pub wanted: Scope,
    /// The calls it is compared with: wider than wanted if those were too few.
    pub scope: Scope,
    /// Among won calls.
    pub won: Among,
    /// Among lost calls.
    pub lost: Among,
}

impl Standing {
    /// Whether a wider group had to be used.
    pub fn is_widened(&self) -> bool {
        self.scope != self.wanted
    }
}

/// How a measure is spread over the calls of one outcome.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Spread {
    /// Calls in which the measure is known.
    pub calls: usize,
    /// Accounts they are of.
    pub groups: usize,
    /// Their mean; of a yes-or-no measure it is the share of yes.
    pub mean: f64,
    /// A quarter of them is lower.
    pub p25: f64,
    /// Half of them are lower.
    pub median: f64,
    /// Three quarters of them are lower.
    pub p75: f64,
}

/// A value among the calls of one outcome.
///
/// The interval of the quantile is Wilson's, for as many independent calls as these are worth: calls of one account
/// resemble each other, so their number is divided by the design effect, where that is above 1 (Korn and Graubard 1998,
/// "Confidence intervals for proportions with small expected number of positive counts estimated from survey data"). If
/// all calls are below the value or all above, each account counts as one call.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Among {
    /// The calls.
    pub spread: Spread,
    /// Share of them below the value, those equal to it by half.
    pub quantile: Estimate,
}

/// Too few labelled calls to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{measure}` is known of {won} won and {lost} lost calls, {least} of each are needed")]
pub struct TooFew {
    /// The measure.
    pub measure: MeasureName,
    /// The least number of each.
    pub least: usize,
    /// Won calls in which it is known.
    pub won: usize,
    /// Lost ones.
    pub lost: usize,
}

impl TooFew {
    pub(super) fn new(measure: MeasureName, least: usize, all: Option<&Sides>) -> Self {
        let [lost, won] = all.map_or([0, 0], |sides| {
            sides.each_ref().map(super::Distribution::calls)
        });
        Self {
            measure,
            least,
            won,
            lost,
        }
    }
}

impl Diagnostic for TooFew {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }

    fn hint(&self) -> Option<String> {
        Some(
            "label more calls, or ask for a smaller least number and mind the intervals".to_owned(),
        )
    }
}
