//! Why a run can't begin or go on: [`WorkError`].

use std::path::PathBuf;

use upturn::{Diagnostic, ErrorKind};

use crate::error::CliError;

/// What is wrong with a folder of finished parts.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WorkError {
    /// Nobody says what should become of a run that was interrupted.
    #[error("`{}` keeps the finished folds of a run that was interrupted", path.display())]
    Interrupted {
        /// The folder.
        path: PathBuf,
    },
    /// The run that was interrupted is another one.
    #[error("the run that was interrupted in `{}` has {has}", path.display())]
    OtherRun {
        /// The folder.
        path: PathBuf,
        /// In what it differs.
        has: &'static str,
    },
    /// What says which run was interrupted can't be read.
    #[error("which run was interrupted in `{}` can't be read any more", path.display())]
    DamagedRun {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds something else.
    #[error("`{}` exists and holds no interrupted run", path.display())]
    Foreign {
        /// Which.
        path: PathBuf,
    },
    /// Nothing names a folder.
    #[error("`{flag}` is about a run that was interrupted, and no option says where it was kept")]
    NoPlace {
        /// What was typed.
        flag: &'static str,
    },
    /// What is written at the end would be removed with the folder.
    #[error("`{}`, which `{flag}` names, lies in the folder of `--work`, which is removed at the end", path.display())]
    Within {
        /// The option.
        flag: &'static str,
        /// Its value.
        path: PathBuf,
    },
    /// It can't be written or removed.
    #[error(transparent)]
    Write(#[from] CliError),
}

impl Diagnostic for WorkError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Interrupted { .. }
            | Self::OtherRun { .. }
            | Self::DamagedRun { .. }
            | Self::Foreign { .. }
            | Self::NoPlace { .. }
            | Self::Within { .. } => ErrorKind::InvalidInput,
            Self::Write(source) => source.kind(),
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Interrupted { .. } => "go on with `--resume`, or discard it with `--restart`",
            Self::OtherRun { .. } => {
                "give the same calls and options as then, or discard it with `--restart`"
            }
            Self::DamagedRun { .. } => "discard it with `--restart`",
            Self::Foreign { .. } => "move it away, or name another folder: `--work FOLDER`",
            Self::NoPlace { .. } => "name its folder: `--work FOLDER`",
            Self::Within { .. } => "name a place outside of it",
            Self::Write(source) => return source.hint(),
        };
        Some(hint.to_owned())
    }
}
