//! A store put right from its ledger.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use upturn_core::{
    ConversationId, DocumentKind, Filter, Fingerprint, Point, PointId, VectorStore,
    VectorStoreError,
};
use upturn_vectorstore_edge::EdgeStore;
use upturn_vectorstore_ledger::{IndexedCall, Ledger, LedgerError};

use crate::beside::{beside, clear, sweep_refills};
use crate::index::LEDGER;
use crate::{IndexError, layout, room};

/// Cosine of a stored vector with the ledger's, at least; the engine scales vectors again, by less than that.
const SAME: f32 = 1.0 - 1e-5;
/// Points read at once.
pub(crate) const PAGE: usize = 512;

/// What had to be done to make a store hold what its ledger says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// What was wrong, as a sentence without its full stop.
    pub reason: String,
    /// Points that were stored anew.
    pub points: usize,
    /// Whether it is not known any more how the store was laid out: then it is laid out as by default now.
    pub layout_lost: bool,
}

/// Makes the store hold what the ledger says, to the last point; none if it did. A store in `here` asks for room on its disk first.
pub(crate) fn reconcile(
    store: &dyn VectorStore,
    ledger: &mut Ledger,
    encoder: &Fingerprint,
    here: Option<&Path>,
) -> Result<Option<Repair>, IndexError> {
    let mut known = BTreeSet::new();
    let mut wrong = 0;
    for points in points(ledger, encoder)? {
        let points = points?;
        known.extend(points.iter().map(|point| point.document.id()));
        let different = different(store, &points)?;
        wrong += different.len();
        put(store, &different, here)?;
    }
    let strangers = strangers(store, &known)?;
    let removed = strangers.len();
    remove(store, ledger, encoder, strangers, here)?;
    if wrong + removed == 0 {
        return Ok(None);
    }
    Ok(Some(Repair {
        reason: format!("{wrong} points were missing or changed and {removed} were too many"),
        points: wrong,
        layout_lost: false,
    }))
}

/// The points of the ledger, those of one writing together.
fn points<'a>(
    ledger: &'a mut Ledger,
    encoder: &Fingerprint,
) -> Result<impl Iterator<Item = Result<Vec<Point>, LedgerError>> + 'a, LedgerError> {
    let of_all = |calls: Vec<IndexedCall>| calls.into_iter().flat_map(|call| call.points).collect();
    Ok(ledger.calls(encoder)?.map(move |calls| calls.map(of_all)))
}

/// Those that the store does not have as they are.
fn different(store: &dyn VectorStore, points: &[Point]) -> Result<Vec<Point>, VectorStoreError> {
    let ids: Vec<PointId> = points.iter().map(|point| point.document.id()).collect();
    let stored = store.retrieve(&ids)?;
    // In order of id, as the contract says.
    let find = |id| {
        let at = stored.binary_search_by_key(&id, |stored| stored.document.id());
        stored.get(at.ok()?)
    };
    let is_there = |point: &Point| {
        let found = find(point.document.id());
        found.is_some_and(|stored| {
            stored.document == point.document && stored.embedding.cosine(&point.embedding) > SAME
        })
    };
    let different = points.iter().filter(|point| !is_there(point));
    Ok(different.cloned().collect())
}

/// Points of ours that the ledger does not know, with their calls.
fn strangers(
    store: &dyn VectorStore,
    known: &BTreeSet<PointId>,
) -> Result<Vec<(PointId, ConversationId)>, VectorStoreError> {
    let mut strangers = Vec::new();
    let mut after = None;
    loop {
        let page = store.scroll(&Filter::default(), after, PAGE)?;
        for point in &page {
            let id = point.document.id();
            if !known.contains(&id) {
                strangers.push((id, point.document.metadata.conversation.clone()));
            }
        }
        after = page.last().map(|point| point.document.id());
        if page.len() < PAGE {
            return Ok(strangers);
        }
    }
}

/// Deletes whole calls, since filters name calls, and stores again what the ledger has of them.
fn remove(
    store: &dyn VectorStore,
    ledger: &mut Ledger,
    encoder: &Fingerprint,
    strangers: Vec<(PointId, ConversationId)>,
    here: Option<&Path>,
) -> Result<(), IndexError> {
    if strangers.is_empty() {
        return Ok(());
    }
    let calls: BTreeSet<ConversationId> = strangers.into_iter().map(|(_, call)| call).collect();
    store.delete(&of_calls(calls.iter().cloned().collect()))?;
    for points in points(ledger, encoder)? {
        let mut points = points?;
        points.retain(|point| calls.contains(&point.document.metadata.conversation));
        put(store, &points, here)?;
    }
    Ok(())
}

fn put(store: &dyn VectorStore, points: &[Point], here: Option<&Path>) -> Result<(), IndexError> {
    if points.is_empty() {
        return Ok(());
    }
    if let Some(folder) = here {
        room::check(folder, points)?;
    }
    Ok(store.upsert(points)?)
}

/// All documents of these calls.
pub(crate) fn of_calls(conversations: Vec<ConversationId>) -> Filter {
    Filter {
        conversations,
        ..Filter::default()
    }
}

/// How many points of ours the store has: others lack a kind.
pub(crate) fn count(store: &dyn VectorStore) -> Result<usize, VectorStoreError> {
    let of_kind = |kind| Filter {
        kind: Some(kind),
        ..Filter::default()
    };
    Ok(store.count(&of_kind(DocumentKind::Moment))? + store.count(&of_kind(DocumentKind::Call))?)
}

/// Fills a new store from the ledger and puts it in the place of one that can't be opened.
///
/// The ledger stays where it is throughout, so a process killed in the midst of it leaves a store that is filled again. Nothing is
/// begun for which the disk has no room, and nothing is left of what failed.
pub(crate) fn refill(
    folder: &Path,
    ledger: &mut Ledger,
    dimension: usize,
    encoder: &Fingerprint,
    reason: String,
) -> Result<Repair, IndexError> {
    let failed = IndexError::io(folder);
    sweep_refills(folder).map_err(&failed)?;
    room::check_refill(folder, ledger.bytes(encoder)?)?;
    // Filled there before it takes its place.
    let part = beside(folder, &format!("{}.refill", std::process::id())).map_err(&failed)?;
    let layout = layout::of(folder);
    let store =
        EdgeStore::create_or_open_with(&part, dimension, encoder, layout.unwrap_or_default());
    let filled = store
        .map_err(IndexError::from)
        .and_then(|store| fill(&store, folder, ledger, encoder))
        .and_then(|points| exchange(&part, folder).map(|()| points).map_err(failed));
    if filled.is_err() {
        let _ = clear(&part);
    }
    Ok(Repair {
        reason,
        points: filled?,
        layout_lost: layout.is_none(),
    })
}

/// Stores all points of the ledger; how many they are.
fn fill(
    store: &EdgeStore,
    folder: &Path,
    ledger: &mut Ledger,
    encoder: &Fingerprint,
) -> Result<usize, IndexError> {
    let mut stored = 0;
    for points in points(ledger, encoder)? {
        let points = points?;
        stored += points.len();
        room::check(folder, &points)?;
        store.stage(&points)?;
    }
    room::check_joining(store.folder(), folder)?;
    store.optimize()?;
    Ok(stored)
}

/// Everything but the ledger is replaced.
fn exchange(part: &Path, folder: &Path) -> io::Result<()> {
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() == LEDGER {
            continue;
        }
        if entry.file_type()?.is_dir() {
            fs_err::remove_dir_all(entry.path())?;
        } else {
            fs_err::remove_file(entry.path())?;
        }
    }
    for entry in fs_err::read_dir(part)? {
        let entry = entry?;
        fs_err::rename(entry.path(), folder.join(entry.file_name()))?;
    }
    fs_err::remove_dir(part)
}
