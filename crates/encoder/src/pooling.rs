//! Many token vectors to one, as sentence-transformers makes it: `e = Σ hₜ / n`, then `e / ‖e‖`.

use std::ops::Range;

use candle_core::{D, Result, Tensor};

use crate::Batch;
use crate::ops::MeanPool;

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
    /// Pools and normalises each sequence.
    ///
    /// # Shapes
    ///
    /// `hidden: [tokens, hidden] → [sequences, hidden]`, rows of unit norm
    ///
    /// # Errors
    ///
    /// candle's, for shapes that do not fit.
    pub fn pool(self, hidden: &Tensor, batch: &Batch) -> Result<Tensor> {
        means(hidden, self.groups(batch))
    }

    /// Which tokens make each sequence's vector.
    pub(crate) fn groups(self, batch: &Batch) -> Vec<Range<usize>> {
        let ranges = batch.ranges().into_iter();
        match self {
            Self::Mean => ranges.collect(),
            Self::Cls => ranges
                .map(|range| range.start..range.end.min(range.start + 1))
                .collect(),
        }
    }
}

/// Unit vectors of means of groups of tokens.
fn means(hidden: &Tensor, groups: Vec<Range<usize>>) -> Result<Tensor> {
    if hidden.device().is_cpu() {
        hidden.contiguous()?.apply_op1(MeanPool { groups })
    } else {
        plain_means(hidden, &groups)
    }
}

/// The same in candle's own operations.
fn plain_means(hidden: &Tensor, groups: &[Range<usize>]) -> Result<Tensor> {
    let tokens = hidden.dim(0)?;
    let mut shares = vec![0f32; groups.len() * tokens];
    for (row, group) in shares.chunks_mut(tokens.max(1)).zip(groups) {
        if let Some(cells) = row.get_mut(group.clone()) {
            cells.fill(1.0 / group.len() as f32);
        }
    }
    let shares = Tensor::from_vec(shares, (groups.len(), tokens), hidden.device())?;
    unit(&shares.matmul(hidden)?)
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

#[cfg(test)]
mod tests;
