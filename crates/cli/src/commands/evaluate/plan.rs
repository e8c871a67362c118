//! Which calls take part, and in which fold: [`Plan`].

use std::collections::BTreeSet;
use std::fmt;
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
    /// Those that are trained and asked for.
    pub(in crate::commands) asked: BTreeSet<usize>,
    unlabelled: usize,
    left_out: usize,
    missing: usize,
}

/// The same for programs.
#[derive(Debug, Serialize)]
pub(in crate::commands) struct FoldsReport {
    /// How many folds.
    pub(in crate::commands) count: usize,
    /// The only ones that were asked about, if not all were.
    #[serde(skip_serializing_if = "Option::is_none")]
    only: Option<Vec<usize>>,
    /// Calls that were asked about.
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
            asked: (0..assigned.count).collect(),
            unlabelled,
            left_out: assigned.left_out,
            missing,
        })
    }

    /// Folds drawn from a seed.
    pub(in crate::commands) fn drawn(dataset: &'a Dataset, seed: u64) -> Result<Self, Failure> {
        let calls = labelled(dataset)?;
        let accounts: BTreeSet<&str> = calls.iter().map(|call| call.group()).collect();
        if accounts.len() < 2 {
            return Err(CliError::OneAccount { calls: calls.len() }.into());
        }
        let folds = grouped_folds(&calls, DRAWN, seed);
        let unlabelled = dataset.conversations.len() - calls.len();
        Ok(Self {
            calls,
            folds,
            count: DRAWN,
            asked: (0..DRAWN).collect(),
            unlabelled,
            left_out: 0,
            missing: 0,
        })
    }

    /// The same, of which only some folds are trained and asked for; all if none is named.
    ///
    /// # Errors
    ///
    /// [`CliError::NoSuchFold`].
    pub(super) fn of_folds(mut self, only: &[usize]) -> Result<Self, CliError> {
        if let Some(fold) = only.iter().find(|fold| **fold >= self.count) {
            return Err(CliError::NoSuchFold {
                fold: *fold,
                folds: self.count,
            });
        }
        if !only.is_empty() {
            self.asked = only.iter().copied().collect();
        }
        Ok(self)
    }

    /// The same of the calls at some places alone.
    pub(super) fn only(&self, places: &[usize]) -> Self {
        let folds = places.iter().filter_map(|place| self.folds.get(*place));
        Self {
            calls: self.at(places),
            folds: folds.copied().collect(),
            asked: self.asked.clone(),
            ..*self
        }
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
        self.least_labels_of(|known| known)
    }

    /// The same where each training learns from a part of its calls only.
    pub(super) fn least_labels_of(
        &self,
        part: impl Fn(Vec<&'a Conversation>) -> Vec<&'a Conversation>,
    ) -> Labels {
        let training = |fold: usize| {
            let known = self.calls.iter().zip(&self.folds);
            let known = known.filter(|(_, of)| **of != fold).map(|(call, _)| *call);
            Labels::of(&part(known.collect()))
        };
        let poorest = |labels: &Labels| (labels.rarer(), labels.total());
        (0..self.count)
            .map(training)
            .min_by_key(poorest)
            .unwrap_or_default()
    }

    /// Those of the folds that are asked for.
    pub(super) fn calls_asked(&self) -> impl Iterator<Item = &'a Conversation> {
        let asked = self.calls.iter().zip(&self.folds);
        asked
            .filter(|(_, fold)| self.asked.contains(fold))
            .map(|(call, _)| *call)
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
        let calls: Vec<&Conversation> = self.calls_asked().collect();
        let Self {
            calls: _,
            folds: _,
            count,
            asked,
            unlabelled,
            left_out,
            missing,
        } = self;
        FoldsReport {
            count: *count,
            only: (asked.len() < *count).then(|| asked.iter().copied().collect()),
            calls: calls.len(),
            won: won(&calls),
            unlabelled: *unlabelled,
            left_out: *left_out,
            missing: *missing,
        }
    }
}

impl FoldsReport {
    /// How many folds were trained and asked for.
    pub(super) fn asked(&self) -> usize {
        self.only.as_ref().map_or(self.count, Vec::len)
    }
}

impl fmt::Display for FoldsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(only) = &self.only else {
            return write!(f, "{} folds", self.count);
        };
        let only: Vec<String> = only.iter().map(ToString::to_string).collect();
        write!(f, "folds {} of {}", only.join(", "), self.count)
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
