//! The curve itself: [`PowerLaw`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::CurvePoint;
use crate::Metric;

/// Exponents tried: so many in even steps of their logarithm, from 0.05 to 2.
const STEPS: usize = 60;
const LEAST: f64 = 0.05;
const MOST: f64 = 2.0;
/// Rounds of reweighting for each exponent.
const ROUNDS: usize = 8;
/// Huber's constant: 95 % as efficient as least squares where noise is normal (Huber 1964).
const HUBER: f64 = 1.345;

/// `metric(n) = limit ∓ scale · n^-exponent`, minus where more is better: Hestness et al. (2017), "Deep Learning Scaling is
/// Predictable, Empirically", with a floor; POW3 of Viering and Loog (2021), table 1.
///
/// Fitted to all replicates by Huber's loss (one training that failed does not bend the curve): for each exponent of a grid
/// limit and scale are a linear fit by iterated weights, and the exponent of least loss is taken, so there is no local
/// minimum to fall into. The limit stays within what the metric can be, the scale is not negative.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PowerLaw {
    /// What the metric tends to; within the range of the metric.
    pub limit: f64,
    /// How far the metric of one call would be from the limit, `>= 0`.
    pub scale: f64,
    /// How fast it gets there, `0.05..=2`.
    pub exponent: f64,
    /// Whether the metric rises to its limit.
    pub rises: bool,
}

/// A linear fit at one exponent.
#[derive(Clone, Copy)]
struct Line {
    floor: f64,
    slope: f64,
    loss: f64,
}

impl PowerLaw {
    /// The metric that it gives models of so many calls.
    pub fn at(&self, calls: u64) -> f64 {
        let away = self.scale * (calls.max(1) as f64).powf(-self.exponent);
        if self.rises {
            self.limit - away
        } else {
            self.limit + away
        }
    }

    /// Fits points of rising size; at least one, each with replicates.
    pub(super) fn fit(metric: Metric, points: &[CurvePoint]) -> Self {
        let rises = metric.higher_is_better();
        let sign = if rises { -1.0 } else { 1.0 };
        let least = match metric {
            Metric::Auc | Metric::AveragePrecision => -1.0,
            Metric::Lift => -10.0,
            Metric::Brier | Metric::LogLoss | Metric::Ece => 0.0,
        };
        let largest = points.last().map_or(1.0, |point| point.calls as f64);
        let tried =
            (0..STEPS).map(|step| LEAST * (MOST / LEAST).powf(step as f64 / (STEPS - 1) as f64));
        let noise = noise(points);
        let best = tried
            .map(|exponent| {
                // Sizes as shares of the largest, so that both columns of the fit are of size one.
                let rows: Vec<(f64, f64)> = points
                    .iter()
                    .flat_map(|point| {
                        let x = (point.calls as f64 / largest).powf(-exponent);
                        point.replicates.iter().map(move |value| (x, sign * value))
                    })
                    .collect();
                (exponent, line(&rows, least, noise))
            })
            .min_by(|a, b| a.1.loss.total_cmp(&b.1.loss));
        let (exponent, line) = best.unwrap_or((
            1.0,
            Line {
                floor: 0.0,
                slope: 0.0,
                loss: 0.0,
            },
        ));
        Self {
            limit: sign * line.floor,
            scale: line.slope * largest.powf(exponent),
            exponent,
            rises,
        }
    }
}

/// The scale of the noise: the median distance of a replicate from its size's median over 0.6745, the same for all
/// exponents; a ten-thousandth where replicates do not differ.
fn noise(points: &[CurvePoint]) -> f64 {
    let median = |mut values: Vec<f64>| {
        values.sort_unstable_by(f64::total_cmp);
        crate::bootstrap::quantile(&values, 0.5).unwrap_or(0.0)
    };
    let away = points.iter().flat_map(|point| {
        let middle = median(point.replicates.clone());
        point
            .replicates
            .iter()
            .map(move |value| (value - middle).abs())
    });
    (median(away.collect()) / 0.6745).max(1e-4)
}

/// `y = floor + slope x` by Huber's loss, with `floor >= least` and `slope >= 0`.
fn line(rows: &[(f64, f64)], least: f64, noise: f64) -> Line {
    let mut weights = vec![1.0; rows.len()];
    let mut fitted = weighted(rows, &weights, least);
    for _ in 0..ROUNDS {
        for (weight, (x, y)) in weights.iter_mut().zip(rows) {
            let away = (y - fitted.0 - fitted.1 * x).abs() / noise;
            *weight = if away > HUBER { HUBER / away } else { 1.0 };
        }
        fitted = weighted(rows, &weights, least);
    }
    let (floor, slope) = fitted;
    let loss = rows
        .iter()
        .map(|(x, y)| huber((y - floor - slope * x) / noise))
        .sum();
    Line { floor, slope, loss }
}

fn huber(away: f64) -> f64 {
    let away = away.abs();
    if away > HUBER {
        HUBER * (away - HUBER / 2.0)
    } else {
        away * away / 2.0
    }
}

/// Weighted least squares within the bounds: free, or else the better of both edges.
fn weighted(rows: &[(f64, f64)], weights: &[f64], least: f64) -> (f64, f64) {
    let sum = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
        rows.iter()
            .zip(weights)
            .map(|((x, y), weight)| weight * of(*x, *y))
            .sum()
    };
    let (all, sx, sy) = (sum(&|_, _| 1.0), sum(&|x, _| x), sum(&|_, y| y));
    let (sxx, sxy) = (sum(&|x, _| x * x), sum(&|x, y| x * y));
    let spread = all * sxx - sx * sx;
    let slope = if spread > 0.0 {
        (all * sxy - sx * sy) / spread
    } else {
        0.0
    };
    let floor = (sy - slope * sx) / all;
    if slope < 0.0 {
        return ((sy / all).max(least), 0.0);
    }
    if floor < least {
        return (least, ((sxy - least * sx) / sxx).max(0.0));
    }
    (floor, slope)
}
