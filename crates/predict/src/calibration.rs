//! From a blended logit to a calibrated one: [`Calibration`], of one [`CalibrationMethod`].

mod beta;
mod by_turns;
mod choice;
mod isotonic;
mod temperature;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Platt, PredictError};
pub use beta::BetaCalibration;
pub use by_turns::PlattByTurns;
pub use choice::{CalibrationChoice, CandidateLoss};
pub(crate) use choice::{choose, log_loss};
pub use isotonic::IsotonicCalibration;
pub use temperature::Temperature;

/// A way of calibrating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalibrationMethod {
    /// [`PlattByTurns`]: two lines, one early and one late.
    PlattByTurns,
    /// [`Platt`]: one line.
    Platt,
    /// [`Temperature`]: one line through 0.
    Temperature,
    /// [`BetaCalibration`]: a curve that may bend differently near lost and near won.
    Beta,
    /// [`IsotonicCalibration`]: any rising curve.
    Isotonic,
}

impl CalibrationMethod {
    /// All of them, the usual one first.
    pub const ALL: [Self; 5] = [
        Self::PlattByTurns,
        Self::Platt,
        Self::Temperature,
        Self::Beta,
        Self::Isotonic,
    ];

    /// The word used in files and on screens.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PlattByTurns => "platt_by_turns",
            Self::Platt => "platt",
            Self::Temperature => "temperature",
            Self::Beta => "beta",
            Self::Isotonic => "isotonic",
        }
    }
}

impl fmt::Display for CalibrationMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A fitted calibration.
///
/// Laws: what it gives is finite; among calls of equally many turns it never turns an order round. Every method learns
/// from Platt's targets `(won + 1) / (won + 2)` and `1 / (lost + 2)` instead of 1 and 0, which is what keeps it finite.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Calibration {
    /// Two lines, one early and one late.
    PlattByTurns(PlattByTurns),
    /// One line.
    Platt(Platt),
    /// One line through 0.
    Temperature(Temperature),
    /// A curve that may bend differently near lost and near won.
    Beta(BetaCalibration),
    /// Any rising curve.
    Isotonic(IsotonicCalibration),
}

impl Calibration {
    /// Fits scores that were given, after so many turns, by something that had not seen these outcomes.
    ///
    /// # Errors
    ///
    /// [`PredictError::Unpaired`], [`PredictError::OneOutcome`], [`PredictError::NotFinite`], or
    /// [`PredictError::NotConverged`].
    pub fn fit(
        method: CalibrationMethod,
        scores: &[f64],
        turns: &[usize],
        won: &[bool],
    ) -> Result<Self, PredictError> {
        Ok(match method {
            CalibrationMethod::PlattByTurns => {
                Self::PlattByTurns(PlattByTurns::fit(scores, turns, won)?)
            }
            CalibrationMethod::Platt => Self::Platt(Platt::fit(scores, won)?),
            CalibrationMethod::Temperature => Self::Temperature(Temperature::fit(scores, won)?),
            CalibrationMethod::Beta => Self::Beta(BetaCalibration::fit(scores, won)?),
            CalibrationMethod::Isotonic => Self::Isotonic(IsotonicCalibration::fit(scores, won)?),
        })
    }

    /// Leaves every score as it is: for one that is no blend and was never too sure.
    pub(crate) const fn identity() -> Self {
        Self::Platt(Platt {
            slope: 1.0,
            intercept: 0.0,
        })
    }

    /// The calibrated logit of a score after so many turns.
    pub fn logit(&self, score: f64, turns: usize) -> f64 {
        match self {
            Self::PlattByTurns(lines) => lines.logit(score, turns),
            Self::Platt(line) => line.logit(score),
            Self::Temperature(line) => line.logit(score),
            Self::Beta(curve) => curve.logit(score),
            Self::Isotonic(curve) => curve.logit(score),
        }
    }

    /// How it was fitted.
    pub const fn method(&self) -> CalibrationMethod {
        match self {
            Self::PlattByTurns(_) => CalibrationMethod::PlattByTurns,
            Self::Platt(_) => CalibrationMethod::Platt,
            Self::Temperature(_) => CalibrationMethod::Temperature,
            Self::Beta(_) => CalibrationMethod::Beta,
            Self::Isotonic(_) => CalibrationMethod::Isotonic,
        }
    }
}

#[cfg(test)]
mod tests;
