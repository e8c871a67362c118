//! A store and its ledger in one folder: [`Index`].

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use fs_err::File;
use upturn_core::{Cause, Conversation, Filter, Fingerprint, Point, VectorStore, VectorStoreError};
use upturn_vectorstore_edge::{EdgeLayout, EdgeStore, EdgeStoreError};
use upturn_vectorstore_ledger::{ContentHash, IndexedCall, KnownAs, Ledger, Names, Tombstones};

use crate::beside::sweep_old;
use crate::forgetting::owner;
use crate::forgotten::Pending;
use crate::kept::Kept;
use crate::lock::lock;
use crate::opening::{points, sound};
use crate::repair::{of_calls, reconcile};
use crate::seal::Seal;
use crate::{Forgotten, IndexError, Repair, layout, room};

/// Name of the ledger's folder within the store's.
pub(crate) const LEDGER: &str = "ledger";

/// What there is to do for some calls.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// Places of the calls that are not indexed.
    pub new: Vec<usize>,
    /// Places of those that are, but with other turns, outcome or metadata.
    pub changed: Vec<usize>,
    /// How many are indexed as they are.
    pub unchanged: usize,
    /// How many were forgotten and must not come back.
    pub forgotten: usize,
}

/// An embedded store and the ledger of what was put into it.
///
/// # Laws
///
/// - **Truth.** After opening, the store holds what the ledger says: what was missing, changed or damaged has been stored again from
///   there, and [`repair`](Self::repair) tells so.
/// - **Durability.** What [`put`](Self::put) returned from is in the ledger, and so survives any loss of the store's files.
/// - **Ownership.** A folder is open once at a time.
/// - **Forgotten stays forgotten.** No call that a tombstone names is put into it. A [`forget`](Self::forget) that was
///   interrupted is carried out at the next opening, and [`finished`](Self::finished) tells so.
///
/// A folder without a ledger, filled by another program, is opened as it is. As a [`VectorStore`] an index is searched and read; it is
/// changed by [`put`](Self::put) and [`forget`](Self::forget), so that the ledger knows.
#[derive(Debug)]
pub struct Index {
    pub(crate) folder: PathBuf,
    pub(crate) encoder: Fingerprint,
    /// Absent only while it is being closed or written anew.
    pub(crate) store: Option<Kept>,
    pub(crate) ledger: Option<Ledger>,
    pub(crate) tombstones: Tombstones,
    repair: Option<Repair>,
    pub(crate) finished: Option<Forgotten>,
    _lock: Option<File>,
}

impl Index {
    /// Opens the index in `folder` for writing, or makes an empty one where nothing or an empty folder is.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), and if it can't be made.
    pub fn create_or_open(
        folder: impl Into<PathBuf>,
        dimension: usize,
        encoder: &Fingerprint,
    ) -> Result<Self, IndexError> {
        Self::create_or_open_with(folder, dimension, encoder, EdgeLayout::default())
    }

    /// As [`create_or_open`](Self::create_or_open); an index that is made is laid out as `layout` says, and stays so when its store is
    /// put right.
    ///
    /// # Errors
    ///
    /// As [`create_or_open`](Self::create_or_open).
    pub fn create_or_open_with(
        folder: impl Into<PathBuf>,
        dimension: usize,
        encoder: &Fingerprint,
        layout: EdgeLayout,
    ) -> Result<Self, IndexError> {
        let folder = folder.into();
        room::check(&folder, &[])?;
        if !folder.join(LEDGER).is_dir() {
            let made = EdgeStore::create_or_open_with(&folder, dimension, encoder, layout)?;
            drop(made);
            // Only its place: the ledger itself is made under the lock, since another process may be at the same.
            fs_err::create_dir_all(folder.join(LEDGER)).map_err(IndexError::io(&folder))?;
        }
        Self::attach(folder, Some(dimension), encoder)
    }

    /// Opens the index in `folder`, filled by the encoder of `fingerprint`, and puts its store right where it must be.
    ///
    /// # Errors
    ///
    /// [`IndexError::Edge`] if there is none, another encoder filled it, or it is open elsewhere; [`IndexError::Ledger`] if the
    /// ledger is damaged itself.
    pub fn open(folder: impl Into<PathBuf>, encoder: &Fingerprint) -> Result<Self, IndexError> {
        Self::attach(folder.into(), None, encoder)
    }

    /// Opens the index in `folder`, whatever encoder filled it.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), but for the encoder.
    pub fn open_any(folder: impl Into<PathBuf>) -> Result<Self, IndexError> {
        let folder = folder.into();
        let ledger = folder.join(LEDGER);
        let last = match Ledger::open(&ledger) {
            Ok(ledger) => ledger.last_encoder(),
            Err(_) => None,
        };
        let encoder = match last {
            Some(encoder) => encoder,
            None => owner(&folder)?,
        };
        Self::attach(folder, None, &encoder)
    }

    fn attach(
        folder: PathBuf,
        dimension: Option<usize>,
        encoder: &Fingerprint,
    ) -> Result<Self, IndexError> {
        if !folder.join(LEDGER).is_dir() {
            return Ok(Self {
                store: Some(Kept::here(EdgeStore::open(&folder, encoder)?)),
                folder,
                encoder: encoder.clone(),
                ledger: None,
                tombstones: Tombstones::default(),
                repair: None,
                finished: None,
                _lock: None,
            });
        }
        let lock = lock(&folder)?;
        sweep_old(&folder).map_err(IndexError::io(&folder))?;
        let mut ledger = Ledger::open_or_create(folder.join(LEDGER))?;
        let (store, repair) = sound(&folder, &mut ledger, dimension, encoder)?;
        // A disk that is full is no reason not to search: the store itself still says it.
        let _ = layout::note(&folder);
        Seal::break_open(&folder).map_err(IndexError::io(&folder))?;
        let index = Self {
            tombstones: Tombstones::read(ledger.folder())?,
            folder,
            encoder: encoder.clone(),
            store: Some(Kept::here(store)),
            ledger: Some(ledger),
            repair,
            finished: None,
            _lock: Some(lock),
        };
        index.finished_what_was_begun()
    }

    /// An index whose store is kept elsewhere, on a server say, with its ledger in `folder`, which is made where there is none.
    ///
    /// Nothing is put right: the store's keeper sees to it, and points that this ledger does not know may be those of others.
    /// What is put is first in the store and then in the ledger; after a failure it is put again.
    ///
    /// # Errors
    ///
    /// [`IndexError::Ledger`] or [`IndexError::Io`]; [`IndexError::Edge`] if the ledger is open elsewhere.
    pub fn over(
        folder: impl Into<PathBuf>,
        store: Box<dyn VectorStore>,
    ) -> Result<Self, IndexError> {
        let folder = folder.into();
        let ledger = Ledger::open_or_create(folder.join(LEDGER))?;
        let lock = lock(&folder)?;
        let index = Self {
            tombstones: Tombstones::read(ledger.folder())?,
            folder,
            encoder: store.fingerprint().clone(),
            store: Some(Kept::Elsewhere(store)),
            ledger: Some(ledger),
            repair: None,
            finished: None,
            _lock: Some(lock),
        };
        index.finished_what_was_begun()
    }

    fn finished_what_was_begun(mut self) -> Result<Self, IndexError> {
        let index = &mut self;
        let ledger = index.folder.join(LEDGER);
        let pending = Pending::read(&ledger).map_err(IndexError::io(&index.folder))?;
        if let Some(pending) = pending {
            index.finished = Some(index.carry_out(pending, &Names::default())?);
        }
        Ok(self)
    }

    /// Where it is; of a store that is kept elsewhere, where its ledger is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What had been asked to be forgotten, and was only when it was opened.
    pub fn finished(&self) -> Option<&Forgotten> {
        self.finished.as_ref()
    }

    /// What had to be put right when it was opened.
    pub fn repair(&self) -> Option<&Repair> {
        self.repair.as_ref()
    }

    /// The most points met by one search that are not ours, and so were passed over.
    pub fn foreign_points(&self) -> usize {
        self.store.as_ref().map_or(0, Kept::foreign_points)
    }

    /// Which of these calls have to be embedded.
    ///
    /// # Errors
    ///
    /// [`IndexError::Ledger`].
    pub fn changes(&mut self, calls: &[&Conversation]) -> Result<Changes, IndexError> {
        let none = HashMap::new();
        let encoder = self.fingerprint().clone();
        let known = match &mut self.ledger {
            Some(ledger) => ledger.indexed(&encoder)?,
            None => &none,
        };
        let mut changes = Changes::default();
        for (at, call) in calls.iter().enumerate() {
            if self.tombstones.name(KnownAs::of(call)) {
                changes.forgotten += 1;
                continue;
            }
            match known.get(call.id()) {
                None => changes.new.push(at),
                Some(known) if known.content != ContentHash::of(call) => changes.changed.push(at),
                Some(_) => changes.unchanged += 1,
            }
        }
        Ok(changes)
    }

    /// Notes calls in the ledger, then stores their points in place of those they had. Those that were forgotten are passed
    /// over.
    ///
    /// # Errors
    ///
    /// [`IndexError`], [`NoRoom`](IndexError::NoRoom) before anything was written; a failure after the ledger was written is put right
    /// at the next opening.
    pub fn put(&mut self, calls: &[IndexedCall]) -> Result<usize, IndexError> {
        room::check(&self.folder, calls.iter().flat_map(|call| &call.points))?;
        let encoder = self.fingerprint().clone();
        let calls: Vec<IndexedCall> = calls
            .iter()
            .filter(|call| !self.is_forgotten(call))
            .cloned()
            .collect();
        let mut known = Vec::new();
        if let Some(ledger) = &mut self.ledger {
            let indexed = ledger.indexed(&encoder)?;
            let ids = calls.iter().map(|call| &call.conversation);
            known.extend(ids.filter(|call| indexed.contains_key(call)).cloned());
        }
        let is_here = self.store.as_ref().is_none_or(Kept::is_here);
        if is_here {
            self.note(&encoder, &calls)?;
        }
        if !known.is_empty() {
            self.store()?.delete(&of_calls(known))?;
        }
        let points: Vec<Point> = calls.iter().flat_map(|call| call.points.clone()).collect();
        let has_ledger = self.ledger.is_some();
        self.kept()?.fill(&points, has_ledger)?;
        if !is_here {
            self.note(&encoder, &calls)?;
        }
        Ok(points.len())
    }

    fn note(&mut self, encoder: &Fingerprint, calls: &[IndexedCall]) -> Result<(), IndexError> {
        if let Some(ledger) = &mut self.ledger {
            ledger.append(encoder, calls)?;
        }
        Ok(())
    }

    fn is_forgotten(&self, call: &IndexedCall) -> bool {
        let metadata = call.points.iter().map(|point| &point.document.metadata);
        metadata
            .map(KnownAs::of_document)
            .any(|known| self.tombstones.name(known))
    }

    /// How many points the store has fewer than the ledger notes: of a store that is kept elsewhere, and lost some.
    ///
    /// # Errors
    ///
    /// [`IndexError`].
    pub fn missing(&mut self) -> Result<usize, IndexError> {
        let encoder = self.fingerprint().clone();
        let there = self.store()?.count(&Filter::default())?;
        let noted = match &mut self.ledger {
            Some(ledger) => points(ledger, &encoder)?,
            None => 0,
        };
        Ok(usize::saturating_sub(noted, there))
    }

    /// Compares every point with the ledger, vectors too, and puts right what differs.
    ///
    /// # Errors
    ///
    /// [`IndexError`].
    pub fn verify(&mut self) -> Result<Option<Repair>, IndexError> {
        let encoder = self.fingerprint().clone();
        match (&self.store, &mut self.ledger) {
            (Some(kept), Some(ledger)) => {
                let here = kept.is_here().then_some(&*self.folder);
                reconcile(kept.store(), ledger, &encoder, here)
            }
            _ => Ok(None),
        }
    }

    /// Builds the graph that makes searches quick, where there are many points; whether anything was done.
    ///
    /// # Errors
    ///
    /// [`IndexError::Store`].
    pub fn optimize(&self) -> Result<bool, IndexError> {
        if self.store.as_ref().is_some_and(Kept::is_here) {
            room::check_joining(&self.folder, &self.folder)?;
        }
        let kept = self.store.as_ref().map_or(Ok(false), Kept::optimize);
        Ok(kept?)
    }

    /// Builds the graph, closes the store and notes the check sums of its files, so that the next
    /// opening need not compare points.
    ///
    /// # Errors
    ///
    /// [`IndexError`].
    pub fn finish(mut self) -> Result<(), IndexError> {
        self.optimize()?;
        self.close()
    }

    pub(crate) fn close(&mut self) -> Result<(), IndexError> {
        let kept = self.store.take();
        let is_here = kept.as_ref().is_some_and(Kept::is_here);
        drop(kept);
        if let (true, Some(ledger)) = (is_here, &self.ledger) {
            let failed = IndexError::io(&self.folder);
            let seal = Seal::of(&self.folder, ledger.revision()).map_err(&failed)?;
            seal.write(&self.folder).map_err(failed)?;
        }
        Ok(())
    }

    pub(crate) fn by_calls(&self) -> VectorStoreError {
        VectorStoreError::Backend {
            collection: self.folder.display().to_string(),
            source: Cause::new(IndexError::ByCalls),
        }
    }

    pub(crate) fn store(&self) -> Result<&dyn VectorStore, VectorStoreError> {
        self.kept().map(Kept::store)
    }

    pub(crate) fn kept(&self) -> Result<&Kept, VectorStoreError> {
        self.store.as_ref().ok_or_else(|| {
            EdgeStoreError::NotFound {
                folder: self.folder.clone(),
            }
            .into()
        })
    }
}

impl Drop for Index {
    /// Without a seal the next opening compares points, which is slower and nothing else.
    fn drop(&mut self) {
        if self.store.is_some() {
            drop(self.close());
        }
    }
}
