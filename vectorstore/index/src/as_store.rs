//! An index as a [`VectorStore`]: searched and read, never changed.

use upturn_core::{
    Filter, Fingerprint, Point, PointId, ScoredDocument, SearchRequest, VectorStore,
    VectorStoreError,
};

use crate::Index;

impl VectorStore for Index {
    fn dimension(&self) -> usize {
        self.kept().map_or(0, |kept| kept.store().dimension())
    }

    fn fingerprint(&self) -> &Fingerprint {
        &self.encoder
    }

    /// Refused: see [`put`](Index::put).
    fn upsert(&self, _: &[Point]) -> Result<(), VectorStoreError> {
        Err(self.by_calls())
    }

    fn search(&self, request: &SearchRequest) -> Result<Vec<ScoredDocument>, VectorStoreError> {
        self.store()?.search(request)
    }

    /// Refused: see [`forget`](Index::forget).
    fn delete(&self, _: &Filter) -> Result<(), VectorStoreError> {
        Err(self.by_calls())
    }

    fn count(&self, filter: &Filter) -> Result<usize, VectorStoreError> {
        self.store()?.count(filter)
    }

    fn retrieve(&self, ids: &[PointId]) -> Result<Vec<Point>, VectorStoreError> {
        self.store()?.retrieve(ids)
    }

    fn scroll(
        &self,
        filter: &Filter,
        after: Option<PointId>,
        limit: usize,
    ) -> Result<Vec<Point>, VectorStoreError> {
        self.store()?.scroll(filter, after, limit)
    }
}
