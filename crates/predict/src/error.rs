//! Why a predictor cannot be fitted, loaded or asked: [`PredictError`].

use upturn_core::{Diagnostic, ErrorKind};

/// Why a predictor cannot be fitted, loaded or asked.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PredictError {
    /// All examples ended alike: there is nothing to tell apart.
    #[error("learning needs won and lost conversations, got {won} won and {lost} lost")]
    OneOutcome {
        /// Examples won.
        won: usize,
        /// Examples lost.
        lost: usize,
    },
    /// Too few conversations or accounts to hold some of them out.
    #[error("at least {expected} groups of conversations are needed, got {got}")]
    TooFew {
        /// At least so many groups.
        expected: usize,
        /// Groups given.
        got: usize,
    },
    /// Two lists that belong together differ in length.
    #[error("{expected} rows came with {got} outcomes or weights")]
    Unpaired {
        /// Rows.
        expected: usize,
        /// What came with them.
        got: usize,
    },
    /// A row of another width than the model's or than the first row's.
    #[error("a row of features has {got} numbers, expected {expected}")]
    Width {
        /// Width of the model or of the first row.
        expected: usize,
        /// Width of the row.
        got: usize,
    },
    /// NaN or infinite.
    #[error("feature {column} of row {row} is not finite")]
    NotFinite {
        /// Place of the row, from 0.
        row: usize,
        /// Place of the feature, from 0.
        column: usize,
    },
    /// A setting outside its range.
    #[error("setting `{name}` is {got}, expected {expected}")]
    Setting {
        /// Which field of [`crate::PredictorConfig`].
        name: &'static str,
        /// What is allowed, in words.
        expected: &'static str,
        /// What was given.
        got: f64,
    },
    /// The optimiser stopped before the gradient was small enough.
    #[error("no optimum within {iterations} iterations: the gradient is still {gradient:e}")]
    NotConverged {
        /// Iterations done.
        iterations: usize,
        /// Largest absolute entry of the gradient.
        gradient: f64,
    },
    /// The rows of a fit do not fit the memory, and not the scratch file either.
    #[error("the rows of a fit could not be kept in a scratch file: {kind}")]
    Scratch {
        /// What the system said.
        kind: std::io::ErrorKind,
    },
    /// A file of another format.
    #[error("the predictor has format {got}, this program reads {expected}")]
    Format {
        /// The format this program reads.
        expected: u32,
        /// The file's.
        got: u32,
    },
}

impl Diagnostic for PredictError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::OneOutcome { .. }
            | Self::TooFew { .. }
            | Self::Width { .. }
            | Self::NotFinite { .. }
            | Self::Setting { .. }
            | Self::Format { .. } => ErrorKind::InvalidInput,
            Self::Scratch { .. } => ErrorKind::Unavailable,
            Self::Unpaired { .. } | Self::NotConverged { .. } => ErrorKind::Internal,
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::OneOutcome { .. } => {
                "give conversations with `\"outcome\": \"won\"` and with `\"outcome\": \"lost\"`"
            }
            Self::TooFew { .. } => "add conversations of other accounts",
            Self::Width { .. } => "use the encoder that the predictor was fitted with",
            Self::Format { .. } => "train the model again with this version of the program",
            Self::NotConverged { .. } => "regularise more: lower the `c` of the settings",
            Self::Scratch { .. } => "free some space, or allow more memory",
            Self::Unpaired { .. } | Self::NotFinite { .. } | Self::Setting { .. } => return None,
        };
        Some(hint.to_owned())
    }
}

impl From<std::io::Error> for PredictError {
    fn from(error: std::io::Error) -> Self {
        Self::Scratch { kind: error.kind() }
    }
}
