//! From a blended logit and how much is known to a calibrated logit: [`PlattByTurns`].

use serde::{Deserialize, Serialize};

use crate::non_negative::NonNegative;
use crate::platt::learnable;
use crate::{Platt, PredictError};

/// Which shares of the examples lie beyond the ends, where calibration stays as it is.
const TAILS: f64 = 0.1;

/// How strongly both slopes are drawn to that of a [`Platt`] which knows no turns, in units of examples' information: a
/// few examples can't say that early calls differ from late ones.
const PENALTY: f64 = 1.0;

/// Columns of the fit: the score early, the score late, the place between.
const COLUMNS: usize = 3;

/// `logit = (1 - t) (aₑ score + bₑ) + t (aₗ score + bₗ)`, where `t` says how much is known, from 0 to 1:
/// `ln(turns)` between the tenth and the ninetieth percentile of the examples.
///
/// A blend is as sure after three turns as after thirty if its parts are, and they can't know better: each was fitted to
/// calls of every length. Here slope and intercept follow the number of turns: a varying-coefficient model (Hastie and
/// Tibshirani, "Varying-coefficient models", 1993) with one straight line, between two of Platt's.
///
/// Laws: neither slope is negative, so that among calls of equally many turns calibration never turns an order round;
/// beyond the percentiles it stays as it is there; where all examples have equally many turns it is [`Platt`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PlattByTurns {
    early: Platt,
    late: Platt,
    /// `ln(turns)` where only `early` speaks, and where only `late` does.
    ends: (f64, f64),
}

impl PlattByTurns {
    /// Fits scores that were given, after so many turns, by something that had not seen these outcomes.
    ///
    /// Minimises `Σ loss + penalty / 2 × Σ (v - v₀)²` with the targets of [`Platt`]; `v` are both slopes and the
    /// difference of the intercepts, `v₀` the slope of a plain [`Platt`], twice, and 0.
    ///
    /// # Errors
    ///
    /// As [`Platt::fit`]; [`PredictError::Unpaired`] also if `turns` are not as many.
    pub fn fit(scores: &[f64], turns: &[usize], won: &[bool]) -> Result<Self, PredictError> {
        if turns.len() != scores.len() {
            return Err(PredictError::Unpaired {
                expected: scores.len(),
                got: turns.len(),
            });
        }
        let plain = Platt::fit(scores, won)?;
        let ends = ends(turns);
        let flat = Self {
            early: plain,
            late: plain,
            ends,
        };
        if ends.0 >= ends.1 {
            return Ok(flat);
        }
        let rows: Vec<[f64; COLUMNS]> = scores
            .iter()
            .zip(turns)
            .map(|(score, turns)| {
                let known = known(*turns, ends);
                [score * (1.0 - known), score * known, known]
            })
            .collect();
        let ([early, late, difference], intercept) = NonNegative {
            rows: &rows,
            targets: &learnable(scores, won)?,
            penalty: PENALTY,
            centre: [plain.slope, plain.slope, 0.0],
            bounded: [true, true, false],
        }
        .solve()?;
        let line = |slope, intercept| Platt { slope, intercept };
        Ok(Self {
            early: line(early, intercept),
            late: line(late, intercept + difference),
            ..flat
        })
    }

    /// The calibrated logit of a score after so many turns.
    pub fn logit(&self, score: f64, turns: usize) -> f64 {
        let known = known(turns, self.ends);
        (1.0 - known) * self.early.logit(score) + known * self.late.logit(score)
    }
}

/// `ln(turns)` at the tenth and the ninetieth percentile, by nearest rank; both 0 without examples.
fn ends(turns: &[usize]) -> (f64, f64) {
    let mut sorted = turns.to_vec();
    sorted.sort_unstable();
    let last = sorted.len().saturating_sub(1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a list's length"
    )]
    let from_end = (TAILS * last as f64).round() as usize;
    let log = |place: usize| sorted.get(place).map_or(0.0, |turns| ln(*turns));
    (log(from_end), log(last - from_end))
}

fn ln(turns: usize) -> f64 {
    (turns.max(1) as f64).ln()
}

/// 0 at the early end and before, 1 at the late end and behind; 0 where they are one.
fn known(turns: usize, (early, late): (f64, f64)) -> f64 {
    if early < late {
        ((ln(turns) - early) / (late - early)).clamp(0.0, 1.0)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests;
