//! The collection that a model's encoder fills, in a folder: [`Model::index`], [`Model::store`].

use std::path::PathBuf;
use std::sync::Arc;

use upturn_core::{Conversation, Embeddings, MomentEncoder, VectorStore};
use upturn_vectorstore_index::Index;
use upturn_vectorstore_ledger::IndexedCall;

use crate::{Model, ModelError};

/// Calls that are encoded and stored together.
const CHUNK: usize = 32;

impl Model {
    /// Puts calls into the collection in `folder`, kept by Qdrant's engine, and opens it; it is made where there is none.
    ///
    /// As `upturn index`: only calls that are new or changed are embedded, and indexing twice changes nothing.
    ///
    /// # Errors
    ///
    /// [`ModelError::Index`] if the collection can't be used or another encoder filled it, [`ModelError::Embeddings`] if a call
    /// can't be embedded; the chunks of calls before it are indexed then.
    pub fn index(
        &self,
        calls: &[Conversation],
        folder: impl Into<PathBuf>,
    ) -> Result<Arc<dyn VectorStore>, ModelError> {
        let encoder = self.encoder().as_ref();
        let fingerprint = Embeddings::fingerprint(encoder);
        let mut index = Index::create_or_open(folder, Embeddings::dimension(encoder), fingerprint)?;
        let calls: Vec<&Conversation> = calls.iter().collect();
        let changes = index.changes(&calls)?;
        let places = changes.new.iter().chain(&changes.changed);
        let to_do: Vec<&Conversation> = places.filter_map(|at| calls.get(*at).copied()).collect();
        for chunk in to_do.chunks(CHUNK) {
            let whole: Vec<_> = chunk.iter().map(|call| call.whole()).collect();
            let moments = encoder.encode(&whole)?;
            let calls = chunk.iter().zip(&moments);
            let calls = calls.map(|(call, moments)| IndexedCall::new(call, moments));
            index.put(&calls.collect::<Vec<_>>())?;
        }
        index.optimize()?;
        Ok(Arc::new(index))
    }

    /// Opens the collection in `folder` that this model's encoder filled.
    ///
    /// # Errors
    ///
    /// [`ModelError::Index`] if there is none, it is open elsewhere, it is damaged, or another encoder filled it.
    pub fn store(&self, folder: impl Into<PathBuf>) -> Result<Arc<dyn VectorStore>, ModelError> {
        let encoder = Embeddings::fingerprint(self.encoder().as_ref());
        Ok(Arc::new(Index::open(folder, encoder)?))
    }
}
