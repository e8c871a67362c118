//! How the chance to win went, turn by turn: [`Trajectory`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{Interval, Probability, Verdict};

/// The prediction after every turn of a prefix, in order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Trajectory(pub Vec<Waypoint>);

/// What was predicted after some turns.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Waypoint {
    /// How many turns were known, at least 1.
    pub turns: usize,
    /// The calibrated chance that the call is won.
    pub probability: Probability,
    /// Where the truth was expected; none where too little was seen to say.
    pub interval: Option<Interval>,
    /// Its logit.
    pub logit: f64,
    /// What one could conclude.
    pub verdict: Verdict,
}
