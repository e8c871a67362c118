//! Why a chain has no output: [`ChainError`].

use upturn_core::{Cause, Diagnostic, ErrorKind};

use crate::{ChatError, PromptError, ToolError};

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
    /// The language model did not answer.
    #[error("the language model gave no answer")]
    Chat(#[from] ChatError),
    /// A tool failed.
    #[error("a tool failed")]
    Tool(#[from] ToolError),
    /// A prompt could not be made.
    #[error("there is no prompt to ask with")]
    Prompt(#[from] PromptError),
}

impl ChainError {
    /// A step's own failure.
    pub fn step(step: impl Into<String>, source: impl Diagnostic) -> Self {
        Self::Step {
            step: step.into(),
            source: Cause::new(source),
        }
    }
}

impl Diagnostic for ChainError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Cancelled => ErrorKind::Unavailable,
            Self::Step { source, .. } => source.kind(),
            Self::Chat(source) => source.kind(),
            Self::Tool(source) => source.kind(),
            Self::Prompt(source) => source.kind(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Cancelled => None,
            Self::Step { source, .. } => source.hint(),
            Self::Chat(source) => source.hint(),
            Self::Tool(source) => source.hint(),
            Self::Prompt(source) => source.hint(),
        }
    }
}
