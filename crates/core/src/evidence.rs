//! What a prediction points at: [`Evidence`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ConversationId, Outcome, TurnRange};

/// A moment of another call that is like this one; never without its citation.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// The other call.
    pub id: ConversationId,
    /// How it ended.
    pub outcome: Outcome,
    /// Cosine to this call's nearest moment, in `[-1, 1]`; higher is closer. Ranks only.
    pub score: f32,
    /// Which turns are alike.
    pub turns: TurnRange,
    /// What was said there.
    pub text: String,
}

impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            id,
            outcome,
            score,
            turns,
            text: _,
        } = self;
        f.debug_struct("Evidence")
            .field("id", id)
            .field("outcome", outcome)
            .field("score", score)
            .field("turns", turns)
            .finish_non_exhaustive()
    }
}
