//! Why langchain-rust is given no answer: [`LangchainError`].

use upturn_chains::{CallsError, Panicked, ToolError};
use upturn_core::{Diagnostic, ErrorKind, RetrieverError};

/// Why langchain-rust is given no answer. It travels in its `Box<dyn Error>`, hence says all in one line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LangchainError {
    /// The encoder or the store refused.
    #[error("{}", upturn_chains::in_full(source))]
    Calls {
        /// Why.
        #[from]
        source: CallsError,
    },
    /// A tool failed.
    #[error("{}", upturn_chains::in_full(source))]
    Tool {
        /// Why.
        #[from]
        source: ToolError,
    },
    /// A document whose metadata do not say of which turns of which call it is.
    #[error(
        "document {place} does not name its call (fill the store with `upturn index`): {source}"
    )]
    NotOfACall {
        /// Place among those handed over, from 0.
        place: usize,
        /// Which field is missing or wrong.
        source: serde_json::Error,
    },
    /// Filters that are not upturn's.
    #[error("the filters are none of upturn's: {0}")]
    Filters(#[source] serde_json::Error),
    /// An option that a store of upturn's does not have.
    #[error("a store of upturn's has no `{option}`")]
    Option {
        /// Its name in `VecStoreOptions`.
        option: &'static str,
    },
    /// Metadata that are no JSON object.
    #[error("the metadata can't be written")]
    Unwritable(#[source] serde_json::Error),
}

impl From<RetrieverError> for LangchainError {
    fn from(error: RetrieverError) -> Self {
        CallsError::from(error).into()
    }
}

impl From<Panicked> for LangchainError {
    fn from(error: Panicked) -> Self {
        CallsError::from(error).into()
    }
}

impl Diagnostic for LangchainError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Calls { source } => source.kind(),
            Self::Tool { source } => source.kind(),
            Self::NotOfACall { .. } | Self::Filters(_) | Self::Option { .. } => {
                ErrorKind::InvalidInput
            }
            Self::Unwritable(_) => ErrorKind::Internal,
        }
    }
}
