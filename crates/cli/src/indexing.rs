//! Calls into a collection.

use std::path::Path;

use upturn::training::Monitor as _;
use upturn::vectorstore::edge::EdgeStore;
use upturn::{
    Conversation, Embeddings, Fingerprint, Model, MomentEncoder as _, VectorStore as _, points,
};

use crate::failure::Failure;
use crate::progress::Progress;

/// Calls that are encoded and stored together; Ctrl-C is heeded in between.
const CHUNK: usize = 32;

/// A collection after a filling.
#[derive(Debug)]
pub(crate) struct Filled {
    /// The collection.
    pub(crate) store: EdgeStore,
    /// Points written by this filling: one a moment and one a call.
    pub(crate) points: usize,
}

/// Encodes calls and puts them into the collection of `folder`, which is made where there is none.
///
/// After an interruption the calls of the chunks done are in the collection; filling again changes nothing of them.
///
/// # Errors
///
/// [`Failure::Interrupted`], or why a call can't be encoded or the collection can't be opened or written.
pub(crate) fn fill(
    folder: &Path,
    model: &Model,
    calls: &[&Conversation],
    progress: &Progress,
) -> Result<Filled, Failure> {
    let encoder = model.encoder();
    let store = EdgeStore::create_or_open(
        folder,
        Embeddings::dimension(&**encoder),
        encoder_fingerprint(model),
    )?;
    progress.stage("indexing", calls.len() as u64);
    let mut written = 0;
    for (chunk, done) in calls.chunks(CHUNK).zip((0..).step_by(CHUNK)) {
        if progress.stopped() {
            return Err(Failure::interrupted(&format!(
                "{done} of {} calls are indexed; the same command goes on",
                calls.len()
            )));
        }
        let prefixes: Vec<_> = chunk.iter().map(|call| call.whole()).collect();
        let moments = encoder.encode(&prefixes)?;
        let points: Vec<_> = chunk
            .iter()
            .zip(&moments)
            .flat_map(|(call, moments)| points(call, moments))
            .collect();
        store.upsert(&points)?;
        written += points.len();
        progress.advance(chunk.len());
    }
    progress.clear();
    Ok(Filled {
        store,
        points: written,
    })
}

/// Opens the collection that a model's encoder filled.
///
/// # Errors
///
/// Why it can't be opened, or that another encoder filled it.
pub(crate) fn open(folder: &Path, model: &Model) -> Result<EdgeStore, Failure> {
    Ok(EdgeStore::open(folder, encoder_fingerprint(model))?)
}

fn encoder_fingerprint(model: &Model) -> &Fingerprint {
    Embeddings::fingerprint(&**model.encoder())
}
