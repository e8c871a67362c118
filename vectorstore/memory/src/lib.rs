//! Exact search in memory: [`MemoryStore`], the oracle that other stores are measured by.
//!
//! Every search compares the query with every admitted document. It is *not* persistent, and not meant for more points
//! than one may scan: 100,000 of 384 dimensions are 150 MB.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use upturn_core::{
    Embedding, Filter, Fingerprint, Point, PointId, ScoredDocument, SearchRequest, VectorStore,
    VectorStoreError,
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
    points: RwLock<BTreeMap<PointId, Point>>,
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
    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<PointId, Point>> {
        self.points.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, BTreeMap<PointId, Point>> {
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
            .map(|point| (point.document.id(), point.clone()));
        self.write().extend(new);
        Ok(())
    }

    fn search(&self, request: &SearchRequest) -> Result<Vec<ScoredDocument>, VectorStoreError> {
        let SearchRequest {
            query,
            limit,
            filter,
            score_threshold,
        } = request;
        self.check(query)?;
        let points = self.read();
        let mut candidates: Vec<_> = points
            .iter()
            .filter(|(_, point)| filter.admits(&point.document.metadata))
            .map(|(&id, point)| Candidate {
                score: point.embedding.cosine(query).clamp(-1.0, 1.0),
                id,
                point,
            })
            .filter(|candidate| score_threshold.is_none_or(|least| candidate.score >= least))
            .collect();
        if *limit < candidates.len() {
            candidates.select_nth_unstable_by(*limit, Candidate::order);
            candidates.truncate(*limit);
        }
        candidates.sort_unstable_by(Candidate::order);
        Ok(candidates.into_iter().map(scored).collect())
    }

    fn delete(&self, filter: &Filter) -> Result<(), VectorStoreError> {
        self.write()
            .retain(|_, point| !filter.admits(&point.document.metadata));
        Ok(())
    }

    fn count(&self, filter: &Filter) -> Result<usize, VectorStoreError> {
        let points = self.read();
        let admitted = points
            .values()
            .filter(|point| filter.admits(&point.document.metadata));
        Ok(admitted.count())
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
