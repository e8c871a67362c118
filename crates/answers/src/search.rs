//! Moments of other calls by what was said: [`SearchChain`].

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_chains::{ChainError, Run, Runnable};
use upturn_core::retrieval::{SaidNext, Search, Sought, said_next, search};
use upturn_core::{
    Bm25, ConversationId, DocumentKind, Filter, Fingerprint, Outcome, ScoredDocument, Speaker,
    TurnRange, VectorStore, VectorStoreError,
};

use crate::analyst::{Collection, asked};
use crate::{Analyst, AnswersError};

/// Moments where the request does not say.
const MOMENTS: usize = 8;

/// What may have been said, and among which calls.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchMomentsRequest {
    /// What may have been said, in any words; never blank.
    pub text: String,
    /// At most so many moments; 8 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<NonZeroUsize>,
    /// Only moments that this admits, whatever its kind says; all by default.
    #[serde(default)]
    pub filter: Filter,
    /// Of each call only the best moment. Off by default.
    #[serde(default)]
    pub per_call: bool,
}

impl SearchMomentsRequest {
    /// The best 8 of all moments.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            limit: None,
            filter: Filter::default(),
            per_call: false,
        }
    }
}

impl fmt::Debug for SearchMomentsRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SearchMomentsRequest")
            .field("chars", &self.text.chars().count())
            .field("limit", &self.limit)
            .field("filter", &self.filter)
            .field("per_call", &self.per_call)
            .finish()
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SearchMomentsResponse {
    /// Best first.
    pub found: Vec<FoundMoment>,
    /// The encoder that says what is near.
    pub model_fingerprint: Fingerprint,
}

/// A moment with its citation. `Debug` shows nothing that was said.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FoundMoment {
    /// The call.
    pub id: ConversationId,
    /// How it ended; absent where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Which of its turns.
    pub turns: TurnRange,
    /// Reciprocal rank fusion of meaning and words; ranks only.
    pub score: f32,
    /// What was said there.
    pub text: String,
    /// What its seller said next; absent where the call was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_next: Option<SaidNext>,
}

impl fmt::Debug for FoundMoment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FoundMoment")
            .field("id", &self.id)
            .field("outcome", &self.outcome)
            .field("turns", &self.turns)
            .field("score", &self.score)
            .finish_non_exhaustive()
    }
}

impl Analyst {
    /// Moments that mean what a text means or say its words, among those that are admitted anyway.
    ///
    /// # Errors
    ///
    /// [`AnswersError::Blank`], or that of the encoder or the collection.
    pub fn search(
        &self,
        request: &SearchMomentsRequest,
    ) -> Result<SearchMomentsResponse, AnswersError> {
        let collection = self.collection()?;
        let store = &*collection.store;
        let sought = collection.sought("text", &request.text)?;
        let limit = request.limit.map_or(MOMENTS, NonZeroUsize::get);
        let found = match self.among.both(&request.filter) {
            None => Vec::new(),
            Some(filter) => {
                let asked = Search {
                    filter,
                    per_call: request.per_call,
                    ..Search::new(sought, limit)
                };
                moments(store, asked)?
            }
        };
        Ok(SearchMomentsResponse {
            found: cited(store, found)?,
            model_fingerprint: store.fingerprint().clone(),
        })
    }
}

impl Collection {
    /// What means the like or says the same words.
    pub(crate) fn sought(&self, field: &'static str, text: &str) -> Result<Sought, AnswersError> {
        if text.trim().is_empty() {
            return Err(AnswersError::Blank { field });
        }
        Ok(Sought::Both {
            direction: self.embeddings.embed_query(text)?,
            words: Bm25.query(text),
        })
    }
}

/// What is found among moments.
pub(crate) fn moments(
    store: &dyn VectorStore,
    asked: Search,
) -> Result<Vec<ScoredDocument>, VectorStoreError> {
    let filter = Filter {
        kind: Some(DocumentKind::Moment),
        ..asked.filter
    };
    search(store, &Search { filter, ..asked })
}

/// With what was said next.
fn cited(
    store: &dyn VectorStore,
    found: Vec<ScoredDocument>,
) -> Result<Vec<FoundMoment>, VectorStoreError> {
    let one = |ScoredDocument { document, score }: ScoredDocument| {
        let metadata = document.metadata;
        Ok(FoundMoment {
            said_next: said_next(store, &metadata, Speaker::Seller)?,
            outcome: metadata.outcome,
            turns: metadata.turns,
            score,
            text: document.page_content,
            id: metadata.conversation,
        })
    };
    found.into_iter().map(one).collect()
}

/// Moments of other calls by what was said, as a step.
#[derive(Debug, Clone)]
pub struct SearchChain {
    analyst: Arc<Analyst>,
}

impl SearchChain {
    /// Asks this analyst.
    pub const fn new(analyst: Arc<Analyst>) -> Self {
        Self { analyst }
    }
}

impl Runnable<SearchMomentsRequest, SearchMomentsResponse> for SearchChain {
    fn name(&self) -> &'static str {
        "search_moments"
    }

    fn invoke<'a>(
        &'a self,
        request: SearchMomentsRequest,
        run: &'a Run,
    ) -> BoxFuture<'a, Result<SearchMomentsResponse, ChainError>> {
        let name = self.name();
        let answer = asked(&self.analyst, name, move |analyst| analyst.search(&request));
        Box::pin(run.step(name, answer))
    }
}
