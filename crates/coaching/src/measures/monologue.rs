//! How long one side speaks without the other: [`Monologue`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{Speaker, TurnRange};

use super::runs::runs;
use super::talk::words;
use crate::text::Said;

/// The longest monologue of a side: most words in turns between which the other side says nothing.
///
/// - **Unit, range.** Words, at least 1; seconds from the first turn's start to the last one's end.
/// - **`None`.** The side has not spoken; for the seconds, a time is missing or they run backwards.
/// - **Source.** "Longest monologue" (seller) and "longest customer story" (buyer) of conversation software. Third parties
///   and turns without words interrupt nobody. Of several of one length it is the first.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Monologue {
    /// Its words.
    pub words: usize,
    /// How long it takes.
    pub seconds: Option<f64>,
    /// Where it is.
    pub turns: TurnRange,
}

impl Monologue {
    pub(crate) fn longest(said: &[Said<'_>], speaker: Speaker) -> Option<Self> {
        runs(said)
            .into_iter()
            .filter(|run| run.speaker == speaker)
            .map(|run| Self {
                words: words(run.said.iter().copied()),
                seconds: seconds(&run.said),
                turns: run.range(),
            })
            .reduce(|longest, next| {
                if next.words > longest.words {
                    next
                } else {
                    longest
                }
            })
    }
}

fn seconds(run: &[&Said<'_>]) -> Option<f64> {
    let start = run.first()?.turn.start_ms?;
    let end = run.last()?.turn.end_ms?;
    Some(end.checked_sub(start)? as f64 / 1000.0)
}
