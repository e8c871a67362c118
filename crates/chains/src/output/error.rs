//! Why an answer can't be used: [`OutputError`].

use upturn_core::{Diagnostic, ErrorKind};

/// Why an answer can't be used. The model is told it, to correct itself; it holds nothing that the model said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// There is no JSON.
    #[error("the answer holds no JSON")]
    NoJson,
    /// There is something like JSON.
    #[error("the JSON of the answer can't be read: {reason}")]
    BrokenJson {
        /// What is wrong with it.
        reason: String,
    },
    /// A field does not fit.
    #[error("field `{path}` of the answer does not fit: {reason}")]
    Field {
        /// Where, such as `calls[2].outcome`; `.` is the whole.
        path: String,
        /// What was expected.
        reason: String,
    },
    /// There is no item.
    #[error("the answer holds no item")]
    NoItem,
    /// None of the choices, or more than one.
    #[error("the answer is not one of {}", choices.join(", "))]
    NoChoice {
        /// What may be chosen, each in backticks.
        choices: Vec<String>,
    },
}

impl Diagnostic for OutputError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Unavailable
    }
}
