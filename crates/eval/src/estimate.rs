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
}

/// A metric of predictions with its bootstrap interval.
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
    Estimate::from_replicates(value, replicates, bootstrap)
}

#[cfg(test)]
mod tests;
