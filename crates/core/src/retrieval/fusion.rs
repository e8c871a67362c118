//! One list out of several: [`reciprocal_rank_fusion`], and [`hybrid`] search by direction and words.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::{
    Bm25, Embedding, Filter, PointId, ScoredDocument, SearchRequest, SparseEmbedding, VectorStore,
    VectorStoreError,
};

/// What keeps the first places from counting for everything; 60 as in the paper.
const SMOOTHING: f32 = 60.0;
/// Candidates asked for by each way of searching, in multiples of the documents wanted.
const CANDIDATES: usize = 4;

/// The `limit` documents with the largest sum of `1 / (60 + place)` over the lists, places counted from 1; equal sums by id.
///
/// Source: Cormack, Clarke and Büttcher 2009. The sum becomes the document's score: it ranks, and is no cosine.
///
/// ```
/// assert!(upturn_core::retrieval::reciprocal_rank_fusion(&[], 10).is_empty());
/// ```
pub fn reciprocal_rank_fusion(lists: &[Vec<ScoredDocument>], limit: usize) -> Vec<ScoredDocument> {
    let mut sums: BTreeMap<PointId, ScoredDocument> = BTreeMap::new();
    for list in lists {
        for (place, found) in list.iter().enumerate() {
            let share = 1.0 / (SMOOTHING + 1.0 + place as f32);
            let sum = sums
                .entry(found.document.id())
                .or_insert_with(|| ScoredDocument {
                    document: found.document.clone(),
                    score: 0.0,
                });
            sum.score += share;
        }
    }
    // A map is in order of id, and the sort is stable.
    let mut fused: Vec<_> = sums.into_values().collect();
    fused.sort_by(best_first);
    fused.truncate(limit);
    fused
}

fn best_first(left: &ScoredDocument, right: &ScoredDocument) -> Ordering {
    right.score.total_cmp(&left.score)
}

/// The documents that are near `direction`, have the words of `text`, or both; under the filter, limit and offset of `request`.
///
/// The query of `request` and its threshold are not looked at: fused scores have no scale. Each way of searching gives four
/// times as many candidates as are wanted.
///
/// # Errors
///
/// The store's own.
pub fn hybrid(
    store: &dyn VectorStore,
    direction: &Embedding,
    text: &str,
    request: &SearchRequest,
) -> Result<Vec<ScoredDocument>, VectorStoreError> {
    let end = request.offset.saturating_add(request.limit);
    let (words, depth) = (Bm25.query(text), end.saturating_mul(CANDIDATES));
    let mut fused = fused(store, direction, &words, &request.filter, depth)?;
    fused.truncate(end);
    fused.drain(..request.offset.min(fused.len()));
    Ok(fused)
}

/// All documents among the `depth` best by direction or the `depth` best by words, fused.
pub(super) fn fused(
    store: &dyn VectorStore,
    direction: &Embedding,
    words: &SparseEmbedding,
    filter: &Filter,
    depth: usize,
) -> Result<Vec<ScoredDocument>, VectorStoreError> {
    let ways = [
        SearchRequest::new(direction.clone(), depth),
        SearchRequest::words(words.clone(), depth),
    ];
    let search = |way: SearchRequest| store.search(&way.with_filter(filter.clone()));
    let lists: Result<Vec<_>, _> = ways.map(search).into_iter().collect();
    Ok(reciprocal_rank_fusion(&lists?, usize::MAX))
}
