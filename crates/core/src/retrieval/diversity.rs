//! Near the query and not all alike: [`diverse`].

use std::collections::BTreeMap;

use crate::{
    Embedding, PointId, ScoredDocument, SearchQuery, SearchRequest, VectorStore, VectorStoreError,
};

/// Candidates in multiples of the documents wanted.
const CANDIDATES: usize = 5;

/// A document that may still be chosen.
pub(super) struct Candidate {
    found: ScoredDocument,
    embedding: Embedding,
    /// Its score, in a measure that compares with cosines.
    relevance: f32,
    /// Cosine to the nearest document chosen so far.
    likeness: f32,
}

/// `limit` documents by maximal marginal relevance: each next one has the largest `λ score - (1 - λ) likeness`, likeness being the
/// cosine to the nearest document chosen before; out of five times as many nearest ones.
///
/// Source: Carbonell and Goldstein 1998. With `relevance` (λ) 1 the answer is the store's own; with 0 only difference counts after
/// the first. It is kept within `[0, 1]`; 0.7 is a usual choice. Documents keep their scores and come in the order of choice. Words
/// have no direction to differ in, so a request for words is answered as the store does, and `offset` is counted before the choice.
///
/// # Errors
///
/// The store's own.
pub fn diverse(
    store: &dyn VectorStore,
    request: &SearchRequest,
    relevance: f32,
) -> Result<Vec<ScoredDocument>, VectorStoreError> {
    if matches!(request.query, SearchQuery::Words(_)) {
        return store.search(request);
    }
    let found = store.search(&SearchRequest {
        limit: request.limit.saturating_mul(CANDIDATES),
        ..request.clone()
    })?;
    let left = candidates(store, found, 1.0)?;
    Ok(chosen(left, request.limit, relevance))
}

/// The first `most` of them in the order of choice; `relevance` is λ.
pub(super) fn chosen(mut left: Vec<Candidate>, most: usize, relevance: f32) -> Vec<ScoredDocument> {
    let relevance = relevance.clamp(0.0, 1.0);
    let mut chosen = Vec::new();
    while chosen.len() < most && !left.is_empty() {
        let next = left.remove(best(&left, relevance));
        for other in &mut left {
            let cosine = other.embedding.cosine(&next.embedding);
            other.likeness = other.likeness.max(cosine);
        }
        chosen.push(next.found);
    }
    chosen
}

/// The documents with their vectors; a score of `scale` counts as a cosine of 1.
pub(super) fn candidates(
    store: &dyn VectorStore,
    found: Vec<ScoredDocument>,
    scale: f32,
) -> Result<Vec<Candidate>, VectorStoreError> {
    let ids: Vec<PointId> = found.iter().map(|near| near.document.id()).collect();
    let points = store.retrieve(&ids)?.into_iter();
    let mut vectors: BTreeMap<_, _> = points
        .map(|point| (point.document.id(), point.embedding))
        .collect();
    let candidate = |found: ScoredDocument| {
        let embedding = vectors.remove(&found.document.id())?;
        Some(Candidate {
            relevance: found.score / scale,
            found,
            embedding,
            likeness: 0.0,
        })
    };
    Ok(found.into_iter().filter_map(candidate).collect())
}

/// The place of the best candidate; of equal ones the nearest, which comes first.
fn best(left: &[Candidate], relevance: f32) -> usize {
    let mut best = (0, f32::NEG_INFINITY);
    for (at, candidate) in left.iter().enumerate() {
        let gain = relevance * candidate.relevance - (1.0 - relevance) * candidate.likeness;
        if gain > best.1 {
            best = (at, gain);
        }
    }
    best.0
}
