//! Calls into a collection.

use std::path::Path;

use upturn::training::Monitor as _;
use upturn::vectorstore::index::Index;
use upturn::vectorstore::ledger::IndexedCall;
use upturn::{Conversation, Embeddings, Fingerprint, Model, MomentEncoder as _};

use crate::failure::Failure;
use crate::printer::Printer;
use crate::progress::Progress;

/// Calls that are encoded and stored together; Ctrl-C is heeded in between.
const CHUNK: usize = 32;

/// A collection after a filling.
#[derive(Debug)]
pub(crate) struct Filled {
    /// The collection.
    pub(crate) index: Index,
    /// Points written by this filling: one a moment and one a call.
    pub(crate) points: usize,
    /// Calls that were not in it.
    pub(crate) new: usize,
    /// Calls that were in it with other turns, outcome or metadata.
    pub(crate) changed: usize,
    /// Calls that were in it as they are, and so were not embedded again.
    pub(crate) unchanged: usize,
}

/// Encodes calls that are new or changed and puts them into the collection of `folder`, which is made where there is none.
///
/// After an interruption the calls of the chunks done are in the collection; the same command goes on with the others.
///
/// # Errors
///
/// [`Failure::Interrupted`], or why a call can't be encoded or the collection can't be opened or written.
pub(crate) fn fill(
    folder: &Path,
    model: &Model,
    calls: &[&Conversation],
    progress: &Progress,
    printer: Printer,
) -> Result<Filled, Failure> {
    let dimension = Embeddings::dimension(&**model.encoder());
    let index = Index::create_or_open(folder, dimension, encoder_fingerprint(model))?;
    tell(&index, printer);
    let mut filled = Filled {
        index,
        points: 0,
        new: 0,
        changed: 0,
        unchanged: 0,
    };
    let changes = filled.index.changes(calls)?;
    (filled.new, filled.changed) = (changes.new.len(), changes.changed.len());
    filled.unchanged = changes.unchanged;
    let mut places = [changes.new, changes.changed].concat();
    places.sort_unstable();
    let to_do: Vec<&Conversation> = places
        .into_iter()
        .filter_map(|at| calls.get(at).copied())
        .collect();
    filled.put(&to_do, model, progress)?;
    Ok(filled)
}

impl Filled {
    fn put(
        &mut self,
        calls: &[&Conversation],
        model: &Model,
        progress: &Progress,
    ) -> Result<(), Failure> {
        progress.stage("indexing", calls.len() as u64);
        for (chunk, done) in calls.chunks(CHUNK).zip((0..).step_by(CHUNK)) {
            if progress.stopped() {
                let all = calls.len();
                return Err(Failure::interrupted(&format!(
                    "{done} of {all} calls are indexed; the same command goes on"
                )));
            }
            let prefixes: Vec<_> = chunk.iter().map(|call| call.whole()).collect();
            let moments = model.encoder().encode(&prefixes)?;
            let embedded = chunk.iter().zip(&moments);
            let indexed: Vec<_> = embedded
                .map(|(call, moments)| IndexedCall::new(call, moments))
                .collect();
            self.points += self.index.put(&indexed)?;
            progress.advance(chunk.len());
        }
        progress.clear();
        self.index.optimize()?;
        Ok(())
    }
}

/// Opens the collection that a model's encoder filled; says so where its store had to be put right.
///
/// # Errors
///
/// Why it can't be opened, or that another encoder filled it.
pub(crate) fn open(folder: &Path, model: &Model, printer: Printer) -> Result<Index, Failure> {
    let index = Index::open(folder, encoder_fingerprint(model))?;
    tell(&index, printer);
    Ok(index)
}

fn tell(index: &Index, printer: Printer) {
    if let Some(repair) = index.repair() {
        printer.warning(&format!(
            "the collection was put right from its ledger, {} points were stored anew: {}",
            repair.points, repair.reason
        ));
    }
}

fn encoder_fingerprint(model: &Model) -> &Fingerprint {
    Embeddings::fingerprint(&**model.encoder())
}
