//! A store as llm-chain's `VectorStore`: [`CallStore`].

use async_trait::async_trait;
use llm_chain::schema::Document as ForeignDocument;
use llm_chain::traits::VectorStore;
use upturn_chains::{Calls, CallsRequest};
use upturn_core::{Document, Filter};

use crate::metadata::found;
use crate::{CallMetadata, Encoder, LlmChainError};

/// A store as llm-chain's `VectorStore`, with the encoder that filled it.
///
/// ```
/// use llm_chain::traits::VectorStore as _;
/// use upturn_core::{Filter, Outcome};
/// use upturn_llm_chain::CallStore;
///
/// # async fn of(store: CallStore) -> Result<(), upturn_llm_chain::LlmChainError> {
/// let won = Filter { outcome: Some(Outcome::Won), ..Filter::default() };
/// let nearest = store.with_filter(won).similarity_search("too expensive".to_owned(), 3).await?;
/// # let _ = nearest;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct CallStore {
    calls: Calls,
    filter: Filter,
}

impl CallStore {
    /// All documents of the store.
    pub fn new(calls: Calls) -> Self {
        Self {
            calls,
            filter: Filter::default(),
        }
    }

    /// The same store, searched among fewer documents, in place of any filter before. All by default.
    #[must_use]
    pub fn with_filter(&self, filter: Filter) -> Self {
        Self {
            calls: self.calls.clone(),
            filter,
        }
    }
}

#[async_trait]
impl VectorStore<Encoder, CallMetadata> for CallStore {
    type Error = LlmChainError;

    /// Refuses every text: none says of which call it is.
    async fn add_texts(&self, texts: Vec<String>) -> Result<Vec<String>, LlmChainError> {
        if texts.is_empty() {
            Ok(Vec::new())
        } else {
            Err(LlmChainError::NotOfACall { place: 0 })
        }
    }

    /// Embeds and stores documents with metadata, replacing those of the same kind, call and first turn.
    async fn add_documents(
        &self,
        documents: Vec<ForeignDocument<CallMetadata>>,
    ) -> Result<Vec<String>, LlmChainError> {
        let documents = documents.into_iter().enumerate().map(|(place, document)| {
            let metadata = document.metadata;
            let metadata = metadata.ok_or(LlmChainError::NotOfACall { place })?;
            Ok(Document {
                page_content: document.page_content,
                metadata: metadata.document,
            })
        });
        let documents = documents.collect::<Result<Vec<_>, LlmChainError>>()?;
        let ids = self.calls.upsert(documents).await?;
        Ok(ids.iter().map(ToString::to_string).collect())
    }

    /// The nearest documents of this store's filter, nearest first.
    async fn similarity_search(
        &self,
        query: String,
        limit: u32,
    ) -> Result<Vec<ForeignDocument<CallMetadata>>, LlmChainError> {
        let request = CallsRequest {
            text: query,
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
            filter: self.filter.clone(),
            score_threshold: None,
        };
        let nearest = self.calls.search(request).await?;
        Ok(nearest.into_iter().map(found).collect())
    }
}
