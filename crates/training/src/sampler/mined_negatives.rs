//! Hard negatives as a recipe asks for them: [`MinedNegatives`].

use serde::{Deserialize, Serialize};

use super::{HardNegativeBatches, HardNegatives};

/// Calls in random order, each beside a near one of the other outcome, never of its own account: batches for losses over
/// labels in which what is hard to tell apart stands side by side ([`HardNegativeBatches`]).
///
/// At the start of each epoch the training looks for them among the calls' projected vectors as they are then (ANCE, Xiong
/// et al. 2021, section 3, refreshes its index in the same way), by exact search: time grows with the square of the number
/// of calls. A checkpoint holds them, so that a run that goes on within an epoch sees the same ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MinedNegatives {
    /// Calls of a batch at most, both kinds counted. 16 by default.
    pub calls: usize,
    /// Tokens of a batch at most, unless one call alone has more. 16,384 by default.
    pub tokens: usize,
    /// Negatives of a call that take turns from epoch to epoch. 3 by default: where labels are noisy, the nearest may be a
    /// call whose label is wrong.
    pub negatives: usize,
}

impl Default for MinedNegatives {
    fn default() -> Self {
        Self {
            calls: 16,
            tokens: 16_384,
            negatives: 3,
        }
    }
}

impl MinedNegatives {
    /// The sampler of an epoch in which these were found.
    pub(super) fn beside(&self, negatives: HardNegatives) -> HardNegativeBatches {
        HardNegativeBatches {
            calls: self.calls,
            tokens: self.tokens,
            negatives,
        }
    }
}
