//! Which calls a fold leaves unseen, and what is counted over calls and folds.

use std::collections::HashSet;

use upturn_core::Conversation;
use upturn_predict::BaseRate;

use super::Labelled;
use crate::cross_fit::EncodedCall;

/// How many of the calls were won.
pub(super) fn base_rate(calls: &[&EncodedCall<'_>]) -> BaseRate {
    BaseRate {
        won: calls.iter().filter(|call| call.outcome.is_won()).count(),
        calls: calls.len(),
    }
}

/// Those of no group of `unseen`.
pub(super) fn apart<'a>(
    others: &[&'a Conversation],
    unseen: &[Labelled<'_>],
) -> Vec<&'a Conversation> {
    let groups: HashSet<&str> = unseen.iter().map(|(call, _)| call.group()).collect();
    let others = others.iter().copied();
    others
        .filter(|call| !groups.contains(call.group()))
        .collect()
}

/// The calls of a fold, and the others.
pub(super) fn split<'a>(
    calls: &[Labelled<'a>],
    folds: &[usize],
    fold: usize,
) -> (Vec<Labelled<'a>>, Vec<Labelled<'a>>) {
    let (unseen, known): (Vec<_>, Vec<_>) =
        calls.iter().zip(folds).partition(|(_, of)| **of == fold);
    let calls =
        |pairs: Vec<(&Labelled<'a>, &usize)>| pairs.into_iter().map(|(call, _)| *call).collect();
    (calls(unseen), calls(known))
}

/// The middle value, the smaller of two; 0 of none.
pub(super) fn median(values: &mut [usize]) -> usize {
    values.sort_unstable();
    values
        .get(values.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or(0)
}
