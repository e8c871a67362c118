//! The measures of a set of predictions: [`Metric`], and the parts of one of them: [`BrierDecomposition`].

pub(crate) mod calibration;
mod decomposition;
mod proper;
pub(crate) mod ranking;
pub(crate) mod ties;

#[cfg(test)]
mod tests;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use decomposition::BrierDecomposition;
use ties::{Ranking, Tie};

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
    /// Ten bins of equal mass: their edges are the deciles of the probabilities, each bin open below and closed above, so
    /// that equal probabilities share a bin, as with scikit-learn's `calibration_curve(strategy="quantile")`. Guo et al.
    /// (2017), equation 3, has bins of equal width, of which few hold most rows; Nixon et al. (2019) argue for equal mass.
    ///
    /// It has a noise floor: where probabilities are spread evenly and all true, 1,000 rows still give 0.031 on
    /// average, `√(2 / (10 π n)) Σ_bins √(mean of p (1 - p))`. So its interval speaks of the error measured on as many rows,
    /// floor and all, and is made in another way than the others' ([`Bootstrap`](crate::Bootstrap)). Whether the error is
    /// more than the floor says [`CalibrationBand`](crate::CalibrationBand). Compare methods on the same rows only, and
    /// decide by [`Metric::Brier`].
    Ece,
    /// Lift at 10 %: the share of won in the tenth of highest probability over the share of won in all, `0..=10`; chance is 1.
    ///
    /// The tenth has `⌈n / 10⌉` rows, so one row where there are ten or fewer: then this is a coin's toss, and with less
    /// than some hundred rows its interval is wide. Rows that are tied for the last places share them evenly, which is
    /// the mean over all orders of them; so a constant has a lift of 1. No method exceeds `1 / share of won`.
    #[serde(rename = "lift_at_10_percent")]
    Lift,
}

impl Metric {
    /// Every metric, in the order of reports.
    pub const ALL: [Self; 6] = [
        Self::Auc,
        Self::AveragePrecision,
        Self::Brier,
        Self::LogLoss,
        Self::Ece,
        Self::Lift,
    ];

    /// The word used in files, the same as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auc => "auc",
            Self::AveragePrecision => "average_precision",
            Self::Brier => "brier",
            Self::LogLoss => "log_loss",
            Self::Ece => "ece",
            Self::Lift => "lift_at_10_percent",
        }
    }

    /// The name for people: `AUC`, `lift at 10 %`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auc => "AUC",
            Self::AveragePrecision => "average precision",
            Self::Brier => "Brier score",
            Self::LogLoss => "log-loss",
            Self::Ece => "calibration error",
            Self::Lift => "lift at 10 %",
        }
    }

    /// Whether more is better; otherwise less is.
    pub const fn higher_is_better(self) -> bool {
        match self {
            Self::Auc | Self::AveragePrecision | Self::Lift => true,
            Self::Brier | Self::LogLoss | Self::Ece => false,
        }
    }

    /// Whether it looks at the order of the probabilities alone, and not at their sizes.
    pub const fn ranks(self) -> bool {
        match self {
            Self::Auc | Self::AveragePrecision | Self::Lift => true,
            Self::Brier | Self::LogLoss | Self::Ece => false,
        }
    }

    /// The metric of rows: `probabilities[i]` was predicted where `won[i]` came out. Finite.
    ///
    /// `None` where it is not defined: no rows, different lengths, a number outside `0..=1` or NaN; for
    /// [`Metric::Auc`] and [`Metric::AveragePrecision`] also where all rows came out alike, for [`Metric::Lift`] where no
    /// row was won.
    ///
    /// ```
    /// use upturn_eval::Metric;
    ///
    /// // Of the two pairs, one is in order and one is tied.
    /// assert_eq!(Metric::Auc.of(&[0.9, 0.9, 0.1], &[true, false, false]), Some(0.75));
    /// ```
    pub fn of(self, probabilities: &[f64], won: &[bool]) -> Option<f64> {
        self.of_ties(&sound(probabilities, won)?.all())
    }

    /// The metric of counted rows.
    pub(crate) fn of_ties(self, ties: &[Tie]) -> Option<f64> {
        if ties.is_empty() {
            return None;
        }
        match self {
            Self::Auc => ranking::auc(ties),
            Self::AveragePrecision => ranking::average_precision(ties),
            Self::Brier => Some(proper::brier(ties)),
            Self::LogLoss => Some(proper::log_loss(ties)),
            Self::Ece => Some(calibration::expected_calibration_error(ties)),
            Self::Lift => ranking::lift_at_tenth(ties),
        }
    }
}

/// The rows in order; `None` without rows, with different lengths, or with a number that is no probability.
fn sound(probabilities: &[f64], won: &[bool]) -> Option<Ranking> {
    let all_are = probabilities.iter().all(|p| (0.0..=1.0).contains(p));
    if probabilities.is_empty() || probabilities.len() != won.len() || !all_are {
        return None;
    }
    let rows = probabilities.iter().copied().zip(won.iter().copied());
    Some(Ranking::new(rows))
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
