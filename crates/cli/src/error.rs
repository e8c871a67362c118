//! What the program itself can refuse: [`CliError`]. All other errors come from behind the facade.

use std::io;
use std::path::{Path, PathBuf};

use upturn::{Diagnostic, ErrorKind};

/// What was wrong with a path, a combination of flags, or the machine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum CliError {
    /// A file lies where a folder should be.
    #[error("`{}` is a file, `{flag}` names a folder", path.display())]
    IsAFile {
        /// The flag.
        flag: &'static str,
        /// Its value.
        path: PathBuf,
    },
    /// A folder, link, device or pipe lies where a file should be.
    #[error("`{}` exists and is no file, `{flag}` names one", path.display())]
    IsNoFile {
        /// The flag.
        flag: &'static str,
        /// Its value.
        path: PathBuf,
    },
    /// A file lies where the folder of a collection is expected.
    #[error("`{}` is a file, `--store` names a folder", path.display())]
    NoStore {
        /// What was typed.
        path: PathBuf,
    },
    /// Hours of work could not be kept there.
    #[error("nothing can be written at `{}`, which `{flag}` names", path.display())]
    CantWrite {
        /// The flag.
        flag: &'static str,
        /// Its value.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The folder holds something that could be overwritten.
    #[error("`{}` is not empty, `{flag}` names a folder that is new or empty", path.display())]
    NotEmpty {
        /// The flag.
        flag: &'static str,
        /// Its value.
        path: PathBuf,
    },
    /// This program can't speak with servers.
    #[cfg(not(feature = "qdrant"))]
    #[error("this build of upturn has no client for a server at `--store`")]
    NoClient,
    /// The ledger of a server's collection has no folder.
    #[error("a collection on a server needs `--ledger DIR`: what was indexed is noted there")]
    NoLedger,
    /// A server has lost points, or the ledger is that of another collection.
    #[error("the collection holds {missing} points fewer than its ledger notes")]
    Behind {
        /// How many.
        missing: usize,
    },
    /// A folder is no model and holds none.
    #[error("`{}` is no model folder and holds none", path.display())]
    NoModels {
        /// Where they were looked for.
        path: PathBuf,
    },
    /// There are not so many folds.
    #[error("there is no fold {fold}: {folds} are numbered from 0")]
    NoSuchFold {
        /// What was asked for.
        fold: usize,
        /// How many there are.
        folds: usize,
    },
    /// Nothing asynchronous can be driven.
    #[error("no asynchronous runtime could be started")]
    Runtime(#[source] io::Error),
    /// There is no such file.
    #[error("there is no call `{}`", path.display())]
    NoCall {
        /// What was looked for.
        path: PathBuf,
    },
    /// The system refused to open the call.
    #[error("the call `{}` can't be read", path.display())]
    Call {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another file lies there by now, or less of it, or none.
    #[error("`{}` was replaced, cut short or taken away while it was followed", path.display())]
    Replaced {
        /// Which.
        path: PathBuf,
    },
    /// A key of pseudonyms can't be read.
    #[error("the key `{}` can't be read", path.display())]
    NoKey {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file or folder can't be written; what was there before is untouched.
    #[error("`{}` can't be written", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Standard input can't be read; it may not be text.
    #[error("standard input can't be read as text")]
    Stdin(#[source] io::Error),
    /// Standard output can't be written, for another reason than that nobody reads any more.
    #[error("standard output can't be written")]
    Stdout(#[source] io::Error),
    /// The turns can't be read on.
    #[error("the turns can't be read")]
    Turns(#[source] io::Error),
    /// No call has moments enough to delete some.
    #[error("no call has three moments or more")]
    ShortCalls,
    /// The turns ended before anybody had said anything.
    #[error("nobody said anything")]
    NoTurn,
    /// An answer can't be turned into JSON.
    #[error("the answer can't be written as JSON")]
    Json(#[from] serde_json::Error),
    /// Records were read that were neither written nor set aside, or the other way round.
    #[error("{read} records were read, but {written} written and {set_aside} set aside")]
    Lost {
        /// Records read.
        read: u64,
        /// Records written.
        written: u64,
        /// Records set aside.
        set_aside: u64,
    },
    /// No call says how it ended.
    #[error("none of the {calls} calls has an outcome")]
    NoOutcome {
        /// How many there are.
        calls: usize,
    },
    /// A prediction of another data set.
    #[error("`--from` speaks of call `{id}`, which the data do not hold with that outcome")]
    NotOfTheData {
        /// Its id.
        id: upturn::ConversationId,
    },
    /// Nothing can be held out.
    #[error(
        "all {calls} labelled calls are of one account, and no account is learnt from and asked about"
    )]
    OneAccount {
        /// How many there are.
        calls: usize,
    },
    /// What is to be tuned on calls that the model has not seen has none.
    #[error("the model learnt from all {calls} calls, or from others of their accounts")]
    AllSeen {
        /// How many there are.
        calls: usize,
    },
    /// Nobody says which run of the other methods to compare with.
    #[error("`--compare` needs the seed of the predictions to compare with")]
    NoCompareSeed,
    /// A model that is computed here has no address.
    #[cfg(feature = "local")]
    #[error("`--chat-provider local` computes its answers here and takes no `--chat-url`")]
    LocalUrl,
    /// Ctrl-C can't be watched.
    #[error("the handler for Ctrl-C can't be set")]
    Interrupt(#[from] ctrlc::Error),
}

impl CliError {
    /// [`Write`](Self::Write) for a path, ready for `map_err`.
    pub(crate) fn write(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        |source| Self::Write {
            path: path.to_owned(),
            source,
        }
    }

    /// [`NoCall`](Self::NoCall) or [`Call`](Self::Call).
    pub(crate) fn call(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        if source.kind() == io::ErrorKind::NotFound {
            Self::NoCall { path }
        } else {
            Self::Call { path, source }
        }
    }
}

impl Diagnostic for CliError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::IsAFile { .. }
            | Self::IsNoFile { .. }
            | Self::NoStore { .. }
            | Self::Replaced { .. }
            | Self::NotEmpty { .. }
            | Self::NoOutcome { .. }
            | Self::AllSeen { .. }
            | Self::OneAccount { .. }
            | Self::NotOfTheData { .. }
            | Self::CantWrite { .. }
            | Self::NoCompareSeed
            | Self::NoSuchFold { .. }
            | Self::NoTurn
            | Self::ShortCalls
            | Self::NoLedger
            | Self::Behind { .. }
            | Self::Stdin(_) => ErrorKind::InvalidInput,
            #[cfg(not(feature = "qdrant"))]
            Self::NoClient => ErrorKind::InvalidInput,
            #[cfg(feature = "local")]
            Self::LocalUrl => ErrorKind::InvalidInput,
            Self::NoCall { .. } | Self::NoModels { .. } => ErrorKind::NotFound,
            Self::Call { source, .. }
            | Self::NoKey { source, .. }
            | Self::Write { source, .. }
            | Self::Turns(source) => kind_of(source),
            Self::Lost { .. }
            | Self::Stdout(_)
            | Self::Json(_)
            | Self::Interrupt(_)
            | Self::Runtime(_) => ErrorKind::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::IsAFile { .. } | Self::NotEmpty { .. } => {
                "choose a folder that does not exist yet"
            }
            Self::Replaced { .. } => "the same command begins anew with what stands there now",
            Self::NoStore { .. } => "it is the folder that `upturn index` fills",
            Self::IsNoFile { .. } => "name a file that does not exist yet",
            Self::ShortCalls => "of a shorter call nothing would be left to predict",
            Self::NoTurn => "a line is `buyer: what was said`",
            Self::NoCall { .. } => {
                "a call is a file with one conversation, or `-` for standard input"
            }
            #[cfg(not(feature = "qdrant"))]
            Self::NoClient => "build it with `--features qdrant`, or name a folder",
            #[cfg(feature = "local")]
            Self::LocalUrl => "leave `--chat-url` out, or name another `--chat-provider`",
            Self::Behind { .. } => {
                "name its own ledger, or fill it anew: `upturn index --rebuild --model MODEL --data PATH --store URL`"
            }
            Self::NoLedger => {
                "name a folder that is new or was the ledger of this collection before"
            }
            Self::NoModels { .. } => {
                "name folders that `upturn train` wrote, or one that holds such"
            }
            Self::NoOutcome { .. } => {
                "give calls with `\"outcome\": \"won\"` and with `\"outcome\": \"lost\"`"
            }
            Self::NotOfTheData { .. } => "give the data that these predictions were made of",
            Self::OneAccount { .. } => "give calls of several accounts, in `metadata.account`",
            Self::CantWrite { .. } => "name a place where you may write",
            Self::AllSeen { .. } => {
                "give calls of other accounts, as `upturn split` sets them apart before `upturn train`"
            }
            Self::NoKey { .. } => {
                "it is the file `pseudonym.key` in the folder that `upturn ingest` wrote"
            }
            Self::Lost { .. } => "keep the input: this is a bug",
            Self::NoSuchFold { .. } => "leave `--only-folds` out to ask about all",
            Self::NoCompareSeed => "add `--compare-seed N`, or name a fold column such as `seed0`",
            Self::Write { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                "make its folder first"
            }
            Self::Write { source, .. } if kind_of(source) == ErrorKind::InvalidInput => {
                "choose a place where you may write"
            }
            Self::Write { .. } => "free some space or choose another place",
            Self::Call { .. }
            | Self::Stdin(_)
            | Self::Turns(_)
            | Self::Stdout(_)
            | Self::Json(_)
            | Self::Interrupt(_)
            | Self::Runtime(_) => return None,
        };
        Some(hint.to_owned())
    }
}

/// Whether the path was wrong, rather than the disk.
fn kind_of(error: &io::Error) -> ErrorKind {
    let wrong_path = [
        io::ErrorKind::NotFound,
        io::ErrorKind::PermissionDenied,
        io::ErrorKind::IsADirectory,
        io::ErrorKind::NotADirectory,
        io::ErrorKind::ReadOnlyFilesystem,
    ];
    if wrong_path.contains(&error.kind()) {
        ErrorKind::InvalidInput
    } else {
        ErrorKind::Internal
    }
}
