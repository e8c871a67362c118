//! Which calls a training step sees: [`batches`].

use std::ops::Range;

use upturn_encoder::within_budget;

/// Cuts calls of these lengths, in their order, into batches of at most `calls` calls and `tokens` tokens; a longer call
/// has a batch of its own.
///
/// What a step keeps for its backward pass grows with its tokens, so the budget bounds memory whatever the calls are.
pub(crate) fn batches(lengths: &[usize], calls: usize, tokens: usize) -> Vec<Range<usize>> {
    within_budget(lengths, tokens, |batch, _| batch.len() < calls)
}
