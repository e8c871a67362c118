//! Why llm-chain is given no answer: [`LlmChainError`].

use llm_chain::tools::ToolError as ForeignToolError;
use llm_chain::traits::{EmbeddingsError, VectorStoreError};
use upturn_chains::{CallsError, ToolError};
use upturn_core::{Diagnostic, ErrorKind};

/// Why llm-chain is given no answer: the one error of all its traits.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LlmChainError {
    /// The encoder or the store refused.
    #[error(transparent)]
    Calls(#[from] CallsError),
    /// A text or a document that does not say of which turns of which call it is.
    #[error("document {place} does not name its call")]
    NotOfACall {
        /// Place among those handed over, from 0.
        place: usize,
    },
    /// A tool failed.
    // llm-chain's agents show a model only this line.
    #[error("{}", upturn_chains::in_full(source))]
    Tool {
        /// Why.
        #[from]
        source: ToolError,
    },
    /// What a model asks for is no YAML that fits.
    #[error("the arguments are not what the tool takes")]
    Yaml(#[from] serde_yaml::Error),
}

impl Diagnostic for LlmChainError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Calls(source) => source.kind(),
            Self::NotOfACall { .. } | Self::Yaml(_) => ErrorKind::InvalidInput,
            Self::Tool { source } => source.kind(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Calls(source) => source.hint(),
            Self::NotOfACall { .. } => Some("fill the store with `upturn index`".to_owned()),
            Self::Tool { source } => source.hint(),
            Self::Yaml(_) => None,
        }
    }
}

impl EmbeddingsError for LlmChainError {}

impl VectorStoreError for LlmChainError {}

impl ForeignToolError for LlmChainError {}
