//! What stops a reading: [`DatasetError`].

use std::io;
use std::path::{Path, PathBuf};

use upturn_core::{Diagnostic, ErrorKind};

use crate::sources::is_broken;
use crate::{Corpus, RejectReason, Rejections};

/// Why a data set, a call or a file of folds could not be read at all.
///
/// A single bad record is none of these: it is [`Rejected`](crate::Rejected) and the reading goes on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatasetError {
    /// There is no such file or folder.
    #[error("`{}` does not exist", path.display())]
    Missing {
        /// What was looked for.
        path: PathBuf,
        /// The corpus it should belong to; `None` for a file of folds.
        corpus: Option<Corpus>,
    },
    /// The system refused to read, or stopped in the middle.
    #[error("`{}` cannot be read", path.display())]
    Io {
        /// What was read.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A call cannot be written as JSON.
    #[error("a call cannot be written as JSON")]
    Form(#[source] serde_json::Error),
    /// The file holds nothing.
    #[error("`{}` is empty", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The folder holds no file of the corpus.
    #[error("folder `{}` holds no file of the corpus `{corpus}`", path.display())]
    NoFiles {
        /// The folder.
        path: PathBuf,
        /// The corpus.
        corpus: Corpus,
    },
    /// A CSV file of another kind: a column that must be there is not.
    #[error("`{}` has no column `{column}`", path.display())]
    MissingColumn {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// The corpus it should belong to; `None` for a file of folds.
        corpus: Option<Corpus>,
    },
    /// A JSON file of another kind: its top level is no array.
    #[error("`{}` does not hold a JSON array", path.display())]
    NotAnArray {
        /// The file.
        path: PathBuf,
    },
    /// Every record was rejected or set aside.
    #[error(
        "no usable conversation in `{}`: {} rejected, {set_aside} set aside{}",
        path.display(), rejected.count(), first(rejected)
    )]
    NothingUsable {
        /// The data set.
        path: PathBuf,
        /// The corpus it was read as.
        corpus: Corpus,
        /// The rejected records.
        rejected: Rejections,
        /// How many records a rule of the corpus set aside.
        set_aside: usize,
    },
    /// The input of [`read_one`](crate::read_one) is not one usable conversation.
    #[error("`{name}`: {reason}")]
    NotAConversation {
        /// The input's name.
        name: String,
        /// What is wrong with it.
        reason: Box<RejectReason>,
    },
    /// A file of folds names a conversation twice.
    #[error("{}:{line}: id `{id}` is not unique", path.display())]
    DuplicateFoldId {
        /// The file.
        path: PathBuf,
        /// The second line that names it, from 1.
        line: u64,
        /// The id.
        id: String,
    },
    /// A fold is not a number from 0.
    #[error("{}:{line}: the fold in column `{column}` is not a whole number from 0", path.display())]
    NotAFold {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The column.
        column: String,
    },
    /// A row of folds is not readable text, or has fewer columns than its header.
    #[error("{}:{line}: column `{column}` is missing or not UTF-8", path.display())]
    BrokenFoldRow {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The column.
        column: String,
    },
    /// A fold has no conversation, so nothing could be tested on it.
    #[error("fold {fold} of {folds} is empty")]
    EmptyFold {
        /// The fold, from 0.
        fold: usize,
        /// How many there are.
        folds: usize,
    },
    /// A group (account, person, listing) stands in two folds: what is learned of it in one leaks into the other.
    #[error("group `{group}` stands in fold {first} and in fold {second}")]
    GroupCrossesFolds {
        /// The group.
        group: String,
        /// One fold.
        first: usize,
        /// Another.
        second: usize,
    },
    /// Folds and data have no id in common.
    #[error(
        "none of the {folds} ids in the file of folds is in the data ({conversations} conversations)"
    )]
    NoCommonIds {
        /// Ids in the file of folds.
        folds: usize,
        /// Conversations in the data.
        conversations: usize,
    },
    /// An input is neither file nor folder nor a pattern that matches any, or its folder holds no file.
    #[error("`{input}` names no file")]
    NoInput {
        /// What was given.
        input: String,
    },
    /// A pattern of files that cannot be one.
    #[error("`{pattern}` is no pattern: see its character {place}")]
    BadPattern {
        /// What was given.
        pattern: String,
        /// Place of the fault in characters, from 1.
        place: usize,
    },
    /// Standard input or a pipe, where files are needed.
    #[error("`{}` is no file, and only files can be read here", path.display())]
    NoStream {
        /// What was given.
        path: PathBuf,
    },
    /// Another data set lies at the path than when it was first read.
    #[error("{}:{line} has changed since it was first read", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
    },
    /// The monitor asked to stop.
    #[error("stopped")]
    Stopped,
}

impl DatasetError {
    /// Classes an I/O error: a path that does not exist is [`Missing`](Self::Missing), all else [`Io`](Self::Io).
    pub(crate) fn io(path: &Path, corpus: Option<Corpus>, source: io::Error) -> Self {
        let path = path.to_owned();
        if source.kind() == io::ErrorKind::NotFound {
            Self::Missing { path, corpus }
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

/// The first rejected record as the end of a sentence, or nothing.
fn first(rejected: &Rejections) -> String {
    let mut shown = rejected.shown().iter();
    shown
        .next()
        .map(|first| format!("; first: {first}"))
        .unwrap_or_default()
}

impl Diagnostic for DatasetError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Missing { .. } | Self::NoInput { .. } => ErrorKind::NotFound,
            Self::Io { source, .. } if is_the_callers(source.kind()) || is_broken(source) => {
                ErrorKind::InvalidInput
            }
            Self::Io { .. } => ErrorKind::Unavailable,
            Self::Form(_) | Self::Stopped => ErrorKind::Internal,
            Self::Empty { .. }
            | Self::NoFiles { .. }
            | Self::MissingColumn { .. }
            | Self::NotAnArray { .. }
            | Self::NothingUsable { .. }
            | Self::NotAConversation { .. }
            | Self::DuplicateFoldId { .. }
            | Self::NotAFold { .. }
            | Self::BrokenFoldRow { .. }
            | Self::EmptyFold { .. }
            | Self::GroupCrossesFolds { .. }
            | Self::NoCommonIds { .. }
            | Self::BadPattern { .. }
            | Self::NoStream { .. }
            | Self::Changed { .. } => ErrorKind::InvalidInput,
        }
    }

    fn hint(&self) -> Option<String> {
        const FORM: &str = "`upturn schema conversation` prints the expected form";
        const FOLDS: &str =
            "a file of folds is a CSV with a column `id` and a column of whole numbers from 0";
        let hint = match self {
            Self::Missing { corpus, .. } | Self::MissingColumn { corpus, .. } => {
                corpus.map_or(FOLDS, Corpus::expects)
            }
            Self::Io { source, .. } if is_broken(source) => "copy it again, or write it anew",
            Self::Io { .. } => "check that it is a file that you may read",
            Self::Empty { .. } => "an export may have failed: write the file again",
            Self::NoFiles { corpus, .. } => corpus.expects(),
            Self::NotAnArray { .. } => {
                "conversations one per line are the corpus `jsonl`, not `craigslist-bargain`"
            }
            Self::NothingUsable { corpus, .. } => match corpus {
                Corpus::Jsonl => FORM,
                Corpus::PersuasionForGood | Corpus::CraigslistBargain => corpus.expects(),
            },
            Self::NotAConversation { .. } => FORM,
            Self::DuplicateFoldId { .. } | Self::NotAFold { .. } | Self::BrokenFoldRow { .. } => {
                FOLDS
            }
            Self::EmptyFold { .. } => {
                "folds count from 0 without a gap, at least two, and each needs a conversation of the data"
            }
            Self::GroupCrossesFolds { .. } => {
                "put all conversations of a group into one fold, or let upturn draw the folds"
            }
            Self::NoCommonIds { .. } => "check that folds and data are of the same corpus",
            Self::NoInput { .. } | Self::BadPattern { .. } => {
                "name a file, a folder, a pattern in quotes such as 'calls/**/*.vtt', or `-` for standard input"
            }
            Self::NoStream { .. } => "write it to a file, and name that",
            Self::Changed { .. } => "wait until it is written to the end, then begin anew",
            Self::Form(_) | Self::Stopped => return None,
        };
        Some(hint.to_owned())
    }
}
