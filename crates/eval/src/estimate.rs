//! A metric with its interval: [`estimate`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::bootstrap::Groups;
use crate::runs::mean;
use crate::{Bootstrap, Metric, Predictions};

/// A number measured on a sample, and between which numbers it would fall on other samples of the same kind.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    /// Measured on all rows, each once.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval; `low <= high`.
    pub high: f64,
}

impl Estimate {
    /// The value with the interval of its replicates; `None` without replicates.
    pub(crate) fn from_replicates(
        value: f64,
        replicates: Vec<f64>,
        bootstrap: &Bootstrap,
    ) -> Option<Self> {
        let (low, high) = bootstrap.interval(replicates)?;
        Some(Self { value, low, high })
    }

    /// The same of a metric: that of a calibration error holds it, see [`Bootstrap`].
    pub(crate) fn of_metric(
        metric: Metric,
        value: f64,
        replicates: Vec<f64>,
        bootstrap: &Bootstrap,
    ) -> Option<Self> {
        if metric != Metric::Ece {
            return Self::from_replicates(value, replicates, bootstrap);
        }
        let (low, high) = bootstrap.interval_around(value, replicates)?;
        Some(Self {
            value,
            low: low.max(0.0),
            high: high.min(1.0),
        })
    }
}

/// A metric of predictions with its bootstrap interval; how it is made stands at [`Bootstrap`].
///
/// `None` where the metric is not defined on the rows (see [`Metric::of`]) or on any resample of them. Resamples where
/// it is not defined, such as an AUC without a lost row, are left out of the interval.
pub fn estimate(
    metric: Metric,
    predictions: &Predictions,
    bootstrap: &Bootstrap,
) -> Option<Estimate> {
    let groups = Groups::of(predictions);
    let ranking = [predictions.ranking()];
    let value = mean(metric, &ranking, &groups.every_row())?;
    let replicates = bootstrap.replicate(&groups, |places| mean(metric, &ranking, places));
    Estimate::of_metric(metric, value, replicates, bootstrap)
}

#[cfg(test)]
mod tests;
