//! Why a question has no answer: [`AnswersError`].

use std::error::Error;

use upturn_chains::inline;
use upturn_coaching::CoachError;
use upturn_core::{
    Cause, ConversationId, Diagnostic, EmbeddingsError, ErrorKind, VectorStoreError,
};

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnswersError {
    /// No call has this id; it is told on one line, whatever it holds.
    #[error("there is no call `{}` among the {known} that are known by id", inline(call.as_str()))]
    UnknownCall {
        /// What was asked for.
        call: ConversationId,
        /// How many calls there are.
        known: usize,
    },
    /// Where calls are kept, nobody answers.
    #[error("the calls can't be read")]
    Calls(#[source] Cause),
    /// A text that is looked for holds nothing.
    #[error("`{field}` is blank")]
    Blank {
        /// Which field of the request.
        field: &'static str,
    },
    /// There is no collection to look in.
    #[error("no collection of other calls was given")]
    NoCollection,
    /// The call could not be predicted or explained.
    #[error(transparent)]
    Coach(#[from] CoachError),
    /// A text or a call could not be embedded.
    #[error("what was asked could not be embedded")]
    Embeddings(#[from] EmbeddingsError),
    /// The collection did not answer.
    #[error("the collection could not be searched")]
    Store(#[from] VectorStoreError),
    /// The work ended without an answer: the program is shutting down, or it has a fault.
    #[error("the work was stopped")]
    Stopped,
}

impl Diagnostic for AnswersError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::UnknownCall { .. } => ErrorKind::NotFound,
            Self::Blank { .. } | Self::NoCollection => ErrorKind::InvalidInput,
            Self::Calls(source) => source.kind(),
            Self::Coach(source) => source.kind(),
            Self::Embeddings(source) => source.kind(),
            Self::Store(source) => source.kind(),
            Self::Stopped => ErrorKind::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownCall { .. } => {
                Some("bring the conversation itself instead of its id".to_owned())
            }
            Self::NoCollection => Some("give the analyst a store".to_owned()),
            Self::Calls(source) => source.hint(),
            Self::Coach(source) => source.hint(),
            Self::Embeddings(source) => source.hint(),
            Self::Store(source) => source.hint(),
            Self::Blank { .. } | Self::Stopped => None,
        }
    }
}

/// An error and what it comes from in one line: `the collection could not be searched: collection `calls` did not answer`.
pub(crate) fn line(error: &dyn Error) -> String {
    let mut told = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let said = cause.to_string();
        if !told.ends_with(&said) {
            told = format!("{told}: {said}");
        }
        source = cause.source();
    }
    told
}
