//! A question of one call and nothing more: [`CallRequest`].

use std::num::NonZeroUsize;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::CallRef;

/// Which call, and how much of it is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CallRequest {
    /// The id of a call that is known, or the conversation itself.
    pub call: CallRef,
    /// How many of its turns have been said so far, of a call that goes on. Absent: all, and the call is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turns: Option<NonZeroUsize>,
}

impl CallRequest {
    /// Of a call that is over.
    pub fn new(call: impl Into<CallRef>) -> Self {
        Self {
            call: call.into(),
            turns: None,
        }
    }

    /// Of a call that goes on, after so many turns. All, and it is over, by default.
    #[must_use]
    pub const fn with_turns(mut self, turns: NonZeroUsize) -> Self {
        self.turns = Some(turns);
        self
    }
}
