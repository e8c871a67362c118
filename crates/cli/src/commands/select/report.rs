//! What was measured: [`SelectionReport`].

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;
use upturn::eval::{Bootstrap, Difference, Estimate, Metric, compare, estimate};

use super::candidate::Cost;
use super::contest::{Mode, Tried};
use super::recommendation::Recommendation;
use crate::commands::evaluate::plan::FoldsReport;
use crate::failure::Failure;
use crate::numbers::{count, interval, measure, share};
use crate::table::Table;

/// The metrics that are told.
const METRICS: [Metric; 2] = [Metric::Auc, Metric::Brier];

/// The answer of `select`.
#[derive(Debug, Serialize)]
pub(super) struct SelectionReport {
    pub(super) corpus: &'static str,
    pub(super) data: PathBuf,
    pub(super) folds: FoldsReport,
    pub(super) encoders: Vec<Entry>,
    pub(super) recommendation: Option<Recommendation>,
    pub(super) seconds: f64,
}

/// One encoder in one of its modes.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    encoder: String,
    mode: Mode,
    auc: Option<Estimate>,
    brier: Option<Estimate>,
    #[serde(flatten)]
    cost: Cost,
    /// Against the first; nothing for the first itself.
    comparisons: Vec<Comparison>,
}

/// Against the first encoder, by one metric.
#[derive(Debug, Serialize)]
struct Comparison {
    metric: Metric,
    /// Ours minus the first one's; none where the metric is not defined.
    #[serde(flatten)]
    difference: Option<Difference>,
    /// What may be said of it.
    verdict: Option<String>,
}

/// Measures each, and compares it with the first.
pub(super) fn entries(tried: &[Tried<'_>]) -> Result<Vec<Entry>, Failure> {
    let Some(first) = tried.first() else {
        return Ok(Vec::new());
    };
    tried.iter().map(|one| Entry::of(one, first)).collect()
}

impl Entry {
    fn of(one: &Tried<'_>, first: &Tried<'_>) -> Result<Self, Failure> {
        let bootstrap = Bootstrap::default();
        let measured = |metric| estimate(metric, &one.predictions, &bootstrap);
        let against = |metric: Metric| -> Result<Comparison, Failure> {
            let found = compare(metric, &one.predictions, &first.predictions, &bootstrap)?;
            Ok(Comparison {
                metric,
                difference: found,
                verdict: found.map(|found| found.verdict(metric, first.to_string()).to_string()),
            })
        };
        let comparisons = if std::ptr::eq(one, first) {
            Vec::new()
        } else {
            METRICS.into_iter().map(against).collect::<Result<_, _>>()?
        };
        Ok(Self {
            encoder: one.encoder.to_owned(),
            mode: one.mode,
            auc: measured(Metric::Auc),
            brier: measured(Metric::Brier),
            cost: one.cost,
            comparisons,
        })
    }

    fn row(&self) -> [String; 10] {
        let value = |estimate: &Option<Estimate>| measure(estimate.map(|found| found.value));
        let within =
            |estimate: &Option<Estimate>| estimate.as_ref().map(interval).unwrap_or_default();
        let Cost {
            seconds_per_thousand_tokens,
            parameters,
            bytes,
            dimension,
        } = self.cost;
        [
            self.encoder.clone(),
            self.mode.to_string(),
            value(&self.auc),
            within(&self.auc),
            value(&self.brier),
            within(&self.brier),
            format!("{seconds_per_thousand_tokens:.3}"),
            count(parameters),
            format!("{:.1}", bytes as f64 / 1e6),
            dimension.to_string(),
        ]
    }

    /// A sentence for each comparison.
    fn verdicts(&self) -> impl Iterator<Item = String> {
        self.comparisons.iter().map(|comparison| {
            let verdict = comparison.verdict.as_deref();
            format!(
                "`{}` ({}), {}: {}",
                self.encoder,
                self.mode,
                comparison.metric.name(),
                verdict.unwrap_or("not defined on these calls")
            )
        })
    }
}

impl fmt::Display for SelectionReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FoldsReport {
            count: folds,
            calls,
            won,
            ..
        } = self.folds;
        let mut table = Table::new([
            "encoder",
            "mode",
            "AUC",
            "95 % interval",
            "Brier",
            "95 % interval",
            "s/1,000 tokens",
            "parameters",
            "MB",
            "dimension",
        ]);
        for entry in &self.encoders {
            table.row(entry.row());
        }
        writeln!(
            f,
            "{}: {} calls, {} won, {folds} folds, {:.0} s\n\n{table}\n",
            self.corpus,
            count(calls),
            share(won, calls),
            self.seconds
        )?;
        for verdict in self.encoders.iter().flat_map(Entry::verdicts) {
            writeln!(f, "{verdict}")?;
        }
        if let Some(advice) = &self.recommendation {
            writeln!(f, "\n{}", advice.sentence)?;
        }
        write!(
            f,
            "\nWhole calls; words, shape, neighbours and head are fitted alike on each encoder. Intervals are of the choice of \
             calls (bootstrap over accounts). The best of several looks a little better than it is. Seconds are of this machine \
             as busy as it was."
        )
    }
}
