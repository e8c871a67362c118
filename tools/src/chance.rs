//! The chance that a call is won, as tools tell it: [`Chance`].

use schemars::JsonSchema;
use serde::Serialize;
use upturn_core::{Interval, Prediction, Probability, Verdict};

/// The chance that a call is won.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Chance {
    /// The calibrated probability that it is won, from 0 to 1.
    pub probability: Probability,
    /// Between which probabilities the truth is expected; absent where too little was seen to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// What one may conclude. `unsure`: nobody should act on the probability alone.
    pub verdict: Verdict,
    /// Why it is unsure; empty if it is not.
    pub doubts: Vec<String>,
}

impl From<&Prediction> for Chance {
    fn from(prediction: &Prediction) -> Self {
        Self {
            probability: prediction.probability,
            interval: prediction.interval,
            verdict: prediction.verdict,
            doubts: prediction.doubts.iter().map(ToString::to_string).collect(),
        }
    }
}
