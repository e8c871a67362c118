//! The hardest triplet of each row: [`BatchHardTriplet`].

use candle_core::Tensor;
use serde::{Deserialize, Serialize};

use super::triplet::{Triplet, hinge};
use super::{Distance, Loss, LossBatch, LossError};

const NAME: &str = "BatchHardTriplet";

/// Each call nearer to its farthest friend than to its nearest stranger:
/// `mean over a of max(0, max_{p ∈ P(a)} d(a, p) − min_{n ∈ N(a)} d(a, n) + margin)`,
/// where `P(a)` are the others of the same label and `N(a)` those of other labels (Hermans, Beyer & Leibe 2017,
/// "In defense of the triplet loss", equation 5). `BatchHardTripletLoss` in sentence-transformers.
///
/// Takes [`LossBatch::labelled`]. A row without a friend or without a stranger is no anchor and is not counted; without
/// any anchor the loss is 0. sentence-transformers counts such rows too, by distances to the row itself; where each label
/// has two rows both agree.
///
/// Sampled as [`LabelGroups`](crate::sampler::LabelGroups), so that every row has both.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BatchHardTriplet {
    /// How much farther a stranger should be, in units of the distance. 5 by default, as in sentence-transformers: for
    /// unit vectors, which are at most 2 apart, no triplet is ever beyond it, and every row keeps pulling.
    pub margin: f64,
    /// Euclidean by default.
    pub distance: Distance,
}

impl Default for BatchHardTriplet {
    fn default() -> Self {
        Self {
            margin: 5.0,
            distance: Distance::Euclidean,
        }
    }
}

impl BatchHardTriplet {
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

impl Loss for BatchHardTriplet {
    fn of(&self, batch: &LossBatch) -> Result<Tensor, LossError> {
        hinge(
            batch.labelled_for(NAME)?,
            self.distance,
            self.margin,
            hardest,
        )
    }
}

/// One triplet a row: its farthest friend, its nearest stranger.
fn hardest(distances: &[Vec<f32>], labels: &[u32]) -> Vec<Triplet> {
    let rows = distances.iter().zip(labels).enumerate();
    rows.filter_map(|(anchor, (row, label))| {
        let others = || {
            let all = row.iter().zip(labels).enumerate();
            all.filter(move |(other, _)| *other != anchor)
        };
        let friends = others().filter(|(_, (_, other))| *other == label);
        let strangers = others().filter(|(_, (_, other))| *other != label);
        let (positive, _) = friends.max_by(|(_, (a, _)), (_, (b, _))| a.total_cmp(b))?;
        let (negative, _) = strangers.min_by(|(_, (a, _)), (_, (b, _))| a.total_cmp(b))?;
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

    fn loss(distance: Distance, margin: f64) -> BatchHardTriplet {
        BatchHardTriplet { margin, distance }
    }

    /// ```python
    /// F = L.BatchHardTripletLossDistanceFunction
    /// for d in (F.euclidean_distance, F.cosine_distance):
    ///     for margin in (5.0, 0.5):
    ///         print(L.BatchHardTripletLoss(model, d, margin).batch_hard_triplet_loss(labels, V).item())
    /// ```
    #[test]
    fn it_is_that_of_sentence_transformers() {
        let batch = batch(&vectors(), false, [1.0; 3]);
        is(&loss(Distance::Euclidean, 5.0), &batch, 7.202_833);
        is(&loss(Distance::Euclidean, 0.5), &batch, 2.702_833_4);
        is(&loss(Distance::Cosine, 5.0), &batch, 5.661_289);
        is(&loss(Distance::Cosine, 0.5), &batch, 1.161_288_6);
    }

    #[test]
    fn its_gradient_is_that_of_finite_differences() {
        for distance in [Distance::Euclidean, Distance::Cosine] {
            for margin in [5.0, 0.5] {
                agrees(&numbers(), (6, 4), |vectors| {
                    let value = loss(distance, margin).of(&batch(vectors, false, [1.0; 3]));
                    Ok(value.unwrap())
                });
            }
        }
    }
}
