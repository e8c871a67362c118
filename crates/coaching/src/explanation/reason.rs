//! One reason: [`Reason`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{PartName, TurnRange};

use super::CitedSentence;
use crate::MeasureName;

/// What a reason is taken from.
///
/// Parts sum to the logit. Moments are another view of the same logit, so their shares must not be added to those of the
/// parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "about", rename_all = "snake_case")]
#[non_exhaustive]
pub enum About {
    /// A summand of the logit.
    Part {
        /// Which one.
        name: PartName,
    },
    /// A stretch of the call without which the logit would be another.
    Moment {
        /// Which turns.
        turns: TurnRange,
    },
    /// A rule that holds.
    Warning {
        /// Its name.
        rule: String,
    },
    /// A measure that is more usual among the calls of one outcome.
    Standing {
        /// Which one.
        measure: MeasureName,
    },
}

/// Why the prediction is what it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// What it is taken from.
    #[serde(flatten)]
    pub about: About,
    /// What it does to the logit; none where the model has no share of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logit: Option<f64>,
    /// The reason in words.
    #[serde(flatten)]
    pub sentence: CitedSentence,
}
