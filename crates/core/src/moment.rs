//! The unit of embedding, retrieval and evidence: [`Moment`] and its [`TurnRange`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ConversationId;

/// Consecutive turns, from `start` up to but without `end`, counted from 0.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct TurnRange {
    /// First turn.
    pub start: usize,
    /// One past the last turn.
    pub end: usize,
}

impl TurnRange {
    /// Number of turns.
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether it holds no turn.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }
}

impl fmt::Display for TurnRange {
    /// As people count: `turns 1-4`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.len() <= 1 {
            write!(f, "turn {}", self.start + 1)
        } else {
            write!(f, "turns {}-{}", self.start + 1, self.end)
        }
    }
}

/// A window of consecutive turns that fits the encoder.
///
/// Law: moments are stable. Appending a turn to a conversation changes at most its last moment.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Moment {
    /// Where it was said.
    pub conversation: ConversationId,
    /// Which turns it holds.
    pub turns: TurnRange,
    /// The text the encoder reads: each turn behind its speaker's mark.
    pub text: String,
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Moment")
            .field("conversation", &self.conversation)
            .field("turns", &self.turns)
            .finish_non_exhaustive()
    }
}
