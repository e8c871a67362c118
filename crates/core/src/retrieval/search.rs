//! One question with everything that can be asked of its answer: [`search`].

use crate::{
    Embedding, Filter, ScoredDocument, SearchRequest, SparseEmbedding, VectorStore,
    VectorStoreError,
};

use super::diversity::{candidates, chosen};
use super::fusion::fused;
use super::grouping::first_of_each;
use super::nearest_calls;

/// Documents that each of two ways of searching gives. Not a multiple of what is wanted, so that every page is cut from one list.
const DEPTH: usize = 1_000;
/// Documents, or calls, that are chosen from where variety is asked for; as fixed for the same reason.
const POOL: usize = 200;

/// What documents are ranked by.
#[derive(Debug, Clone, PartialEq)]
pub enum Sought {
    /// Their cosine to a direction.
    Meaning(Embedding),
    /// Words they have; see [`crate::Bm25`].
    Words(SparseEmbedding),
    /// Both, by reciprocal rank fusion of the 1,000 best of either.
    Both {
        /// Where to look.
        direction: Embedding,
        /// What for.
        words: SparseEmbedding,
    },
}

/// What to look for, among what, and how to show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// What documents are ranked by.
    pub sought: Sought,
    /// Among which. All by default.
    pub filter: Filter,
    /// At most how many.
    pub limit: usize,
    /// How many of the first to pass over. 0 by default.
    pub offset: usize,
    /// Not below this score; not looked at for [`Sought::Both`], whose scores have no scale. None by default.
    pub score_threshold: Option<f32>,
    /// Each call once, by its first document. Off by default.
    pub per_call: bool,
    /// λ of maximal marginal relevance, as in [`diverse`](super::diverse), among the 200 first. None by default.
    pub relevance: Option<f32>,
}

impl Search {
    /// The `limit` first of all documents.
    pub fn new(sought: Sought, limit: usize) -> Self {
        Self {
            sought,
            filter: Filter::default(),
            limit,
            offset: 0,
            score_threshold: None,
            per_call: false,
            relevance: None,
        }
    }
}

/// The documents that are asked for, first ones first.
///
/// # Laws
///
/// - **Pages.** Answers with growing offsets, laid together, are the answer with the sum of their limits; as far as the store itself
///   is exact.
/// - **Order.** First documents are ranked, then each call is taken once, then variety is looked for, then the page is cut.
/// - **Variety.** Scores that are no cosines count by their share of the largest one.
///
/// # Errors
///
/// The store's own.
pub fn search(
    store: &dyn VectorStore,
    search: &Search,
) -> Result<Vec<ScoredDocument>, VectorStoreError> {
    let end = search.offset.saturating_add(search.limit);
    let mut found = match search.relevance {
        None => ranked(store, search, end)?,
        Some(relevance) => {
            let pool = ranked(store, search, POOL)?;
            let scale = scale(&search.sought, &pool);
            chosen(candidates(store, pool, scale)?, end, relevance)
        }
    };
    found.drain(..search.offset.min(found.len()));
    Ok(found)
}

/// The first `most`, of each call one if so asked.
fn ranked(
    store: &dyn VectorStore,
    search: &Search,
    most: usize,
) -> Result<Vec<ScoredDocument>, VectorStoreError> {
    let request = match &search.sought {
        Sought::Meaning(direction) => SearchRequest::new(direction.clone(), most),
        Sought::Words(words) => SearchRequest::words(words.clone(), most),
        Sought::Both { direction, words } => {
            let mut found = fused(store, direction, words, &search.filter, DEPTH)?;
            if search.per_call {
                found = first_of_each(found);
            }
            found.truncate(most);
            return Ok(found);
        }
    };
    let request = SearchRequest {
        filter: search.filter.clone(),
        score_threshold: search.score_threshold,
        ..request
    };
    if search.per_call {
        nearest_calls(store, &request)
    } else {
        store.search(&request)
    }
}

/// The score that counts as much as a cosine of 1.
fn scale(sought: &Sought, found: &[ScoredDocument]) -> f32 {
    match sought {
        Sought::Meaning(_) => 1.0,
        Sought::Words(_) | Sought::Both { .. } => found.first().map_or(1.0, |first| first.score),
    }
}
