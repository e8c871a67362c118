//! Why a chain has no output: [`ChainError`].

use std::time::Duration;

use upturn_core::{Cause, Diagnostic, ErrorKind};

use crate::{ChatError, OutputError, PromptError, ToolError};

/// Why a chain has no output.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChainError {
    /// The run was cancelled.
    #[error("the run was cancelled")]
    Cancelled,
    /// A step failed for its own reason.
    #[error("step `{step}` failed")]
    Step {
        /// [`Runnable::name`](crate::Runnable::name).
        step: String,
        /// Why.
        #[source]
        source: Cause,
    },
    /// A step took too long.
    #[error("step `{step}` took longer than {limit:?}")]
    TimedOut {
        /// [`Runnable::name`](crate::Runnable::name).
        step: String,
        /// How long it might take.
        limit: Duration,
    },
    /// A step panicked: a fault of its program. What it said may hold words of a transcript and is not kept.
    #[error("step `{step}` panicked")]
    Panicked {
        /// [`Runnable::name`](crate::Runnable::name).
        step: String,
    },
    /// The language model did not answer.
    #[error("the language model gave no answer")]
    Chat(#[from] ChatError),
    /// Two tools of an agent have one name.
    #[error("two tools are called `{name}`")]
    TwoTools {
        /// [`ToolDescription::name`](crate::ToolDescription::name).
        name: String,
    },
    /// A tool failed.
    #[error("a tool failed")]
    Tool(#[from] ToolError),
    /// A prompt could not be made.
    #[error("there is no prompt to ask with")]
    Prompt(#[from] PromptError),
    /// What a language model said can't be used.
    #[error("the answer of the language model can't be used")]
    Output(#[from] OutputError),
}

impl ChainError {
    /// A step's own failure.
    pub fn step(step: impl Into<String>, source: impl Diagnostic) -> Self {
        Self::Step {
            step: step.into(),
            source: Cause::new(source),
        }
    }

    /// Whether the same step may have an output later. Never once the run is cancelled.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Cancelled
            | Self::Panicked { .. }
            | Self::TwoTools { .. }
            | Self::Prompt(_)
            | Self::Output(_) => false,
            Self::TimedOut { .. } => true,
            Self::Chat(source) => source.is_transient(),
            Self::Step { .. } | Self::Tool(_) => {
                matches!(self.kind(), ErrorKind::Overloaded | ErrorKind::Unavailable)
            }
        }
    }

    /// When to try again, where a provider says it.
    pub const fn retry_after(&self) -> Option<Duration> {
        if let Self::Chat(source) = self {
            source.retry_after()
        } else {
            None
        }
    }
}

impl Diagnostic for ChainError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Cancelled | Self::TimedOut { .. } => ErrorKind::Unavailable,
            Self::Panicked { .. } => ErrorKind::Internal,
            Self::TwoTools { .. } => ErrorKind::InvalidInput,
            Self::Step { source, .. } => source.kind(),
            Self::Chat(source) => source.kind(),
            Self::Tool(source) => source.kind(),
            Self::Prompt(source) => source.kind(),
            Self::Output(source) => source.kind(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Cancelled
            | Self::TimedOut { .. }
            | Self::Panicked { .. }
            | Self::TwoTools { .. } => None,
            Self::Step { source, .. } => source.hint(),
            Self::Chat(source) => source.hint(),
            Self::Tool(source) => source.hint(),
            Self::Prompt(source) => source.hint(),
            Self::Output(source) => source.hint(),
        }
    }
}

/// An error with its reasons and its hint in one line, for frameworks whose errors are text: `message: reason (hint)`.
pub fn in_full(error: &dyn Diagnostic) -> String {
    let mut text = error.to_string();
    let mut reason = error.source();
    while let Some(next) = reason {
        let said = next.to_string();
        // Some messages end in their source's.
        if !text.ends_with(&said) {
            text = format!("{text}: {said}");
        }
        reason = next.source();
    }
    match error.hint() {
        Some(hint) => format!("{text} ({hint})"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CallsError, Panicked};

    #[test]
    fn an_error_in_full_says_each_reason_once() {
        let tool = ToolError::failed("similar", CallsError::from(Panicked));
        assert_eq!(
            in_full(&ChainError::from(tool)),
            "a tool failed: `similar` failed: the encoder or the store is out of order: the work panicked"
        );
    }
}
