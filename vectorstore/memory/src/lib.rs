//! Exact search in memory: [`MemoryStore`], the oracle that other stores are measured by.
//!
//! Every search compares the query with every admitted document. It is *not* persistent, and not meant for more points
//! than one may scan: 100,000 of 384 dimensions are 150 MB.

mod inverted;
mod lanes;
mod page;
mod table;

use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use upturn_core::{
    Embedding, Filter, Fingerprint, Point, PointId, ScoredDocument, SearchQuery, SearchRequest,
    VectorStore, VectorStoreError,
};

use crate::table::Table;

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
    points: RwLock<Table>,
}

impl MemoryStore {
    /// An empty store for vectors of `dimension` numbers, made by the encoder of `fingerprint`.
    pub fn new(dimension: usize, fingerprint: Fingerprint) -> Self {
        Self {
            dimension,
            fingerprint,
            points: RwLock::new(Table::new(dimension)),
        }
    }

    /// A lock poisoned by a panic elsewhere is taken as it is: nothing fails while a point is half stored.
    fn read(&self) -> RwLockReadGuard<'_, Table> {
        self.points.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Table> {
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
        let mut table = self.write();
        for point in points {
            table.put(point);
        }
        Ok(())
    }

    fn search(&self, request: &SearchRequest) -> Result<Vec<ScoredDocument>, VectorStoreError> {
        let table = self.read();
        let (mut found, admitted) = match &request.query {
            SearchQuery::Dense(query) => {
                self.check(query)?;
                let few = !table.admits_most(&request.filter);
                (
                    table.by_direction(query, few.then_some(&request.filter)),
                    few,
                )
            }
            SearchQuery::Words(query) => (table.by_words(query, &request.filter), true),
        };
        if let Some(least) = request.score_threshold {
            found.retain(|&(_, score)| score >= least);
        }
        let end = request.offset.saturating_add(request.limit);
        let mut page = if admitted {
            table.best(found, end)
        } else {
            table.best_admitted(found, end, &request.filter)
        };
        page.drain(..request.offset.min(page.len()));
        let page = page.into_iter();
        Ok(page.filter_map(|at| scored(&table, at)).collect())
    }

    fn delete(&self, filter: &Filter) -> Result<(), VectorStoreError> {
        self.write().delete(filter);
        Ok(())
    }

    fn count(&self, filter: &Filter) -> Result<usize, VectorStoreError> {
        Ok(self.read().count(filter))
    }

    fn retrieve(&self, ids: &[PointId]) -> Result<Vec<Point>, VectorStoreError> {
        let table = self.read();
        let asked: BTreeSet<_> = ids.iter().collect();
        let rows = asked.into_iter().filter_map(|id| table.row(id));
        Ok(rows.filter_map(|row| table.point(row)).collect())
    }

    fn scroll(
        &self,
        filter: &Filter,
        after: Option<PointId>,
        limit: usize,
    ) -> Result<Vec<Point>, VectorStoreError> {
        let table = self.read();
        let admitted = table.rows_after(after).filter(|&row| {
            let document = table.document(row);
            document.is_some_and(|document| filter.admits(&document.metadata))
        });
        let points = admitted.take(limit);
        Ok(points.filter_map(|row| table.point(row)).collect())
    }
}

fn scored(table: &Table, (row, score): (u32, f32)) -> Option<ScoredDocument> {
    let document = table.document(row)?.clone();
    Some(ScoredDocument { document, score })
}

#[cfg(test)]
mod tests;
