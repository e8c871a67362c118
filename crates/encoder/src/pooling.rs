//! Many token vectors to one: `e = Σ mₜhₜ / Σ mₜ`, then `e / ‖e‖`.
//!
//! [`Pooling`] makes the vector of a text as sentence-transformers does; [`pool_by_speaker`] makes one vector a
//! speaker: each turn the unit vector of its mean token, each speaker the mean of their turns, so that a short "too
//! expensive" weighs as much as a long sentence about the weather.

use candle_core::{D, Result, Tensor};

use crate::Batch;

/// Below this norm a vector counts as zero; torch's `normalize` uses the same.
const SMALLEST_NORM: f64 = 1e-12;

/// How a text's vector is made of its tokens' vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooling {
    /// The mean over all tokens, special ones included.
    Mean,
    /// The vector of the first, special token.
    Cls,
}

impl Pooling {
    /// Pools and normalises.
    ///
    /// # Shapes
    ///
    /// `hidden: [batch, tokens, hidden]`, `mask: [batch, tokens] → [batch, hidden]`, rows of unit norm
    ///
    /// # Errors
    ///
    /// candle's, for shapes that do not fit.
    pub fn pool(self, hidden: &Tensor, mask: &Tensor) -> Result<Tensor> {
        let pooled = match self {
            Self::Mean => {
                let shares = mask.broadcast_div(&mask.sum_keepdim(1)?)?; // [B, T]
                shares.unsqueeze(1)?.matmul(hidden)?.squeeze(1)? // [B, H]
            }
            Self::Cls => hidden.narrow(1, 0, 1)?.squeeze(1)?,
        };
        unit(&pooled)
    }
}

/// One vector a speaker: the mean over their turns of each turn's unit vector.
///
/// # Shapes
///
/// `hidden: [batch, tokens, hidden] → [batch, 2, hidden]`, the seller first; zeros for a silent side
///
/// # Errors
///
/// candle's, for shapes that do not fit.
pub fn pool_by_speaker(hidden: &Tensor, batch: &Batch) -> Result<Tensor> {
    let turns = unit(&batch.turns.matmul(hidden)?)?; // [B, N, H]
    batch.speakers.matmul(&turns)
}

/// Each vector of the last dimension divided by its norm; a zero vector stays zero.
///
/// # Shapes
///
/// `[.., hidden] → [.., hidden]`
///
/// # Errors
///
/// candle's, for a tensor without dimensions.
pub fn unit(vectors: &Tensor) -> Result<Tensor> {
    let squared = vectors.sqr()?.sum_keepdim(D::Minus1)?;
    vectors.broadcast_div(&(squared + SMALLEST_NORM * SMALLEST_NORM)?.sqrt()?)
}
