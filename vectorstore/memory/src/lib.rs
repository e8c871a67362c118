//! Exact search in memory: [`MemoryStore`], the oracle that other stores are measured by.
//!
//! Every search compares the query with every admitted document. It is *not* persistent, and not meant for more points
//! than one may scan: 100,000 of 384 dimensions are 150 MB.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use upturn_core::{
    Bm25, Embedding, Filter, Fingerprint, Point, PointId, ScoredDocument, SearchQuery,
    SearchRequest, SparseEmbedding, VectorStore, VectorStoreError,
};

/// What errors call a collection in memory.
const COLLECTION: &str = "memory";

/// Keeps points in memory and finds the nearest ones exactly.
///
/// Law, beyond those of [`VectorStore`]: equal scores are ordered by id, so that an answer depends on what is stored,
/// never on the order in which it came. `tests` run `conformance::vector_store`.
#[derive(Debug)]
pub struct MemoryStore {
    dimension: usize,
    fingerprint: Fingerprint,
    points: RwLock<BTreeMap<PointId, Kept>>,
}

impl MemoryStore {
    /// An empty store for vectors of `dimension` numbers, made by the encoder of `fingerprint`.
    pub fn new(dimension: usize, fingerprint: Fingerprint) -> Self {
        Self {
            dimension,
            fingerprint,
            points: RwLock::default(),
        }
    }

    /// A lock poisoned by a panic elsewhere is taken as it is: every point in the map is whole at any time.
    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<PointId, Kept>> {
        self.points.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, BTreeMap<PointId, Kept>> {
        self.points.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn check(&self, embedding: &Embedding) -> Result<(), VectorStoreError> {
        let (expected, got) = (self.dimension, embedding.dimension());
        if expected == got {
            return Ok(());
        }
        Err(VectorStoreError::DimensionMismatch {
            collection: COLLECTION.to_owned(),
            expected,
            got,
        })
    }
}

/// A point with its words.
#[derive(Debug)]
struct Kept {
    point: Point,
    words: SparseEmbedding,
}

impl Kept {
    fn new(point: &Point) -> Self {
        Self {
            point: point.clone(),
            words: Bm25.document(&point.document.page_content),
        }
    }
}

/// A point's place in the answer.
#[derive(Debug, Clone, Copy)]
struct Candidate<'a> {
    score: f32,
    id: PointId,
    point: &'a Point,
}

impl Candidate<'_> {
    /// Nearest first, equal scores by id.
    fn order(&self, other: &Self) -> Ordering {
        other
            .score
            .total_cmp(&self.score)
            .then_with(|| self.id.cmp(&other.id))
    }
}

impl VectorStore for MemoryStore {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    fn upsert(&self, points: &[Point]) -> Result<(), VectorStoreError> {
        for point in points {
            self.check(&point.embedding)?;
        }
        let new = points
            .iter()
            .map(|point| (point.document.id(), Kept::new(point)));
        self.write().extend(new);
        Ok(())
    }

    fn search(&self, request: &SearchRequest) -> Result<Vec<ScoredDocument>, VectorStoreError> {
        let points = self.read();
        let scores: Box<dyn Fn(&Kept) -> f32> = match &request.query {
            SearchQuery::Dense(query) => {
                self.check(query)?;
                Box::new(|kept| kept.point.embedding.cosine(query).clamp(-1.0, 1.0))
            }
            SearchQuery::Words(query) => Box::new(by_words(query, &points)),
        };
        let has_words = matches!(request.query, SearchQuery::Words(_));
        let least = request.score_threshold;
        let candidates = points
            .iter()
            .filter(|(_, kept)| request.filter.admits(&kept.point.document.metadata))
            .map(|(&id, kept)| Candidate {
                score: scores(kept),
                id,
                point: &kept.point,
            })
            .filter(|candidate| least.is_none_or(|least| candidate.score >= least))
            .filter(|candidate| !has_words || candidate.score > 0.0);
        let nearest = nearest(candidates.collect(), request);
        Ok(nearest.into_iter().map(scored).collect())
    }

    fn delete(&self, filter: &Filter) -> Result<(), VectorStoreError> {
        self.write()
            .retain(|_, kept| !filter.admits(&kept.point.document.metadata));
        Ok(())
    }

    fn count(&self, filter: &Filter) -> Result<usize, VectorStoreError> {
        let points = self.read();
        let admitted = points
            .values()
            .filter(|kept| filter.admits(&kept.point.document.metadata));
        Ok(admitted.count())
    }

    fn retrieve(&self, ids: &[PointId]) -> Result<Vec<Point>, VectorStoreError> {
        let points = self.read();
        let asked: BTreeSet<_> = ids.iter().collect();
        let found = asked.into_iter().filter_map(|id| points.get(id));
        Ok(found.map(|kept| kept.point.clone()).collect())
    }

    fn scroll(
        &self,
        filter: &Filter,
        after: Option<PointId>,
        limit: usize,
    ) -> Result<Vec<Point>, VectorStoreError> {
        let points = self.read();
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let admitted = points
            .range((from, Bound::Unbounded))
            .map(|(_, kept)| &kept.point)
            .filter(|point| filter.admits(&point.document.metadata));
        Ok(admitted.take(limit).cloned().collect())
    }
}

/// The page that a request asks for.
fn nearest<'a>(mut candidates: Vec<Candidate<'a>>, request: &SearchRequest) -> Vec<Candidate<'a>> {
    let end = request.offset.saturating_add(request.limit);
    if end < candidates.len() {
        candidates.select_nth_unstable_by(end, Candidate::order);
        candidates.truncate(end);
    }
    candidates.sort_unstable_by(Candidate::order);
    candidates.drain(..request.offset.min(candidates.len()));
    candidates
}

/// BM25 of a point, with each word's rarity among all points that have words.
fn by_words(query: &SparseEmbedding, points: &BTreeMap<PointId, Kept>) -> impl Fn(&Kept) -> f32 {
    let all = points
        .values()
        .filter(|kept| !kept.words.is_empty())
        .count();
    let weighed = query
        .indices()
        .iter()
        .zip(query.values())
        .map(|(&at, asked)| {
            let with = points.values().filter(|kept| kept.words.get(at).is_some());
            (at, asked * Bm25.rarity(all, with.count()))
        });
    let weighed: Vec<(u32, f32)> = weighed.collect();
    move |kept| {
        let parts = weighed
            .iter()
            .filter_map(|(at, weight)| Some(kept.words.get(*at)? * weight));
        parts.sum()
    }
}

fn scored(Candidate { score, point, .. }: Candidate<'_>) -> ScoredDocument {
    ScoredDocument {
        document: point.document.clone(),
        score,
    }
}

#[cfg(test)]
mod tests;
