//! A store to be filled: [`Empty`].

use upturn::vectorstore::edge::EdgeStore;
use upturn::vectorstore::memory::MemoryStore;
use upturn::{Point, VectorStore, VectorStoreError};

/// A store to be filled.
pub(super) enum Empty {
    Memory(Box<MemoryStore>),
    Edge(Box<EdgeStore>),
}

impl Empty {
    pub(super) fn put(&self, points: &[Point], durable: bool) -> Result<(), VectorStoreError> {
        match self {
            Self::Memory(store) => store.upsert(points),
            Self::Edge(store) if durable => store.upsert(points),
            Self::Edge(store) => store.stage(points),
        }
    }

    pub(super) fn flush(&self) -> Result<(), VectorStoreError> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Edge(store) => store.flush(),
        }
    }

    /// The store to be searched, with its graph.
    pub(super) fn ready(self) -> Result<Box<dyn VectorStore>, VectorStoreError> {
        match self {
            Self::Memory(store) => Ok(store),
            Self::Edge(store) => {
                store.optimize()?;
                Ok(store)
            }
        }
    }
}
