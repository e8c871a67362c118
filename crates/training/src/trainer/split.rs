//! Which calls a fold leaves unseen, and what is counted over calls and folds.

use std::collections::HashSet;

use rand::SeedableRng as _;
use rand::seq::index::sample;
use rand_chacha::ChaCha8Rng;
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

/// At most so many of the calls, drawn by chance and in their order; all of them if they are no more.
pub(super) fn drawn(calls: Vec<Labelled<'_>>, at_most: usize, seed: u64) -> Vec<Labelled<'_>> {
    if calls.len() <= at_most {
        return calls;
    }
    let mut taken = sample(&mut ChaCha8Rng::seed_from_u64(seed), calls.len(), at_most).into_vec();
    taken.sort_unstable();
    let taken = taken.into_iter().filter_map(|at| calls.get(at).copied());
    taken.collect()
}

/// The middle value, the smaller of two; 0 of none.
pub(super) fn median(values: &mut [usize]) -> usize {
    values.sort_unstable();
    values
        .get(values.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::calls;

    #[test]
    fn so_many_calls_are_drawn_in_their_order() {
        let calls = calls(90);
        let labelled: Vec<Labelled<'_>> = calls
            .iter()
            .map(|call| (call, call.outcome().unwrap()))
            .collect();
        for at_most in 0..100 {
            let places = |seed: u64| -> Vec<usize> {
                let taken = drawn(labelled.clone(), at_most, seed).into_iter();
                let place =
                    |(call, _): Labelled<'_>| calls.iter().position(|it| it.id() == call.id());
                taken.filter_map(place).collect()
            };
            let taken = places(7);
            assert_eq!(taken.len(), at_most.min(90));
            assert!(taken.is_sorted_by(|a, b| a < b));
            assert_eq!(taken, places(7));
            assert!(!(10..80).contains(&at_most) || taken != places(8));
        }
    }
}
