//! Standardised features to a logit: [`LinearModel`].

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::solver::{Problem, Rows, targets};
use crate::vectors::dot;
use crate::{PredictError, Room};

pub use rows::LinearRows;

/// A column whose standard deviation is at most this share of its mean is constant but for rounding.
const CONSTANT: f64 = 1e-9;

/// `logit = b + Σ wⱼ (xⱼ - meanⱼ) / sdⱼ`, as scikit-learn's `StandardScaler` before `LogisticRegression(C=c)`.
///
/// Laws: multiplying a column by a positive number, or adding one to it, changes no logit (within rounding); columns
/// that are constant in training are ignored. Shape of a row: `[width]`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct LinearModel {
    mean: Vec<f64>,
    /// Zero where the column is ignored, else 1 / standard deviation.
    scale: Vec<f64>,
    weights: Vec<f64>,
    intercept: f64,
}

#[derive(Deserialize)]
struct Unchecked {
    mean: Vec<f64>,
    scale: Vec<f64>,
    weights: Vec<f64>,
    intercept: f64,
}

impl TryFrom<Unchecked> for LinearModel {
    type Error = PredictError;

    fn try_from(
        Unchecked {
            mean,
            scale,
            weights,
            intercept,
        }: Unchecked,
    ) -> Result<Self, Self::Error> {
        for got in [scale.len(), weights.len()] {
            if got != mean.len() {
                return Err(PredictError::Width {
                    expected: mean.len(),
                    got,
                });
            }
        }
        Ok(Self {
            mean,
            scale,
            weights,
            intercept,
        })
    }
}

impl LinearModel {
    /// Fits rows of equal width; `c` is scikit-learn's `C`, the weight of the data against the penalty.
    ///
    /// # Errors
    ///
    /// [`PredictError::Width`], [`PredictError::NotFinite`], [`PredictError::Unpaired`], [`PredictError::OneOutcome`],
    /// or [`PredictError::NotConverged`].
    pub fn fit(rows: &[Vec<f64>], won: &[bool], c: f64) -> Result<Self, PredictError> {
        Self::fit_counted(rows, won, &vec![1.0; rows.len()], c)
    }

    /// The same, with row `i` counting `counts[i]` times; scikit-learn's `sample_weight`.
    ///
    /// # Errors
    ///
    /// As [`fit`](Self::fit).
    pub fn fit_counted(
        rows: &[Vec<f64>],
        won: &[bool],
        counts: &[f64],
        c: f64,
    ) -> Result<Self, PredictError> {
        let mut kept = LinearRows::new(Room::unlimited());
        targets(rows.len(), won, counts)?;
        for row in rows {
            kept.push(row.clone())?;
        }
        Self::fit_rows(kept, won, counts, c)
    }

    /// The same with rows that need not be in memory. What is fitted does not depend on where they are, to the bit.
    ///
    /// # Errors
    ///
    /// As [`fit`](Self::fit), and [`PredictError::Scratch`].
    pub fn fit_rows(
        mut rows: LinearRows<'_>,
        won: &[bool],
        counts: &[f64],
        c: f64,
    ) -> Result<Self, PredictError> {
        let targets = targets(rows.len(), won, counts)?;
        let (mean, scale) = moments(&rows, counts)?;
        rows.standardise(&mean, &scale);
        let solution = Problem {
            rows: Rows::Kept(&rows),
            targets: &targets,
            counts,
            c,
            penalty: 1.0,
            centre: &vec![0.0; rows.width()],
        }
        .solve()?;
        Ok(Self {
            mean,
            scale,
            weights: solution.weights,
            intercept: solution.intercept,
        })
    }

    /// Says 0 of every row of `width` numbers.
    pub(crate) fn silent(width: usize) -> Self {
        Self {
            mean: vec![0.0; width],
            scale: vec![0.0; width],
            weights: vec![0.0; width],
            intercept: 0.0,
        }
    }

    /// How many numbers a row has.
    pub fn width(&self) -> usize {
        self.mean.len()
    }

    /// The logit of one row; positive speaks for won.
    ///
    /// # Errors
    ///
    /// [`PredictError::Width`] or [`PredictError::NotFinite`].
    pub fn logit(&self, row: &[f64]) -> Result<f64, PredictError> {
        check(row, self.width(), 0)?;
        let row = standardised(row, &self.mean, &self.scale);
        Ok(self.intercept + dot(&row, &self.weights))
    }
}

impl fmt::Debug for LinearModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinearModel")
            .field("width", &self.width())
            .finish_non_exhaustive()
    }
}

fn check(row: &[f64], width: usize, place: usize) -> Result<(), PredictError> {
    if row.len() != width {
        return Err(PredictError::Width {
            expected: width,
            got: row.len(),
        });
    }
    match row.iter().position(|value| !value.is_finite()) {
        Some(column) => Err(PredictError::NotFinite { row: place, column }),
        None => Ok(()),
    }
}

/// Mean and 1 / standard deviation of every column; the deviation is that of the population, as in scikit-learn.
fn moments(rows: &LinearRows<'_>, counts: &[f64]) -> Result<(Vec<f64>, Vec<f64>), PredictError> {
    let all: f64 = counts.iter().sum();
    let mut mean = vec![0.0; rows.width()];
    let mut of_row = counts.iter();
    rows.each(|row| {
        let count = of_row.next().copied().unwrap_or_default();
        for (mean, value) in mean.iter_mut().zip(row) {
            *mean += count / all * value;
        }
    })?;
    let mut variance = vec![0.0; rows.width()];
    let mut of_row = counts.iter();
    rows.each(|row| {
        let count = of_row.next().copied().unwrap_or_default();
        for ((variance, mean), value) in variance.iter_mut().zip(&mean).zip(row) {
            *variance += count / all * (value - mean).powi(2);
        }
    })?;
    let scale = variance
        .iter()
        .zip(&mean)
        .map(|(variance, mean)| {
            let deviation = variance.sqrt();
            if deviation <= CONSTANT * mean.abs() {
                0.0
            } else {
                1.0 / deviation
            }
        })
        .collect();
    Ok((mean, scale))
}

fn standardised(row: &[f64], mean: &[f64], scale: &[f64]) -> Vec<f64> {
    let mut row = row.to_vec();
    standardised_into(&mut row, mean, scale);
    row
}

fn standardised_into(row: &mut [f64], mean: &[f64], scale: &[f64]) {
    for ((value, mean), scale) in row.iter_mut().zip(mean).zip(scale) {
        *value = (*value - mean) * scale;
    }
}

mod rows;
#[cfg(test)]
mod tests;
