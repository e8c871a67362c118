//! What goes wrong with a ledger: [`LedgerError`].

use std::io;
use std::path::{Path, PathBuf};

use parquet::errors::ParquetError;
use upturn_core::{Diagnostic, ErrorKind};

/// Why a ledger could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// There is none.
    #[error("there is no ledger at `{}`", folder.display())]
    NotFound {
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// A file is not the one that was written.
    #[error("`{}` of the ledger is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Which names must not come back can't be read.
    #[error("`{}` is not as it was written: which names must not come back is not known", path.display())]
    Tombstones {
        /// The file.
        path: PathBuf,
    },
    /// Another upturn wrote it.
    #[error("the ledger at `{}` has form {got}, this upturn reads form {expected}", folder.display())]
    Foreign {
        /// The ledger.
        folder: PathBuf,
        /// The form that is read.
        expected: u32,
        /// The form that is there.
        got: u32,
    },
    /// A file could not be read or written; the source names it.
    #[error("the ledger at `{}` could not be used", folder.display())]
    Io {
        /// The ledger.
        folder: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Points could not be turned into Parquet.
    #[error("points could not be written as Parquet")]
    Parquet(#[from] ParquetError),
    /// A document could not be turned into JSON.
    #[error("a document could not be written as JSON")]
    Json(#[from] serde_json::Error),
}

impl LedgerError {
    /// [`Io`](Self::Io) for a ledger, ready for `map_err`.
    pub(crate) fn io(folder: &Path) -> impl Fn(io::Error) -> Self + '_ {
        |source| Self::Io {
            folder: folder.to_owned(),
            source,
        }
    }

    /// [`Damaged`](Self::Damaged) for a file.
    pub(crate) fn damaged(path: &Path, reason: impl Into<String>) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            reason: reason.into(),
        }
    }
}

impl Diagnostic for LedgerError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound { .. } => ErrorKind::NotFound,
            Self::Damaged { .. } | Self::Tombstones { .. } | Self::Foreign { .. } => {
                ErrorKind::InvalidInput
            }
            Self::Io { .. } | Self::Parquet(_) | Self::Json(_) => ErrorKind::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NotFound { .. } => {
                "fill it: `upturn index --model MODEL --data PATH --store DIR`"
            }
            Self::Damaged { .. } | Self::Foreign { .. } => {
                "embed the calls again: `upturn index --rebuild --model MODEL --data PATH --store DIR`"
            }
            Self::Tombstones { .. } => {
                "put the file back from a copy, or remove it and run `upturn forget` for every name again"
            }
            Self::Io { .. } => {
                "look whether the disk is full and the folder may be written; the same command goes on"
            }
            Self::Parquet(_) | Self::Json(_) => return None,
        };
        Some(hint.to_owned())
    }
}
