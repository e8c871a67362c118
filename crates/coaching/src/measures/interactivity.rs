//! How often the word passes from one side to the other: [`Interactivity`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::runs::runs;
use super::talk::words;
use crate::text::Said;

/// Changes of the speaking side, by words and by time.
///
/// - **Unit, range.** Changes per 100 words, 0 to 100; changes per minute, from 0.
/// - **`None`.** Neither side has said a word; per minute, a start or every end is unknown.
/// - **Source.** "Interactivity" of conversation software; the change of speaker as the unit of talk is that of Sacks,
///   Schegloff and Jefferson 1974, "A simplest systematics for the organization of turn-taking for conversation".
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Interactivity {
    /// How often the other side takes the word.
    pub changes: usize,
    /// By the words of both sides.
    pub per_100_words: Option<f64>,
    /// By the time between the first word and the last.
    pub per_minute: Option<f64>,
}

impl Interactivity {
    pub(crate) fn of(said: &[Said<'_>]) -> Self {
        let changes = runs(said).len().saturating_sub(1);
        let by = |whole: f64| (whole > 0.0).then(|| changes as f64 / whole);
        Self {
            changes,
            per_100_words: by(words(said.iter().filter(|said| said.counts())) as f64 / 100.0),
            per_minute: minutes(said).and_then(by),
        }
    }
}

fn minutes(said: &[Said<'_>]) -> Option<f64> {
    let spoken = || said.iter().filter(|said| said.counts());
    let start = spoken().map(|said| said.turn.start_ms).min()??;
    let end = spoken().map(|said| said.turn.end_ms).max()??;
    Some(end.checked_sub(start)? as f64 / 60_000.0)
}
