//! Whether the buyer still answers: [`Silence`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{Speaker, TurnRange};

use super::runs::runs;
use crate::text::Said;

/// Turns of the seller since the buyer last said something.
///
/// - **Unit, range.** Turns with words, from 0; all of the seller's if the buyer has said nothing.
/// - **Mind.** It tells of written threads; on the phone it is a monologue at the end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Silence {
    /// How many.
    pub seller_turns: usize,
    /// From the first to the last of them; `None` without any.
    pub turns: Option<TurnRange>,
}

impl Silence {
    pub(crate) fn of(said: &[Said<'_>]) -> Self {
        runs(said)
            .last()
            .filter(|run| run.speaker == Speaker::Seller)
            .map(|run| Self {
                seller_turns: run.said.len(),
                turns: Some(run.range()),
            })
            .unwrap_or_default()
    }
}
