//! Limited-memory BFGS for smooth convex functions: [`minimise`].
//!
//! Two-loop recursion of Nocedal & Wright, *Numerical Optimization* (2006), algorithms 7.4 and 7.5, with a bracketing
//! line search for the Wolfe conditions (their 3.6).
//!
//! Why our own: the library at hand, argmin 0.11.0, stops near the optimum with "search direction must be a descent
//! direction" (argmin-rs/argmin issue 400, open since 2024), asks for cost and gradient in two passes over the data
//! where one is enough, and brings `anyhow` and a second `rand`.

use std::collections::VecDeque;

use crate::PredictError;
use crate::vectors::{add_scaled, dot, largest};

/// The optimum counts as found when no entry of the gradient is larger.
const TOLERANCE: f64 = 1e-6;
const MAX_ITERATIONS: usize = 2_000;
/// The Wolfe conditions' constants, as usual for quasi-Newton steps.
const DECREASE: f64 = 1e-4;
const CURVATURE: f64 = 0.9;
/// How many lengths one line search may try.
const MAX_TRIALS: usize = 60;

/// A point with its value and gradient.
struct Point {
    at: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
}

/// A past step, the change of the gradient over it, and `1 / (step · change)`.
struct Pair {
    step: Vec<f64>,
    change: Vec<f64>,
    scale: f64,
}

/// The minimum of a convex function that gives its value and gradient at a point, sought from `start`; the last `steps` steps
/// describe the curvature.
///
/// Law: every entry of the gradient at the result is at most 1e-6. The same function gives the same bits.
///
/// # Errors
///
/// [`PredictError::NotConverged`] after 2,000 iterations, or if rounding leaves no way down; the function's own.
pub(crate) fn minimise(
    start: Vec<f64>,
    steps: usize,
    mut function: impl FnMut(&[f64]) -> Result<(f64, Vec<f64>), PredictError>,
) -> Result<Vec<f64>, PredictError> {
    let (value, gradient) = function(&start)?;
    let mut here = Point {
        at: start,
        value,
        gradient,
    };
    let mut memory: VecDeque<Pair> = VecDeque::with_capacity(steps);
    for iterations in 0..MAX_ITERATIONS {
        if largest(&here.gradient) <= TOLERANCE {
            return Ok(here.at);
        }
        let mut next = search(&here, &direction(&here.gradient, &memory), &mut function)?;
        if next.is_none() {
            // A memory spoilt by rounding: try straight down once.
            memory.clear();
            next = search(&here, &direction(&here.gradient, &memory), &mut function)?;
        }
        let next = next.ok_or_else(|| PredictError::NotConverged {
            iterations,
            gradient: largest(&here.gradient),
        })?;
        remember(&mut memory, steps, &here, &next);
        here = next;
    }
    Err(PredictError::NotConverged {
        iterations: MAX_ITERATIONS,
        gradient: largest(&here.gradient),
    })
}

/// `-H g`, where `H` approximates the inverse Hessian by the remembered steps.
fn direction(gradient: &[f64], memory: &VecDeque<Pair>) -> Vec<f64> {
    let mut direction: Vec<f64> = gradient.iter().map(|slope| -slope).collect();
    let mut shares = Vec::with_capacity(memory.len());
    for pair in memory.iter().rev() {
        let share = pair.scale * dot(&pair.step, &direction);
        add_scaled(&mut direction, -share, &pair.change);
        shares.push(share);
    }
    let size = match memory.back() {
        Some(last) => 1.0 / (last.scale * dot(&last.change, &last.change)),
        None => 1.0 / dot(gradient, gradient).sqrt(),
    };
    for value in &mut direction {
        *value *= size;
    }
    for (pair, share) in memory.iter().zip(shares.into_iter().rev()) {
        let back = pair.scale * dot(&pair.change, &direction);
        add_scaled(&mut direction, share - back, &pair.step);
    }
    direction
}

/// A point along `direction` that meets the Wolfe conditions; none if the direction does not lead down.
fn search(
    here: &Point,
    direction: &[f64],
    function: &mut impl FnMut(&[f64]) -> Result<(f64, Vec<f64>), PredictError>,
) -> Result<Option<Point>, PredictError> {
    let slope = dot(&here.gradient, direction);
    if slope >= 0.0 || !slope.is_finite() {
        return Ok(None);
    }
    // Near the optimum the decrease drowns in the rounding of a sum over thousands of rows; there the slope alone
    // decides, as it may on a convex function.
    let rounding = 1e-12 * here.value.abs();
    let (mut low, mut high, mut length) = (0.0, f64::INFINITY, 1.0);
    for _ in 0..MAX_TRIALS {
        let mut at = here.at.clone();
        add_scaled(&mut at, length, direction);
        let (value, gradient) = function(&at)?;
        let there = dot(&gradient, direction);
        let lower = value <= here.value + DECREASE * length * slope + rounding;
        if !lower || !there.is_finite() || there > -CURVATURE * slope {
            high = length;
        } else if there < CURVATURE * slope {
            low = length;
        } else {
            return Ok(Some(Point {
                at,
                value,
                gradient,
            }));
        }
        length = if high.is_finite() {
            f64::midpoint(low, high)
        } else {
            2.0 * length
        };
    }
    Ok(None)
}

fn remember(memory: &mut VecDeque<Pair>, steps: usize, from: &Point, to: &Point) {
    let difference = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x - y).collect();
    let step: Vec<f64> = difference(&to.at, &from.at);
    let change: Vec<f64> = difference(&to.gradient, &from.gradient);
    let curvature = dot(&step, &change);
    if curvature <= f64::EPSILON * dot(&change, &change) {
        return;
    }
    if memory.len() == steps {
        memory.pop_front();
    }
    memory.push_back(Pair {
        step,
        change,
        scale: 1.0 / curvature,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `Σ size (x - 1)² / 2` with sizes that lie `span` powers of ten apart, its minimum as found from 3, and how often it was
    /// asked for its value.
    fn bowl(width: u32, span: f64, steps: usize) -> (Vec<f64>, Vec<f64>, usize) {
        let power = |i| span * (f64::from(i) / f64::from(width - 1) - 0.5);
        let sizes: Vec<f64> = (0..width).map(|i| 10f64.powf(power(i))).collect();
        let mut asked = 0;
        let found = minimise(vec![3.0; sizes.len()], steps, |x| {
            asked += 1;
            let away = || x.iter().map(|x| x - 1.0).zip(&sizes);
            let value = away().map(|(x, size)| size * x * x / 2.0).sum();
            Ok((value, away().map(|(x, size)| size * x).collect()))
        });
        (found.unwrap(), sizes, asked)
    }

    #[test]
    fn a_stretched_bowl_is_solved_whatever_is_remembered() {
        for steps in [10, 50] {
            let (found, sizes, _) = bowl(12, 5.5, steps);
            for (x, size) in found.iter().zip(&sizes) {
                assert!((x - 1.0).abs() * size <= TOLERANCE, "{x} at {size}");
            }
        }
    }

    #[test]
    fn who_remembers_more_asks_less() {
        let asked = |steps| bowl(40, 3.0, steps).2;
        assert!(
            4 * asked(50) <= 3 * asked(10),
            "{} {}",
            asked(50),
            asked(10)
        );
    }

    /// A sum over thousands of rows is rounded by some 1e-13 of itself; at a value of 1,000 that hides the last steps.
    #[test]
    fn a_value_rounded_down_does_not_end_the_search() {
        let mut bowl = |x: &[f64]| -> Result<(f64, Vec<f64>), PredictError> {
            let away = x.iter().map(|x| x - 0.3);
            let value = 1_000.0 + away.clone().map(|x| x * x).sum::<f64>() / 2.0;
            Ok((value, away.collect()))
        };
        let at = vec![0.300_003];
        let (value, gradient) = bowl(&at).unwrap();
        let here = Point {
            at,
            value: value - 5e-10,
            gradient: gradient.clone(),
        };
        let down: Vec<f64> = gradient.iter().map(|slope| -slope).collect();
        let there = search(&here, &down, &mut bowl).unwrap().unwrap();
        assert!(largest(&there.gradient) <= TOLERANCE);
    }

    #[test]
    fn a_function_without_minimum_is_an_error() {
        let answer = minimise(vec![0.0], 10, |x| Ok((-x.iter().sum::<f64>(), vec![-1.0])));
        assert!(matches!(answer, Err(PredictError::NotConverged { .. })));
    }
}
