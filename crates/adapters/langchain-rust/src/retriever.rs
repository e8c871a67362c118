//! A retriever as langchain-rust's: [`CallRetriever`].

use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use langchain_rust::schemas::Document as ForeignDocument;
use upturn_chains::blocking;
use upturn_core::{Filter, Query, RetrievalRequest, Retriever};

use crate::LangchainError;
use crate::metadata::found;

/// Any retriever of upturn's, be it by vectors, words or both, as langchain-rust's `Retriever`.
///
/// For a store alone langchain-rust's own `vectorstore::Retriever` over a [`crate::CallStore`] does the same.
#[derive(Debug, Clone)]
pub struct CallRetriever {
    retriever: Arc<dyn Retriever>,
    limit: usize,
    filter: Filter,
}

impl CallRetriever {
    /// The `limit` nearest of all documents.
    pub fn new(retriever: Arc<dyn Retriever>, limit: usize) -> Self {
        Self {
            retriever,
            limit,
            filter: Filter::default(),
        }
    }

    /// The same among fewer documents. All by default.
    #[must_use]
    pub fn with_filter(self, filter: Filter) -> Self {
        Self { filter, ..self }
    }

    async fn retrieve(&self, query: &str) -> Result<Vec<ForeignDocument>, LangchainError> {
        let retriever = Arc::clone(&self.retriever);
        let request = RetrievalRequest::new(Query::Text(query.to_owned()), self.limit)
            .with_filter(self.filter.clone());
        let nearest = blocking(move || retriever.retrieve(&request)).await??;
        nearest.into_iter().map(found).collect()
    }
}

#[async_trait]
impl langchain_rust::schemas::Retriever for CallRetriever {
    async fn get_relevant_documents(
        &self,
        query: &str,
    ) -> Result<Vec<ForeignDocument>, Box<dyn Error>> {
        Ok(self.retrieve(query).await?)
    }
}
