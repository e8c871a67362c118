//! Which sequences are computed together: [`Plan`].

use upturn_kernels::Compute;

use crate::budget::within_budget;

/// Tokens of a batch that one thread computes alone: its vectors stay in the second cache.
const ALONE: usize = 256;

/// Tokens of a batch that all threads compute together: enough for each, little enough to stay near.
const TOGETHER: usize = 2048;

/// Tokens of a batch on a GPU: enough for all its processors.
const ON_DEVICE: usize = 16_384;

/// Batches that each thread should have to share out evenly.
const SHARE: usize = 4;

/// Batches of sequences, longest first, and how they are computed.
#[derive(Debug, PartialEq)]
pub(crate) struct Plan {
    /// Numbers of the sequences of each batch.
    pub(crate) batches: Vec<Vec<usize>>,
    /// Whether batches run side by side, each on one thread; else one after another, each on all threads.
    pub(crate) side_by_side: bool,
    pub(crate) compute: Compute,
}

impl Plan {
    /// Many sequences side by side; a few together, because two threads can't share three batches.
    pub(crate) fn new(lengths: &[usize], threads: usize) -> Self {
        let batches = batches(lengths, ALONE);
        if threads > 1 && batches.len() >= SHARE * threads {
            return Self {
                batches,
                side_by_side: true,
                compute: Compute::serial(),
            };
        }
        Self {
            batches: self::batches(lengths, TOGETHER),
            side_by_side: false,
            compute: Compute::parallel(),
        }
    }

    /// Large batches, one after another.
    pub(crate) fn on_device(lengths: &[usize]) -> Self {
        Self {
            batches: batches(lengths, ON_DEVICE),
            side_by_side: false,
            compute: Compute::parallel(),
        }
    }
}

/// Cuts sequences, longest first, into batches of at most `budget` tokens; a longer sequence has a batch of its own.
fn batches(lengths: &[usize], budget: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<(usize, usize)> = lengths.iter().copied().enumerate().collect();
    order.sort_by_key(|(_, length)| std::cmp::Reverse(*length));
    let (order, lengths): (Vec<usize>, Vec<usize>) = order.into_iter().unzip();
    within_budget(&lengths, budget, |_, _| true)
        .into_iter()
        .map(|batch| order.get(batch).unwrap_or_default().to_vec())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_sequence_is_in_one_batch_and_batches_keep_their_budget(
            lengths in proptest::collection::vec(1usize..600, 0..80),
            threads in 1usize..5,
        ) {
            let plan = Plan::new(&lengths, threads);
            let mut all: Vec<usize> = plan.batches.iter().flatten().copied().collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..lengths.len()).collect::<Vec<_>>());
            let budget = if plan.side_by_side { ALONE } else { TOGETHER };
            for batch in &plan.batches {
                let tokens: usize = batch.iter().map(|at| lengths[*at]).sum();
                prop_assert!(tokens <= budget || batch.len() == 1);
            }
        }
    }

    #[test]
    fn one_text_uses_all_threads_and_many_texts_share_them() {
        assert!(!Plan::new(&[128], 2).side_by_side);
        assert!(!Plan::new(&[256; 3], 2).side_by_side);
        assert!(Plan::new(&[128; 32], 2).side_by_side);
        assert!(!Plan::new(&[128; 32], 1).side_by_side);
    }
}
