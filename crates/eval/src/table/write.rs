//! Writing: [`write_predictions`].

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{KEYS, is_method, is_prefix};
use crate::{EvalError, Predictions};

/// One method's predictions with what they were made from.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// Share of the turns that were known, above 0 and up to 1.
    pub prefix: f64,
    /// Seed of the folds.
    pub seed: u64,
    /// The predictions.
    pub predictions: &'a Predictions,
}

/// Writes one method's predictions as `id,prefix,seed,label,METHOD`, so that [`PredictionTable`](crate::PredictionTable)
/// and others can pair with them.
///
/// Probabilities are written in full: reading gives back the same numbers. The file is written beside its place and
/// moved there, so a reader sees the old one or the new one.
///
/// # Errors
///
/// [`EvalError::MethodName`] if the name is empty, has blanks around it or is one of the table's own columns;
/// [`EvalError::NoPredictions`] without runs; [`EvalError::Prefix`] for a share outside its range;
/// [`EvalError::RepeatedRun`] for two runs of one prefix and seed; [`EvalError::Write`] if the file cannot be written.
pub fn write_predictions(
    path: impl AsRef<Path>,
    method: &str,
    runs: &[Run<'_>],
) -> Result<(), EvalError> {
    let path = path.as_ref();
    if !is_method(method) || method.trim() != method {
        return Err(EvalError::MethodName {
            method: method.to_owned(),
        });
    }
    check(runs)?;
    let written = table(method, runs).and_then(|table| replace(path, &table));
    written.map_err(|source| EvalError::Write {
        path: path.to_owned(),
        source,
    })
}

/// Checks that what is written can be read again.
fn check(runs: &[Run<'_>]) -> Result<(), EvalError> {
    if runs.is_empty() {
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

/// The text of the file.
fn table(method: &str, runs: &[Run<'_>]) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(KEYS.iter().copied().chain([method]))?;
    for run in runs {
        for row in run.predictions.rows() {
            writer.write_record([
                row.id.as_str(),
                &format!("{:?}", run.prefix),
                &run.seed.to_string(),
                if row.won { "1" } else { "0" },
                &row.probability.value().to_string(),
            ])?;
        }
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
