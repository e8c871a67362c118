//! From the fields of a line to what they mean.

use std::collections::HashMap;
use std::path::Path;

use upturn_core::{ConversationId, Probability};

use super::{ID, LABEL, PREFIX, SEED, is_method, is_prefix};
use crate::{Cell, EvalError};

/// What a line says.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Where it stands in the file, from 1.
    pub(super) number: u64,
    pub(super) id: ConversationId,
    pub(super) prefix: f64,
    pub(super) seed: u64,
    pub(super) won: bool,
    /// One for each method, in the order of columns.
    pub(super) probabilities: Vec<Probability>,
}

/// Where each column stands.
pub(super) struct Columns {
    id: usize,
    prefix: usize,
    seed: usize,
    label: usize,
    /// Place and name; at least one.
    pub(super) methods: Vec<(usize, String)>,
}

impl Columns {
    /// Finds the columns in a header.
    pub(super) fn new(path: &Path, header: &csv::StringRecord) -> Result<Self, EvalError> {
        let path = || path.to_owned();
        if header.is_empty() {
            return Err(EvalError::EmptyTable { path: path() });
        }
        if let Some((first, second)) = repeated(header) {
            return Err(EvalError::RepeatedColumn {
                path: path(),
                first,
                second,
            });
        }
        let place = |column| {
            let found = header.iter().position(|name| name == column);
            found.ok_or_else(|| EvalError::MissingColumn {
                path: path(),
                column,
            })
        };
        let columns = Self {
            id: place(ID)?,
            prefix: place(PREFIX)?,
            seed: place(SEED)?,
            label: place(LABEL)?,
            methods: methods(header),
        };
        if columns.methods.is_empty() {
            return Err(EvalError::NoMethod { path: path() });
        }
        Ok(columns)
    }

    /// Reads the fields of a line.
    pub(super) fn line(&self, path: &Path, record: &csv::StringRecord) -> Result<Line, EvalError> {
        let number = record.position().map_or(0, csv::Position::line);
        let invalid = |column: &str, expected| EvalError::InvalidField {
            path: path.to_owned(),
            line: number,
            column: column.to_owned(),
            expected,
        };
        let as_written = |place: usize| record.get(place).unwrap_or_default();
        let text = |place: usize| as_written(place).trim();
        let probability = |(place, column): &(usize, String)| {
            probability(text(*place)).ok_or_else(|| invalid(column, Cell::Probability))
        };
        let id = ConversationId::new(as_written(self.id)).ok();
        let seed = text(self.seed).parse().ok();
        Ok(Line {
            number,
            id: id.ok_or_else(|| invalid(ID, Cell::Id))?,
            prefix: prefix(text(self.prefix)).ok_or_else(|| invalid(PREFIX, Cell::Prefix))?,
            seed: seed.ok_or_else(|| invalid(SEED, Cell::Seed))?,
            won: label(text(self.label)).ok_or_else(|| invalid(LABEL, Cell::Label))?,
            probabilities: self
                .methods
                .iter()
                .map(probability)
                .collect::<Result<_, _>>()?,
        })
    }
}

fn methods(header: &csv::StringRecord) -> Vec<(usize, String)> {
    let named = header.iter().enumerate();
    named
        .filter(|(_, column)| is_method(column))
        .map(|(place, column)| (place, column.to_owned()))
        .collect()
}

fn prefix(text: &str) -> Option<f64> {
    text.parse().ok().filter(|prefix| is_prefix(*prefix))
}

fn label(text: &str) -> Option<bool> {
    match text {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

fn probability(text: &str) -> Option<Probability> {
    Probability::new(text.parse().ok()?).ok()
}

/// Two columns of one name, counted from 1. The name is not told: the file may be another one, and its first line something that was
/// said.
fn repeated(header: &csv::StringRecord) -> Option<(usize, usize)> {
    let mut seen = HashMap::new();
    header.iter().enumerate().find_map(|(place, name)| {
        let before = seen.insert(name, place + 1)?;
        Some((before, place + 1))
    })
}
