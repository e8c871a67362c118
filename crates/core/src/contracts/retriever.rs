//! From a question to documents: [`Retriever`], and the one built of an encoder and a store.

use std::fmt;
use std::sync::Arc;

use crate::{
    Diagnostic, Embedding, Embeddings, EmbeddingsError, ErrorKind, Filter, ScoredDocument,
    SearchRequest, VectorStore, VectorStoreError,
};

/// Why nothing was retrieved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RetrieverError {
    /// The question could not be embedded.
    #[error("the query could not be embedded")]
    Embeddings(#[from] EmbeddingsError),
    /// The store refused.
    #[error("the store could not be searched")]
    Store(#[from] VectorStoreError),
}

impl Diagnostic for RetrieverError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Embeddings(source) => source.kind(),
            Self::Store(source) => source.kind(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Embeddings(source) => source.hint(),
            Self::Store(source) => source.hint(),
        }
    }
}

/// Near what to look.
#[derive(Clone, PartialEq)]
pub enum Query {
    /// Text, to be embedded.
    Text(String),
    /// A vector already computed by the same encoder.
    Vector(Embedding),
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f
                .debug_struct("Text")
                .field("chars", &text.chars().count())
                .finish(),
            Self::Vector(vector) => f.debug_tuple("Vector").field(vector).finish(),
        }
    }
}

/// What to retrieve.
#[derive(Debug, Clone, PartialEq)]
pub struct RetrievalRequest {
    /// Near what.
    pub query: Query,
    /// At most how many.
    pub limit: usize,
    /// Among which.
    pub filter: Filter,
}

impl RetrievalRequest {
    /// The `limit` nearest of all documents.
    pub fn new(query: Query, limit: usize) -> Self {
        Self {
            query,
            limit,
            filter: Filter::default(),
        }
    }

    /// The same among fewer documents. All by default.
    #[must_use]
    pub fn with_filter(mut self, filter: Filter) -> Self {
        self.filter = filter;
        self
    }
}

/// Finds documents near a query, nearest first.
pub trait Retriever: fmt::Debug + Send + Sync {
    /// At most `request.limit` admitted documents, nearest first.
    ///
    /// # Errors
    ///
    /// [`RetrieverError`] from the encoder or the store.
    fn retrieve(&self, request: &RetrievalRequest) -> Result<Vec<ScoredDocument>, RetrieverError>;
}

/// The retriever made of an encoder and the store it filled.
#[derive(Debug, Clone)]
pub struct VectorStoreRetriever {
    embeddings: Arc<dyn Embeddings>,
    store: Arc<dyn VectorStore>,
}

impl VectorStoreRetriever {
    /// Joins an encoder and a store.
    ///
    /// # Errors
    ///
    /// [`VectorStoreError::ForeignEncoder`] if the store was filled by another encoder.
    pub fn new(
        embeddings: Arc<dyn Embeddings>,
        store: Arc<dyn VectorStore>,
    ) -> Result<Self, VectorStoreError> {
        if embeddings.fingerprint() != store.fingerprint() {
            return Err(VectorStoreError::ForeignEncoder {
                collection: "calls".to_owned(),
                expected: store.fingerprint().clone(),
                got: embeddings.fingerprint().clone(),
            });
        }
        Ok(Self { embeddings, store })
    }
}

impl Retriever for VectorStoreRetriever {
    fn retrieve(&self, request: &RetrievalRequest) -> Result<Vec<ScoredDocument>, RetrieverError> {
        let query = match &request.query {
            Query::Text(text) => self.embeddings.embed_query(text)?,
            Query::Vector(vector) => vector.clone(),
        };
        let search = SearchRequest::new(query, request.limit).with_filter(request.filter.clone());
        Ok(self.store.search(&search)?)
    }
}
