//! Why a chain has no output: [`ChainError`].

use upturn_core::{Cause, Diagnostic, ErrorKind};

use crate::{ChatError, ToolError};

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
    /// Two tools of an agent have one name.
    #[error("two tools are called `{name}`")]
    TwoTools {
        /// [`ToolDescription::name`](crate::ToolDescription::name).
        name: String,
    },
    /// A tool failed.
    #[error("a tool failed")]
    Tool(#[from] ToolError),
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
            Self::TwoTools { .. } => ErrorKind::InvalidInput,
            Self::Step { source, .. } => source.kind(),
            Self::Chat(source) => source.kind(),
            Self::Tool(source) => source.kind(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Cancelled | Self::TwoTools { .. } => None,
            Self::Step { source, .. } => source.hint(),
            Self::Chat(source) => source.hint(),
            Self::Tool(source) => source.hint(),
        }
    }
}
