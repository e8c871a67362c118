//! Triplets that are just not right yet: [`BatchSemiHardTriplet`].

use candle_core::Tensor;
use serde::{Deserialize, Serialize};

use super::triplet::{Triplet, hinge};
use super::{Distance, Loss, LossBatch, LossError};

const NAME: &str = "BatchSemiHardTriplet";

/// Each call nearer to each friend than to the next stranger behind that friend:
/// `mean over (a, p) of max(0, d(a, p) − d(a, n*) + margin)`, where `n*` is the nearest of another label that is farther
/// from `a` than `p`, or the farthest of another label where none is (Schroff, Kalenichenko & Philbin 2015, "`FaceNet`",
/// equation 4). `BatchSemiHardTripletLoss` in sentence-transformers, `triplet_semihard_loss` in TensorFlow.
///
/// Takes [`LossBatch::labelled`]. Milder than [`BatchHardTriplet`](super::BatchHardTriplet), whose hardest strangers may
/// be wrong labels. A row without a stranger is no anchor; without any pair the loss is 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BatchSemiHardTriplet {
    /// How much farther a stranger should be, in units of the distance. 5 by default, as in sentence-transformers.
    pub margin: f64,
    /// Euclidean by default.
    pub distance: Distance,
}

impl Default for BatchSemiHardTriplet {
    fn default() -> Self {
        Self {
            margin: 5.0,
            distance: Distance::Euclidean,
        }
    }
}

impl BatchSemiHardTriplet {
    /// Checks the margin.
    ///
    /// # Errors
    ///
    /// [`LossError::Setting`].
    pub fn check(&self) -> Result<(), LossError> {
        let margin = ("margin", self.margin);
        LossError::bound(self.margin >= 0.0, NAME, margin, "0 or more")
    }
}

impl Loss for BatchSemiHardTriplet {
    fn of(&self, batch: &LossBatch) -> Result<Tensor, LossError> {
        let labelled = batch.labelled_for(NAME)?;
        hinge(labelled, self.distance, self.margin, |distances, labels| {
            let rows = distances.iter().enumerate();
            rows.flat_map(|(anchor, row)| semi_hard(anchor, row, labels))
                .collect()
        })
    }
}

/// One triplet for each friend of a row.
fn semi_hard(anchor: usize, row: &[f32], labels: &[u32]) -> Vec<Triplet> {
    let own = labels.get(anchor);
    let rows = || row.iter().copied().zip(labels).enumerate();
    let mut strangers: Vec<(f32, usize)> = rows()
        .filter(|(_, (_, label))| Some(*label) != own)
        .map(|(at, (far, _))| (far, at))
        .collect();
    strangers.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let farthest = strangers.last().copied();
    rows()
        .filter(|(at, (_, label))| *at != anchor && Some(*label) == own)
        .filter_map(|(positive, (far, _))| {
            let behind = strangers.partition_point(|(other, _)| *other <= far);
            let (_, negative) = strangers.get(behind).copied().or(farthest)?;
            Some(Triplet {
                anchor,
                positive,
                negative,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::finite_differences::agrees;
    use super::super::sample::{batch, is, numbers, vectors};
    use super::*;

    fn loss(distance: Distance, margin: f64) -> BatchSemiHardTriplet {
        BatchSemiHardTriplet { margin, distance }
    }

    /// ```python
    /// F = L.BatchHardTripletLossDistanceFunction
    /// for d in (F.euclidean_distance, F.cosine_distance):
    ///     for margin in (5.0, 0.5):
    ///         print(L.BatchSemiHardTripletLoss(model, d, margin).batch_semi_hard_triplet_loss(labels, V).item())
    /// ```
    #[test]
    fn it_is_that_of_sentence_transformers() {
        let batch = batch(&vectors(), false, [1.0; 3]);
        is(&loss(Distance::Euclidean, 5.0), &batch, 4.650_633_3);
        is(&loss(Distance::Euclidean, 0.5), &batch, 0.217_503_07);
        is(&loss(Distance::Cosine, 5.0), &batch, 4.880_792);
        is(&loss(Distance::Cosine, 0.5), &batch, 0.389_544_87);
    }

    /// Numbers without two distances that a small step puts in another order: which stranger counts jumps there.
    #[test]
    fn its_gradient_is_that_of_finite_differences() {
        let apart = |(at, number): (usize, f32)| number + 0.5 * ((at * at * 5 + at) % 11) as f32;
        let numbers: Vec<f32> = numbers().into_iter().enumerate().map(apart).collect();
        for distance in [Distance::Euclidean, Distance::Cosine] {
            for margin in [5.0, 0.5] {
                agrees(&numbers, (6, 4), |vectors| {
                    let value = loss(distance, margin).of(&batch(vectors, false, [1.0; 3]));
                    Ok(value.unwrap())
                });
            }
        }
    }

    #[test]
    fn a_stranger_just_behind_the_friend_is_chosen_or_else_the_farthest() {
        let chosen = |row: [f32; 4]| semi_hard(0, &row, &[0, 0, 1, 1]);
        let triplet = |negative| Triplet {
            anchor: 0,
            positive: 1,
            negative,
        };
        assert_eq!(chosen([0.0, 1.0, 0.5, 1.5]), [triplet(3)]);
        assert_eq!(chosen([0.0, 1.0, 0.9, 0.5]), [triplet(2)]);
        assert_eq!(chosen([0.0, 1.0, 1.0, 2.0]), [triplet(3)]);
    }
}
