//! Sequences to batches of bounded size: [`within_budget`].

use std::ops::Range;

/// Cuts sequences of these lengths, in their order, into batches of at most `budget` tokens, greedily: a sequence joins
/// the open batch where it fits and `joins` agrees, else it opens the next one.
///
/// `joins` is given the open batch and the place of the sequence that would join it: where other limits go, such as a
/// number of sequences.
///
/// # Laws
///
/// - **Order.** The batches follow each other without gap and hold every sequence once.
/// - **Budget.** A batch has at most `budget` tokens, unless its only sequence alone has more.
/// - **Greedy.** No batch could take the first sequence of the next one.
///
/// ```
/// use upturn_encoder::within_budget;
///
/// assert_eq!(within_budget(&[3, 4, 9, 1, 1], 8, |_, _| true), [0..2, 2..3, 3..5]);
/// assert_eq!(within_budget(&[1, 1, 1], 8, |open, _| open.len() < 2), [0..2, 2..3]);
/// ```
pub fn within_budget(
    lengths: &[usize],
    budget: usize,
    mut joins: impl FnMut(&Range<usize>, usize) -> bool,
) -> Vec<Range<usize>> {
    let mut batches: Vec<Range<usize>> = Vec::new();
    let mut held = 0;
    for (at, length) in lengths.iter().enumerate() {
        match batches.last_mut() {
            Some(open) if held + length <= budget && joins(open, at) => {
                open.end = at + 1;
                held += length;
            }
            _ => {
                batches.push(at..at + 1);
                held = *length;
            }
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_sequence_is_in_one_batch_and_no_batch_is_above_its_budget(
            lengths in prop::collection::vec(1usize..900, 0..60),
            most in 1usize..20,
            budget in 1usize..2000,
        ) {
            let batches = within_budget(&lengths, budget, |open, _| open.len() < most);
            let all: Vec<usize> = batches.iter().cloned().flatten().collect();
            prop_assert_eq!(all, (0..lengths.len()).collect::<Vec<_>>());
            for (at, batch) in batches.iter().enumerate() {
                let held: usize = lengths[batch.clone()].iter().sum();
                prop_assert!(batch.len() <= most && (held <= budget || batch.len() == 1));
                if let Some(next) = batches.get(at + 1) {
                    let full = batch.len() == most || held + lengths[next.start] > budget;
                    prop_assert!(full, "batch {} could take another one", at);
                }
            }
        }
    }
}
