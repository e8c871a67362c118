//! A store as rig's index: [`CallIndex`].
#![expect(clippy::result_large_err, reason = "rig's own error is that large")]

use std::collections::BTreeSet;

use rig_core::Embed;
use rig_core::embeddings::Embedding;
use rig_core::vector_store::{
    InsertDocuments, VectorSearchIdResult, VectorSearchRequest, VectorSearchResult,
    VectorStoreError, VectorStoreIndex,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use upturn_chains::{Calls, CallsRequest};
use upturn_core::{Document, Filter, Outcome, ScoredDocument};

use crate::{CallFilter, RigError};

/// A store as rig's index. Results are [`Document`]s (`{"page_content": …, "metadata": {…}}`) under their points' ids, and
/// their scores are cosines: they rank, they are no probabilities.
///
/// ```
/// use upturn_chains::Calls;
/// use upturn_rig::CallIndex;
///
/// # fn of(calls: Calls) {
/// let index = CallIndex::new(calls);
/// let winning = index.won(); // AgentBuilder::new(model).dynamic_context(3, winning)
/// # let _ = winning;
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct CallIndex {
    calls: Calls,
    /// None where nothing can be found.
    among: Option<Filter>,
}

impl CallIndex {
    /// All documents of the store.
    pub fn new(calls: Calls) -> Self {
        Self {
            calls,
            among: Some(Filter::default()),
        }
    }

    /// The same among fewer documents; each question may narrow them further. All by default.
    #[must_use]
    pub fn with_filter(self, filter: &Filter) -> Self {
        Self {
            among: self.among.and_then(|among| among.both(filter)),
            ..self
        }
    }

    /// The same among calls that were won: what an agent may learn from.
    #[must_use]
    pub fn won(&self) -> Self {
        self.clone().with_filter(&Filter {
            outcome: Some(Outcome::Won),
            ..Filter::default()
        })
    }

    /// Each filter that the store is asked with.
    fn filters(&self, asked: Option<&CallFilter>) -> Result<Vec<Filter>, VectorStoreError> {
        let Some(among) = &self.among else {
            return Ok(Vec::new());
        };
        let Some(asked) = asked else {
            return Ok(vec![among.clone()]);
        };
        let alternatives = asked.alternatives()?;
        let narrowed = alternatives.iter().filter_map(|asked| among.both(asked));
        Ok(narrowed.collect())
    }

    async fn search(
        &self,
        request: &VectorSearchRequest<CallFilter>,
    ) -> Result<Vec<ScoredDocument>, VectorStoreError> {
        let limit = usize::try_from(request.samples()).unwrap_or(usize::MAX);
        let mut found = Vec::new();
        for filter in self.filters(request.filter())? {
            let request = CallsRequest {
                text: request.query().to_owned(),
                limit,
                filter,
                score_threshold: request.threshold().map(threshold),
            };
            let nearest = self.calls.search(request).await;
            found.push(nearest.map_err(VectorStoreError::datastore)?);
        }
        Ok(merged(&found, limit))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "scores are f32; rig's threshold is one of them in f64, or as good as one"
)]
const fn threshold(score: f64) -> f32 {
    score as f32
}

/// The nearest of all lists, each document once; one list stays as it is.
fn merged(lists: &[Vec<ScoredDocument>], limit: usize) -> Vec<ScoredDocument> {
    let mut all = lists.concat();
    // Stable, hence one list keeps the store's order of equals.
    all.sort_by(|left, right| right.score.total_cmp(&left.score));
    let mut known = BTreeSet::new();
    all.retain(|found| known.insert(found.document.id()));
    all.truncate(limit);
    all
}

impl VectorStoreIndex for CallIndex {
    type Filter = CallFilter;

    async fn top_n<T: DeserializeOwned + Send>(
        &self,
        request: VectorSearchRequest<CallFilter>,
    ) -> Result<Vec<VectorSearchResult<T>>, VectorStoreError> {
        let found = self.search(&request).await?.into_iter();
        let results = found.map(|found| {
            Ok(VectorSearchResult {
                score: f64::from(found.score),
                id: found.document.id().to_string(),
                document: serde_json::from_value(serde_json::to_value(found.document)?)?,
            })
        });
        results.collect()
    }

    async fn top_n_ids(
        &self,
        request: VectorSearchRequest<CallFilter>,
    ) -> Result<Vec<VectorSearchIdResult>, VectorStoreError> {
        let found = self.search(&request).await?.into_iter();
        let results = found.map(|found| VectorSearchIdResult {
            score: f64::from(found.score),
            id: found.document.id().to_string(),
        });
        Ok(results.collect())
    }
}

impl InsertDocuments for CallIndex {
    /// Stores documents whose JSON is a [`Document`]'s; see [`crate::CallDocument`].
    ///
    /// The vectors handed in are not used: rig does not say which model made them, and one of another encoder would make
    /// neighbours silently meaningless.
    async fn insert_documents<Doc: Serialize + Embed + Send>(
        &self,
        documents: Vec<(Doc, Vec<Embedding>)>,
    ) -> Result<(), VectorStoreError> {
        let documents = documents.iter().map(|(document, _)| {
            let json = serde_json::to_value(document)?;
            let document: Result<Document, _> = serde_json::from_value(json);
            document.map_err(|error| VectorStoreError::datastore(RigError::NotOfACall(error)))
        });
        let documents = documents.collect::<Result<Vec<_>, VectorStoreError>>()?;
        let stored = self.calls.upsert(documents).await;
        stored.map_err(VectorStoreError::datastore).map(|_| ())
    }
}
