//! Pairs in the order of their scores: [`CoSent`].

use candle_core::{Device, Result as TensorResult, Tensor};
use serde::{Deserialize, Serialize};
use upturn_encoder::unit;

use super::{Loss, LossBatch, LossError};

const NAME: &str = "CoSENT";

/// Added where two pairs are not to be compared, so that their term vanishes.
const NEVER: f32 = -1e9;

/// Pairs of a higher score nearer than those of a lower one:
/// `ln(1 + Σ_{s(i) > s(j)} exp(scale · (cos(j) − cos(i))))`, where `cos(i)` is the cosine of the two texts of pair `i` and
/// `s(i)` its score (Huang et al. 2024, "`CoSENT`", IEEE/ACM TASLP; Su 2022). `CoSENTLoss` in sentence-transformers.
///
/// Takes [`LossBatch::scored`]; a stronger signal than the squared error of the cosine, since every two pairs of
/// different scores are compared. A sum, not a mean: it grows with the logarithm of the batch. Without two different
/// scores it is 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CoSent {
    /// Inverse temperature. 20 by default.
    pub scale: f64,
}

impl Default for CoSent {
    fn default() -> Self {
        Self { scale: 20.0 }
    }
}

impl CoSent {
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

impl Loss for CoSent {
    fn of(&self, batch: &LossBatch) -> Result<Tensor, LossError> {
        let pairs = batch.scored_for(NAME)?;
        let cosines = (unit(&pairs.left)? * unit(&pairs.right)?)?.sum(1)?; // [N]
        let scaled = (cosines * self.scale)?;
        let gaps = scaled.unsqueeze(0)?.broadcast_sub(&scaled.unsqueeze(1)?)?; // [N, N]
        let gaps = (gaps + compared(&pairs.scores, scaled.device())?)?.flatten_all()?;
        let one = Tensor::zeros(1, gaps.dtype(), gaps.device())?; // exp(0) = 1
        Ok(Tensor::cat(&[one, gaps], 0)?.log_sum_exp(0)?)
    }
}

/// 0 where pair `i` (down) has a higher score than pair `j` (across).
fn compared(scores: &[f32], device: &Device) -> TensorResult<Tensor> {
    let rows = scores.len();
    let cells: Vec<f32> = scores
        .iter()
        .flat_map(|high| scores.iter().map(move |low| (high, low)))
        .map(|(high, low)| if high > low { 0.0 } else { NEVER })
        .collect();
    Tensor::from_vec(cells, (rows, rows), device)
}

#[cfg(test)]
mod tests {
    use super::super::finite_differences::agrees;
    use super::super::sample::{batch, is, numbers, vectors};
    use super::*;

    /// ```python
    /// for s in ([1., 0., .5], [1., 1., 0.], [1., 1., 1.]):
    ///     for scale in (20.0, 2.0):
    ///         print(L.CoSENTLoss(model, scale=scale).compute_loss_from_embeddings([A, P], torch.tensor(s)).item())
    /// ```
    #[test]
    fn it_is_that_of_sentence_transformers() {
        for (scores, at_twenty, at_two) in [
            ([1.0, 0.0, 0.5], 11.416_482, 1.870_963_2),
            ([1.0, 1.0, 0.0], 0.003_769_437, 0.637_454),
            ([1.0, 1.0, 1.0], 0.0, 0.0),
        ] {
            let batch = batch(&vectors(), false, scores);
            is(&CoSent::default(), &batch, at_twenty);
            is(&CoSent { scale: 2.0 }, &batch, at_two);
        }
    }

    #[test]
    fn its_gradient_is_that_of_finite_differences() {
        agrees(&numbers(), (6, 4), |vectors| {
            let loss = CoSent { scale: 2.0 };
            Ok(loss.of(&batch(vectors, false, [1.0, 0.0, 0.5])).unwrap())
        });
    }
}
