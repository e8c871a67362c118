//! Conversations to moments with their vectors: [`MomentEncoder`].

use std::fmt;

use crate::{Embedding, EmbeddingsError, Fingerprint, Moment, Prefix};

/// A moment as the encoder sees it.
#[derive(Clone, PartialEq)]
pub struct EncodedMoment {
    /// Which turns, and their text.
    pub moment: Moment,
    /// Where it lies among other moments: the retrieval projection, unit norm.
    pub embedding: Embedding,
    /// Mean over the seller's turns of each turn's unit vector; zeros where the seller says nothing. Shape: `[hidden]`.
    pub seller: Vec<f32>,
    /// Mean over the buyer's turns of each turn's unit vector; zeros where the buyer says nothing. Shape: `[hidden]`.
    pub buyer: Vec<f32>,
    /// Over how many turns `seller` is the mean.
    pub seller_turns: usize,
    /// Over how many turns `buyer` is the mean.
    pub buyer_turns: usize,
}

impl fmt::Debug for EncodedMoment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncodedMoment")
            .field("moment", &self.moment)
            .finish_non_exhaustive()
    }
}

/// Cuts a prefix into moments and encodes them.
///
/// # Laws
///
/// - **Cover.** The turn ranges follow each other without gap and together hold every turn of the prefix.
/// - **Stability.** A longer prefix of the same call has the same moments but for the last one of the shorter.
/// - **Order.** `encode(&[a, b])` gives what `encode(&[a])` and `encode(&[b])` give (cosine > 0.99999).
pub trait MomentEncoder: fmt::Debug + Send + Sync {
    /// Length of [`EncodedMoment::seller`] and [`EncodedMoment::buyer`].
    fn hidden(&self) -> usize;

    /// Length of [`EncodedMoment::embedding`].
    fn dimension(&self) -> usize;

    /// What the retrieval embeddings may be compared with.
    fn fingerprint(&self) -> &Fingerprint;

    /// The moments of each prefix, in order.
    ///
    /// # Errors
    ///
    /// [`EmbeddingsError::Backend`] with the implementation's own reason.
    fn encode(&self, prefixes: &[Prefix<'_>]) -> Result<Vec<Vec<EncodedMoment>>, EmbeddingsError>;
}
