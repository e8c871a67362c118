//! Splits of labelled calls into training, validation and test: [`split`].
//!
//! [`SplitOptions`] say by what, [`SplitRow`] what is known of a call, [`Split`] which [`SplitPart`] each call is in, and its
//! [`SplitSummary`] how many they are. No text is needed, so a million calls fit in memory.

mod boundaries;
mod error;
mod groups;
mod inner;
mod options;
mod outcome;
mod part;
mod row;
mod rows;
mod strata;
mod summary;

use upturn_core::Date;

use crate::deal::size;
use groups::{Groups, grouped};
use strata::{Unit, drawn};
use summary::Summing;

pub use error::SplitError;
pub use options::{SplitBy, SplitInto, SplitOptions};
pub use outcome::Split;
pub use part::{Aside, SplitPart};
pub use row::SplitRow;
pub use rows::SplitRows;
pub use summary::{PartSummary, SplitSummary};

/// Splits calls.
///
/// Laws (for all rows, in any order):
///
/// - **Everything is somewhere.** Each row is in exactly one part: trained, validated or tested on, in a fold, open, or
///   set aside with the reason.
/// - **No group crosses** by group and by time and group: two calls that share a value in one of the columns, directly
///   or through other calls, never stand in two parts. Only labelled calls tie groups together.
/// - **No later date crosses** by time and by time and group: all of training lies before all of validation, and that
///   before all of test, with the gap between; and no outcome that became known on the first day of the next part or
///   later is learned from. A call whose outcome has no date counts as known on the day of the call.
/// - **A group that straddles** a boundary of time goes to the latest part in which it has calls; its earlier calls are set
///   aside ([`Aside::Straddling`]), because they could neither be learned from nor be tested against later training.
/// - **Balance.** By group, each outcome spreads over the parts in proportion to their sizes, as evenly as the largest
///   groups allow. By time the dates decide, whatever the outcomes.
/// - **Nested.** The inner folds of a round cover exactly its training part, and no group crosses them. By time they follow
///   one another in time: to tune without looking ahead, train on the folds before the one that is scored.
/// - **Repeatable.** The same rows, in whatever order, options and seed give the same split on every machine.
///
/// Time: O(n log n); memory: O(n).
///
/// # Errors
///
/// A [`SplitError`]: options that fit no data, ids that are not unique, or data too small for what is asked.
pub fn split(rows: &[SplitRow], options: &SplitOptions) -> Result<Split, SplitError> {
    options.check()?;
    let by_id = row::by_id(rows, options.groups.len())?;
    let mut parts = vec![SplitPart::Unlabelled; rows.len()];
    let labelled: Vec<usize> = (0..rows.len())
        .filter(|row| rows.get(*row).is_some_and(|row| row.outcome.is_some()))
        .collect();
    if labelled.is_empty() {
        return Err(SplitError::NoOutcomes { rows: rows.len() });
    }
    let (groups, starts) = match options.by {
        SplitBy::Group => by_group(rows, &labelled, options, &mut parts)?,
        SplitBy::Time | SplitBy::TimeAndGroup => by_time(rows, &labelled, options, &mut parts)?,
    };
    summary::check_filled(&parts, options)?;
    let inner = inner::folds(rows, &parts, &groups, options)?;
    let summing = Summing {
        rows,
        parts: &parts,
        groups: &groups,
        inner: &inner,
    };
    let summary = summing.summary(options, starts);
    let ids = rows.iter().map(|row| row.id.clone()).collect();
    Ok(Split::new(ids, by_id, parts, inner, summary))
}

/// First days of validation, if there is any, and of test.
type Starts = Option<(Option<Date>, Date)>;

fn by_group(
    rows: &[SplitRow],
    labelled: &[usize],
    options: &SplitOptions,
    parts: &mut [SplitPart],
) -> Result<(Groups, Starts), SplitError> {
    let groups = grouped(rows, labelled);
    let units = strata::units(rows, labelled, &groups, options.seed);
    let (names, weights) = options.into.parts();
    if units.len() < names.len() {
        return Err(SplitError::TooFewGroups {
            groups: units.len(),
            parts: names.len(),
            largest: largest(&units),
            calls: labelled.len(),
        });
    }
    let part_of = drawn(&units, &weights);
    for row in labelled {
        let dealt = groups.of(*row).and_then(|group| part_of.get(&group));
        let name = dealt.and_then(|part| names.get(*part));
        if let (Some(place), Some(name)) = (parts.get_mut(*row), name) {
            *place = *name;
        }
    }
    Ok((groups, None))
}

fn by_time(
    rows: &[SplitRow],
    labelled: &[usize],
    options: &SplitOptions,
    parts: &mut [SplitPart],
) -> Result<(Groups, Starts), SplitError> {
    let boundaries = boundaries::found(rows, labelled, options)?;
    for row in labelled {
        if let (Some(place), Some(row)) = (parts.get_mut(*row), rows.get(*row)) {
            *place = boundaries.part(row, options.gap_days);
        }
    }
    let groups = if options.by == SplitBy::TimeAndGroup {
        let dated: Vec<usize> = labelled
            .iter()
            .copied()
            .filter(|row| rows.get(*row).is_some_and(|row| row.date.is_some()))
            .collect();
        let groups = grouped(rows, &dated);
        boundaries::part_straddling(&groups, parts);
        groups
    } else {
        Groups::alone(rows.len(), labelled)
    };
    Ok((groups, Some(boundaries.starts())))
}

/// Calls of the largest group.
fn largest(units: &[Unit<'_>]) -> usize {
    units
        .iter()
        .map(|unit| size(unit.counts))
        .max()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
