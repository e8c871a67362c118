//! A vector of unit length: [`Embedding`].

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Diagnostic, ErrorKind};

/// Why numbers are no embedding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddingError {
    /// Nothing to point anywhere.
    #[error("a vector of {dimension} dimensions has no direction: it is zero or empty")]
    NoDirection {
        /// Its length.
        dimension: usize,
    },
    /// Its length is not 1, although it was said to be.
    #[error("a vector of {dimension} dimensions is not of unit norm")]
    NoUnit {
        /// Its length.
        dimension: usize,
    },
    /// NaN or infinite.
    #[error("dimension {at} of a vector is not finite")]
    NotFinite {
        /// Place of the first such number, from 0.
        at: usize,
    },
}

impl Diagnostic for EmbeddingError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Internal
    }
}

/// A vector of unit Euclidean norm, so that a dot product is a cosine in `[-1, 1]`; higher is closer.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<f32>", into = "Vec<f32>")]
pub struct Embedding(Vec<f32>);

impl Embedding {
    /// Scales numbers of any length to unit norm; the sum is taken in `f64`.
    ///
    /// # Errors
    ///
    /// [`EmbeddingError`] for a zero, empty or non-finite vector.
    ///
    /// ```
    /// let half_up = upturn_core::Embedding::normalized(vec![3.0, 4.0])?;
    /// assert_eq!(half_up.as_slice(), [0.6, 0.8]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[expect(
        clippy::cast_possible_truncation,
        reason = "vectors are f32 everywhere"
    )]
    pub fn normalized(mut values: Vec<f32>) -> Result<Self, EmbeddingError> {
        if let Some(at) = values.iter().position(|value| !value.is_finite()) {
            return Err(EmbeddingError::NotFinite { at });
        }
        let norm = values
            .iter()
            .map(|&value| f64::from(value) * f64::from(value))
            .sum::<f64>()
            .sqrt();
        if norm <= f64::from(f32::MIN_POSITIVE) {
            return Err(EmbeddingError::NoDirection {
                dimension: values.len(),
            });
        }
        for value in &mut values {
            *value = (f64::from(*value) / norm) as f32;
        }
        Ok(Self(values))
    }

    /// The numbers of an embedding, as they were: they come back to the bit, which scaling them again would not promise.
    ///
    /// # Errors
    ///
    /// [`EmbeddingError`] for numbers that are none: scaled to unit norm, one of them would change by more than 0.001.
    pub fn from_unit(values: Vec<f32>) -> Result<Self, EmbeddingError> {
        let Self(scaled) = Self::normalized(values.clone())?;
        let off = scaled.iter().zip(&values).map(|(a, b)| (a - b).abs());
        if off.fold(0.0, f32::max) > 1e-3 {
            let dimension = values.len();
            return Err(EmbeddingError::NoUnit { dimension });
        }
        Ok(Self(values))
    }

    /// Its numbers.
    pub fn as_slice(&self) -> &[f32] {
        &self.0
    }

    /// How many numbers it has.
    pub fn dimension(&self) -> usize {
        self.0.len()
    }

    /// The cosine of the angle to `other`, in `[-1, 1]`; the shorter vector decides how many dimensions count.
    pub fn cosine(&self, other: &Self) -> f32 {
        self.0.iter().zip(&other.0).map(|(a, b)| a * b).sum()
    }
}

impl TryFrom<Vec<f32>> for Embedding {
    type Error = EmbeddingError;

    fn try_from(values: Vec<f32>) -> Result<Self, Self::Error> {
        Self::normalized(values)
    }
}

impl From<Embedding> for Vec<f32> {
    fn from(embedding: Embedding) -> Self {
        embedding.0
    }
}

impl fmt::Debug for Embedding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Embedding")
            .field("dimension", &self.dimension())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_embedding_has_unit_norm(values in prop::collection::vec(-1e3f32..1e3, 1..64)) {
            if let Ok(embedding) = Embedding::normalized(values) {
                prop_assert!((embedding.cosine(&embedding) - 1.0).abs() < 1e-5);
                prop_assert_eq!(Embedding::from_unit(embedding.as_slice().to_vec()), Ok(embedding));
            }
        }
    }

    #[test]
    fn what_has_no_direction_is_refused() {
        assert_eq!(
            Embedding::normalized(vec![0.0; 3]),
            Err(EmbeddingError::NoDirection { dimension: 3 })
        );
        assert_eq!(
            Embedding::normalized(vec![1.0, f32::NAN]),
            Err(EmbeddingError::NotFinite { at: 1 })
        );
        assert_eq!(
            Embedding::from_unit(vec![0.0, 2.0]),
            Err(EmbeddingError::NoUnit { dimension: 2 })
        );
    }
}
