//! Why a model did not answer: [`ChatError`].

use std::time::Duration;

use upturn_core::{Cause, Diagnostic, ErrorKind};

/// Why a model did not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChatError {
    /// The provider can't be reached or is out of order.
    #[error("`{model}` can't be reached")]
    Unavailable {
        /// [`ChatModel::name`](crate::ChatModel::name).
        model: String,
        /// Why.
        #[source]
        source: Cause,
    },
    /// Too many questions at once.
    #[error("`{model}` has too much to do")]
    Overloaded {
        /// [`ChatModel::name`](crate::ChatModel::name).
        model: String,
        /// When to ask again, where the provider says it.
        retry_after: Option<Duration>,
    },
    /// The provider refuses the question: a key, a name, a parameter.
    #[error("`{model}` refused the question: {reason}")]
    Refused {
        /// [`ChatModel::name`](crate::ChatModel::name).
        model: String,
        /// What the provider says, without secrets.
        reason: String,
    },
    /// Question and answer are longer than the window.
    #[error("question and answer have about {tokens} tokens, `{model}` takes {window}")]
    TooLong {
        /// [`ChatModel::name`](crate::ChatModel::name).
        model: String,
        /// Of the question, estimated, and of the room for the answer.
        tokens: usize,
        /// [`ChatModel::window`](crate::ChatModel::window).
        window: usize,
    },
    /// The stream ended before the answer did.
    #[error("the answer of `{model}` was cut off")]
    CutOff {
        /// [`ChatModel::name`](crate::ChatModel::name).
        model: String,
    },
    /// The answer is none: not the protocol.
    #[error("the answer of `{model}` can't be read: {reason}")]
    Unreadable {
        /// [`ChatModel::name`](crate::ChatModel::name).
        model: String,
        /// What was expected.
        reason: String,
    },
    /// A cassette holds no answer to the question.
    #[error("no answer of `{model}` to question `{digest}` is recorded")]
    NotRecorded {
        /// [`ChatModel::name`](crate::ChatModel::name).
        model: String,
        /// Of the question, as the cassette names it.
        digest: String,
        /// How many answers are recorded.
        recorded: usize,
    },
}

impl ChatError {
    /// Whether the same question may have an answer later.
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Unavailable { .. } | Self::Overloaded { .. } | Self::CutOff { .. }
        )
    }

    /// When to ask again, where the provider says it.
    pub const fn retry_after(&self) -> Option<Duration> {
        if let Self::Overloaded { retry_after, .. } = self {
            *retry_after
        } else {
            None
        }
    }
}

impl Diagnostic for ChatError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Unavailable { .. } | Self::CutOff { .. } | Self::Unreadable { .. } => {
                ErrorKind::Unavailable
            }
            Self::Overloaded { .. } => ErrorKind::Overloaded,
            Self::Refused { .. } | Self::TooLong { .. } => ErrorKind::InvalidInput,
            Self::NotRecorded { .. } => ErrorKind::NotFound,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Unavailable { source, .. } => source.hint(),
            Self::Overloaded { retry_after, .. } => {
                retry_after.map(|wait| format!("ask again in {} s", wait.as_secs_f64().ceil()))
            }
            Self::TooLong { .. } => {
                Some("shorten what is asked, or take a model with a larger window".to_owned())
            }
            Self::NotRecorded { recorded, .. } => Some(format!(
                "the question has changed since its {recorded} answers were recorded: record them again with `RecordedChat`"
            )),
            Self::Refused { .. } | Self::CutOff { .. } | Self::Unreadable { .. } => None,
        }
    }
}
