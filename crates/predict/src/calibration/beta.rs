//! A curve that may bend differently near lost and near won: [`BetaCalibration`].

use serde::{Deserialize, Serialize};

use crate::non_negative::NonNegative;
use crate::platt::learnable;
use crate::{Platt, PredictError};

/// `logit = a ln(p) - b ln(1 - p) + c` with `p = 1 / (1 + e⁻ˢᶜᵒʳᵉ)`: beta calibration (Kull, Silva Filho and Flach, "Beta
/// calibration", 2017, equation 6), the form that is right where the scores of won and of lost calls are beta distributed.
///
/// Laws: neither `a` nor `b` is negative, so the logit never falls as the score rises; with `a = b` it is [`Platt`]'s line.
/// Where a negative weight would fit best the paper drops it and fits the other again; here the minimum over weights of
/// at least 0 is exact, which also covers that both are dropped.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BetaCalibration {
    /// Weight of `ln(p)`: how the curve bends near lost; at least 0.
    pub a: f64,
    /// Weight of `-ln(1 - p)`: how it bends near won; at least 0.
    pub b: f64,
    /// Intercept.
    pub c: f64,
}

impl BetaCalibration {
    /// Fits scores that were given by something that had not seen these outcomes: the least `Σ loss` towards the targets of
    /// [`Platt`], whose line it starts from.
    ///
    /// # Errors
    ///
    /// As [`Platt::fit`].
    pub fn fit(scores: &[f64], won: &[bool]) -> Result<Self, PredictError> {
        let targets = learnable(scores, won)?;
        let line = Platt::fit(scores, won)?;
        if scores.iter().all(|score| scores.first() == Some(score)) {
            // Nothing to bend by.
            let (a, c) = (line.slope, line.intercept);
            return Ok(Self { a, b: a, c });
        }
        let rows: Vec<[f64; 2]> = scores.iter().map(|score| features(*score)).collect();
        let ([a, b], c) = NonNegative {
            rows: &rows,
            targets: &targets,
            penalty: 0.0,
            centre: [line.slope; 2],
            bounded: [true; 2],
        }
        .solve()?;
        Ok(Self { a, b, c })
    }

    /// The calibrated logit of a score.
    pub fn logit(&self, score: f64) -> f64 {
        let [near_lost, near_won] = features(score);
        self.a * near_lost + self.b * near_won + self.c
    }
}

/// `ln(p)` and `-ln(1 - p)`, without overflow.
fn features(score: f64) -> [f64; 2] {
    [-softplus(-score), softplus(score)]
}

/// `ln(1 + eˣ)`.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibration::tests::{ASKED, OUTCOMES, SCORES};

    /// Python 3.11.7, numpy 2.4.6, scikit-learn 1.9.1, betacal 1.1.0, with `s`, `z`, `ask` as in `calibration/tests.rs`:
    /// `p, P = expit(s), expit(ask)`, `BetaCalibration("abm").fit(r_[p, p][:, None], r_[ones(12), zeros(12)], r_[z, 1 - z])`,
    /// `logit(.predict(P))`. In the second and fourth it drops `a`. The third outcomes mislead: there betacal keeps a
    /// negative weight, and the numbers are the base rate's.
    #[test]
    fn agrees_with_betacal() -> Result<(), PredictError> {
        let expected = [
            [-3.536_849, -0.357_732, 0.160_736, 0.688_834, 1.734_273],
            [-1.215_406, -0.602_263, -0.225_839, 0.454_232, 4.025_256],
            [0.314_742; 5],
            [0.173_081, 0.240_216, 0.281_432, 0.355_895, 0.746_898],
        ];
        for (outcomes, expected) in OUTCOMES.iter().zip(expected) {
            let curve = BetaCalibration::fit(&SCORES, outcomes)?;
            for (score, expected) in ASKED.into_iter().zip(expected) {
                let got = curve.logit(score);
                // betacal stops at scikit-learn's tolerance of 1e-4.
                assert!((got - expected).abs() < 6e-4, "{got} {expected}");
            }
        }
        Ok(())
    }

    /// scipy 1.17.1, `X = c_[-logaddexp(0, -s), logaddexp(0, s), ones(12)]`, `f = logaddexp(0, X @ v).sum() - z @ (X @ v)`,
    /// `minimize(f, [1, 1, 0], method="L-BFGS-B", bounds=[(0, None)] * 2 + [(None, None)],
    /// options={"ftol": 1e-15, "gtol": 1e-10})` for the first outcomes.
    #[test]
    fn agrees_with_scipy() -> Result<(), PredictError> {
        let BetaCalibration { a, b, c } = BetaCalibration::fit(&SCORES, &OUTCOMES[0])?;
        for (got, expected) in [(a, 1.438_575), (b, 0.229_681), (c, 0.837_744)] {
            assert!((got - expected).abs() < 1e-4, "{got} {expected}");
        }
        Ok(())
    }
}
