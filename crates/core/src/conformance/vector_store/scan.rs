//! What a store's answers are compared with: [`Scan`].

use std::collections::{BTreeMap, BTreeSet};

use super::TOLERANCE;
use crate::{
    Bm25, Filter, Point, PointId, ScoredDocument, SearchQuery, SearchRequest, SparseEmbedding,
    VectorStore,
};

/// What a scan of all points answers.
#[derive(Debug)]
pub(super) struct Scan<'a> {
    pub(super) points: BTreeMap<PointId, &'a Point>,
}

impl<'a> Scan<'a> {
    pub(super) fn new(points: &'a [Point]) -> Self {
        let points = points.iter().map(|point| (point.document.id(), point));
        Self {
            points: points.collect(),
        }
    }

    pub(super) fn admitted(&self, filter: &Filter) -> impl Iterator<Item = &'a Point> {
        self.points
            .values()
            .copied()
            .filter(|point| filter.admits(&point.document.metadata))
    }

    /// Cosines of all admitted points, nearest first.
    pub(super) fn scores(&self, request: &SearchRequest) -> Vec<f32> {
        let mut scores: Vec<_> = self
            .admitted(&request.filter)
            .map(|point| point.embedding.cosine(direction(request)))
            .collect();
        scores.sort_unstable_by(|left, right| right.total_cmp(left));
        scores
    }

    /// Ids and BM25 of all admitted points with a common word, best first.
    pub(super) fn by_words(&self, query: &SparseEmbedding, filter: &Filter) -> Vec<(PointId, f32)> {
        let words = self
            .points
            .values()
            .map(|point| Bm25.document(&point.document.page_content));
        let words: Vec<_> = words.collect();
        let score = |document: &SparseEmbedding| {
            let parts = query
                .indices()
                .iter()
                .zip(query.values())
                .filter_map(|(at, asked)| {
                    let with = words
                        .iter()
                        .filter(|words| words.get(*at).is_some())
                        .count();
                    Some(document.get(*at)? * asked * Bm25.rarity(words.len(), with))
                });
            parts.sum::<f32>()
        };
        let mut found: Vec<_> = self
            .points
            .iter()
            .zip(&words)
            .filter(|((_, point), _)| filter.admits(&point.document.metadata))
            .map(|((id, _), words)| (*id, score(words)))
            .filter(|(_, score)| *score > 0.0)
            .collect();
        found.sort_by(|left, right| right.1.total_cmp(&left.1));
        found
    }

    /// Compares a point that came back with the one that was stored.
    pub(super) fn compare_point(&self, point: &Point, law: &str) {
        let stored = self.points.get(&point.document.id());
        assert!(
            stored.is_some_and(|stored| stored.document == point.document
                && stored.embedding.cosine(&point.embedding) > 1.0 - TOLERANCE),
            "{law}: a point came back changed"
        );
    }

    /// Compares the store's answer with the scan's.
    pub(super) fn compare(&self, store: &dyn VectorStore, request: &SearchRequest) {
        let found = store.search(request).unwrap();
        let expected = self.scores(request);
        let filter = &request.filter;
        let admitted = |result: &ScoredDocument| filter.admits(&result.document.metadata);
        assert!(
            found.iter().all(admitted),
            "filter: a document was returned that {filter:?} does not admit"
        );
        assert_eq!(
            found.len(),
            request.limit.min(expected.len()),
            "limit: {} documents are admitted, {} were asked for, under {filter:?}",
            expected.len(),
            request.limit
        );
        assert!(
            found.is_sorted_by(|left, right| left.score >= right.score),
            "order: a nearer document comes after a farther one"
        );
        let ids = ids(&found);
        assert_eq!(
            ids.iter().collect::<BTreeSet<_>>().len(),
            ids.len(),
            "order: a document was returned twice"
        );
        for (place, (result, nearest)) in found.iter().zip(&expected).enumerate() {
            self.compare_one(ids.get(place).unwrap(), result, request);
            assert!(
                (nearest - result.score).abs() < TOLERANCE,
                "order: place {place} has {}, the nearest left {nearest}",
                result.score
            );
        }
    }

    fn compare_one(&self, id: &PointId, result: &ScoredDocument, request: &SearchRequest) {
        let stored = self
            .points
            .get(id)
            .unwrap_or_else(|| panic!("content: a document was returned that was never stored"));
        assert_eq!(
            stored.document, result.document,
            "content: a document came back changed"
        );
        let cosine = stored.embedding.cosine(direction(request));
        assert!(
            (cosine - result.score).abs() < TOLERANCE && result.score.abs() <= 1.0,
            "score: it is {}, the cosine {cosine}",
            result.score
        );
    }
}

/// The direction that a request of this suite asks for.
fn direction(request: &SearchRequest) -> &crate::Embedding {
    match &request.query {
        SearchQuery::Dense(query) => query,
        SearchQuery::Words(_) => panic!("this request asks for words"),
    }
}

/// How many points a store holds.
pub(super) fn count(store: &dyn VectorStore) -> usize {
    store.count(&Filter::default()).unwrap()
}

/// Ids of what was found, in order.
pub(super) fn ids(results: &[ScoredDocument]) -> Vec<PointId> {
    results.iter().map(|result| result.document.id()).collect()
}
