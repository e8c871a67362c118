//! Vectors that can be cut: [`Matryoshka`].

use candle_core::{D, Tensor};
use serde::{Deserialize, Serialize};
use upturn_encoder::unit;

use super::{Loss, LossBatch, LossConfig, LossError};

const NAME: &str = "Matryoshka";

/// Another loss on the first dimensions too, so that vectors can be cut after training:
/// `Σ_d w_d · loss(unit(vectors[..d]))` (Kusupati et al. 2022, "Matryoshka representation learning", equation 1).
/// `MatryoshkaLoss` in sentence-transformers.
///
/// Takes what the inner loss takes. Logits have nothing to cut, so a cross-entropy inside only counts several times:
/// mix it in outside. Name the full dimension too, or it is not trained for itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matryoshka {
    /// The loss of each cut.
    pub loss: Box<LossConfig>,
    /// How many dimensions each cut keeps, such as 384, 128, 64.
    pub dims: Vec<usize>,
    /// `w`, one for each of `dims`; 1 each where none are given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weights: Vec<f64>,
}

impl Matryoshka {
    /// Checks dimensions, weights and the inner loss.
    ///
    /// # Errors
    ///
    /// [`LossError::Setting`].
    pub fn check(&self) -> Result<(), LossError> {
        let bound = |kept, setting, expected| LossError::bound(kept, NAME, setting, expected);
        let count = self.dims.len() as f64;
        bound(!self.dims.is_empty(), ("dims", count), "at least one")?;
        bound(!self.dims.contains(&0), ("dims", 0.0), "dimensions above 0")?;
        let weights = self.weights.len();
        let fits = weights == 0 || weights == self.dims.len();
        bound(fits, ("weights", weights as f64), "as many as `dims`")?;
        for weight in &self.weights {
            bound(*weight >= 0.0, ("weights", *weight), "0 or more")?;
        }
        self.loss.check()
    }
}

impl Loss for Matryoshka {
    fn of(&self, batch: &LossBatch) -> Result<Tensor, LossError> {
        let weights = self.weights.iter().copied().chain(std::iter::repeat(1.0));
        let mut total: Option<Tensor> = None;
        for (dims, weight) in self.dims.iter().zip(weights) {
            let cut = batch.map_vectors(|vectors| first(vectors, *dims))?;
            let term = (self.loss.of(&cut)? * weight)?;
            total = Some(match total {
                Some(total) => (total + term)?,
                None => term,
            });
        }
        total.ok_or(LossError::Setting {
            loss: NAME,
            setting: "dims",
            got: 0.0,
            expected: "at least one",
        })
    }
}

/// The first dimensions, of unit norm again.
fn first(vectors: &Tensor, dims: usize) -> Result<Tensor, LossError> {
    let all = vectors.dim(D::Minus1)?;
    if dims > all {
        return Err(LossError::Dimensions {
            expected: all,
            got: dims,
        });
    }
    Ok(unit(&vectors.narrow(D::Minus1, 0, dims)?)?)
}

#[cfg(test)]
mod tests {
    use super::super::finite_differences::agrees;
    use super::super::sample::{batch, is, numbers, vectors};
    use super::super::{BatchHardTriplet, MultipleNegativesRanking};
    use super::*;

    fn cuts(dims: &[usize], weights: &[f64]) -> Matryoshka {
        let inner = MultipleNegativesRanking {
            scale: 5.0,
            symmetric: false,
        };
        Matryoshka {
            loss: Box::new(LossConfig::MultipleNegativesRanking(inner)),
            dims: dims.to_vec(),
            weights: weights.to_vec(),
        }
    }

    /// ```python
    /// class Fixed(Model):
    ///     def forward(self, features): return {'sentence_embedding': features['x'].clone()}
    /// fixed = Fixed()
    /// inner = L.MultipleNegativesRankingLoss(fixed, scale=5.0)
    /// print(L.MatryoshkaLoss(fixed, inner, [4, 2], [1.0, 0.5])([{'x': A}, {'x': P}], None).item())
    /// F = L.BatchHardTripletLossDistanceFunction
    /// inner = L.BatchHardTripletLoss(fixed, F.euclidean_distance, 0.5)
    /// print(L.MatryoshkaLoss(fixed, inner, [4, 2], [1.0, 0.5])([{'x': V}], labels).item())
    /// ```
    #[test]
    fn it_is_that_of_sentence_transformers() {
        let batch = batch(&vectors(), false, [1.0; 3]);
        is(&cuts(&[4, 2], &[1.0, 0.5]), &batch, 2.723_053_5);
        // Distances show that cut vectors are of unit norm again.
        let inner = BatchHardTriplet {
            margin: 0.5,
            ..BatchHardTriplet::default()
        };
        let triplets = Matryoshka {
            loss: Box::new(LossConfig::BatchHardTriplet(inner)),
            ..cuts(&[4, 2], &[1.0, 0.5])
        };
        is(&triplets, &batch, 1.625_433_2);
    }

    #[test]
    fn its_gradient_is_that_of_finite_differences() {
        agrees(&numbers(), (6, 4), |vectors| {
            let batch = batch(vectors, true, [1.0; 3]);
            Ok(cuts(&[4, 2], &[]).of(&batch).unwrap())
        });
    }

    #[test]
    fn more_dimensions_than_there_are_and_odd_weights_are_refused() {
        let batch = batch(&vectors(), false, [1.0; 3]);
        let message = cuts(&[8], &[]).of(&batch).unwrap_err().to_string();
        assert_eq!(message, "`dims` asks for 8 dimensions, the vectors have 4");
        for odd in [cuts(&[], &[]), cuts(&[4, 0], &[]), cuts(&[4, 2], &[1.0])] {
            assert!(odd.check().is_err(), "{odd:?}");
        }
        assert!(cuts(&[4, 2], &[1.0, 0.5]).check().is_ok());
    }
}
