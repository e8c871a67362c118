//! Which calls a training step sees: [`batches`].

use std::ops::Range;

/// Cuts calls of these lengths, in their order, into batches of at most `calls` calls and `tokens` tokens; a longer call
/// has a batch of its own.
///
/// What a step keeps for its backward pass grows with its tokens, so the budget bounds memory whatever the calls are.
pub(crate) fn batches(lengths: &[usize], calls: usize, tokens: usize) -> Vec<Range<usize>> {
    let mut batches: Vec<Range<usize>> = Vec::new();
    let mut held = 0;
    for (at, length) in lengths.iter().enumerate() {
        match batches.last_mut() {
            Some(batch) if batch.len() < calls && held + length <= tokens => {
                batch.end = at + 1;
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
        fn every_call_is_in_one_batch_and_no_batch_is_above_its_budget(
            lengths in prop::collection::vec(1usize..900, 0..60),
            calls in 1usize..20,
            tokens in 1usize..2000,
        ) {
            let batches = batches(&lengths, calls, tokens);
            let all: Vec<usize> = batches.iter().cloned().flatten().collect();
            prop_assert_eq!(all, (0..lengths.len()).collect::<Vec<_>>());
            for (at, batch) in batches.iter().enumerate() {
                let held: usize = lengths[batch.clone()].iter().sum();
                prop_assert!(batch.len() <= calls && (held <= tokens || batch.len() == 1));
                if let Some(next) = batches.get(at + 1) {
                    let full = batch.len() == calls || held + lengths[next.start] > tokens;
                    prop_assert!(full, "batch {} could take another call", at);
                }
            }
        }
    }
}
