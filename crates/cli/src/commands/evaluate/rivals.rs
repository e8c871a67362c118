//! Other methods' predictions of the same calls: [`Rivals`].

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;
use upturn::eval::{Bootstrap, Difference, Metric, PredictionTable, Predictions, Row, Runs};
use upturn::training::Baseline;
use upturn::{Conversation, ConversationId, Probability};

use crate::failure::Failure;

/// The metrics that decide.
const METRICS: [Metric; 2] = [Metric::Auc, Metric::Brier];

/// The method that says one number for all calls of a fold.
pub(super) const UNRANKED: &str = Baseline::BaseRate.as_str();

/// What is said of it beside its AUC.
pub(super) const WHY_UNRANKED: &str = "The base rate says one number for all calls of a fold, so it puts none before another, and its AUC is 0.5.";

/// A file of predictions, and which runs of it.
#[derive(Debug)]
pub(super) struct Rivals {
    table: PredictionTable,
    seeds: Vec<u64>,
    /// The calls that are asked about, where not all are; nothing else in the file counts then.
    only: Option<BTreeSet<ConversationId>>,
}

/// One method against ours.
#[derive(Debug, Serialize)]
pub(super) struct Comparison {
    /// Its name.
    pub(super) method: String,
    /// Whence its predictions are.
    pub(super) source: Source,
    /// By which metric.
    pub(super) metric: Metric,
    /// Both, and ours minus theirs; none where the metric is not defined.
    #[serde(flatten)]
    pub(super) difference: Option<Difference>,
    /// What may be said of it.
    pub(super) verdict: Option<String>,
}

/// Whence a method's predictions are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Source {
    /// Fitted here, in the same folds.
    Baseline,
    /// Read from `--compare`.
    File,
}

impl Comparison {
    /// A method against ours, by each metric that decides.
    pub(super) fn all(
        method: &str,
        source: Source,
        ours: &Runs,
        theirs: &Runs,
    ) -> Result<Vec<Self>, Failure> {
        let unranked =
            (source == Source::Baseline && method == UNRANKED).then(|| theirs.unranked());
        let by = |metric: Metric| {
            let unranked = unranked.as_ref().filter(|_| metric.ranks());
            let theirs = unranked.unwrap_or(theirs);
            let difference = ours.compare(metric, theirs, &Bootstrap::default())?;
            let words = method.replace('_', " ");
            let verdict = difference.map(|found| found.verdict(metric, words.as_str()).to_string());
            Ok(Self {
                method: method.to_owned(),
                source,
                metric,
                difference,
                verdict,
            })
        };
        METRICS.into_iter().map(by).collect()
    }
}

impl Rivals {
    /// Reads the file.
    pub(super) fn read(
        path: &Path,
        seeds: Vec<u64>,
        only: Option<BTreeSet<ConversationId>>,
    ) -> Result<Self, Failure> {
        Ok(Self {
            table: PredictionTable::read(path)?,
            seeds,
            only,
        })
    }

    /// Fails before hours of training if the methods can't be paired with ours afterwards.
    pub(super) fn check(&self, calls: &[&Conversation], prefixes: &[f64]) -> Result<(), Failure> {
        let blank = |call: &&Conversation| {
            let won = call.outcome()?.is_won();
            Some(Row {
                id: call.id().clone(),
                group: String::new(),
                won,
                probability: Probability::from_logit(0.0),
            })
        };
        let blank = Runs::from(Predictions::new(calls.iter().filter_map(blank).collect())?);
        let once = Bootstrap::new(1, 0.95, 0)?;
        for prefix in prefixes {
            for method in self.table.methods() {
                blank.compare(Metric::Brier, &self.of(method, *prefix)?, &once)?;
            }
        }
        Ok(())
    }

    /// Every method against ours.
    pub(super) fn against(&self, ours: &Runs, prefix: f64) -> Result<Vec<Comparison>, Failure> {
        let mut comparisons = Vec::new();
        for method in self.table.methods() {
            let theirs = self.of(method, prefix)?;
            comparisons.extend(Comparison::all(method, Source::File, ours, &theirs)?);
        }
        Ok(comparisons)
    }

    /// The names of the methods.
    pub(super) fn methods(&self) -> impl Iterator<Item = &str> {
        self.table.methods().iter().map(AsRef::as_ref)
    }

    /// What a method says at a prefix. Resampling goes by our groups, so theirs need none.
    pub(super) fn of(&self, method: &str, prefix: f64) -> Result<Runs, Failure> {
        let run = |seed: &u64| self.run(method, prefix, *seed);
        Ok(Runs::new(
            self.seeds.iter().map(run).collect::<Result<_, _>>()?,
        )?)
    }

    fn run(&self, method: &str, prefix: f64, seed: u64) -> Result<Predictions, Failure> {
        let all = self
            .table
            .predictions(method, prefix, seed, &|_| String::new())?;
        let Some(only) = &self.only else {
            return Ok(all);
        };
        let rows = all.rows().iter();
        let asked = rows.filter(|row| only.contains(&row.id)).cloned();
        Ok(Predictions::new(asked.collect())?)
    }
}
