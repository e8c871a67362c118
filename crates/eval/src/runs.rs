//! Several runs of one method on the same conversations: [`Runs`].

use upturn_core::ConversationId;

use crate::bootstrap::Groups;
use crate::comparison::{difference, paired};
use crate::metric::ties::{Ranking, Tie};
use crate::{
    Bootstrap, BrierDecomposition, Difference, Estimate, EvalError, Metric, Predictions, Side,
};

/// What one method said of the same conversations in several runs: other folds, another seed of the training.
///
/// A metric of runs is its mean over them. Intervals come from resampling the accounts once for all runs, so they speak
/// of the choice of conversations for a method whose luck with seeds is averaged out; how much the seeds matter is in
/// [`by_run`](Self::by_run). Pooling the rows instead would take the same conversation for several.
///
/// # Laws
///
/// - One run, or the same run several times, has the estimates of [`estimate`](crate::estimate) and the differences of
///   [`compare`](crate::compare) bit for bit, up to the rounding of a mean.
/// - The order of runs does not matter but for that rounding.
#[derive(Debug, Clone, PartialEq)]
pub struct Runs {
    runs: Vec<Predictions>,
}

impl Runs {
    /// Checks that all runs speak of the same conversations and outcomes, and puts them in the first one's order.
    ///
    /// Groups are the first run's.
    ///
    /// # Errors
    ///
    /// [`EvalError::NoPredictions`] without runs, [`EvalError::Unpaired`] if a run lacks a conversation of another,
    /// [`EvalError::OutcomesDiffer`] if they disagree on what came out.
    pub fn new(runs: Vec<Predictions>) -> Result<Self, EvalError> {
        let mut runs = runs.into_iter();
        let first = runs.next().ok_or(EvalError::NoPredictions)?;
        let sides = [Side::FirstRun, Side::OtherRun];
        let rest: Result<Vec<_>, _> = runs.map(|run| paired(&first, &run, sides)).collect();
        let mut runs = vec![first];
        runs.extend(rest?);
        Ok(Self { runs })
    }

    /// The runs, all in one order of rows; at least one.
    pub fn all(&self) -> &[Predictions] {
        &self.runs
    }

    /// The metric of each run alone; empty where it is not defined.
    pub fn by_run(&self, metric: Metric) -> Vec<f64> {
        let of = |ranking: &Ranking| metric.of_ties(&ranking.all());
        let values: Option<Vec<f64>> = self.rankings().iter().map(of).collect();
        values.unwrap_or_default()
    }

    /// The mean of a metric over the runs with its interval; `None` as in [`estimate`](crate::estimate).
    pub fn estimate(&self, metric: Metric, bootstrap: &Bootstrap) -> Option<Estimate> {
        let groups = self.groups();
        let rankings = self.rankings();
        let value = mean(metric, &rankings, &groups.every_row())?;
        let replicates = bootstrap.replicate(&groups, |places| mean(metric, &rankings, places));
        Estimate::of_metric(metric, value, replicates, bootstrap)
    }

    /// Compares the means over runs by the paired bootstrap, as [`compare`](crate::compare) does with one run each; the
    /// methods may have different numbers of runs.
    ///
    /// # Errors
    ///
    /// Those of [`compare`](crate::compare).
    pub fn compare(
        &self,
        metric: Metric,
        theirs: &Self,
        bootstrap: &Bootstrap,
    ) -> Result<Option<Difference>, EvalError> {
        let theirs = self.aligned(theirs)?;
        Ok(difference(
            metric,
            &self.groups(),
            [&self.rankings(), &theirs],
            bootstrap,
        ))
    }

    /// The same runs as a method that puts no conversation before another: the AUC is 0.5, the lift 1.
    ///
    /// It is for the ranking metrics ([`Metric::ranks`]) of a method that says one number for all conversations of a fold, such
    /// as the share of won ones among those learnt from. Over folds such numbers differ, but what they say of their order is
    /// wrong by construction: where a fold has few won conversations, the others have many, and the share is high. Pooled, the
    /// AUC is below 0.5, though nothing was ranked.
    #[must_use]
    pub fn unranked(&self) -> Self {
        Self {
            runs: self.runs.iter().map(Predictions::unranked).collect(),
        }
    }

    /// Another method's runs in our order of rows.
    pub(crate) fn aligned(&self, theirs: &Self) -> Result<Vec<Ranking>, EvalError> {
        let first = self.runs.first().ok_or(EvalError::NoPredictions)?;
        let sides = [Side::Ours, Side::Theirs];
        let runs = theirs.runs.iter().map(|run| paired(first, run, sides));
        runs.map(|run| run.map(|run| run.ranking())).collect()
    }

    /// The mean over runs of the parts of the Brier score.
    pub fn brier_decomposition(&self) -> Option<BrierDecomposition> {
        let rankings = self.rankings();
        let parts = rankings
            .iter()
            .map(|run| BrierDecomposition::of_ties(&run.all()));
        BrierDecomposition::mean(&parts.collect::<Vec<_>>())
    }

    /// Each conversation with its mean probability over the runs and whether it was won, in the order of rows.
    pub(crate) fn mean_probabilities(&self) -> Vec<(&ConversationId, f64, bool)> {
        let Some(first) = self.runs.first() else {
            return Vec::new();
        };
        let mean = |place: usize| {
            let of = |run: &Predictions| run.rows().get(place).map(|row| row.probability.value());
            self.runs.iter().filter_map(of).sum::<f64>() / self.runs.len() as f64
        };
        let rows = first.rows().iter().enumerate();
        rows.map(|(place, row)| (&row.id, mean(place), row.won))
            .collect()
    }

    /// The rows of all runs in one order: a conversation stands there once for each run.
    pub(crate) fn pooled(&self) -> Vec<Tie> {
        let rows = self.runs.iter().flat_map(Predictions::outcomes);
        Ranking::new(rows).all()
    }

    pub(crate) fn groups(&self) -> Groups {
        self.runs.first().map(Groups::of).unwrap_or_default()
    }

    pub(crate) fn rankings(&self) -> Vec<Ranking> {
        self.runs.iter().map(Predictions::ranking).collect()
    }
}

impl From<Predictions> for Runs {
    fn from(run: Predictions) -> Self {
        Self { runs: vec![run] }
    }
}

/// The mean of a metric over runs on some rows; `None` if it is not defined there.
pub(crate) fn mean(metric: Metric, runs: &[Ranking], places: &[usize]) -> Option<f64> {
    let of = |run: &Ranking| metric.of_ties(&run.ties(places.iter().copied()));
    let sum: f64 = runs.iter().map(of).sum::<Option<f64>>()?;
    (!runs.is_empty()).then_some(sum / runs.len() as f64)
}

#[cfg(test)]
mod tests;
