//! Which calls take part, and in which fold: [`Plan`].

use std::path::Path;

use serde::Serialize;
use upturn::Conversation;
use upturn::datasets::{Folds, grouped_folds};
use upturn::training::Labels;

use crate::dataset::{Dataset, won};
use crate::error::CliError;
use crate::failure::Failure;
use crate::numbers::count;
use crate::printer::Printer;

/// Folds that are drawn where no file gives them.
const DRAWN: usize = 5;

/// The calls of a cross-validation with their folds.
#[derive(Debug)]
pub(in crate::commands) struct Plan<'a> {
    /// All have an outcome.
    pub(in crate::commands) calls: Vec<&'a Conversation>,
    /// The fold of each.
    pub(in crate::commands) folds: Vec<usize>,
    /// How many folds there are.
    pub(in crate::commands) count: usize,
    unlabelled: usize,
    left_out: usize,
    missing: usize,
}

/// The same for programs.
#[derive(Debug, Serialize)]
pub(in crate::commands) struct FoldsReport {
    /// How many folds.
    pub(in crate::commands) count: usize,
    /// Calls that took part.
    pub(in crate::commands) calls: usize,
    /// How many of them were won.
    pub(in crate::commands) won: usize,
    /// Calls without an outcome.
    unlabelled: usize,
    /// Calls that the file of folds leaves out.
    left_out: usize,
    /// Calls that only the file of folds knows.
    missing: usize,
}

impl<'a> Plan<'a> {
    /// The folds of a file.
    pub(in crate::commands) fn from_file(
        dataset: &'a Dataset,
        file: &Path,
        column: &str,
    ) -> Result<Self, Failure> {
        let labelled = labelled(dataset)?;
        let assigned = Folds::read(file, column)?.assign(&labelled)?;
        let unlabelled = dataset.conversations.len() - labelled.len();
        let calls = assigned
            .places
            .iter()
            .filter_map(|place| labelled.get(*place).copied())
            .collect();
        let missing = assigned.missing.len();
        Ok(Self {
            calls,
            folds: assigned.folds,
            count: assigned.count,
            unlabelled,
            left_out: assigned.left_out,
            missing,
        })
    }

    /// Folds drawn from a seed.
    pub(in crate::commands) fn drawn(dataset: &'a Dataset, seed: u64) -> Result<Self, Failure> {
        let calls = labelled(dataset)?;
        let folds = grouped_folds(&calls, DRAWN, seed);
        let unlabelled = dataset.conversations.len() - calls.len();
        Ok(Self {
            calls,
            folds,
            count: DRAWN,
            unlabelled,
            left_out: 0,
            missing: 0,
        })
    }

    /// The calls at some places.
    pub(in crate::commands) fn at(&self, places: &[usize]) -> Vec<&'a Conversation> {
        places
            .iter()
            .filter_map(|place| self.calls.get(*place).copied())
            .collect()
    }

    /// What the poorest of the folds' trainings learns from: the one with the fewest calls of the rarer outcome.
    pub(in crate::commands) fn least_labels(&self) -> Labels {
        let training = |fold: usize| {
            let known = self.calls.iter().zip(&self.folds);
            let known = known.filter(|(_, of)| **of != fold).map(|(call, _)| *call);
            Labels::of(&known.collect::<Vec<_>>())
        };
        let poorest = |labels: &Labels| (labels.rarer(), labels.total());
        (0..self.count)
            .map(training)
            .min_by_key(poorest)
            .unwrap_or_default()
    }

    /// Says which calls don't take part.
    pub(in crate::commands) fn report(&self, printer: Printer) {
        for (number, why) in [
            (self.unlabelled, "calls have no outcome"),
            (self.left_out, "calls are not in the file of folds"),
            (
                self.missing,
                "calls of the file of folds are not in the data",
            ),
        ] {
            if number > 0 {
                printer.warning(&format!("{} {why}: they take no part", count(number)));
            }
        }
    }

    /// For programs.
    pub(in crate::commands) fn summary(&self) -> FoldsReport {
        let Self {
            calls,
            folds: _,
            count,
            unlabelled,
            left_out,
            missing,
        } = self;
        FoldsReport {
            count: *count,
            calls: calls.len(),
            won: won(calls),
            unlabelled: *unlabelled,
            left_out: *left_out,
            missing: *missing,
        }
    }
}

/// The calls that have an outcome.
pub(super) fn labelled(dataset: &Dataset) -> Result<Vec<&Conversation>, CliError> {
    let labelled = dataset.labelled();
    if labelled.is_empty() {
        return Err(CliError::NoOutcome {
            calls: dataset.conversations.len(),
        });
    }
    Ok(labelled)
}

/// The seed in a column's name: 0 of `seed0`; none where it names none.
pub(in crate::commands) fn seed_of(column: &str) -> Option<u64> {
    column.strip_prefix("seed")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::seed_of;

    #[test]
    fn a_column_named_after_a_seed_tells_it() {
        assert_eq!(seed_of("seed12"), Some(12));
        assert_eq!(seed_of("fold"), None);
        assert_eq!(seed_of("seed"), None);
    }
}
