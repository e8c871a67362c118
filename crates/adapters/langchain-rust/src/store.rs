//! A store as langchain-rust's `VectorStore`: [`CallStore`].

use std::error::Error;

use async_trait::async_trait;
use langchain_rust::schemas::Document as ForeignDocument;
use langchain_rust::vectorstore::{VecStoreOptions, VectorStore};
use serde_json::Value;
use upturn_chains::{Calls, CallsRequest};

use crate::LangchainError;
use crate::metadata::{found, to_add};
use crate::options::filter;

/// A store as langchain-rust's `VectorStore`, with the encoder that filled it.
///
/// Its macros take it: `similarity_search!(store, "too expensive", 3, &options(&won)?)`. Metadata are the fields of
/// [`upturn_core::DocumentMetadata`] and the point's `id`; scores are cosines, they rank and are no probabilities.
#[derive(Debug, Clone)]
pub struct CallStore {
    calls: Calls,
}

impl CallStore {
    /// All documents of the store.
    pub const fn new(calls: Calls) -> Self {
        Self { calls }
    }

    async fn add(
        &self,
        documents: &[ForeignDocument],
        options: &VecStoreOptions<Value>,
    ) -> Result<Vec<String>, LangchainError> {
        filter(options)?;
        let documents = documents.iter().enumerate();
        let documents = documents.map(|(place, document)| to_add(place, document));
        let documents = documents.collect::<Result<Vec<_>, _>>()?;
        let ids = self.calls.upsert(documents).await?;
        Ok(ids.iter().map(ToString::to_string).collect())
    }

    async fn search(
        &self,
        query: &str,
        limit: usize,
        options: &VecStoreOptions<Value>,
    ) -> Result<Vec<ForeignDocument>, LangchainError> {
        let request = CallsRequest {
            text: query.to_owned(),
            limit,
            filter: filter(options)?,
            score_threshold: options.score_threshold,
        };
        let nearest = self.calls.search(request).await?;
        nearest.into_iter().map(found).collect()
    }
}

#[async_trait]
impl VectorStore for CallStore {
    type Options = VecStoreOptions<Value>;

    /// Embeds and stores documents whose metadata name their call, replacing those of the same kind, call and first turn.
    async fn add_documents(
        &self,
        documents: &[ForeignDocument],
        options: &Self::Options,
    ) -> Result<Vec<String>, Box<dyn Error>> {
        Ok(self.add(documents, options).await?)
    }

    async fn similarity_search(
        &self,
        query: &str,
        limit: usize,
        options: &Self::Options,
    ) -> Result<Vec<ForeignDocument>, Box<dyn Error>> {
        Ok(self.search(query, limit, options).await?)
    }
}
