//! What was measured: [`SelectionReport`].

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;
use upturn::Fingerprint;
use upturn::eval::{Bootstrap, Difference, Estimate, Metric, compare, estimate};
use upturn::training::{Recipe, RecipeChoice};

use super::candidate::Cost;
use super::contest::{Mode, Tried};
use super::recommendation::Recommendation;
use crate::commands::evaluate::plan::FoldsReport;
use crate::commands::evaluate::provenance::Provenance;
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
    /// Of every encoder; those that are frozen learn all of it but the encoder.
    pub(super) recipe: RecipeChoice,
    /// Whether fine-tuning was asked for and left out.
    pub(super) too_few_to_fine_tune: bool,
    pub(super) encoders: Vec<Entry>,
    pub(super) recommendation: Option<Recommendation>,
    /// The encoders' are with each of them.
    pub(super) provenance: Provenance,
    pub(super) seconds: f64,
}

/// One encoder in one of its modes.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    encoder: String,
    fingerprint: Fingerprint,
    mode: Mode,
    auc: Option<Estimate>,
    brier: Option<Estimate>,
    #[serde(flatten)]
    cost: Cost,
    /// Wall time of all folds' trainings together.
    training_seconds: f64,
    /// Against the first, and where it is fine-tuned against itself frozen; nothing for the first itself.
    comparisons: Vec<Comparison>,
}

/// Against another one, by one metric.
#[derive(Debug, Serialize)]
struct Comparison {
    metric: Metric,
    /// Its name and mode.
    against: String,
    /// Ours minus the other one's; none where the metric is not defined.
    #[serde(flatten)]
    difference: Option<Difference>,
    /// What may be said of it.
    verdict: Option<String>,
}

/// Measures each, and compares it with the first, and what is fine-tuned with itself frozen.
pub(super) fn entries(tried: &[Tried<'_>]) -> Result<Vec<Entry>, Failure> {
    let rivals = |one: &Tried<'_>| {
        let itself = |other: &Tried<'_>| other.encoder == one.encoder && other.mode == one.mode;
        let first = |place: usize| place == 0;
        let frozen = |other: &Tried<'_>| other.encoder == one.encoder && other.mode == Mode::Frozen;
        let all = tried.iter().enumerate();
        all.filter(|(place, other)| !itself(other) && (first(*place) || frozen(other)))
            .map(|(_, other)| other)
            .collect::<Vec<_>>()
    };
    tried
        .iter()
        .map(|one| Entry::of(one, &rivals(one)))
        .collect()
}

impl Entry {
    fn of(one: &Tried<'_>, rivals: &[&Tried<'_>]) -> Result<Self, Failure> {
        let bootstrap = Bootstrap::default();
        let measured = |metric| estimate(metric, &one.predictions, &bootstrap);
        let against = |rival: &Tried<'_>, metric: Metric| -> Result<Comparison, Failure> {
            let found = compare(metric, &one.predictions, &rival.predictions, &bootstrap)?;
            let against = rival.to_string();
            Ok(Comparison {
                metric,
                difference: found,
                verdict: found.map(|found| found.verdict(metric, against.clone()).to_string()),
                against,
            })
        };
        let comparisons = rivals
            .iter()
            .flat_map(|rival| METRICS.map(|metric| against(rival, metric)))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            encoder: one.encoder.to_owned(),
            fingerprint: one.fingerprint.clone(),
            mode: one.mode,
            auc: measured(Metric::Auc),
            brier: measured(Metric::Brier),
            cost: one.cost,
            training_seconds: one.training.as_secs_f64(),
            comparisons,
        })
    }

    fn row(&self) -> [String; 11] {
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
            format!("{:.1}", self.training_seconds),
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
            "training s",
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
            "{}: {} calls, {} won, {folds} folds, {:.0} s\n{}{}\n\n{table}\n",
            self.corpus,
            count(calls),
            share(won, calls),
            self.seconds,
            self.recipe,
            if self.too_few_to_fine_tune {
                "; so few labelled calls teach an encoder nothing, frozen ones are compared alone"
            } else {
                ""
            },
        )?;
        for verdict in self.encoders.iter().flat_map(Entry::verdicts) {
            writeln!(f, "{verdict}")?;
        }
        if let Some(advice) = &self.recommendation {
            writeln!(f, "\n{}", advice.sentence)?;
        }
        write!(
            f,
            "\nWhole calls; {}. Intervals are of the choice of calls (bootstrap over accounts). The best of several looks a \
             little better than it is. Seconds are of this machine as busy as it was; those of training are of all folds.",
            alike(self.recipe.recipe)
        )
    }
}

/// What is the same for each encoder, and what is not.
const fn alike(recipe: Recipe) -> &'static str {
    match recipe {
        Recipe::FewLabels => "base rate and neighbours are fitted alike on each encoder",
        Recipe::Frozen => "words, shape, neighbours and head are fitted alike on each encoder",
        Recipe::Contrastive | Recipe::Joint => {
            "words, shape, neighbours and head are fitted alike on each encoder, frozen or fine-tuned; blend and calibration \
             as in `train`, on calls that the encoder did not learn from, which are fewer where it is fine-tuned"
        }
    }
}
