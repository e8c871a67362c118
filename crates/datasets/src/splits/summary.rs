//! What a split holds, in numbers: [`SplitSummary`].

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;
use upturn_core::{Date, Outcome};

use super::groups::Groups;
use super::inner::Inner;
use super::{SplitError, SplitOptions, SplitPart, SplitRow, Starts};

/// Options and counts of a split, as JSON: small, without any id.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SplitSummary {
    /// Form of this JSON.
    pub schema: Schema,
    /// How it was split.
    pub options: SplitOptions,
    /// All calls.
    pub rows: usize,
    /// First day of validation, by time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation_starts: Option<Date>,
    /// First day of test, by time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_starts: Option<Date>,
    /// Labelled calls that do not say when their outcome became known, so that the guard of time cannot see them.
    pub without_outcome_date: usize,
    /// The parts that hold any call, in the order of [`SplitPart`].
    pub parts: Vec<PartSummary>,
    /// The inner folds of each round.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inner: Vec<Vec<PartSummary>>,
}

/// Version of the JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Schema {
    /// 1.
    pub version: u32,
}

/// What a part holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PartSummary {
    /// Its name.
    pub part: SplitPart,
    /// Calls.
    pub rows: usize,
    /// Groups of calls; 0 for calls that were not grouped.
    pub groups: usize,
    /// Calls that were won.
    pub won: usize,
    /// Calls that were lost.
    pub lost: usize,
    /// Share of won among won and lost; none of open calls.
    pub base_rate: Option<f64>,
    /// First day.
    pub first: Option<Date>,
    /// Last day.
    pub last: Option<Date>,
}

/// What is counted.
pub(crate) struct Summing<'s> {
    pub(crate) rows: &'s [SplitRow],
    pub(crate) parts: &'s [SplitPart],
    pub(crate) groups: &'s Groups,
    pub(crate) inner: &'s [Inner],
}

impl Summing<'_> {
    pub(crate) fn summary(&self, options: &SplitOptions, starts: Starts) -> SplitSummary {
        let inner = |round: &Inner| self.count(round.iter().map(|fold| fold.map(SplitPart::Fold)));
        let is_undated = |row: &&SplitRow| row.outcome.is_some() && row.outcome_date.is_none();
        SplitSummary {
            schema: Schema { version: 1 },
            options: options.clone(),
            rows: self.rows.len(),
            validation_starts: starts.and_then(|(validation, _)| validation),
            test_starts: starts.map(|(_, test)| test),
            without_outcome_date: self.rows.iter().filter(is_undated).count(),
            parts: self.count(self.parts.iter().copied().map(Some)),
            inner: self.inner.iter().map(inner).collect(),
        }
    }

    /// Counts the rows by the part that is given for each.
    fn count(&self, parts: impl Iterator<Item = Option<SplitPart>>) -> Vec<PartSummary> {
        let mut counted = BTreeMap::new();
        let mut seen = HashSet::new();
        for ((place, row), part) in self.rows.iter().enumerate().zip(parts) {
            let Some(part) = part else { continue };
            let summary = counted
                .entry(part)
                .or_insert_with(|| PartSummary::empty(part));
            let group = self.groups.of(place);
            summary.groups += usize::from(group.is_some_and(|group| seen.insert((part, group))));
            summary.add(row);
        }
        counted.into_values().collect()
    }
}

impl PartSummary {
    fn empty(part: SplitPart) -> Self {
        Self {
            part,
            rows: 0,
            groups: 0,
            won: 0,
            lost: 0,
            base_rate: None,
            first: None,
            last: None,
        }
    }

    fn add(&mut self, row: &SplitRow) {
        self.rows += 1;
        self.won += usize::from(row.outcome == Some(Outcome::Won));
        self.lost += usize::from(row.outcome == Some(Outcome::Lost));
        let labelled = self.won + self.lost;
        self.base_rate = (labelled > 0).then(|| self.won as f64 / labelled as f64);
        self.first = self.first.into_iter().chain(row.date).min();
        self.last = self.last.max(row.date);
    }
}

/// # Errors
///
/// [`SplitError::EmptyPart`] if one that was asked for holds nothing.
pub(crate) fn check_filled(parts: &[SplitPart], options: &SplitOptions) -> Result<(), SplitError> {
    let filled: HashSet<SplitPart> = parts.iter().copied().collect();
    let (asked, _) = options.into.parts();
    match asked.into_iter().find(|part| !filled.contains(part)) {
        Some(part) => Err(SplitError::EmptyPart {
            part,
            by: options.by,
        }),
        None => Ok(()),
    }
}
