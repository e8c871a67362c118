//! Which calls, pairs or triplets a training step sees.
//!
//! | sampler | a batch is | for |
//! |---|---|---|
//! | [`Shuffled`] | calls in random order, of similar length, of balanced labels | any loss |
//! | [`LabelGroups`] | some calls of each of some labels | `SupCon`, triplets |
//! | [`HardNegativeBatches`], [`MinedNegatives`] | calls, each beside a near one of the other outcome | `SupCon`, triplets |
//! | [`ContrastivePairs`] | pairs, of one label or of two | `CoSENT`, `MultipleNegativesRanking` |
//! | [`NextTurns`] | adjacent moments of conversations | `MultipleNegativesRanking` |
//!
//! # Laws
//!
//! - **Determined.** A batch is a pure function of the data, the seed, the epoch and its place: equal seeds give equal
//!   batches on every machine, and a run that goes on at batch `k` sees what it would have seen
//!   ([`Epoch::batches_from`]).
//! - **Bounded.** No batch is above its limits of calls and tokens, unless one call alone is. What a sampler keeps grows
//!   with the number of calls, never with that of pairs.

mod accounts;
mod calls;
mod config;
mod contrastive_pairs;
mod epoch;
mod hard_negatives;
mod label_groups;
mod mined_negatives;
mod next_turns;
mod permutation;
mod shuffled;

use std::fmt;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

pub use accounts::Accounts;
pub use calls::{SampledCall, SampledCalls};
pub use config::SamplerConfig;
pub use contrastive_pairs::{ContrastivePair, ContrastivePairs, PairBalance};
pub use epoch::Epoch;
pub use hard_negatives::{HardNegativeBatches, HardNegatives, mine_hard_negatives};
pub use label_groups::LabelGroups;
pub use mined_negatives::MinedNegatives;
pub use next_turns::{NextTurn, NextTurns, TurnWindows};
pub use shuffled::{LabelBalance, Shuffled};

/// Chooses the calls of every step of an epoch.
pub trait Sampler: fmt::Debug + Send + Sync {
    /// All batches of epoch `epoch`, from 0, as places in `calls`. A pure function of its arguments.
    fn epoch(&self, calls: &SampledCalls, seed: u64, epoch: u64) -> Epoch;
}

/// Random numbers of their own for each seed, use and epoch.
fn random(seed: u64, purpose: u64, epoch: u64) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(permutation::mixed(seed, purpose));
    random.set_stream(epoch);
    random
}

#[cfg(test)]
mod tests;
