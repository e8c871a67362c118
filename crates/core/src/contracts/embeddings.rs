//! Text to vectors: [`Embeddings`].

use std::fmt;

use crate::{Cause, Diagnostic, Embedding, ErrorKind, Fingerprint};

/// Why text could not be embedded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddingsError {
    /// The implementation failed; its own error is the source.
    #[error("embedding failed")]
    Backend(#[source] Cause),
    /// The implementation returned another number of vectors than it was given texts.
    #[error("{expected} texts gave {got} vectors")]
    Count {
        /// Texts given.
        expected: usize,
        /// Vectors returned.
        got: usize,
    },
}

impl Diagnostic for EmbeddingsError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Backend(source) => source.kind(),
            Self::Count { .. } => ErrorKind::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Backend(source) => source.hint(),
            Self::Count { .. } => None,
        }
    }
}

/// Turns text into vectors.
///
/// Implement [`embed_documents`](Self::embed_documents); the query form derives from it.
///
/// # Laws (checked by `conformance::embeddings`)
///
/// - **Order.** Vector `i` belongs to text `i`.
/// - **Batch invariance.** A text's vector does not depend on its neighbours (cosine > 0.99999).
/// - **Unit norm.** A dot product is therefore a cosine in `[-1, 1]`; higher is closer.
/// - **Totality.** Every text has a vector, the empty one and one longer than the window too.
pub trait Embeddings: fmt::Debug + Send + Sync {
    /// Length of every vector. Fixed for the value's life: an index is sized from it.
    fn dimension(&self) -> usize;

    /// What these vectors may be compared with: only vectors of the same fingerprint.
    fn fingerprint(&self) -> &Fingerprint;

    /// Embeds stored text. Output shape: `[texts.len(), dimension]`.
    ///
    /// # Errors
    ///
    /// [`EmbeddingsError::Backend`] with the implementation's own reason.
    fn embed_documents(&self, texts: &[&str]) -> Result<Vec<Embedding>, EmbeddingsError>;

    /// Embeds a question; by default as a document.
    ///
    /// # Errors
    ///
    /// As [`embed_documents`](Self::embed_documents).
    fn embed_query(&self, text: &str) -> Result<Embedding, EmbeddingsError> {
        let mut vectors = self.embed_documents(&[text])?;
        let got = vectors.len();
        vectors
            .pop()
            .filter(|_| got == 1)
            .ok_or(EmbeddingsError::Count { expected: 1, got })
    }
}
