//! Vectors as points of a plane: [`Projection`].

use nalgebra::{DMatrix, SymmetricEigen};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::EvalError;

/// Vectors projected on their first two principal components (Pearson 1901; PCA).
///
/// # Laws
///
/// - Distances in the plane are never longer than between the vectors.
/// - The same vectors give the same points: of the two signs of a component the one is taken whose largest entry is positive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Projection {
    /// One for each vector, around the mean.
    pub points: Vec<[f64; 2]>,
    /// Share of the variance, `0..=1`, that each component holds. What both leave out the plane does not show.
    pub explained: [f64; 2],
}

impl Projection {
    /// Projects vectors. Input: `[vectors, dimension]`; takes `O(vectors · dimension² + dimension³)`.
    ///
    /// # Errors
    ///
    /// [`EvalError::Vectors`] without vectors, or where one is empty, has another length, or holds a number that is not finite.
    pub fn of<V: AsRef<[f32]>>(vectors: &[V]) -> Result<Self, EvalError> {
        let dimension = vectors.first().map_or(0, |first| first.as_ref().len());
        let is_sound = |vector: &V| {
            let vector = vector.as_ref();
            vector.len() == dimension && vector.iter().all(|number| number.is_finite())
        };
        if let Some(at) = vectors.iter().position(|vector| !is_sound(vector)) {
            return Err(EvalError::Vectors { at });
        }
        if dimension == 0 {
            return Err(EvalError::Vectors { at: 0 });
        }
        let numbers = vectors
            .iter()
            .flat_map(AsRef::as_ref)
            .copied()
            .map(f64::from);
        let mut rows = DMatrix::from_row_iterator(vectors.len(), dimension, numbers); // [N, D]
        for mut column in rows.column_iter_mut() {
            let mean = column.mean();
            column.add_scalar_mut(-mean);
        }
        Ok(Self::of_centred(&rows))
    }

    fn of_centred(rows: &DMatrix<f64>) -> Self {
        let eigen = SymmetricEigen::new(rows.tr_mul(rows)); // [D, D]
        let mut order: Vec<usize> = (0..eigen.eigenvalues.len()).collect();
        let variance = |at: &usize| eigen.eigenvalues.get(*at).copied().unwrap_or(0.0).max(0.0);
        order.sort_by(|a, b| variance(b).total_cmp(&variance(a)));
        let total: f64 = order.iter().map(variance).sum();
        let component = |at: usize| {
            let axis = eigen.eigenvectors.column(*order.get(at)?);
            let sign = if axis.get(axis.iamax()).is_some_and(|entry| *entry < 0.0) {
                -1.0
            } else {
                1.0
            };
            Some(rows * axis * sign) // [N]
        };
        let (first, second) = (component(0), component(1));
        let place = |of: &Option<nalgebra::DVector<f64>>, row: usize| {
            of.as_ref()
                .and_then(|column| column.get(row).copied())
                .unwrap_or(0.0)
        };
        let point = |row| [place(&first, row), place(&second, row)];
        let share = |at: usize| {
            let held = order.get(at).map_or(0.0, variance);
            if total > 0.0 { held / total } else { 0.0 }
        };
        Self {
            points: (0..rows.nrows()).map(point).collect(),
            explained: [share(0), share(1)],
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // Python 3.11.7, scikit-learn 1.9.1, numpy 2.4.6:
    //   x = [[1, 2, 0.5], [2, 1, -0.5], [3, 5, 0], [4, 3, 1], [5, 6, 0.25]]
    //   pca = PCA(2).fit(x); abs(pca.transform(x)); pca.explained_variance_ratio_
    #[test]
    fn numbers_of_scikit_learn() {
        let vectors = [
            [1.0, 2.0, 0.5],
            [2.0, 1.0, -0.5],
            [3.0, 5.0, 0.0],
            [4.0, 3.0, 1.0],
            [5.0, 6.0, 0.25],
        ];
        let found = Projection::of(&vectors).unwrap();
        let ratio = [0.853_764_650_011, 0.107_270_300_187];
        let expected = [
            [2.280_269_905, 0.737_147_09],
            [2.573_311_925, 0.427_017_373],
            [1.293_545_448, 0.966_434_826],
            [0.287_059_745, 1.175_546_444],
            [3.272_976_637, 0.101_018_099],
        ];
        for (point, expected) in found.points.iter().zip(expected) {
            assert!((point[0].abs() - expected[0]).abs() < 1e-6, "{point:?}");
            assert!((point[1].abs() - expected[1]).abs() < 1e-6, "{point:?}");
        }
        assert!(
            (found.explained[0] - ratio[0]).abs() < 1e-9
                && (found.explained[1] - ratio[1]).abs() < 1e-9
        );
    }

    #[test]
    fn vectors_that_make_no_plane_are_points_or_an_error() {
        let one = Projection::of(&[[1.0], [3.0]]).unwrap();
        assert_eq!(
            (one.points, one.explained),
            (vec![[-1.0, 0.0], [1.0, 0.0]], [1.0, 0.0])
        );
        let alike = Projection::of(&[[1.0, 2.0], [1.0, 2.0]]).unwrap();
        assert!(alike.explained.iter().all(|share| *share <= 0.0));
        let at = |vectors: &[Vec<f32>]| match Projection::of(vectors) {
            Err(EvalError::Vectors { at }) => at,
            other => panic!("{other:?}"),
        };
        assert_eq!(at(&[]), 0);
        assert_eq!(at(&[vec![1.0], vec![1.0, 2.0]]), 1);
        assert_eq!(at(&[vec![1.0], vec![2.0], vec![f32::NAN]]), 2);
    }

    proptest! {
        #[test]
        fn no_distance_grows(vectors in prop::collection::vec(prop::array::uniform4(-5.0f32..5.0), 2..12)) {
            let found = Projection::of(&vectors).unwrap();
            let square = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
            for (a, point) in vectors.iter().zip(&found.points) {
                for (b, other) in vectors.iter().zip(&found.points) {
                    let wide = |v: &[f32; 4]| v.map(f64::from);
                    prop_assert!(square(point, other) <= square(&wide(a), &wide(b)) + 1e-6);
                }
            }
            prop_assert!(found.explained[0] >= found.explained[1]);
        }
    }
}
