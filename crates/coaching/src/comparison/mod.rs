//! Calls like this one beside it: [`ComparableCalls`].

mod alignment;
mod find;
mod pair;

pub use pair::PairOfCalls;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::retrieval::SaidNext;
use upturn_core::{ConversationId, Outcome, TurnRange};

/// The nearest calls of either outcome, nearest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ComparableCalls {
    /// Those that were won.
    pub won: Vec<ComparableCall>,
    /// Those that were lost.
    pub lost: Vec<ComparableCall>,
}

/// Another call, aligned to this one.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ComparableCall {
    /// The other call.
    pub id: ConversationId,
    /// How it ended.
    pub outcome: Outcome,
    /// Cosine between the two moments that are most alike; ranks only.
    pub score: f32,
    /// The moment of this call.
    pub here: TurnRange,
    /// The moment of the other call.
    pub there: TurnRange,
    /// What was said there, each turn behind its speaker's mark.
    pub text: String,
    /// What its seller said next; none if the call was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_next: Option<SaidNext>,
    /// Which moments of both calls belong together, in order.
    pub aligned: Vec<AlignedMoments>,
    /// Where both parted; none if they did not, as far as this call goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parted: Option<Parting>,
}

/// A moment of this call and one of another, and how alike they are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlignedMoments {
    /// The moment of this call.
    pub here: TurnRange,
    /// That of the other.
    pub there: TurnRange,
    /// Cosine between both.
    pub score: f32,
}

/// Where two calls went different ways.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Parting {
    /// The first moment of this call that is unlike the other's.
    pub here: TurnRange,
    /// What stands in its place in the other call.
    pub there: TurnRange,
    /// Cosine between both.
    pub score: f32,
    /// What was said there, each turn behind its speaker's mark.
    pub text: String,
}

impl fmt::Debug for ComparableCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ComparableCall")
            .field("id", &self.id)
            .field("outcome", &self.outcome)
            .field("score", &self.score)
            .field("here", &self.here)
            .field("there", &self.there)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Parting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parting")
            .field("here", &self.here)
            .field("there", &self.there)
            .field("score", &self.score)
            .finish_non_exhaustive()
    }
}
