//! What stands in a row, whatever kind of file it is of: [`Row`] with its [`Cell`]s, read from [`Rows`].

use std::borrow::Cow;
use std::io;

use serde_json::Value;
use upturn_core::Date;

use crate::RejectReason;

use super::day;

/// A row of a table.
pub(crate) struct Row {
    /// Its place in the file, from 1.
    pub(crate) place: u64,
    /// How much of the limit of a call it uses.
    pub(crate) bytes: u64,
    /// In the order of the header and as many, unless nothing of the row could be read.
    pub(crate) cells: Vec<Cell>,
    /// What is wrong with it, if anything.
    pub(crate) broken: Option<RejectReason>,
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Cell {
    #[default]
    Nothing,
    Text(String),
    Whole(i64),
    Number(f64),
    Flag(bool),
    Day(Date),
    /// Milliseconds since 1970, in UTC.
    Instant(i64),
    /// A transcript whose turns are told apart already.
    Said(Vec<Said>),
}

/// A turn of a transcript that stands in one cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Said {
    pub(crate) speaker: Cell,
    pub(crate) text: String,
    pub(crate) start: Cell,
    pub(crate) end: Cell,
}

/// Reads a table row by row, holding one at a time.
pub(crate) trait Rows {
    /// The next row that is not blank; `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of the stream; nothing is read after one.
    fn next_row(&mut self) -> io::Result<Option<Row>>;
}

impl Row {
    /// The value of a column; [`Cell::Nothing`] if the row is too short.
    pub(crate) fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Nothing)
    }

    /// The same, taken out of the row.
    pub(crate) fn take(&mut self, column: usize) -> Cell {
        self.cells
            .get_mut(column)
            .map(std::mem::take)
            .unwrap_or_default()
    }
}

impl Cell {
    /// Whether it says nothing.
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Text(text) => text.trim().is_empty(),
            Self::Whole(_)
            | Self::Number(_)
            | Self::Flag(_)
            | Self::Day(_)
            | Self::Instant(_)
            | Self::Said(_) => false,
        }
    }

    /// The value as text, trimmed; nothing if it is blank.
    pub(crate) fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Nothing | Self::Said(_) => None,
            Self::Text(text) => Some(text.trim())
                .filter(|text| !text.is_empty())
                .map(Cow::Borrowed),
            Self::Whole(number) => Some(number.to_string().into()),
            Self::Number(number) => Some(number.to_string().into()),
            Self::Flag(flag) => Some(flag.to_string().into()),
            Self::Day(day) => Some(day.to_string().into()),
            Self::Instant(instant) => Some(day::instant_text(*instant).into()),
        }
    }

    /// The value as text, untouched if it is text already.
    pub(crate) fn into_text(self) -> String {
        if let Self::Text(text) = self {
            return text;
        }
        self.text().map(Cow::into_owned).unwrap_or_default()
    }

    /// The value as it stands in the metadata, untouched; nothing if it is blank.
    pub(crate) fn into_json(self) -> Option<Value> {
        if self.is_blank() {
            return None;
        }
        match self {
            Self::Text(text) => Some(Value::String(text)),
            Self::Whole(number) => Some(number.into()),
            Self::Number(number) => serde_json::Number::from_f64(number).map(Value::Number),
            Self::Flag(flag) => Some(flag.into()),
            Self::Nothing | Self::Day(_) | Self::Instant(_) | Self::Said(_) => {
                self.text().map(|text| Value::String(text.into_owned()))
            }
        }
    }
}
