//! Reading: [`PredictionTable`].

use std::collections::HashSet;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::columns::{Columns, Line};
use crate::{EvalError, Predictions, Row};

/// Predictions of several methods, as read from a CSV file such as the baselines'.
///
/// A line holds the probabilities of all methods for one conversation, prefix and seed. The order of columns is free; a
/// byte order mark, blanks around names and numbers, empty lines and a column without a name (the index that pandas writes) are
/// passed over.
#[derive(Debug, Clone)]
pub struct PredictionTable {
    path: PathBuf,
    methods: Vec<String>,
    lines: Vec<Line>,
}

impl PredictionTable {
    /// Reads a whole file. Every field is checked, so a table that was read has no surprises left.
    ///
    /// # Errors
    ///
    /// [`EvalError::Read`] where the file cannot be read, [`EvalError::NotUtf8`]; [`EvalError::EmptyTable`],
    /// [`EvalError::MissingColumn`], [`EvalError::RepeatedColumn`] and [`EvalError::NoMethod`] for its header;
    /// [`EvalError::FieldCount`], [`EvalError::InvalidField`] and [`EvalError::RepeatedRow`] for a line.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, EvalError> {
        let path = path.as_ref();
        let file = fs_err::File::open(path).map_err(|source| EvalError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(path, file)
    }

    /// Names of the methods, in the order of columns; at least one.
    pub fn methods(&self) -> &[String] {
        &self.methods
    }

    /// Each pair of prefix and seed there is, in the order of the file.
    pub fn runs(&self) -> Vec<(f64, u64)> {
        let mut runs = Vec::new();
        for line in &self.lines {
            let run = (line.prefix, line.seed);
            if !runs.contains(&run) {
                runs.push(run);
            }
        }
        runs
    }

    /// One method's predictions for a prefix (share of the turns) and a seed, in the order of the file; `groups` gives
    /// the group of a conversation by its id.
    ///
    /// # Errors
    ///
    /// [`EvalError::UnknownMethod`], [`EvalError::UnknownRun`].
    pub fn predictions(
        &self,
        method: &str,
        prefix: f64,
        seed: u64,
        groups: &dyn Fn(&str) -> String,
    ) -> Result<Predictions, EvalError> {
        let column = self.methods.iter().position(|name| name == method);
        let column = column.ok_or_else(|| EvalError::UnknownMethod {
            path: self.path.clone(),
            method: method.to_owned(),
            known: self.methods.clone(),
        })?;
        let of_run = |line: &&Line| (line.prefix - prefix).abs() < 1e-9 && line.seed == seed;
        let row = |line: &Line| {
            Some(Row {
                id: line.id.clone(),
                group: groups(line.id.as_str()),
                won: line.won,
                probability: *line.probabilities.get(column)?,
            })
        };
        let rows: Vec<Row> = self.lines.iter().filter(of_run).filter_map(row).collect();
        if rows.is_empty() {
            return Err(EvalError::UnknownRun {
                path: self.path.clone(),
                prefix,
                seed,
                known: self.runs(),
            });
        }
        Predictions::new(rows)
    }

    fn parse(path: &Path, source: impl Read) -> Result<Self, EvalError> {
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::Headers)
            .from_reader(source);
        let header = reader
            .headers()
            .map_err(|error| csv_error(path, error))?
            .clone();
        let columns = Columns::new(path, &header)?;
        let lines = lines(path, &columns, &mut reader)?;
        let methods = columns.methods.into_iter().map(|(_, name)| name).collect();
        Ok(Self {
            path: path.to_owned(),
            methods,
            lines,
        })
    }
}

/// All lines after the header.
fn lines(
    path: &Path,
    columns: &Columns,
    reader: &mut csv::Reader<impl Read>,
) -> Result<Vec<Line>, EvalError> {
    let mut lines = Vec::new();
    let mut seen = HashSet::new();
    for record in reader.records() {
        let record = record.map_err(|error| csv_error(path, error))?;
        let line = columns.line(path, &record)?;
        if !seen.insert((line.id.clone(), line.prefix.to_bits(), line.seed)) {
            return Err(EvalError::RepeatedRow {
                path: path.to_owned(),
                line: line.number,
                id: line.id,
                prefix: line.prefix,
                seed: line.seed,
            });
        }
        lines.push(line);
    }
    if lines.is_empty() {
        return Err(EvalError::EmptyTable {
            path: path.to_owned(),
        });
    }
    Ok(lines)
}

/// What the CSV reader says, in our words.
fn csv_error(path: &Path, error: csv::Error) -> EvalError {
    let path = path.to_owned();
    let line = error.position().map_or(1, csv::Position::line);
    let kind = error.into_kind();
    if let csv::ErrorKind::Utf8 { .. } = kind {
        return EvalError::NotUtf8 { path, line };
    }
    if let csv::ErrorKind::UnequalLengths {
        expected_len, len, ..
    } = kind
    {
        return EvalError::FieldCount {
            path,
            line,
            expected: expected_len,
            got: len,
        };
    }
    // Taken out of its wrapping, which would hide what kind of failure it is.
    let source = if let csv::ErrorKind::Io(source) = kind {
        source
    } else {
        io::Error::other("not a CSV file")
    };
    EvalError::Read { path, source }
}
