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
            Self::Step { source, .. } => source.kind(),
            Self::Chat(source) => source.kind(),
            Self::Tool(source) => source.kind(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Cancelled => None,
            Self::Step { source, .. } => source.hint(),
            Self::Chat(source) => source.hint(),
            Self::Tool(source) => source.hint(),
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
