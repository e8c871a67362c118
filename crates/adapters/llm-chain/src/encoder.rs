//! The encoder as llm-chain's `Embeddings`: [`Encoder`].

use std::sync::Arc;

use async_trait::async_trait;
use upturn_chains::{embed_documents, embed_query};
use upturn_core::Embeddings;

use crate::LlmChainError;

/// An encoder as llm-chain's `Embeddings`. Clones share it.
#[derive(Debug, Clone)]
pub struct Encoder {
    embeddings: Arc<dyn Embeddings>,
}

impl Encoder {
    /// Wraps an encoder.
    pub const fn new(embeddings: Arc<dyn Embeddings>) -> Self {
        Self { embeddings }
    }
}

#[async_trait]
impl llm_chain::traits::Embeddings for Encoder {
    type Error = LlmChainError;

    async fn embed_texts(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, LlmChainError> {
        let vectors = embed_documents(&self.embeddings, texts).await?;
        Ok(vectors.into_iter().map(Vec::from).collect())
    }

    async fn embed_query(&self, query: String) -> Result<Vec<f32>, LlmChainError> {
        Ok(embed_query(&self.embeddings, query).await?.into())
    }
}
