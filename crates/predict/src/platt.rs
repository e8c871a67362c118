//! From a score to a calibrated logit: [`Platt`].

use serde::{Deserialize, Serialize};

use crate::PredictError;
use crate::solver::{Problem, Rows};

/// `logit = slope × score + intercept`, fitted as in Platt, "Probabilistic outputs for support vector machines" (1999):
/// logistic regression towards `(won + 1) / (won + 2)` and `1 / (lost + 2)` instead of 1 and 0, so that scores which
/// part won from lost without an error still give finite logits.
///
/// Law: the slope is never negative, so calibration never turns an order round. It is zero, and every calibrated logit
/// the base rate's, where the scores do not rank won above lost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Platt {
    /// By how much the calibrated logit rises with the score; at least 0.
    pub slope: f64,
    /// The calibrated logit of the score 0.
    pub intercept: f64,
}

impl Platt {
    /// Fits scores that were given by something that had not seen these outcomes.
    ///
    /// # Errors
    ///
    /// [`PredictError::Unpaired`], [`PredictError::OneOutcome`], [`PredictError::NotFinite`], or
    /// [`PredictError::NotConverged`].
    pub fn fit(scores: &[f64], won: &[bool]) -> Result<Self, PredictError> {
        let targets = learnable(scores, won)?;
        let counts = vec![1.0; scores.len()];
        let (mean, deviation) = spread(scores);
        let flat = deviation <= 1e-12 * mean.abs() || deviation == 0.0;
        if !flat {
            let rows: Vec<Vec<f64>> = scores
                .iter()
                .map(|score| vec![(score - mean) / deviation])
                .collect();
            let (slope, intercept) = line(&rows, &targets, &counts)?;
            if slope > 0.0 {
                return Ok(Self {
                    slope: slope / deviation,
                    intercept: intercept - slope * mean / deviation,
                });
            }
        }
        let share = targets.iter().sum::<f64>() / targets.len() as f64;
        Ok(Self {
            slope: 0.0,
            intercept: (share / (1.0 - share)).ln(),
        })
    }

    /// The calibrated logit of a score.
    pub fn logit(&self, score: f64) -> f64 {
        self.slope * score + self.intercept
    }
}

/// The targets of scores that something can be learnt from.
///
/// # Errors
///
/// [`PredictError::Unpaired`], [`PredictError::OneOutcome`], or [`PredictError::NotFinite`].
pub(crate) fn learnable(scores: &[f64], won: &[bool]) -> Result<Vec<f64>, PredictError> {
    crate::solver::targets(scores.len(), won, &vec![1.0; scores.len()])?;
    match scores.iter().position(|score| !score.is_finite()) {
        Some(row) => Err(PredictError::NotFinite { row, column: 0 }),
        None => Ok(smoothed(won)),
    }
}

/// `(won + 1) / (won + 2)` for each that was won and `1 / (lost + 2)` for each that was lost.
fn smoothed(won: &[bool]) -> Vec<f64> {
    let wins = won.iter().filter(|&&won| won).count() as f64;
    let losses = won.len() as f64 - wins;
    let target = |won: &bool| {
        if *won {
            (wins + 1.0) / (wins + 2.0)
        } else {
            1.0 / (losses + 2.0)
        }
    };
    won.iter().map(target).collect()
}

fn line(rows: &[Vec<f64>], targets: &[f64], counts: &[f64]) -> Result<(f64, f64), PredictError> {
    let solution = Problem {
        rows: Rows::Dense(rows),
        targets,
        counts,
        c: 1.0,
        penalty: 0.0,
        centre: &[0.0],
    }
    .solve()?;
    let slope = solution.weights.first().copied().unwrap_or_default();
    Ok((slope, solution.intercept))
}

fn spread(scores: &[f64]) -> (f64, f64) {
    let n = scores.len().max(1) as f64;
    let mean = scores.iter().sum::<f64>() / n;
    let variance = scores
        .iter()
        .map(|score| (score - mean).powi(2))
        .sum::<f64>()
        / n;
    (mean, variance.sqrt())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Python 3.11.7, scikit-learn 1.9.1, numpy 2.4.6:
    /// `a, b = sklearn.calibration._sigmoid_calibration(scores, won)`; slope = -a, intercept = -b.
    #[test]
    fn agrees_with_scikit_learn() -> Result<(), PredictError> {
        let scores = [-2.0, -1.5, -0.5, -0.25, 0.1, 0.3, 0.9, 1.4, 2.2, 3.0];
        let won = [
            false, false, true, false, false, true, true, false, true, true,
        ];
        let platt = Platt::fit(&scores, &won)?;
        assert!((platt.slope - 0.603_621_17).abs() < 1e-5, "{platt:?}");
        assert!((platt.intercept + 0.212_289_12).abs() < 1e-5, "{platt:?}");
        Ok(())
    }

    proptest! {
        #[test]
        fn calibration_never_turns_an_order_round(
            pairs in prop::collection::vec((-5.0f64..5.0, any::<bool>()), 2..60),
            a in -9.0f64..9.0,
            b in -9.0f64..9.0,
        ) {
            let (scores, won): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
            if let Ok(platt) = Platt::fit(&scores, &won) {
                prop_assert!(platt.slope >= 0.0);
                prop_assert!(platt.logit(a.min(b)) <= platt.logit(a.max(b)));
            } else {
                prop_assert!(won.iter().all(|&w| w) || won.iter().all(|&w| !w));
            }
        }
    }

    #[test]
    fn scores_that_part_without_error_give_finite_logits() -> Result<(), PredictError> {
        let platt = Platt::fit(&[-1.0, -0.5, 0.5, 1.0], &[false, false, true, true])?;
        assert!(platt.slope.is_finite() && platt.slope > 0.0);
        Ok(())
    }

    #[test]
    fn scores_that_mislead_are_ignored() -> Result<(), PredictError> {
        let platt = Platt::fit(&[3.0, 2.0, 1.0, 0.0], &[false, false, true, true])?;
        assert_eq!((platt.slope, platt.logit(5.0)), (0.0, 0.0));
        Ok(())
    }
}
