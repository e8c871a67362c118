//! Why calls cannot be split: [`SplitError`].

use upturn_core::{Diagnostic, ErrorKind};

use super::{SplitBy, SplitPart};

/// Options that fit no data, or data too small for what is asked.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SplitError {
    /// There is no call.
    #[error("there is no call to split")]
    NoRows,
    /// Every call is open.
    #[error("none of {rows} calls has an outcome")]
    NoOutcomes {
        /// All calls.
        rows: usize,
    },
    /// An id stands twice.
    #[error("id `{id}` is not unique")]
    DuplicateId {
        /// The id.
        id: String,
    },
    /// A row was made for other columns of groups.
    #[error("call `{id}` has {got} groups, the options name {expected} columns")]
    GroupColumns {
        /// Its id.
        id: String,
        /// Columns of the options.
        expected: usize,
        /// Groups of the row.
        got: usize,
    },
    /// Shares that are none.
    #[error(
        "`validation` {validation} and `test` {test} are no shares that leave something to train on"
    )]
    Shares {
        /// Share for validation.
        validation: f64,
        /// Share for test.
        test: f64,
    },
    /// A number of folds out of range.
    #[error("{got} folds, expected 2 to {most}")]
    Folds {
        /// What was asked for.
        got: u16,
        /// The limit.
        most: u16,
    },
    /// Folds were asked for by time.
    #[error("folds cannot be drawn by time: each would be trained on what came after it")]
    FoldsByTime,
    /// No labelled call has a date.
    #[error("none of {calls} labelled calls has a date")]
    NoDates {
        /// Labelled calls.
        calls: usize,
    },
    /// The calls are of too few days.
    #[error("{parts} parts by time need as many days at least, the labelled calls are of {days}")]
    TooFewDates {
        /// Different days.
        days: usize,
        /// Parts asked for.
        parts: usize,
    },
    /// There are fewer groups than parts.
    #[error(
        "{groups} groups cannot fill {parts} parts; the largest holds {largest} of {calls} calls"
    )]
    TooFewGroups {
        /// Groups of labelled calls.
        groups: usize,
        /// Parts or folds asked for.
        parts: usize,
        /// Calls of the largest group.
        largest: usize,
        /// All labelled calls.
        calls: usize,
    },
    /// A training part is too small for its inner folds.
    #[error(
        "{blocks} groups or days of the training part of round {round} cannot fill {folds} inner folds"
    )]
    TooFewInnerGroups {
        /// Groups that are trained on; by time, days.
        blocks: usize,
        /// Inner folds asked for.
        folds: u16,
        /// The round, from 0.
        round: u16,
    },
    /// Nothing was left for a part.
    #[error("no call is left for the part `{part}`")]
    EmptyPart {
        /// The part.
        part: SplitPart,
        /// What it was split by.
        by: SplitBy,
    },
}

impl Diagnostic for SplitError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoRows => "an export may have failed: look at what was rejected",
            Self::NoOutcomes { .. } => "label the calls first, from the stages of the CRM",
            Self::DuplicateId { .. } => "give each call an id of its own, or remove the copy",
            Self::GroupColumns { .. } => "make the rows with the options that they are split with",
            Self::Shares { .. } => {
                "0.1 for validation and 0.2 for test are usual; `test` is above 0"
            }
            Self::Folds { .. } => "5 or 10 are usual",
            Self::FoldsByTime => "hold out the last calls instead, or draw folds by group",
            Self::NoDates { .. } => "add the column `date`, or split by group",
            Self::TooFewDates { .. } => "split by group, or without validation",
            Self::TooFewGroups { .. } => {
                "ask for fewer folds, or group by fewer columns: a person who talks to every account ties all into one"
            }
            Self::TooFewInnerGroups { .. } => "ask for fewer inner folds",
            Self::EmptyPart { by, .. } => match by {
                SplitBy::Group => "ask for a larger share, or group by fewer columns",
                SplitBy::Time => "shorten the gap, or see whether outcomes become known too late",
                SplitBy::TimeAndGroup => {
                    "group by fewer columns: a group goes to its latest part, so one that is always there leaves nothing to train on"
                }
            },
        };
        Some(hint.to_owned())
    }
}
