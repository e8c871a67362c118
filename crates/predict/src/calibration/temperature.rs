//! One line through 0: [`Temperature`].

use serde::{Deserialize, Serialize};

use crate::PredictError;
use crate::bisection::bisected;
use crate::platt::learnable;

/// Halvings after which the slope is exact.
const HALVINGS: usize = 100;

/// Doublings within which the slope is bracketed: beyond `2¹⁰⁰⁰` there is no number.
const DOUBLINGS: usize = 1_000;

/// `logit = slope × score`: temperature scaling (Guo et al., "On calibration of modern neural networks", 2017, section
/// 4.2), whose temperature is `1 / slope`. It corrects how sure the scores are and leaves one half where it is.
///
/// Laws: the slope is finite and never negative; it is zero where the scores do not rank won above lost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Temperature {
    /// By how much the calibrated logit rises with the score; at least 0.
    pub slope: f64,
}

impl Temperature {
    /// Fits scores that were given by something that had not seen these outcomes: the least `Σ loss(slope × score)` towards
    /// the targets of [`Platt`](crate::Platt).
    ///
    /// # Errors
    ///
    /// [`PredictError::Unpaired`], [`PredictError::OneOutcome`], or [`PredictError::NotFinite`].
    pub fn fit(scores: &[f64], won: &[bool]) -> Result<Self, PredictError> {
        let targets = learnable(scores, won)?;
        let rise = |slope: f64| -> f64 {
            let pairs = scores.iter().zip(&targets);
            pairs
                .map(|(score, target)| score * (1.0 / (1.0 + (-slope * score).exp()) - target))
                .sum()
        };
        Ok(Self { slope: least(rise) })
    }

    /// The calibrated logit of a score.
    pub fn logit(&self, score: f64) -> f64 {
        self.slope * score
    }
}

/// Where a function that rises is 0; 0 if it is above 0 from the start.
fn least(rise: impl Fn(f64) -> f64) -> f64 {
    if rise(0.0) >= 0.0 {
        return 0.0;
    }
    let doubled = std::iter::successors(Some(1.0_f64), |high| Some(high * 2.0));
    let bracket = doubled.take(DOUBLINGS).find(|high| rise(*high) >= 0.0);
    let ends = (0.0, bracket.unwrap_or(1.0));
    let (low, high) = bisected(ends, HALVINGS, |slope| rise(slope) < 0.0);
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibration::tests::{OUTCOMES, SCORES};

    /// Python 3.11.7, numpy 2.4.6, scikit-learn 1.9.1, with `s`, `y`, `z` as in `calibration/tests.rs`:
    /// `2 * sklearn.calibration._TemperatureScaling().fit(r_[s, s], r_[ones(12), zeros(12)], r_[z, 1 - z]).beta_`; twice,
    /// since it gives won the logit `beta × s` and lost `-beta × s`. The third outcomes mislead.
    #[test]
    fn agrees_with_scikit_learn() -> Result<(), PredictError> {
        let expected = [0.708_526_4, 0.591_129_1, 0.0, 0.035_555_9];
        for (outcomes, expected) in OUTCOMES.iter().zip(expected) {
            let slope = Temperature::fit(&SCORES, outcomes)?.slope;
            assert!((slope - expected).abs() < 1e-4, "{slope} {expected}");
        }
        Ok(())
    }
}
