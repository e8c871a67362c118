//! Calls into a collection.

use std::path::Path;

use upturn::training::Monitor as _;
use upturn::vectorstore::index::Index;
use upturn::{Conversation, Embeddings, Fingerprint, Model};

use crate::encoding::{Batch, CallSetAside, report_set_aside};
use crate::failure::Failure;
use crate::pipeline::side_by_side;
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
    /// New or changed calls that could not be embedded. What the collection had of them stays; the next filling tries them again.
    pub(crate) set_aside: Vec<CallSetAside>,
}

/// Encodes calls that are new or changed and puts them into the collection of `folder`, which is made where there is none.
///
/// The next calls are encoded while the store writes the last ones. One that can't be encoded is set aside and reported.
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
        set_aside: Vec::new(),
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
    report_set_aside(&filled.set_aside, printer);
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
        let chunks = calls.chunks(CHUNK).take_while(|_| !progress.stopped());
        let mut done = 0;
        side_by_side(
            chunks,
            |chunk| Batch::encode(&**model.encoder(), chunk),
            |batch| self.write(batch, progress, &mut done),
        )?;
        let all = calls.len();
        if done < all {
            return Err(Failure::interrupted(&format!(
                "{done} of {all} calls are indexed; the same command goes on"
            )));
        }
        progress.clear();
        self.index.optimize()?;
        Ok(())
    }

    fn write(
        &mut self,
        batch: Batch,
        progress: &Progress,
        done: &mut usize,
    ) -> Result<(), Failure> {
        let calls = batch.calls();
        self.points += self.index.put(&batch.indexed)?;
        self.set_aside.extend(batch.set_aside);
        *done += calls;
        progress.advance(calls);
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
