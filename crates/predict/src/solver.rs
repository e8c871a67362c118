//! L2-regularised logistic regression: [`Problem`] and its [`Solution`].
//!
//! Minimises `c Σ nᵢ loss(tᵢ, b + w·xᵢ) + λ/2 ‖w - w₀‖²` with `loss(t, m) = ln(1 + eᵐ) - t m`. With `λ = 1`, `w₀ = 0`
//! and `n = 1` this is scikit-learn's `LogisticRegression(C=c)`. The intercept `b` is not penalised.

use std::ops::RangeInclusive;

use crate::lbfgs::minimise;
use crate::shelf::Shelf;
use crate::softplus::SoftplusSum;
use crate::vectors::{add_scaled, dot};
use crate::{LinearRows, PredictError};

/// How many past steps a fit remembers: few where going through the rows costs less than remembering, many where it costs more.
/// Fifty halve the passes that ten take over some thousand calls.
const STEPS: RangeInclusive<usize> = 10..=50;

/// A row as pairs of column and value, columns rising.
pub(crate) type SparseRow = Vec<(u32, f64)>;

/// The features, one row an example.
#[derive(Clone, Copy)]
pub(crate) enum Rows<'a> {
    /// All of a row's numbers.
    Dense(&'a [Vec<f64>]),
    /// The same, not necessarily in memory.
    Kept(&'a LinearRows<'a>),
    /// Only those that are not zero, not necessarily in memory.
    Sparse(&'a Shelf<'a, (u32, f64)>),
}

/// One of them.
#[derive(Clone, Copy)]
enum Row<'a> {
    Dense(&'a [f64]),
    Sparse(&'a [(u32, f64)]),
}

impl Rows<'_> {
    /// How many numbers one pass reads.
    fn numbers(self) -> usize {
        match self {
            Self::Dense(rows) => rows.iter().map(Vec::len).sum(),
            Self::Kept(rows) => rows.numbers(),
            Self::Sparse(rows) => rows.cells(),
        }
    }

    /// Visits every row, in order.
    fn each(self, mut visit: impl FnMut(Row<'_>)) -> Result<(), PredictError> {
        match self {
            Self::Dense(rows) => rows.iter().for_each(|row| visit(Row::Dense(row))),
            Self::Kept(rows) => rows.each(|row| visit(Row::Dense(row)))?,
            Self::Sparse(rows) => rows.each(|row| visit(Row::Sparse(row)))?,
        }
        Ok(())
    }
}

impl Row<'_> {
    fn margin(self, weights: &[f64]) -> f64 {
        match self {
            Self::Dense(row) => dot(row, weights),
            Self::Sparse(row) => row
                .iter()
                .filter_map(|&(column, value)| Some(value * weights.get(column as usize)?))
                .sum(),
        }
    }

    fn add(self, factor: f64, into: &mut [f64]) {
        match self {
            Self::Dense(row) => add_scaled(into, factor, row),
            Self::Sparse(row) => {
                for &(column, value) in row {
                    if let Some(target) = into.get_mut(column as usize) {
                        *target += factor * value;
                    }
                }
            }
        }
    }
}

/// What to minimise.
pub(crate) struct Problem<'a> {
    /// The features.
    pub(crate) rows: Rows<'a>,
    /// What each row ended as, from 0 (lost) to 1 (won).
    pub(crate) targets: &'a [f64],
    /// How much each row counts.
    pub(crate) counts: &'a [f64],
    /// Factor of the loss.
    pub(crate) c: f64,
    /// Factor of the penalty.
    pub(crate) penalty: f64,
    /// Where the penalty is zero; its length is the number of columns.
    pub(crate) centre: &'a [f64],
}

/// Where the minimum lies.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Solution {
    /// One weight a column.
    pub(crate) weights: Vec<f64>,
    /// The logit of a row of zeros.
    pub(crate) intercept: f64,
}

impl Problem<'_> {
    /// The minimum, to a gradient of at most 1e-6; with a penalty `λ > 0` no weight is further than `1e-6 √columns / λ`
    /// from its true value.
    ///
    /// # Errors
    ///
    /// [`PredictError::NotConverged`], or [`PredictError::Scratch`] where the rows can't be read again.
    pub(crate) fn solve(&self) -> Result<Solution, PredictError> {
        let mut start = self.centre.to_vec();
        start.push(self.log_odds());
        let mut found = minimise(start, self.steps(), |point| self.value_and_gradient(point))?;
        let intercept = found.pop().unwrap_or_default();
        Ok(Solution {
            weights: found,
            intercept,
        })
    }

    /// A pass reads and writes a weight for each number, a remembered step reads two numbers and writes one for each weight,
    /// twice: as many steps as cost a pass.
    fn steps(&self) -> usize {
        let worth = self.rows.numbers() / (2 * self.centre.len()).max(1);
        worth.clamp(*STEPS.start(), *STEPS.end())
    }

    /// The function to minimise at a solution.
    ///
    /// # Errors
    ///
    /// [`PredictError::Scratch`].
    pub(crate) fn value(&self, solution: &Solution) -> Result<f64, PredictError> {
        let mut point = solution.weights.clone();
        point.push(solution.intercept);
        Ok(self.value_and_gradient(&point)?.0)
    }

    /// The best intercept without any feature, kept finite.
    fn log_odds(&self) -> f64 {
        let all: f64 = self.counts.iter().sum();
        let won = dot(self.counts, self.targets);
        ((won + 1e-3) / (all - won + 1e-3)).ln()
    }

    fn value_and_gradient(&self, point: &[f64]) -> Result<(f64, Vec<f64>), PredictError> {
        let (&intercept, weights) = point.split_last().unwrap_or((&0.0, &[]));
        let mut gradient = vec![0.0; weights.len()];
        let (mut loss, mut intercept_slope) = (0.0, 0.0);
        let mut rest = SoftplusSum::new();
        let mut ends = self.targets.iter().zip(self.counts);
        self.rows.each(|row| {
            let Some((&target, &count)) = ends.next() else {
                return;
            };
            let margin = intercept + row.margin(weights);
            let e = (-margin.abs()).exp();
            loss += count * (margin.max(0.0) - target * margin);
            rest.add(count, e);
            let won = if margin >= 0.0 { 1.0 } else { e } / (1.0 + e);
            let residual = self.c * count * (won - target);
            intercept_slope += residual;
            row.add(residual, &mut gradient);
        })?;
        let mut distance = 0.0;
        for ((slope, weight), centre) in gradient.iter_mut().zip(weights).zip(self.centre) {
            *slope += self.penalty * (weight - centre);
            distance += (weight - centre).powi(2);
        }
        gradient.push(intercept_slope);
        loss += rest.sum();
        Ok((self.c * loss + self.penalty / 2.0 * distance, gradient))
    }
}

/// Outcomes as targets, after the checks that every fit needs.
///
/// # Errors
///
/// [`PredictError::Unpaired`] if the lists differ in length, [`PredictError::OneOutcome`] if won or lost is missing.
pub(crate) fn targets(rows: usize, won: &[bool], counts: &[f64]) -> Result<Vec<f64>, PredictError> {
    for got in [won.len(), counts.len()] {
        if got != rows {
            return Err(PredictError::Unpaired {
                expected: rows,
                got,
            });
        }
    }
    let wins = won.iter().filter(|&&won| won).count();
    if wins == 0 || wins == rows {
        return Err(PredictError::OneOutcome {
            won: wins,
            lost: rows - wins,
        });
    }
    Ok(won.iter().map(|&won| f64::from(u8::from(won))).collect())
}

#[cfg(test)]
mod tests;
