//! From a prefix to a calibrated probability: [`Predictor`].

use std::fmt;

use crate::{Diagnostic, EmbeddingsError, ErrorKind, Prediction, Prefix, RetrieverError};

/// Why there is no prediction.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PredictorError {
    /// The turns could not be encoded.
    #[error("the conversation could not be encoded")]
    Embeddings(#[from] EmbeddingsError),
    /// Comparable calls could not be found.
    #[error("comparable calls could not be retrieved")]
    Retriever(#[from] RetrieverError),
}

impl Diagnostic for PredictorError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Embeddings(source) => source.kind(),
            Self::Retriever(source) => source.kind(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Embeddings(source) => source.hint(),
            Self::Retriever(source) => source.hint(),
        }
    }
}

/// Gives the chance that a call is won, from what is known at that moment.
///
/// # Laws
///
/// - **Sum.** The parts add up to the logit within 1e-6.
/// - **No peeking.** The answer depends on the prefix's turns only: not on later ones, not on the outcome, and no
///   neighbour is of the same conversation or account.
/// - **Repeatability.** The same prefix gives the same bits.
pub trait Predictor: fmt::Debug + Send + Sync {
    /// Predicts one prefix.
    ///
    /// # Errors
    ///
    /// [`PredictorError`] from the encoder or the retriever.
    fn predict(&self, prefix: Prefix<'_>) -> Result<Prediction, PredictorError>;
}
