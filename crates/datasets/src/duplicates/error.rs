//! Why duplicates cannot be looked for: [`DuplicateError`].

use std::io;
use std::path::PathBuf;

use upturn_core::{Diagnostic, ErrorKind};

/// An option out of range, or a file of state that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DuplicateError {
    /// The least similarity is out of range.
    #[error("`similarity` is {got}, expected 0.7 to 1")]
    Similarity {
        /// What was given.
        got: f64,
    },
    /// The length of a shingle is out of range.
    #[error("`shingle` is {got} words, expected 1 to 8")]
    Shingle {
        /// What was given.
        got: usize,
    },
    /// The system refused to read or write.
    #[error("`{}` cannot be read or written", path.display())]
    Io {
        /// The file of state.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is none of ours, or of another version.
    #[error("`{}` is no file of duplicates of this version", path.display())]
    NotAState {
        /// The file.
        path: PathBuf,
    },
    /// The file was written with another similarity, shingle or seed.
    #[error("`{}` was written with other options", path.display())]
    OtherOptions {
        /// The file.
        path: PathBuf,
    },
    /// A record does not agree with its check sum or its place.
    #[error("record {record} of `{}` is damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The record, from 0.
        record: u64,
    },
    /// The file holds fewer whole records than needed.
    #[error("`{}` holds {got} records, expected at least {expected}", path.display())]
    TooShort {
        /// The file.
        path: PathBuf,
        /// How many are needed.
        expected: u64,
        /// How many there are.
        got: u64,
    },
}

impl Diagnostic for DuplicateError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Io { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                ErrorKind::NotFound
            }
            Self::Io { .. } => ErrorKind::Unavailable,
            Self::Similarity { .. }
            | Self::Shingle { .. }
            | Self::NotAState { .. }
            | Self::OtherOptions { .. }
            | Self::Damaged { .. }
            | Self::TooShort { .. } => ErrorKind::InvalidInput,
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Similarity { .. } => "0.8 finds copies with small changes, 1 nearly equal ones",
            Self::Shingle { .. } => "3 words suit calls; 5 suit calls that follow a script",
            Self::Io { .. } => "check that the folder exists, may be written and has space",
            Self::OtherOptions { .. } => "go on with the options of the first run, or start anew",
            Self::NotAState { .. } | Self::Damaged { .. } | Self::TooShort { .. } => {
                "delete the file and start anew: nothing but time is lost"
            }
        };
        Some(hint.to_owned())
    }
}
