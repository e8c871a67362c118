//! When in a call something is said: [`share_before`].

use upturn_core::TurnRange;

use super::talk::words;
use crate::text::Said;

/// Share of all words that are said before these turns, from 0 up to but without 1; `None` if nothing is said.
///
/// In a live call it is the share of what is known so far, so it falls while the call goes on.
pub(super) fn share_before(said: &[Said<'_>], turns: TurnRange) -> Option<f64> {
    let all = words(said);
    let before = words(said.iter().filter(|said| said.at < turns.start));
    (all > 0).then(|| before as f64 / all as f64)
}

/// Turns with a sentence that fits, rising.
pub(super) fn turns_with<'a, 'b: 'a>(
    said: impl IntoIterator<Item = &'a Said<'b>>,
    fits: impl Fn(&crate::text::Sentence) -> bool,
) -> Vec<TurnRange> {
    said.into_iter()
        .filter(|said| said.sentences.iter().any(&fits))
        .map(Said::range)
        .collect()
}
