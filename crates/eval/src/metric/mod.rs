//! The measures of a set of predictions: [`Metric`].

mod calibration;
mod proper;
mod ranking;

#[cfg(test)]
mod tests;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is measured. `p` is the predicted probability of won, `y` is 1 for won and 0 for lost, `n` counts the rows.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Area under the ROC curve, `0..=1`; chance is 0.5.
    ///
    /// `P(p_won > p_lost) + P(p_won = p_lost) / 2` over all pairs of a won and a lost row: the statistic of Mann and
    /// Whitney (1947) over the number of pairs (Hanley and `McNeil` 1982). Also called the c-statistic.
    Auc,
    /// Area under the steps of precision over recall, `0..=1`; chance is the share of won rows.
    ///
    /// `Σ (R_k - R_{k-1}) P_k` over the distinct probabilities from the highest down: rows of equal probability enter
    /// together, and nothing is interpolated, as in scikit-learn's `average_precision_score`.
    AveragePrecision,
    /// Mean squared error of the probability, `0..=1`: `Σ (p - y)² / n`.
    ///
    /// Brier (1950), equation 2, summed both outcomes and so is twice this.
    Brier,
    /// Mean negative log-likelihood in nats: `-Σ (y ln p + (1 - y) ln(1 - p)) / n`. Also called cross-entropy.
    ///
    /// `p` is clipped to `1e-15..=1 - 1e-15`, so that one certain mistake costs 34.5 nats and not infinity.
    LogLoss,
    /// Expected calibration error, `0..=1`: `Σ (rows in bin / n) |mean y in bin - mean p in bin|`.
    ///
    /// Guo et al. (2017), equation 3, on the probability of won, with ten bins of equal width, each open below and
    /// closed above (0 counts to the first).
    ///
    /// It has a noise floor: where probabilities are spread evenly and all true, 1,000 rows still give 0.031 on
    /// average, `√(2 / (10 π n)) Σ_bins √(mean of p (1 - p))`. Resampling adds to it, so the bootstrap interval leans
    /// upwards and can lie above the value. Compare methods on the same rows only, and decide by [`Metric::Brier`].
    Ece,
}

impl Metric {
    /// Every metric, in the order of reports.
    pub const ALL: [Self; 5] = [
        Self::Auc,
        Self::AveragePrecision,
        Self::Brier,
        Self::LogLoss,
        Self::Ece,
    ];

    /// The word used in files, the same as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auc => "auc",
            Self::AveragePrecision => "average_precision",
            Self::Brier => "brier",
            Self::LogLoss => "log_loss",
            Self::Ece => "ece",
        }
    }

    /// Whether more is better; otherwise less is.
    pub const fn higher_is_better(self) -> bool {
        match self {
            Self::Auc | Self::AveragePrecision => true,
            Self::Brier | Self::LogLoss | Self::Ece => false,
        }
    }

    /// The metric of rows: `probabilities[i]` was predicted where `won[i]` came out. Finite.
    ///
    /// `None` where it is not defined: no rows, different lengths, a number outside `0..=1` or NaN; for
    /// [`Metric::Auc`] and [`Metric::AveragePrecision`] also where all rows came out alike.
    ///
    /// ```
    /// use upturn_eval::Metric;
    ///
    /// // Of the two pairs, one is in order and one is tied.
    /// assert_eq!(Metric::Auc.of(&[0.9, 0.9, 0.1], &[true, false, false]), Some(0.75));
    /// ```
    pub fn of(self, probabilities: &[f64], won: &[bool]) -> Option<f64> {
        let sound = probabilities.iter().all(|p| (0.0..=1.0).contains(p));
        if probabilities.is_empty() || probabilities.len() != won.len() || !sound {
            return None;
        }
        match self {
            Self::Auc => ranking::auc(probabilities, won),
            Self::AveragePrecision => ranking::average_precision(probabilities, won),
            Self::Brier => Some(proper::brier(probabilities, won)),
            Self::LogLoss => Some(proper::log_loss(probabilities, won)),
            Self::Ece => Some(calibration::expected_calibration_error(probabilities, won)),
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
