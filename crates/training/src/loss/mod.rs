//! What training makes small, one loss a file, each with its formula and source.
//!
//! A [`LossConfig`] is a loss that a file can name, alone or mixed; what it compares stands in a [`LossBatch`].
//! [`grad_cache`] gives the gradient of any of them over more rows than fit into memory at once.
//!
//! | loss | takes | makes near |
//! |---|---|---|
//! | [`BinaryCrossEntropy`] | logits and labels | the logit to its outcome |
//! | [`SupCon`], [`BatchHardTriplet`], [`BatchSemiHardTriplet`] | labelled vectors | calls of one label |
//! | [`MultipleNegativesRanking`] | pairs | a text to its partner |
//! | [`CoSent`] | scored pairs | pairs of a higher score |
//!
//! Which calls a step compares is a [`sampler`](crate::sampler)'s to say.

mod batch;
mod batch_hard_triplet;
mod batch_semi_hard_triplet;
mod binary_cross_entropy;
mod config;
mod cosent;
mod error;
mod grad_cache;
mod matryoshka;
mod mean_squared_error;
mod mixture;
mod multiple_negatives_ranking;
mod sup_con;
mod triplet;

use std::fmt;

use candle_core::Tensor;

pub use batch::{Labelled, LossBatch, Pairs, ScoredPairs};
pub use batch_hard_triplet::BatchHardTriplet;
pub use batch_semi_hard_triplet::BatchSemiHardTriplet;
pub use binary_cross_entropy::{BinaryCrossEntropy, binary_cross_entropy};
pub use config::LossConfig;
pub use cosent::CoSent;
pub use error::LossError;
pub use grad_cache::{CachedGradients, grad_cache};
pub use matryoshka::Matryoshka;
pub use mean_squared_error::mean_squared_error;
pub use mixture::{Mixture, MixtureTerm};
pub use multiple_negatives_ranking::MultipleNegativesRanking;
pub use sup_con::{SupCon, sup_con};
pub use triplet::Distance;

/// How badly the vectors of a step do.
///
/// # Laws
///
/// - **Graph.** The value carries the gradient to every tensor of the batch that it depends on.
/// - **Finite.** Finite vectors give a finite value and finite gradients, however degenerate the batch; where nothing
///   can be compared the value is 0.
pub trait Loss: fmt::Debug + Send + Sync {
    /// The loss of a batch. Shape: `[]`.
    ///
    /// # Errors
    ///
    /// [`LossError::Missing`], [`LossError::Empty`] or [`LossError::Rows`] for a batch that the loss can't read, or
    /// candle's.
    fn of(&self, batch: &LossBatch) -> Result<Tensor, LossError>;
}

#[cfg(test)]
pub(crate) mod finite_differences;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
