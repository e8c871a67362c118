//! When each turn was said.

use rand::RngExt;
use upturn_core::{Speaker, Turn};

use crate::chance::Dice;

/// A turn before it has times.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) speaker: Speaker,
    pub(crate) text: String,
    /// Begins while the turn before is still being said.
    pub(crate) overlaps: bool,
}

/// Gives every line its times: 280 to 420 ms a word, a pause of 100 to 1,200 ms between turns, or an overlap.
pub(crate) fn timed(lines: Vec<Line>, dice: &mut Dice) -> Vec<Turn> {
    let mut now_ms = 0_u64;
    let mut turns = Vec::with_capacity(lines.len());
    for Line {
        speaker,
        text,
        overlaps,
    } in lines
    {
        let start_ms = if overlaps {
            now_ms.saturating_sub(dice.random_range(100..700))
        } else {
            now_ms + dice.random_range(100..1_200)
        };
        let words = u64::try_from(text.split(' ').count()).unwrap_or(u64::MAX);
        let end_ms = start_ms + words.saturating_mul(dice.random_range(280..420));
        now_ms = now_ms.max(end_ms);
        turns.push(Turn {
            speaker,
            text,
            start_ms: Some(start_ms),
            end_ms: Some(end_ms),
        });
    }
    turns
}
