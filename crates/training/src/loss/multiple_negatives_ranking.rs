//! A text finds its partner among all others: [`MultipleNegativesRanking`].

use candle_core::{D, DType, Result as TensorResult, Tensor};
use serde::{Deserialize, Serialize};
use upturn_encoder::unit;

use super::{Loss, LossBatch, LossError};

const NAME: &str = "MultipleNegativesRanking";

/// A text nearer to its partner than to everybody else's:
/// `mean over i of −ln( exp(s·cos(aᵢ, pᵢ)) / (Σⱼ exp(s·cos(aᵢ, pⱼ)) + Σₖ Σⱼ exp(s·cos(aᵢ, nₖⱼ))) )` over anchors `a`,
/// positives `p` and sets `k` of hard negatives `n` (Henderson et al. 2017, "Efficient natural language response
/// suggestion", section 4.4; van den Oord et al. 2018, equation 4).
///
/// Also `InfoNCE`, NT-Xent across two views, in-batch softmax; `MultipleNegativesRankingLoss` in sentence-transformers.
/// With adjacent moments of conversations as pairs ([`NextTurns`](crate::sampler::NextTurns)) it is next-turn prediction:
/// an encoder learns a trade's way to talk without one label.
///
/// Takes [`LossBatch::pairs`]. Each other row's partner counts as a negative, so a batch should not hold two pairs of one
/// conversation or account. One pair alone has no negative, and its loss is 0. With more pairs than fit into memory, call
/// it through [`grad_cache`](super::grad_cache) (`CachedMultipleNegativesRankingLoss`).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MultipleNegativesRanking {
    /// `s`, the inverse of the temperature: 20 is a temperature of 0.05. 20 by default.
    pub scale: f64,
    /// The mean with the other direction, in which a positive finds its anchor among all anchors. Off by default.
    /// `MultipleNegativesSymmetricRankingLoss` in older sentence-transformers, the loss of CLIP (Radford et al. 2021).
    pub symmetric: bool,
}

impl Default for MultipleNegativesRanking {
    fn default() -> Self {
        Self {
            scale: 20.0,
            symmetric: false,
        }
    }
}

impl MultipleNegativesRanking {
    /// Checks the scale.
    ///
    /// # Errors
    ///
    /// [`LossError::Setting`].
    pub fn check(&self) -> Result<(), LossError> {
        let scale = ("scale", self.scale);
        LossError::bound(self.scale > 0.0, NAME, scale, "a number above 0")
    }
}

impl Loss for MultipleNegativesRanking {
    fn of(&self, batch: &LossBatch) -> Result<Tensor, LossError> {
        let pairs = batch.pairs_for(NAME)?;
        let (anchors, positives) = (unit(&pairs.anchors)?, unit(&pairs.positives)?);
        let mut candidates = vec![positives.clone()];
        for negatives in &pairs.negatives {
            candidates.push(unit(negatives)?);
        }
        let found = ranking(&anchors, &Tensor::cat(&candidates, 0)?, self.scale)?;
        if !self.symmetric {
            return Ok(found);
        }
        let back = ranking(&positives, &anchors, self.scale)?;
        Ok(((found + back)? / 2.0)?)
    }
}

/// Cross-entropy of finding candidate `i` from row `i`. Shapes: `[N, H]`, `[N + more, H] → []`.
fn ranking(rows: &Tensor, candidates: &Tensor, scale: f64) -> TensorResult<Tensor> {
    let scores = (rows.matmul(&candidates.t()?)? * scale)?; // [N, N + more]
    let count = scores.dim(0)?;
    let own = Tensor::eye(count, DType::F32, scores.device())?;
    let own = (scores.narrow(1, 0, count)? * own)?.sum(1)?; // [N]
    (scores.log_sum_exp(D::Minus1)? - own)?.mean_all()
}

#[cfg(test)]
mod tests {
    use super::super::finite_differences::agrees;
    use super::super::sample::{batch, is, numbers, vectors};
    use super::*;

    fn loss(scale: f64, symmetric: bool) -> MultipleNegativesRanking {
        MultipleNegativesRanking { scale, symmetric }
    }

    /// ```python
    /// both = dict(directions=('query_to_doc', 'doc_to_query'), partition_mode='per_direction')
    /// for more in ({}, both):
    ///     of = lambda scale, columns: L.MultipleNegativesRankingLoss(model, scale=scale, **more) \
    ///         .compute_loss_from_embeddings(columns, None).item()
    ///     print(of(20.0, [A, P]), of(5.0, [A, P]), of(5.0, [A, P, N]))
    /// ```
    #[test]
    fn it_is_that_of_sentence_transformers() {
        let pairs = batch(&vectors(), false, [1.0; 3]);
        let harder = batch(&vectors(), true, [1.0; 3]);
        is(&loss(20.0, false), &pairs, 3.805_819_5);
        is(&loss(5.0, false), &pairs, 1.214_362_7);
        is(&loss(5.0, false), &harder, 2.965_371);
        is(&loss(20.0, true), &pairs, 2.977_175);
        is(&loss(5.0, true), &pairs, 1.065_802_6);
        is(&loss(5.0, true), &harder, 1.941_306_6);
    }

    #[test]
    fn its_gradient_is_that_of_finite_differences() {
        for symmetric in [false, true] {
            for with_negatives in [false, true] {
                agrees(&numbers(), (6, 4), |vectors| {
                    let batch = batch(vectors, with_negatives, [1.0; 3]);
                    Ok(loss(5.0, symmetric).of(&batch).unwrap())
                });
            }
        }
    }
}
