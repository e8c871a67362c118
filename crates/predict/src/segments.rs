//! Whether probabilities hold in each segment: [`SegmentCheck`], and who has too few calls to be ranked: [`ranked`].

mod chance;
mod persons;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Share;
use crate::folds::shared_weights;
pub use persons::{LEAST_CALLS, PersonCall, RankedPerson, TooFewCalls, ranked};

/// The chance that is taken of calling a segment off where all fit.
const LEVEL: f64 = 0.05;

/// A call with what was predicted, by something that had not seen it, and what came out.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentCall {
    /// Stage, trade, language, size: whatever calls are cut by.
    pub segment: String,
    /// What is not independent; see [`upturn_core::Conversation::group`].
    pub group: String,
    /// The predicted chance of won.
    pub probability: f64,
    /// How it ended.
    pub won: bool,
}

/// What a segment's calls say of their probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SegmentFit {
    /// The mean probability is within the interval of the observed share.
    Fits,
    /// More was promised than came out.
    TooHigh,
    /// More came out than was promised.
    TooLow,
}

impl fmt::Display for SegmentFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fits => "fits",
            Self::TooHigh => "too high",
            Self::TooLow => "too low",
        })
    }
}

/// Whether the probabilities of a segment hold.
///
/// An interval of 95 % leaves the truth out once in twenty: of many segments some do not fit by chance, which
/// [`beyond_chance`](Self::beyond_chance) allows for. A segment that fits may have too few calls to show that it does not: look at the interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SegmentCheck {
    /// Its name.
    pub segment: String,
    /// Mean over groups of their calls' mean probability.
    pub probability: f64,
    /// The share that was won, with its interval, and how many calls and groups there are.
    pub won: Share,
    /// What follows from the interval of this segment alone.
    pub fit: SegmentFit,
    /// The chance of a share so far from the mean probability if that is the truth, of all the segments checked with it: the
    /// two-sided score test, adjusted by Holm (1979).
    pub p_value: f64,
}

impl SegmentCheck {
    /// Whether it does not fit, and that is more than looking at so many segments gives by chance: in at most one of twenty
    /// checks where all segments fit is any called so.
    pub fn beyond_chance(&self) -> bool {
        self.p_value < LEVEL
    }
}

/// Checks every segment, in order of their names.
///
/// Law: the order of calls changes nothing, and a call of another segment nothing but the `p_value`.
pub fn segments(calls: &[SegmentCall]) -> Vec<SegmentCheck> {
    let mut by_name: BTreeMap<&str, Vec<&SegmentCall>> = BTreeMap::new();
    for call in calls {
        by_name.entry(&call.segment).or_default().push(call);
    }
    let checked = by_name.into_iter();
    let mut checks: Vec<SegmentCheck> = checked
        .filter_map(|(segment, calls)| check(segment, &calls))
        .collect();
    let alone: Vec<f64> = checks.iter().map(|check| check.p_value).collect();
    for (check, adjusted) in checks.iter_mut().zip(chance::holm(&alone)) {
        check.p_value = adjusted;
    }
    checks
}

/// With the p-value of the segment alone.
fn check(segment: &str, calls: &[&SegmentCall]) -> Option<SegmentCheck> {
    let won = Share::of(calls.iter().map(|call| (call.group.as_str(), call.won)))?;
    let probability = mean(
        calls
            .iter()
            .map(|call| (call.group.as_str(), call.probability)),
    );
    let fit = if probability > won.high {
        SegmentFit::TooHigh
    } else if probability < won.low {
        SegmentFit::TooLow
    } else {
        SegmentFit::Fits
    };
    Some(SegmentCheck {
        segment: segment.to_owned(),
        probability,
        p_value: chance::p_value(&won, probability),
        won,
        fit,
    })
}

/// The mean over groups of the mean over their calls.
fn mean<'a>(calls: impl Iterator<Item = (&'a str, f64)> + Clone) -> f64 {
    let weights = shared_weights(calls.clone().map(|(group, _)| group));
    let all: f64 = weights.iter().sum();
    let sum: f64 = calls.zip(weights).map(|((_, p), weight)| p * weight).sum();
    sum / all
}

#[cfg(test)]
mod tests;
