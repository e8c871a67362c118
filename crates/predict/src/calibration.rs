//! From a blended logit and how much is known to a calibrated logit: [`Calibration`].

use serde::{Deserialize, Serialize};

use crate::platt::smoothed;
use crate::solver::{Problem, Rows};
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
pub struct Calibration {
    early: Platt,
    late: Platt,
    /// `ln(turns)` where only `early` speaks, and where only `late` does.
    ends: (f64, f64),
}

impl Calibration {
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
        let ([early, late, difference], intercept) = lines(&rows, &smoothed(won), plain.slope)?;
        let line = |slope, intercept| Platt { slope, intercept };
        Ok(Self {
            early: line(early, intercept),
            late: line(late, intercept + difference),
            ..flat
        })
    }

    /// Leaves every score as it is: for one that is no blend and was never too sure.
    pub(crate) const fn identity() -> Self {
        let line = Platt {
            slope: 1.0,
            intercept: 0.0,
        };
        Self {
            early: line,
            late: line,
            ends: (0.0, 0.0),
        }
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

/// The minimum over slopes of at least 0: the best of those minima, one for each set of slopes left in, that are nowhere
/// negative. Four small fits at most, and exact, since the function is convex.
fn lines(
    rows: &[[f64; COLUMNS]],
    targets: &[f64],
    slope: f64,
) -> Result<([f64; COLUMNS], f64), PredictError> {
    let mut best: Option<(f64, [f64; COLUMNS], f64)> = None;
    for left_in in [
        [true, true, true],
        [false, true, true],
        [true, false, true],
        [false, false, true],
    ] {
        let (value, weights, intercept) = restricted(rows, targets, slope, left_in)?;
        let [early, late, _] = weights;
        let allowed = early >= 0.0 && late >= 0.0;
        if allowed && best.is_none_or(|(least, ..)| value < least) {
            best = Some((value, weights, intercept));
        }
        if allowed && left_in == [true; COLUMNS] {
            break;
        }
    }
    // Without slopes none is negative, so there is always a best.
    let (_, weights, intercept) = best.unwrap_or_default();
    Ok((weights, intercept))
}

/// The minimum over the columns left in, the others' weights being 0: its value, weights and intercept.
fn restricted(
    rows: &[[f64; COLUMNS]],
    targets: &[f64],
    slope: f64,
    left_in: [bool; COLUMNS],
) -> Result<(f64, [f64; COLUMNS], f64), PredictError> {
    let inside = |all: &[f64; COLUMNS]| -> Vec<f64> {
        let columns = all.iter().zip(left_in);
        columns
            .filter(|(_, inside)| *inside)
            .map(|(value, _)| *value)
            .collect()
    };
    let free: Vec<Vec<f64>> = rows.iter().map(inside).collect();
    let problem = Problem {
        rows: Rows::Dense(&free),
        targets,
        counts: &vec![1.0; rows.len()],
        c: 1.0,
        penalty: PENALTY,
        centre: &inside(&[slope, slope, 0.0]),
    };
    let solution = problem.solve()?;
    let left_out = COLUMNS as f64 - free.first().map_or(0, Vec::len) as f64;
    let value = problem.value(&solution)? + PENALTY / 2.0 * left_out * slope.powi(2);
    let mut weights = [0.0; COLUMNS];
    let slots = weights.iter_mut().zip(left_in);
    for ((slot, _), weight) in slots.filter(|(_, inside)| *inside).zip(solution.weights) {
        *slot = weight;
    }
    Ok((value, weights, solution.intercept))
}

#[cfg(test)]
mod tests;
