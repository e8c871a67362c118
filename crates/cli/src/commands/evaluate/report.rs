//! What was measured: [`EvaluationReport`].

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::Serialize;
use upturn::eval::{Bootstrap, Difference, Estimate, Metric, Predictions, estimate};
use upturn::training::TrainingConfig;

use super::plan::FoldsReport;
use super::rivals::{Comparison, Rivals};
use crate::dataset::Counts;
use crate::failure::Failure;
use crate::numbers::{count, interval, measure, percent, share, signed, signed_interval};
use crate::table::Table;

/// The answer of `evaluate`.
#[derive(Debug, Serialize)]
pub(super) struct EvaluationReport<'a> {
    pub(super) corpus: &'static str,
    pub(super) data: PathBuf,
    pub(super) records: Counts,
    pub(super) folds: FoldsReport,
    pub(super) prefixes: Vec<PrefixReport>,
    pub(super) config: &'a TrainingConfig,
    pub(super) seconds: f64,
}

/// What was measured where a share of the turns was known.
#[derive(Debug, Serialize)]
pub(super) struct PrefixReport {
    prefix: f64,
    metrics: BTreeMap<Metric, Option<Estimate>>,
    comparisons: Vec<Comparison>,
}

impl PrefixReport {
    /// Measures our predictions and compares them.
    pub(super) fn of(
        prefix: f64,
        ours: &Predictions,
        rivals: Option<&Rivals>,
    ) -> Result<Self, Failure> {
        let bootstrap = Bootstrap::default();
        let metrics = Metric::ALL
            .into_iter()
            .map(|metric| (metric, estimate(metric, ours, &bootstrap)));
        let comparisons = rivals
            .map(|rivals| rivals.against(ours, prefix))
            .transpose()?
            .unwrap_or_default();
        Ok(Self {
            prefix,
            metrics: metrics.collect(),
            comparisons,
        })
    }

    fn measured(&self) -> Table<3> {
        let mut table = Table::new(["metric", "value", "95 % interval"]);
        for (metric, measured) in &self.metrics {
            let value = measure(measured.map(|estimate| estimate.value));
            table.row([
                name(*metric),
                value,
                measured.as_ref().map(interval).unwrap_or_default(),
            ]);
        }
        table
    }

    fn compared(&self) -> Table<7> {
        let mut table = Table::new([
            "against",
            "metric",
            "ours",
            "theirs",
            "difference",
            "95 % interval",
            "ours better in",
        ]);
        for Comparison {
            method,
            metric,
            difference,
        } in &self.comparisons
        {
            let [ours, theirs, apart, within, better] =
                difference.as_ref().map(cells).unwrap_or_default();
            table.row([
                method.clone(),
                name(*metric),
                ours,
                theirs,
                apart,
                within,
                better,
            ]);
        }
        table
    }
}

fn cells(
    Difference {
        ours,
        theirs,
        difference,
        better,
        p_value: _,
        groups: _,
    }: &Difference,
) -> [String; 5] {
    let value = |estimate: &Estimate| measure(Some(estimate.value));
    [
        value(ours),
        value(theirs),
        signed(difference.value),
        signed_interval(difference),
        percent(*better),
    ]
}

fn name(metric: Metric) -> String {
    let better = if metric.higher_is_better() {
        "higher"
    } else {
        "lower"
    };
    format!("{} ({better} is better)", metric.as_str().replace('_', " "))
}

impl fmt::Display for EvaluationReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FoldsReport {
            count: folds,
            calls,
            won,
            ..
        } = self.folds;
        let encoder = match self.config.epochs {
            0 => "encoder as it is (`--epochs N` fine-tunes it in every fold)".to_owned(),
            epochs => format!("encoder fine-tuned for at most {epochs} epochs"),
        };
        writeln!(
            f,
            "{}: {} calls, {} won, {folds} folds, {encoder}, {:.0} s",
            self.corpus,
            count(calls),
            share(won, calls),
            self.seconds
        )?;
        for prefix in &self.prefixes {
            write!(
                f,
                "\n{:.0} % of the turns known\n\n{}\n",
                100.0 * prefix.prefix,
                prefix.measured()
            )?;
            if !prefix.comparisons.is_empty() {
                write!(f, "\n{}\n", prefix.compared())?;
            }
        }
        write!(
            f,
            "\nIntervals are of the choice of calls (bootstrap over accounts), not of folds or seeds. A difference whose \
            interval holds 0 speaks for neither."
        )
    }
}
