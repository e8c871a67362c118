//! Writing: [`write_predictions`].

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{KEYS, is_method, is_prefix};
use crate::comparison::paired;
use crate::{EvalError, Predictions, Row, Side};

/// Predictions with what they were made from.
#[derive(Debug, Clone)]
pub struct Run<'a> {
    /// Share of the turns that were known, above 0 and up to 1.
    pub prefix: f64,
    /// Seed of the folds.
    pub seed: u64,
    /// Those of each method, of the same calls.
    pub predictions: Vec<&'a Predictions>,
}

/// Writes predictions as `id,prefix,seed,label` and a column for each method, so that
/// [`PredictionTable`](crate::PredictionTable) and others can pair with them.
///
/// Probabilities are written in full: reading gives back the same numbers. The file is written beside its place and
/// moved there, so a reader sees the old one or the new one.
///
/// # Errors
///
/// [`EvalError::MethodName`] if a name is empty, has blanks around it or is one of the table's own columns;
/// [`EvalError::NoPredictions`] without runs, or where a run lacks a method; [`EvalError::Unpaired`] where methods speak of
/// different calls; [`EvalError::Prefix`] for a share outside its range;
/// [`EvalError::RepeatedRun`] for two runs of one prefix and seed; [`EvalError::Write`] if the file cannot be written.
pub fn write_predictions(
    path: impl AsRef<Path>,
    methods: &[&str],
    runs: &[Run<'_>],
) -> Result<(), EvalError> {
    let path = path.as_ref();
    let no_name = |method: &&&str| !is_method(method) || method.trim() != **method;
    if let Some(method) = methods.iter().find(no_name) {
        return Err(EvalError::MethodName {
            method: (*method).to_owned(),
        });
    }
    check(methods, runs)?;
    let lines = runs.iter().map(lines).collect::<Result<Vec<_>, _>>()?;
    let written = table(methods, &lines.concat()).and_then(|table| replace(path, &table));
    written.map_err(|source| EvalError::Write {
        path: path.to_owned(),
        source,
    })
}

/// Checks that what is written can be read again.
fn check(methods: &[&str], runs: &[Run<'_>]) -> Result<(), EvalError> {
    let lacks = |run: &Run<'_>| run.predictions.len() != methods.len();
    if methods.is_empty() || runs.is_empty() || runs.iter().any(lacks) {
        return Err(EvalError::NoPredictions);
    }
    let mut checked = Vec::new();
    for run in runs {
        let (prefix, seed) = (run.prefix, run.seed);
        if !is_prefix(prefix) {
            return Err(EvalError::Prefix { got: prefix });
        }
        if checked.contains(&(prefix, seed)) {
            return Err(EvalError::RepeatedRun { prefix, seed });
        }
        checked.push((prefix, seed));
    }
    Ok(())
}

/// A run's lines: keys, then what each method says of the call.
fn lines(run: &Run<'_>) -> Result<Vec<Vec<String>>, EvalError> {
    let Some((first, others)) = run.predictions.split_first() else {
        return Ok(Vec::new());
    };
    let mut lines: Vec<Vec<String>> = first.rows().iter().map(|row| keys(run, row)).collect();
    for method in std::iter::once(first).chain(others) {
        let method = paired(first, method, [Side::Ours, Side::Theirs])?;
        for (line, row) in lines.iter_mut().zip(method.rows()) {
            line.push(row.probability.value().to_string());
        }
    }
    Ok(lines)
}

fn keys(run: &Run<'_>, row: &Row) -> Vec<String> {
    vec![
        row.id.to_string(),
        format!("{:?}", run.prefix),
        run.seed.to_string(),
        String::from(if row.won { "1" } else { "0" }),
    ]
}

/// The text of the file.
fn table(methods: &[&str], lines: &[Vec<String>]) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(KEYS.iter().chain(methods))?;
    for line in lines {
        writer.write_record(line)?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

/// Puts a file in the place of another, whole or not at all.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let partial = partial(path);
    let written = fs_err::File::create(&partial)
        .and_then(|mut file| {
            file.write_all(content)?;
            file.sync_all()
        })
        .and_then(|()| fs_err::rename(&partial, path));
    if written.is_err() {
        // What failed is reported; that its remains could not be removed either would say nothing new.
        let _ = fs_err::remove_file(&partial);
    }
    written
}

/// A sibling of the file.
fn partial(path: &Path) -> PathBuf {
    let mut name = path.file_name().map(OsString::from).unwrap_or_default();
    name.push(".partial");
    path.with_file_name(name)
}
