//! What a tracker finds: [`TrackerHit`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{Probability, TurnRange};

/// A turn in which a tracker finds what it looks for. `Debug` hides what was said.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrackerHit {
    /// The tracker.
    pub tracker: String,
    /// The turn.
    pub turns: TurnRange,
    /// Chance that the sentence is meant, at the expected rate.
    pub probability: Probability,
    /// The sentence of the turn that is most likely meant.
    pub text: String,
}

impl fmt::Debug for TrackerHit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrackerHit")
            .field("tracker", &self.tracker)
            .field("turns", &self.turns)
            .field("probability", &self.probability)
            .finish_non_exhaustive()
    }
}

/// What trackers find in a call, and what they looked for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tracked {
    /// Names of all trackers that looked, in their order.
    pub looked_for: Vec<String>,
    /// By turn, then in the order of the trackers; one for each tracker and turn.
    pub hits: Vec<TrackerHit>,
}
