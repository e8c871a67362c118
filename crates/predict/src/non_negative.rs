//! Logistic regression some of whose weights may not be negative: [`NonNegative`].

use crate::PredictError;
use crate::solver::{Problem, Rows};

/// What to minimise: `Σ loss + penalty / 2 × Σ (v - centre)²` over weights `v`, of which the bounded ones are at least 0.
pub(crate) struct NonNegative<'a, const N: usize> {
    /// The features.
    pub(crate) rows: &'a [[f64; N]],
    /// What each row ended as, from 0 (lost) to 1 (won).
    pub(crate) targets: &'a [f64],
    /// Factor of the penalty.
    pub(crate) penalty: f64,
    /// Where the penalty is zero.
    pub(crate) centre: [f64; N],
    /// Which weights are at least 0.
    pub(crate) bounded: [bool; N],
}

impl<const N: usize> NonNegative<'_, N> {
    /// The weights and the intercept: the best of those minima, one for each set of bounded weights left in, that are
    /// nowhere negative. A few small fits, and exact, since the function is convex.
    pub(crate) fn solve(&self) -> Result<([f64; N], f64), PredictError> {
        let mut best: Option<(f64, [f64; N], f64)> = None;
        for set in (0..1_u32 << N).rev() {
            let mut left_in = [false; N];
            for (place, inside) in left_in.iter_mut().enumerate() {
                *inside = set >> place & 1 == 1;
            }
            let mut pairs = left_in.iter().zip(self.bounded);
            if pairs.any(|(inside, bounded)| !inside && !bounded) {
                continue;
            }
            let (value, weights, intercept) = self.restricted(left_in)?;
            let mut pairs = weights.iter().zip(self.bounded);
            let allowed = pairs.all(|(weight, bounded)| !bounded || *weight >= 0.0);
            if allowed && best.is_none_or(|(least, ..)| value < least) {
                best = Some((value, weights, intercept));
            }
            if allowed && left_in == [true; N] {
                break;
            }
        }
        // Without bounded weights none is negative, so there is always a best.
        let (_, weights, intercept) = best.unwrap_or((0.0, [0.0; N], 0.0));
        Ok((weights, intercept))
    }

    /// The minimum over the weights left in, the others being 0: its value, weights and intercept.
    fn restricted(&self, left_in: [bool; N]) -> Result<(f64, [f64; N], f64), PredictError> {
        let inside = |all: &[f64; N]| -> Vec<f64> {
            let columns = all.iter().zip(left_in);
            columns
                .filter(|(_, inside)| *inside)
                .map(|(value, _)| *value)
                .collect()
        };
        let free: Vec<Vec<f64>> = self.rows.iter().map(inside).collect();
        let problem = Problem {
            rows: Rows::Dense(&free),
            targets: self.targets,
            counts: &vec![1.0; self.rows.len()],
            c: 1.0,
            penalty: self.penalty,
            centre: &inside(&self.centre),
        };
        let solution = problem.solve()?;
        let left_out = self.centre.iter().zip(left_in);
        let left_out = left_out.filter(|(_, inside)| !inside);
        let distance: f64 = left_out.map(|(centre, _)| centre * centre).sum();
        let value = problem.value(&solution)? + self.penalty / 2.0 * distance;
        let mut weights = [0.0; N];
        let slots = weights.iter_mut().zip(left_in);
        for ((slot, _), weight) in slots.filter(|(_, inside)| *inside).zip(solution.weights) {
            *slot = weight;
        }
        Ok((value, weights, solution.intercept))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_allowed_step_leads_lower(
            rows in prop::collection::vec((prop::array::uniform2(-3.0f64..3.0), 0.1f64..0.9), 3..30),
            step in prop::array::uniform3(-0.5f64..0.5),
            bounded in any::<[bool; 2]>(),
        ) {
            let (rows, targets): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
            let problem = NonNegative { rows: &rows, targets: &targets, penalty: 0.5, centre: [1.0, -1.0], bounded };
            let (weights, intercept) = problem.solve().unwrap();
            let value = |v: [f64; 2], b: f64| {
                let loss = |(row, target): (&[f64; 2], &f64)| {
                    let margin = v[0] * row[0] + v[1] * row[1] + b;
                    margin.exp().ln_1p() - target * margin
                };
                rows.iter().zip(&targets).map(loss).sum::<f64>()
                    + 0.25 * ((v[0] - 1.0).powi(2) + (v[1] + 1.0).powi(2))
            };
            let mut other = [weights[0] + step[0], weights[1] + step[1]];
            for ((other, weight), bounded) in other.iter_mut().zip(weights).zip(bounded) {
                prop_assert!(!bounded || weight >= 0.0);
                *other = if bounded { other.max(0.0) } else { *other };
            }
            prop_assert!(value(weights, intercept) <= value(other, intercept + step[2]) + 1e-9);
        }
    }
}
