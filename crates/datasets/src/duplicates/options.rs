//! When two calls are duplicates: [`DuplicateOptions`].

use super::DuplicateError;
use super::shingles::LONGEST;
use super::sketch::{BANDS, ROWS};

/// How to look for duplicates.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct DuplicateOptions {
    /// Least share of shingles in common, of all that either call has (Jaccard), in `0.7..=1`. 0.8 by default.
    pub similarity: f64,
    /// Words of a shingle, in `1..=8`. 3 by default; of 5, a single changed word weighs more and a script less.
    pub shingle: usize,
    /// Seed of every hash. 0 by default.
    pub seed: u64,
}

impl Default for DuplicateOptions {
    fn default() -> Self {
        Self {
            similarity: 0.8,
            shingle: 3,
            seed: 0,
        }
    }
}

impl DuplicateOptions {
    /// The same with another least similarity. 0.8 by default.
    #[must_use]
    pub fn with_similarity(mut self, similarity: f64) -> Self {
        self.similarity = similarity;
        self
    }

    /// The same with shingles of another length in words. 3 by default.
    #[must_use]
    pub fn with_shingle(mut self, shingle: usize) -> Self {
        self.shingle = shingle;
        self
    }

    /// The same with another seed. 0 by default.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// With what probability two calls of this similarity are compared at all: 1 − (1 − sʳ)¹⁶.
    ///
    /// The number of rows r follows from the least similarity, such that a pair just as similar is compared with
    /// probability 0.9 at least: 8 rows and 0.947 by default; there, 0.9999 at 0.9, 0.06 at 0.5 and 0.001 at 0.3.
    /// Source: Leskovec, Rajaraman & Ullman, *Mining of Massive Datasets*, section 3.4.2.
    pub fn chance_of_comparison(&self, similarity: f64) -> f64 {
        chance(similarity, self.rows())
    }

    /// How many values of each band are compared.
    pub(crate) fn rows(&self) -> usize {
        let mut rows = (1..=ROWS).rev();
        rows.find(|rows| chance(self.similarity, *rows) >= 0.9)
            .unwrap_or(1)
    }

    /// # Errors
    ///
    /// [`DuplicateError::Similarity`] or [`DuplicateError::Shingle`].
    pub(crate) fn checked(self) -> Result<Self, DuplicateError> {
        if !(0.7..=1.0).contains(&self.similarity) {
            return Err(DuplicateError::Similarity {
                got: self.similarity,
            });
        }
        if !(1..=LONGEST).contains(&self.shingle) {
            return Err(DuplicateError::Shingle { got: self.shingle });
        }
        Ok(self)
    }
}

/// The probability that two sketches of this similarity agree in all rows of at least one band.
fn chance(similarity: f64, rows: usize) -> f64 {
    let all_rows = (0..rows).fold(1.0, |power, _| power * similarity);
    let no_band = (0..BANDS).fold(1.0, |power, _| power * (1.0 - all_rows));
    1.0 - no_band
}
