//! Why nothing can be redacted or restored: [`RedactionError`].

use std::io;
use std::path::{Path, PathBuf};

use upturn_core::{ConversationError, Diagnostic, ErrorKind};

use super::PseudonymKey;
use crate::DatasetError;

/// Why a redactor cannot be built, a key file not be used, or a conversation not be put back together.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RedactionError {
    /// The options are not TOML, or not the keys and kinds of values that are known.
    #[error("line {line} of the redaction options: {what}")]
    Options {
        /// Line of the file, from 1.
        line: usize,
        /// What is wrong there.
        what: String,
    },
    /// The options have no key.
    #[error("redaction needs a key")]
    NoKey,
    /// The key is too short to be kept from guessing.
    #[error("the key has {got} bytes, at least {expected} are needed")]
    ShortKey {
        /// The least.
        expected: usize,
        /// What was given.
        got: usize,
    },
    /// A pattern's name is not upper case, or belongs to another kind or pattern.
    #[error("pattern {place} has no name of its own in upper-case letters, digits and `_`")]
    PatternName {
        /// Place of the pattern in the options, from 1.
        place: usize,
    },
    /// A pattern is no regular expression, or too large a one.
    #[error("pattern `{name}` is not a regular expression that can be used")]
    Pattern {
        /// Its name.
        name: String,
        /// What is wrong with it.
        source: Box<regex::Error>,
    },
    /// The names of the call cannot be searched for.
    #[error("{count} names cannot be searched for at once")]
    Names {
        /// How many there are.
        count: usize,
    },
    /// The system refused to read or write a key file.
    #[error("key file `{}` cannot be used", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// There is a file already, which would be overwritten.
    #[error("key file `{}` exists already", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A key file is shorter than it was when it was last written.
    #[error("key file `{}` has {got} bytes, at least {expected} were written", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Its length when it was last written.
        expected: u64,
        /// Its length now.
        got: u64,
    },
    /// A line of a key file is not of its form.
    #[error("{}:{line}: not a line of a key file", path.display())]
    BrokenLine {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
    },
    /// The calls cannot be read, or none of the records is one.
    #[error(transparent)]
    Calls(#[from] DatasetError),
    /// A call cannot be written as JSON.
    #[error("a call cannot be written as JSON")]
    Form(#[source] serde_json::Error),
    /// What came of a file of calls cannot be written.
    #[error("what came of `{}` cannot be written", path.display())]
    Output {
        /// The input.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// What came of it breaks a law of conversations.
    #[error(transparent)]
    Law(#[from] ConversationError),
}

impl RedactionError {
    pub(super) fn output(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        |source| Self::Output {
            path: path.to_owned(),
            source,
        }
    }
}

impl Diagnostic for RedactionError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Io { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                ErrorKind::NotFound
            }
            Self::Io { .. } | Self::Output { .. } => ErrorKind::Unavailable,
            Self::Form(_) => ErrorKind::Internal,
            Self::Calls(error) => error.kind(),
            Self::Options { .. }
            | Self::NoKey
            | Self::ShortKey { .. }
            | Self::PatternName { .. }
            | Self::Pattern { .. }
            | Self::Names { .. }
            | Self::Exists { .. }
            | Self::Truncated { .. }
            | Self::BrokenLine { .. }
            | Self::Law(_) => ErrorKind::InvalidInput,
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoKey | Self::ShortKey { .. } => {
                return Some(format!(
                    "give at least {} random bytes and keep them: ids, reps and accounts are hashed with them",
                    PseudonymKey::LEAST_BYTES
                ));
            }
            Self::Options { .. } => {
                "options are `kinds`, `metadata`, `name_fields`, and `name` and `pattern` in `[[custom]]`"
            }
            Self::PatternName { .. } => "a name is like `POLICY_NUMBER`",
            Self::Pattern { .. } => "look-around and back references are not supported",
            Self::Names { .. } => "give the names of the people of this call only",
            Self::Io { .. } => "check that it is a file that you may read and write",
            Self::Output { .. } => "free some space or choose another place",
            Self::Exists { .. } => {
                "move it away, or append to it; without it nothing can be restored"
            }
            Self::Truncated { .. } => {
                "it is not the file of this run, or something else wrote to it"
            }
            Self::BrokenLine { .. } => {
                "a key file is written by redaction only, one JSON object a line"
            }
            Self::Form(_) => return None,
            Self::Calls(error) => return error.hint(),
            Self::Law(error) => return error.hint(),
        };
        Some(hint.to_owned())
    }
}
