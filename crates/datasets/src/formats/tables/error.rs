//! What keeps a table from being read at all: [`TableError`].

use std::io;

use upturn_core::{Diagnostic, ErrorKind};

use crate::rejected::one_of;

use super::Field;

/// Why a table cannot be opened. A broken row is none of these: it is a [`RejectReason`](crate::RejectReason).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The system refused to read.
    #[error("the table cannot be read")]
    Io(#[from] io::Error),
    /// There is nothing, not even a header.
    #[error("the table is empty")]
    Empty,
    /// The header has no end within the limit.
    #[error("the header is longer than {limit} bytes")]
    LongHeader {
        /// The limit.
        limit: usize,
    },
    /// A quotation mark of the header is never closed.
    #[error("a quotation mark in the header is never closed")]
    OpenHeader,
    /// No column holds a field without which there is no call.
    #[error("no column holds the {}, there are {}", one_of(.fields), shown(.columns))]
    MissingColumn {
        /// The fields of which one is needed.
        fields: Vec<&'static str>,
        /// The columns there are.
        columns: Vec<String>,
    },
    /// The mapping names a column that is not there.
    #[error("no column `{header}` for the {field}, there are {}", shown(.columns))]
    UnknownColumn {
        /// The field.
        field: Field,
        /// What the mapping calls its column.
        header: String,
        /// The columns there are.
        columns: Vec<String>,
    },
    /// The mapping itself is broken.
    #[error("the column mapping is broken: {what}")]
    Mapping {
        /// What is wrong with it.
        what: String,
    },
    /// The file is no Parquet, is damaged, or exceeds a limit.
    #[error("no readable Parquet file: {what}")]
    NotParquet {
        /// What is wrong with it; nothing of its contents.
        what: String,
    },
}

/// The columns there are, not all of a very wide table.
fn shown(columns: &[String]) -> String {
    const MOST: usize = 40;
    const LONGEST: usize = 40;
    let cut = |column: &String| column.chars().take(LONGEST).collect::<String>();
    let words: Vec<String> = columns.iter().take(MOST).map(cut).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match columns.len() {
        0 => "no columns".to_owned(),
        all if all > MOST => format!("`{}` and {} more", words.join("`, `"), all - MOST),
        _ => format!("`{}`", words.join("`, `")),
    }
}

impl Diagnostic for TableError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Io(_) => ErrorKind::Unavailable,
            Self::Empty
            | Self::LongHeader { .. }
            | Self::OpenHeader
            | Self::MissingColumn { .. }
            | Self::UnknownColumn { .. }
            | Self::Mapping { .. }
            | Self::NotParquet { .. } => ErrorKind::InvalidInput,
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Io(_) => "check that it is a file that you may read",
            Self::Empty => "an export may have failed: write the file again",
            Self::LongHeader { .. } | Self::OpenHeader => {
                "the first line of a table names its columns"
            }
            Self::MissingColumn { .. } | Self::UnknownColumn { .. } => {
                "name the column, like `--column 'text=What was said'`, or all of them in a file for `--columns`"
            }
            Self::Mapping { .. } => {
                "a mapping is TOML with `shape`, `time_unit`, `date_order`, `won`, `lost`, `open` and a table `columns`"
            }
            Self::NotParquet { .. } => {
                "write the file again, without encryption and with common encodings"
            }
        };
        Some(hint.to_owned())
    }
}
