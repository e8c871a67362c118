//! How long the seller waits before answering: [`Patience`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{Speaker, TurnRange};

use super::runs::runs;
use crate::text::Said;

/// The pause between the end of what the buyer says and the start of what the seller says next; the median of all.
///
/// - **Unit, range.** Seconds, from 0; where the seller starts before the buyer has ended, the pause is 0.
/// - **`None`.** No such pair of turns has both times. Where the seller's turn starts before the buyer's has *started*,
///   the turns are out of order and the pair is left out.
/// - **Source.** Gaps and overlaps between speakers: Heldner and Edlund 2010, "Pauses, gaps and overlaps in
///   conversations". The name is that of conversation software.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Patience {
    /// Answers whose times are known; at least 1.
    pub answers: usize,
    /// Half of the pauses are shorter.
    pub median_seconds: f64,
    /// The shortest pause: the buyer's turn and the seller's. Of several it is the first.
    pub shortest: TurnRange,
}

impl Patience {
    pub(crate) fn of(said: &[Said<'_>]) -> Option<Self> {
        let runs = runs(said);
        let mut pauses: Vec<_> = runs
            .windows(2)
            .filter_map(|pair| match pair {
                [before, after] if after.speaker == Speaker::Seller => {
                    pause(before.said.last()?, after.said.first()?)
                }
                _ => None,
            })
            .collect();
        pauses.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let (_, shortest) = *pauses.first()?;
        let middle = |at: usize| pauses.get(at).map(|(seconds, _)| *seconds);
        let answers = pauses.len();
        let (low, high) = (middle((answers - 1) / 2)?, middle(answers / 2)?);
        Some(Self {
            answers,
            median_seconds: f64::midpoint(low, high),
            shortest,
        })
    }
}

fn pause(before: &Said<'_>, after: &Said<'_>) -> Option<(f64, TurnRange)> {
    let (end, start) = (before.turn.end_ms?, after.turn.start_ms?);
    if before.turn.start_ms.is_some_and(|first| start < first) {
        return None;
    }
    let range = TurnRange {
        start: before.at,
        end: after.at + 1,
    };
    Some((start.saturating_sub(end) as f64 / 1000.0, range))
}
