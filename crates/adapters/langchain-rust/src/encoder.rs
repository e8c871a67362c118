//! The encoder as langchain-rust's `Embedder`: [`Encoder`].

use std::sync::Arc;

use async_trait::async_trait;
use http::StatusCode;
use langchain_rust::embedding::{Embedder, EmbedderError};
use upturn_chains::{CallsError, embed_documents, embed_query, in_full};
use upturn_core::{Diagnostic as _, Embedding, Embeddings};

/// An encoder as langchain-rust's `Embedder`. Clones share it.
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

fn widened(vector: &Embedding) -> Vec<f64> {
    vector.as_slice().iter().copied().map(f64::from).collect()
}

/// The variant that says who has to act; the others name encoders of langchain-rust's.
fn failed(error: &CallsError) -> EmbedderError {
    let status = StatusCode::from_u16(error.kind().http_status());
    EmbedderError::HttpError {
        status_code: status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        error_message: in_full(error),
    }
}

#[async_trait]
impl Embedder for Encoder {
    async fn embed_documents(&self, documents: &[String]) -> Result<Vec<Vec<f64>>, EmbedderError> {
        let vectors = embed_documents(&self.embeddings, documents.to_vec()).await;
        let vectors = vectors.map_err(|error| failed(&error))?;
        Ok(vectors.iter().map(widened).collect())
    }

    async fn embed_query(&self, text: &str) -> Result<Vec<f64>, EmbedderError> {
        let vector = embed_query(&self.embeddings, text.to_owned()).await;
        Ok(widened(&vector.map_err(|error| failed(&error))?))
    }
}
