//! Parts that follow one another in time: [`Boundaries`].

use std::collections::HashMap;

use upturn_core::Date;

use super::groups::Groups;
use super::{Aside, SplitError, SplitInto, SplitOptions, SplitPart, SplitRow};

/// First days of the later parts.
pub(crate) struct Boundaries {
    validation: Option<Date>,
    test: Date,
}

/// Finds the days on which validation and test begin, such that the shares come closest to those asked.
///
/// Calls of one day stay together.
///
/// # Errors
///
/// [`SplitError::NoDates`] or [`SplitError::TooFewDates`].
pub(crate) fn found(
    rows: &[SplitRow],
    labelled: &[usize],
    options: &SplitOptions,
) -> Result<Boundaries, SplitError> {
    let SplitInto::Holdout { validation, test } = options.into else {
        return Err(SplitError::FoldsByTime);
    };
    let dates = labelled.iter().filter_map(|row| rows.get(*row)?.date);
    let mut dates: Vec<Date> = dates.collect();
    if dates.is_empty() {
        return Err(SplitError::NoDates {
            calls: labelled.len(),
        });
    }
    dates.sort_unstable();
    let days = days(&dates);
    let too_few = || SplitError::TooFewDates {
        days: days.len(),
        parts: options.into.parts().0.len(),
    };
    let calls_before = |share: f64| dates.len() as f64 * (1.0 - share);
    // With validation two days must come before the test, one for each of the earlier parts.
    let earliest = 1 + usize::from(validation > 0.0);
    let test_at = nearest(&days, calls_before(test), earliest).ok_or_else(too_few)?;
    let before = days.get(..test_at).unwrap_or_default();
    let validation_at = (validation > 0.0).then(|| {
        let wished = calls_before(test + validation);
        nearest(before, wished, 1).ok_or_else(too_few)
    });
    let day = |at: usize| days.get(at).map(|day| day.date).ok_or_else(too_few);
    Ok(Boundaries {
        validation: validation_at.transpose()?.map(day).transpose()?,
        test: day(test_at)?,
    })
}

/// A day with calls.
struct Day {
    date: Date,
    /// Calls before it.
    before: usize,
}

/// The different days of sorted dates.
fn days(dates: &[Date]) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for (before, date) in dates.iter().enumerate() {
        if days.last().is_none_or(|day| day.date != *date) {
            days.push(Day {
                date: *date,
                before,
            });
        }
    }
    days
}

/// The day, not before the earliest, with the number of calls before it that is nearest to the wished one.
fn nearest(days: &[Day], wished: f64, earliest: usize) -> Option<usize> {
    let distance = |day: &Day| (day.before as f64 - wished).abs();
    let later = days.iter().enumerate().skip(earliest);
    let nearest = later.min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)));
    nearest.map(|(at, _)| at)
}

impl Boundaries {
    pub(crate) fn starts(&self) -> (Option<Date>, Date) {
        (self.validation, self.test)
    }

    /// The part of a labelled call.
    pub(crate) fn part(&self, row: &SplitRow, gap_days: u32) -> SplitPart {
        let Some(date) = row.date else {
            return SplitPart::SetAside(Aside::NoDate);
        };
        let (part, next) = match self.validation {
            _ if date >= self.test => return SplitPart::Test,
            Some(validation) if date < validation => (SplitPart::Train, validation),
            Some(_) => (SplitPart::Validation, self.test),
            None => (SplitPart::Train, self.test),
        };
        if days_until(date, next) <= i64::from(gap_days) {
            return SplitPart::SetAside(Aside::Gap);
        }
        if row.outcome_date.is_some_and(|known| known >= next) {
            return SplitPart::SetAside(Aside::LateOutcome);
        }
        part
    }
}

/// Days from one day to a later one. Dates of the calendar (years -9999 to 9999) are never too far apart.
fn days_until(date: Date, next: Date) -> i64 {
    date.until(next)
        .map_or(0, |span| i64::from(span.get_days()))
}

/// Sets aside the calls of a group that has calls in a later part.
pub(crate) fn part_straddling(groups: &Groups, parts: &mut [SplitPart]) {
    let used = |part: &SplitPart| {
        matches!(
            part,
            SplitPart::Train | SplitPart::Validation | SplitPart::Test
        )
    };
    let mut latest = HashMap::new();
    for (row, part) in parts.iter().enumerate().filter(|(_, part)| used(part)) {
        if let Some(group) = groups.of(row) {
            let seen = latest.entry(group).or_insert(*part);
            *seen = (*seen).max(*part);
        }
    }
    for (row, part) in parts.iter_mut().enumerate().filter(|(_, part)| used(part)) {
        let last = groups.of(row).and_then(|group| latest.get(&group));
        if last.is_some_and(|last| *part < *last) {
            *part = SplitPart::SetAside(Aside::Straddling);
        }
    }
}
