//! Where an index keeps its points: [`Kept`].

use upturn_core::{Point, VectorStore, VectorStoreError};
use upturn_vectorstore_edge::EdgeStore;

/// A store in the index's own folder, which is put right from the ledger, or one that is kept elsewhere.
#[derive(Debug)]
pub(crate) enum Kept {
    Here(Box<EdgeStore>),
    Elsewhere(Box<dyn VectorStore>),
}

impl Kept {
    pub(crate) fn here(store: EdgeStore) -> Self {
        Self::Here(Box::new(store))
    }

    pub(crate) fn store(&self) -> &dyn VectorStore {
        match self {
            Self::Here(store) => &**store,
            Self::Elsewhere(store) => &**store,
        }
    }

    pub(crate) const fn is_here(&self) -> bool {
        matches!(self, Self::Here(_))
    }

    /// Stores points. Of those that a ledger has too, the store's own files wait for the disk later.
    pub(crate) fn fill(&self, points: &[Point], has_ledger: bool) -> Result<(), VectorStoreError> {
        match self {
            Self::Here(store) if has_ledger => store.stage(points),
            Self::Here(store) => store.upsert(points),
            Self::Elsewhere(store) => store.upsert(points),
        }
    }

    /// The graph of a store that is kept elsewhere is that one's business.
    pub(crate) fn optimize(&self) -> Result<bool, VectorStoreError> {
        match self {
            Self::Here(store) => store.optimize(),
            Self::Elsewhere(_) => Ok(false),
        }
    }

    pub(crate) fn foreign_points(&self) -> usize {
        match self {
            Self::Here(store) => store.foreign_points(),
            Self::Elsewhere(_) => 0,
        }
    }
}
