//! What goes wrong with a collection in a folder: [`EdgeStoreError`] and [`EngineError`].

use std::io;
use std::path::PathBuf;

use upturn_core::{Cause, Diagnostic, ErrorKind, VectorStoreError};

/// What the engine said. Its own type is no part of this crate's interface.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct EngineError {
    message: String,
}

impl EngineError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        let message = message.into();
        Self { message }
    }
}

/// Why a collection in a folder could not be opened or did not do as asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EdgeStoreError {
    /// There is no such folder.
    #[error("there is no collection at `{}`", folder.display())]
    NotFound {
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// The folder exists, but upturn did not make it.
    #[error("`{}` is no collection: it has no `upturn.json`", folder.display())]
    NotACollection {
        /// The folder.
        folder: PathBuf,
    },
    /// Some of its files are missing or unreadable.
    #[error("the collection in `{}` is damaged", folder.display())]
    Damaged {
        /// The folder.
        folder: PathBuf,
        /// What is wrong with it.
        #[source]
        source: EngineError,
    },
    /// Another process, or another value in this one, has it open.
    #[error("the collection in `{}` is open elsewhere", folder.display())]
    Locked {
        /// The folder.
        folder: PathBuf,
    },
    /// It was filled by another encoder, or has another dimension.
    #[error(transparent)]
    Refused(#[from] VectorStoreError),
    /// The engine failed at something it was asked to do.
    #[error("the collection in `{}` failed while {doing}", folder.display())]
    Engine {
        /// The folder.
        folder: PathBuf,
        /// What it was doing, as a participle: `searching`.
        doing: &'static str,
        /// What it said.
        #[source]
        source: EngineError,
    },
    /// A file could not be read or written; the source names it.
    #[error("the folder of the collection in `{}` could not be used", folder.display())]
    Io {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl EdgeStoreError {
    fn folder(&self) -> String {
        match self {
            Self::NotFound { folder }
            | Self::NotACollection { folder }
            | Self::Damaged { folder, .. }
            | Self::Locked { folder }
            | Self::Engine { folder, .. }
            | Self::Io { folder, .. } => folder.display().to_string(),
            Self::Refused(_) => String::new(),
        }
    }
}

impl Diagnostic for EdgeStoreError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound { .. } => ErrorKind::NotFound,
            Self::NotACollection { .. } | Self::Damaged { .. } => ErrorKind::InvalidInput,
            Self::Locked { .. } => ErrorKind::Unavailable,
            Self::Refused(source) => source.kind(),
            Self::Engine { .. } | Self::Io { .. } => ErrorKind::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::NotFound { folder } => Some(format!(
                "fill it: `upturn index --model MODEL --data PATH --store {}`",
                folder.display()
            )),
            Self::NotACollection { .. } => Some(rebuild("fill a folder that is new or empty")),
            Self::Damaged { .. } => Some(rebuild("fill a new folder from the conversations")),
            Self::Locked { .. } => Some("wait until the other process ends, or end it".to_owned()),
            Self::Refused(source) => source.hint(),
            Self::Engine { .. } => Some(rebuild(
                "look whether the disk is full; if it is not, fill a new folder",
            )),
            Self::Io { .. } => None,
        }
    }
}

fn rebuild(what: &str) -> String {
    format!("{what}: `upturn index --model MODEL --data PATH --store NEW`")
}

impl From<EdgeStoreError> for VectorStoreError {
    fn from(error: EdgeStoreError) -> Self {
        match error {
            EdgeStoreError::Refused(source) => source,
            EdgeStoreError::NotFound { .. }
            | EdgeStoreError::NotACollection { .. }
            | EdgeStoreError::Damaged { .. }
            | EdgeStoreError::Locked { .. }
            | EdgeStoreError::Engine { .. }
            | EdgeStoreError::Io { .. } => Self::Backend {
                collection: error.folder(),
                source: Cause::new(error),
            },
        }
    }
}
