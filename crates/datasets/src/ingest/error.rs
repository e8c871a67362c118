//! What ends an ingest: [`IngestError`].

use std::io;
use std::path::{Path, PathBuf};

use upturn_core::{Date, Diagnostic, ErrorKind};

use crate::{DatasetError, DuplicateError, RedactionError, TableError};

/// Why an ingest can't begin or go on. A bad record is none of these: it is set aside.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// The sources can't be found.
    #[error(transparent)]
    Sources(#[from] DatasetError),
    /// A table has no columns that could be read as calls.
    #[error("`{}` can't be read as a table of calls", path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// Why.
        source: TableError,
    },
    /// An output can't be written, or not be read again.
    #[error("`{}` can't be written", path.display())]
    Output {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The folder holds the result of another run.
    #[error("`{}` holds another data set", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds the result of the same work on another day, on which other labels may be due.
    #[error("`{}` holds the result as of {as_of}", path.display())]
    OtherDay {
        /// The folder.
        path: PathBuf,
        /// The day that counted as today.
        as_of: Date,
    },
    /// The sketches of the calls so far can't be kept.
    #[error(transparent)]
    Duplicates(#[from] DuplicateError),
    /// The options of redaction contradict each other, or the key file can't be written.
    #[error(transparent)]
    Redaction(#[from] RedactionError),
    /// Nothing could be used.
    #[error("none of the {read} records became a call")]
    NothingUsable {
        /// Records read.
        read: u64,
    },
    /// The monitor asked to stop; what is done is safe.
    #[error("stopped after {read} records; the same command goes on from there")]
    Stopped {
        /// Records done.
        read: u64,
    },
}

impl IngestError {
    pub(crate) fn output(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        |source| Self::Output {
            path: path.to_owned(),
            source,
        }
    }
}

impl Diagnostic for IngestError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Sources(source) => source.kind(),
            Self::Table { source, .. } => source.kind(),
            Self::Duplicates(source) => source.kind(),
            Self::Redaction(source) => source.kind(),
            Self::InUse { .. } | Self::OtherDay { .. } | Self::NothingUsable { .. } => {
                ErrorKind::InvalidInput
            }
            Self::Output { .. } | Self::Stopped { .. } => ErrorKind::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Sources(source) => return source.hint(),
            Self::Table { source, .. } => return source.hint(),
            Self::Duplicates(source) => return source.hint(),
            Self::Redaction(source) => return source.hint(),
            Self::InUse { .. } => "choose a new folder, or remove this one",
            Self::OtherDay { as_of, .. } => {
                return Some(format!(
                    "choose a new folder for another day, or name that day: `--as-of {as_of}`"
                ));
            }
            Self::NothingUsable { .. } => "`set-aside.jsonl` says why for each",
            Self::Output { .. } => {
                "free some space or choose another folder; the same command goes on"
            }
            Self::Stopped { .. } => return None,
        };
        Some(hint.to_owned())
    }
}
