//! What goes wrong with a collection on a server: [`QdrantStoreError`] and [`ServerError`].

use std::io;
use std::time::Duration;

use tonic::{Code, Status};
use upturn_core::{Cause, Diagnostic, ErrorKind, VectorStoreError};

use crate::connection::Failure;
use crate::retries::Attempt;

/// What the server, or the way to it, said. Their own types are no part of this crate's interface.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct ServerError {
    message: String,
    kind: ErrorKind,
    hint: Option<&'static str>,
}

impl ServerError {
    /// Who has to act on it.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    fn new(status: &Status) -> Self {
        let (kind, hint) = class(status.code());
        let mut message = status.message().to_owned();
        let mut source = std::error::Error::source(status);
        while let Some(cause) = source {
            let cause_message = cause.to_string();
            if !message.contains(&cause_message) {
                message = format!("{message}: {cause_message}");
            }
            source = cause.source();
        }
        if message.is_empty() {
            status.code().description().clone_into(&mut message);
        }
        Self {
            message,
            kind,
            hint,
        }
    }
}

/// Who has to act, and what to do, by the code of gRPC.
fn class(code: Code) -> (ErrorKind, Option<&'static str>) {
    match code {
        Code::InvalidArgument | Code::OutOfRange | Code::FailedPrecondition => {
            (ErrorKind::InvalidInput, None)
        }
        Code::Unauthenticated | Code::PermissionDenied => {
            let hint = "give the key that this server asks for; it may allow reading only";
            (ErrorKind::InvalidInput, Some(hint))
        }
        Code::Unimplemented => {
            let hint = "use Qdrant 1.16 or newer, and its port of gRPC: 6334, not 6333";
            (ErrorKind::InvalidInput, Some(hint))
        }
        Code::NotFound => (ErrorKind::NotFound, None),
        Code::ResourceExhausted => {
            let hint = "ask for less at once, or give the server more memory or disk";
            (ErrorKind::Overloaded, Some(hint))
        }
        Code::Ok | Code::AlreadyExists | Code::DataLoss => (ErrorKind::Internal, None),
        Code::Internal => (ErrorKind::Internal, Some("look into the log of the server")),
        Code::Unavailable
        | Code::DeadlineExceeded
        | Code::Aborted
        | Code::Cancelled
        | Code::Unknown => (ErrorKind::Unavailable, Some(REACH)),
    }
}

const REACH: &str = "look whether the server runs and can be reached at its port of gRPC, 6334";

/// Why a collection on a server could not be opened or did not do as asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QdrantStoreError {
    /// A setting that cannot be.
    #[error("the {setting} cannot be used: {reason}")]
    Setting {
        /// Which, in words.
        setting: &'static str,
        /// What is wrong with it; never its value where that is a secret.
        reason: String,
    },
    /// There is no such collection.
    #[error("there is no collection `{collection}` on the server")]
    NotFound {
        /// Its name or alias.
        collection: String,
    },
    /// The collection exists, but upturn did not make it, or not in this way.
    #[error("`{collection}` is no collection of upturn: {reason}")]
    NotOurs {
        /// Its name or alias.
        collection: String,
        /// What is missing.
        reason: &'static str,
    },
    /// Its vectors are compared by something else than their cosine.
    #[error("collection `{collection}` compares vectors by {got}, not by their cosine")]
    Distance {
        /// Its name or alias.
        collection: String,
        /// By what.
        got: String,
    },
    /// It was filled by another encoder, or has another dimension.
    #[error(transparent)]
    Refused(#[from] VectorStoreError),
    /// Its name is no alias, so that nothing can be put in its place.
    #[error("`{collection}` is the name of a collection, no alias of one")]
    NoAlias {
        /// The name.
        collection: String,
    },
    /// Others keep their points in the same collection.
    #[error(
        "collection `{collection}` is shared by shard keys and cannot be replaced for one of them"
    )]
    Shared {
        /// Its alias.
        collection: String,
    },
    /// No attempt was answered in time.
    #[error("collection `{collection}` gave no answer within {} s while {doing} ({})", after.as_secs_f32(), times(*attempts))]
    TimedOut {
        /// Its name or alias.
        collection: String,
        /// What it was asked to do, as a participle: `searching`.
        doing: &'static str,
        /// How long the last attempt took.
        after: Duration,
        /// How many attempts were made.
        attempts: usize,
    },
    /// The server refused, failed or could not be reached.
    #[error("collection `{collection}` failed while {doing} ({})", times(*attempts))]
    Server {
        /// Its name or alias.
        collection: String,
        /// What it was asked to do, as a participle: `searching`.
        doing: &'static str,
        /// How many attempts were made.
        attempts: usize,
        /// What it said last.
        #[source]
        source: ServerError,
    },
    /// A document can't be stored.
    #[error("document {id} is no JSON object")]
    Document {
        /// Which.
        id: upturn_core::PointId,
    },
    /// The threads of the connection could not be started.
    #[error("the threads of the connection could not be started")]
    Threads(#[source] io::Error),
}

impl QdrantStoreError {
    pub(crate) fn new(collection: &str, doing: &'static str, failure: Failure) -> Self {
        let collection = collection.to_owned();
        let Failure { attempt, attempts } = failure;
        match attempt {
            Attempt::TimedOut(after) => Self::TimedOut {
                collection,
                doing,
                after,
                attempts,
            },
            Attempt::Refused(status) => Self::Server {
                collection,
                doing,
                attempts,
                source: ServerError::new(&status),
            },
        }
    }

    fn collection(&self) -> String {
        match self {
            Self::NotFound { collection }
            | Self::NotOurs { collection, .. }
            | Self::Distance { collection, .. }
            | Self::NoAlias { collection }
            | Self::Shared { collection }
            | Self::TimedOut { collection, .. }
            | Self::Server { collection, .. } => collection.clone(),
            Self::Setting { .. } | Self::Refused(_) | Self::Document { .. } | Self::Threads(_) => {
                String::new()
            }
        }
    }
}

fn times(attempts: usize) -> String {
    match attempts {
        1 => "1 attempt".to_owned(),
        attempts => format!("{attempts} attempts"),
    }
}

impl Diagnostic for QdrantStoreError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Setting { .. }
            | Self::NotOurs { .. }
            | Self::Distance { .. }
            | Self::NoAlias { .. }
            | Self::Shared { .. }
            | Self::Document { .. } => ErrorKind::InvalidInput,
            Self::NotFound { .. } => ErrorKind::NotFound,
            Self::Refused(source) => source.kind(),
            Self::TimedOut { .. } => ErrorKind::Unavailable,
            Self::Server { source, .. } => source.kind,
            Self::Threads(_) => ErrorKind::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::NotFound { .. } => Some("fill it first: `upturn index`".to_owned()),
            Self::NotOurs { .. } | Self::Distance { .. } => Some(
                "fill a collection of another name; the server must be Qdrant 1.16 or newer"
                    .to_owned(),
            ),
            Self::Refused(source) => source.hint(),
            Self::NoAlias { .. } => {
                Some("fill a collection of another name: upturn makes an alias with it".to_owned())
            }
            Self::Shared { .. } => Some("fill a collection of another name for it".to_owned()),
            Self::TimedOut { .. } => {
                Some(format!("{REACH}; a large collection may need more time"))
            }
            Self::Server { source, .. } => source.hint.map(str::to_owned),
            Self::Setting { .. } | Self::Document { .. } | Self::Threads(_) => None,
        }
    }
}

impl From<QdrantStoreError> for VectorStoreError {
    fn from(error: QdrantStoreError) -> Self {
        match error {
            QdrantStoreError::Refused(source) => source,
            QdrantStoreError::Setting { .. }
            | QdrantStoreError::NotFound { .. }
            | QdrantStoreError::NotOurs { .. }
            | QdrantStoreError::Distance { .. }
            | QdrantStoreError::NoAlias { .. }
            | QdrantStoreError::Shared { .. }
            | QdrantStoreError::TimedOut { .. }
            | QdrantStoreError::Server { .. }
            | QdrantStoreError::Document { .. }
            | QdrantStoreError::Threads(_) => Self::Backend {
                collection: error.collection(),
                source: Cause::new(error),
            },
        }
    }
}
