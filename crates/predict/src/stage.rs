//! What is known of a call besides its turns, whether it goes on: [`Stage`].

use std::fmt;

use serde::{Deserialize, Serialize};
use upturn_core::Prefix;

use crate::{Combination, Parts};

/// Whether a call goes on or is over.
///
/// The last words of a finished call say much, and the last words so far of a live one look like them without being
/// them: each stage has parts, blend and calibration of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// More may be said.
    Live,
    /// Everything was said.
    Finished,
}

impl Stage {
    /// That of a prefix.
    pub fn of(prefix: Prefix<'_>) -> Self {
        if prefix.is_finished() {
            Self::Finished
        } else {
            Self::Live
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Live => "live",
            Self::Finished => "finished",
        })
    }
}

/// What was learnt of the calls of one stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedStage {
    /// Words, head, neighbours and shape, fitted to all examples.
    pub parts: Parts,
    /// Blend, calibration and interval, fitted to what such parts said out of fold.
    pub combination: Combination,
}

#[cfg(test)]
mod tests {
    use upturn_core::{Conversation, ConversationError, ConversationId, Speaker, Turn};

    use super::*;

    #[test]
    fn a_call_is_live_until_it_is_known_to_be_over() -> Result<(), ConversationError> {
        let turns = vec![Turn::new(Speaker::Buyer, "bye")];
        let call = Conversation::new(ConversationId::new("c")?, turns)?;
        assert_eq!(Stage::of(call.whole()), Stage::Finished);
        assert_eq!(Stage::of(Prefix::first(&call, 1)), Stage::Live);
        Ok(())
    }
}
