//! What the triplet losses share: [`Distance`], and the hinge of chosen triplets.

use candle_core::{DType, Result, Tensor};
use serde::{Deserialize, Serialize};
use upturn_encoder::unit;

use super::{Labelled, LossError};

/// How far two vectors are from each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distance {
    /// `‖a − b‖`; from 0 to 2 for unit vectors. The default of sentence-transformers.
    #[default]
    Euclidean,
    /// `1 − cos(a, b)`, from 0 to 2.
    Cosine,
}

impl Distance {
    /// Every row from every row.
    ///
    /// The root has an endless slope at 0; there the distance is 0 and its gradient too, so equal vectors do no harm.
    ///
    /// # Shapes
    ///
    /// `vectors: [rows, dimension] → [rows, rows]`
    ///
    /// # Errors
    ///
    /// candle's, for a tensor of another rank.
    pub fn between(self, vectors: &Tensor) -> Result<Tensor> {
        match self {
            Self::Cosine => {
                let unit = unit(vectors)?;
                unit.matmul(&unit.t()?)?.affine(-1.0, 1.0)
            }
            Self::Euclidean => {
                let norms = vectors.sqr()?.sum_keepdim(1)?; // [N, 1]
                let products = vectors.matmul(&vectors.t()?)?; // [N, N]
                let squared = (products * -2.0)?
                    .broadcast_add(&norms)?
                    .broadcast_add(&norms.t()?)?;
                safe_root(&squared)
            }
        }
    }
}

/// `√x` where `x > 0`, else 0 with gradient 0.
fn safe_root(squared: &Tensor) -> Result<Tensor> {
    let above = squared.gt(0.0)?;
    let root = above.where_cond(squared, &squared.ones_like()?)?.sqrt()?;
    root * above.to_dtype(DType::F32)?
}

/// Rows that a triplet loss compares: `anchor` should lie nearer to `positive` than to `negative`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Triplet {
    pub(super) anchor: usize,
    pub(super) positive: usize,
    pub(super) negative: usize,
}

/// The mean over the triplets that `mine` chooses of `max(0, d(a, p) − d(a, n) + margin)`; 0 without any.
///
/// Which triplets count, and which of them are beyond the margin, is decided on numbers; what is left is a sum of chosen
/// distances, whose gradient is exact.
pub(super) fn hinge(
    batch: &Labelled,
    distance: Distance,
    margin: f64,
    mine: impl Fn(&[Vec<f32>], &[u32]) -> Vec<Triplet>,
) -> std::result::Result<Tensor, LossError> {
    let distances = distance.between(&batch.vectors)?;
    let numbers = distances.detach().to_vec2::<f32>()?;
    let triplets = mine(&numbers, &batch.labels);
    let share = 1.0 / triplets.len().max(1) as f32;
    let rows = batch.labels.len();
    let mut shares = vec![0f32; rows * rows];
    let mut beyond = 0usize;
    for triplet in &triplets {
        let Triplet {
            anchor,
            positive,
            negative,
        } = *triplet;
        let far = |other: usize| Some(f64::from(*numbers.get(anchor)?.get(other)?));
        let excess = far(positive)
            .zip(far(negative))
            .map(|(p, n)| p - n + margin);
        // A distance that is no number stays in, so that the loss shows it.
        if excess.is_some_and(|excess| excess <= 0.0) {
            continue;
        }
        beyond += 1;
        for (other, sign) in [(positive, share), (negative, -share)] {
            if let Some(cell) = shares.get_mut(anchor * rows + other) {
                *cell += sign;
            }
        }
    }
    let shares = Tensor::from_vec(shares, (rows, rows), batch.vectors.device())?;
    let constant = margin * beyond as f64 / triplets.len().max(1) as f64;
    Ok(((distances * shares)?.sum_all()? + constant)?)
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Var};

    use super::*;

    fn gradient_of_sum(distance: Distance, rows: &[[f32; 2]]) -> Vec<f32> {
        let rows = Var::from_slice(rows.as_flattened(), (rows.len(), 2), &Device::Cpu).unwrap();
        let sum = distance.between(&rows).unwrap().sum_all().unwrap();
        let gradients = sum.backward().unwrap();
        let gradient = gradients.get(&rows).unwrap().flatten_all().unwrap();
        gradient.to_vec1().unwrap()
    }

    #[test]
    fn distances_are_those_of_the_textbook() {
        let rows = Tensor::new(&[[3.0f32, 0.0], [0.0, 4.0]], &Device::Cpu).unwrap();
        let between = |distance: Distance| distance.between(&rows).unwrap().to_vec2::<f32>();
        assert_eq!(
            between(Distance::Euclidean).unwrap(),
            [[0.0, 5.0], [5.0, 0.0]]
        );
        assert_eq!(between(Distance::Cosine).unwrap(), [[0.0, 1.0], [1.0, 0.0]]);
    }

    #[test]
    fn equal_vectors_and_zero_have_a_finite_gradient() {
        let rows = [[1.0, 0.5], [1.0, 0.5], [0.0, 0.0]];
        for distance in [Distance::Euclidean, Distance::Cosine] {
            let gradient = gradient_of_sum(distance, &rows);
            assert!(
                gradient.iter().all(|slope| slope.is_finite()),
                "{gradient:?}"
            );
        }
    }
}
