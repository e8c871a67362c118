//! A store that can be broken: [`Fragile`].

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use upturn_core::{
    Cause, Diagnostic, ErrorKind, Filter, Fingerprint, Point, PointId, ScoredDocument,
    SearchRequest, VectorStore, VectorStoreError,
};
use upturn_vectorstore_memory::MemoryStore;

/// A store in memory that answers nothing any more while it is broken.
#[derive(Debug)]
pub struct Fragile {
    store: Arc<MemoryStore>,
    broken: AtomicBool,
}

/// What a broken store says.
#[derive(Debug, thiserror::Error)]
#[error("it is broken")]
struct Broken;

impl Diagnostic for Broken {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Unavailable
    }
}

impl Fragile {
    pub(super) const fn new(store: Arc<MemoryStore>) -> Self {
        Self {
            store,
            broken: AtomicBool::new(false),
        }
    }

    /// From now on it fails.
    pub fn break_down(&self) {
        self.broken.store(true, Ordering::SeqCst);
    }

    /// From now on it answers again.
    pub fn mend(&self) {
        self.broken.store(false, Ordering::SeqCst);
    }

    fn whole(&self) -> Result<&MemoryStore, VectorStoreError> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(VectorStoreError::Backend {
                collection: "calls".to_owned(),
                source: Cause::new(Broken),
            });
        }
        Ok(&self.store)
    }
}

impl VectorStore for Fragile {
    fn dimension(&self) -> usize {
        self.store.dimension()
    }

    fn fingerprint(&self) -> &Fingerprint {
        self.store.fingerprint()
    }

    fn upsert(&self, points: &[Point]) -> Result<(), VectorStoreError> {
        self.whole()?.upsert(points)
    }

    fn search(&self, request: &SearchRequest) -> Result<Vec<ScoredDocument>, VectorStoreError> {
        self.whole()?.search(request)
    }

    fn delete(&self, filter: &Filter) -> Result<(), VectorStoreError> {
        self.whole()?.delete(filter)
    }

    fn count(&self, filter: &Filter) -> Result<usize, VectorStoreError> {
        self.whole()?.count(filter)
    }

    fn retrieve(&self, ids: &[PointId]) -> Result<Vec<Point>, VectorStoreError> {
        self.whole()?.retrieve(ids)
    }

    fn scroll(
        &self,
        filter: &Filter,
        after: Option<PointId>,
        limit: usize,
    ) -> Result<Vec<Point>, VectorStoreError> {
        self.whole()?.scroll(filter, after, limit)
    }
}
