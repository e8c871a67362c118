//! What stops the reading of a CRM export: [`CrmError`].

use std::io;
use std::path::{Path, PathBuf};

use upturn_core::{Diagnostic, ErrorKind};

/// Why the exports of a CRM could not be read at all. A single broken row is [`Rejected`](crate::Rejected) instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CrmError {
    /// There is no such file.
    #[error("`{}` does not exist", path.display())]
    Missing {
        /// What was looked for.
        path: PathBuf,
    },
    /// The system refused to read, or stopped in the middle.
    #[error("`{}` cannot be read", path.display())]
    Io {
        /// What was read.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file holds nothing.
    #[error("`{}` is empty", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The first row is not text.
    #[error("the first row of `{}` is not UTF-8", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
    },
    /// More columns than any CRM has: probably another kind of file.
    #[error("`{}` has more than {} columns", path.display(), CrmError::MOST_COLUMNS)]
    TooManyColumns {
        /// The file.
        path: PathBuf,
    },
    /// The header is of no export that is known, nor of the mapping.
    #[error("the columns of `{}` are those of no known export", path.display())]
    UnknownColumns {
        /// The file.
        path: PathBuf,
    },
    /// Files were given, but none of them holds deals.
    #[error("none of the files holds deals")]
    NoDeals,
    /// Whether the day or the month stands first is told by no value of the column, nor of the file.
    #[error(
        "column `{column}` of `{}` has days like 03/04/2026, and nothing tells day from month",
        path.display()
    )]
    AmbiguousDays {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
    },
    /// Some values have the day first, others the month.
    #[error(
        "column `{column}` of `{}` has days with the day first and days with the month first",
        path.display()
    )]
    MixedDays {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
    },
    /// Some values have a decimal comma, others a decimal point.
    #[error(
        "column `{column}` of `{}` has amounts with a decimal comma and amounts with a decimal point",
        path.display()
    )]
    MixedAmounts {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
    },
    /// The column mapping is not TOML, or has unknown keys.
    #[error("line {line}, column {column} of the column mapping: {what}")]
    Mapping {
        /// Line of the mapping, from 1.
        line: usize,
        /// Character of that line, from 1.
        column: usize,
        /// What is wrong there.
        what: String,
    },
    /// The column mapping lacks a column without which rows mean nothing.
    #[error("`[{table}]` of the column mapping does not name `{key}`")]
    MappingLacks {
        /// The table of the mapping.
        table: &'static str,
        /// The key.
        key: &'static str,
    },
}

impl CrmError {
    /// Columns that a file may have, so that no header makes its rows slow to read.
    pub(crate) const MOST_COLUMNS: usize = 4_096;

    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        if source.kind() == io::ErrorKind::NotFound {
            Self::Missing { path }
        } else {
            Self::Io { path, source }
        }
    }
}

/// Whether the path was wrong, rather than the disk.
fn is_the_callers(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::PermissionDenied
            | io::ErrorKind::IsADirectory
            | io::ErrorKind::NotADirectory
    )
}

impl Diagnostic for CrmError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Missing { .. } => ErrorKind::NotFound,
            Self::Io { source, .. } if !is_the_callers(source.kind()) => ErrorKind::Unavailable,
            Self::Io { .. }
            | Self::Empty { .. }
            | Self::NotUtf8 { .. }
            | Self::TooManyColumns { .. }
            | Self::UnknownColumns { .. }
            | Self::NoDeals
            | Self::AmbiguousDays { .. }
            | Self::MixedDays { .. }
            | Self::MixedAmounts { .. }
            | Self::Mapping { .. }
            | Self::MappingLacks { .. } => ErrorKind::InvalidInput,
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Missing { .. } | Self::Io { .. } => "check that it is a file that you may read",
            Self::Empty { .. } => "an export may have failed: write the file again",
            Self::NotUtf8 { .. } => "save it as CSV in UTF-8",
            Self::TooManyColumns { .. } => {
                "export fewer columns, or check that it is the right file"
            }
            Self::UnknownColumns { .. } => {
                "export with English column names from HubSpot, Salesforce or Pipedrive, or name the columns in a column mapping"
            }
            Self::NoDeals => {
                "give the export of deals (Salesforce: opportunities) besides those of contacts, calls or stage changes"
            }
            Self::AmbiguousDays { .. } | Self::MixedDays { .. } => {
                "say which stands first with `--crm-days day-first` or `--crm-days month-first`"
            }
            Self::MixedAmounts { .. } => {
                "say which it is with `--crm-decimal comma` or `--crm-decimal point`"
            }
            Self::Mapping { .. } | Self::MappingLacks { .. } => {
                "a mapping has the tables `[deals]`, `[history]`, `[contacts]` and `[calls]`, each with lines like `id = \"Deal No.\"`"
            }
        };
        Some(hint.to_owned())
    }
}
