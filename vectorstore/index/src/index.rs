//! A store and its ledger in one folder: [`Index`].

use std::collections::HashMap;
use std::fs::TryLockError;
use std::path::{Path, PathBuf};

use fs_err::{File, OpenOptions};
use upturn_core::{
    Cause, Conversation, ConversationId, Filter, Fingerprint, Point, PointId, ScoredDocument,
    SearchRequest, VectorStore, VectorStoreError,
};
use upturn_vectorstore_edge::{EdgeStore, EdgeStoreError};
use upturn_vectorstore_ledger::{ContentHash, IndexedCall, Ledger};

use crate::opening::sound;
use crate::repair::{of_calls, reconcile};
use crate::seal::Seal;
use crate::{IndexError, Repair, room};

/// Name of the ledger's folder within the store's.
pub(crate) const LEDGER: &str = "ledger";
/// Held while an index is open.
const LOCK: &str = "lock";

/// What there is to do for some calls.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// Places of the calls that are not indexed.
    pub new: Vec<usize>,
    /// Places of those that are, but with other turns, outcome or metadata.
    pub changed: Vec<usize>,
    /// How many are indexed as they are.
    pub unchanged: usize,
}

/// An embedded store and the ledger of what was put into it.
///
/// # Laws
///
/// - **Truth.** After opening, the store holds what the ledger says: what was missing, changed or damaged has been stored again from
///   there, and [`repair`](Self::repair) tells so.
/// - **Durability.** What [`put`](Self::put) returned from is in the ledger, and so survives any loss of the store's files.
/// - **Ownership.** A folder is open once at a time.
///
/// A folder without a ledger, filled by another program, is opened as it is. As a [`VectorStore`] an index is searched and read; it is
/// changed by [`put`](Self::put) and [`forget`](Self::forget), so that the ledger knows.
#[derive(Debug)]
pub struct Index {
    folder: PathBuf,
    encoder: Fingerprint,
    /// Absent only while it is being closed.
    store: Option<EdgeStore>,
    ledger: Option<Ledger>,
    repair: Option<Repair>,
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
        let folder = folder.into();
        room::check(&folder, &[])?;
        if !folder.join(LEDGER).is_dir() {
            drop(EdgeStore::create_or_open(&folder, dimension, encoder)?);
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

    fn attach(
        folder: PathBuf,
        dimension: Option<usize>,
        encoder: &Fingerprint,
    ) -> Result<Self, IndexError> {
        if !folder.join(LEDGER).is_dir() {
            return Ok(Self {
                store: Some(EdgeStore::open(&folder, encoder)?),
                folder,
                encoder: encoder.clone(),
                ledger: None,
                repair: None,
                _lock: None,
            });
        }
        let lock = lock(&folder)?;
        let mut ledger = Ledger::open_or_create(folder.join(LEDGER))?;
        let (store, repair) = sound(&folder, &mut ledger, dimension, encoder)?;
        Seal::break_open(&folder).map_err(IndexError::io(&folder))?;
        Ok(Self {
            folder,
            encoder: encoder.clone(),
            store: Some(store),
            ledger: Some(ledger),
            repair,
            _lock: Some(lock),
        })
    }

    /// What had to be put right when it was opened.
    pub fn repair(&self) -> Option<&Repair> {
        self.repair.as_ref()
    }

    /// The most points met by one search that are not ours, and so were passed over.
    pub fn foreign_points(&self) -> usize {
        self.store.as_ref().map_or(0, EdgeStore::foreign_points)
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
            match known.get(call.id()) {
                None => changes.new.push(at),
                Some(known) if known.content != ContentHash::of(call) => changes.changed.push(at),
                Some(_) => changes.unchanged += 1,
            }
        }
        Ok(changes)
    }

    /// Notes calls in the ledger, then stores their points in place of those they had.
    ///
    /// # Errors
    ///
    /// [`IndexError`], [`NoRoom`](IndexError::NoRoom) before anything was written; a failure after the ledger was written is put right
    /// at the next opening.
    pub fn put(&mut self, calls: &[IndexedCall]) -> Result<usize, IndexError> {
        room::check(&self.folder, calls.iter().flat_map(|call| &call.points))?;
        let encoder = self.fingerprint().clone();
        let mut known = Vec::new();
        if let Some(ledger) = &mut self.ledger {
            let indexed = ledger.indexed(&encoder)?;
            let ids = calls.iter().map(|call| &call.conversation);
            known.extend(ids.filter(|call| indexed.contains_key(call)).cloned());
            ledger.append(&encoder, calls)?;
        }
        if !known.is_empty() {
            self.store()?.delete(&of_calls(known))?;
        }
        let points: Vec<Point> = calls.iter().flat_map(|call| call.points.clone()).collect();
        self.store()?.upsert(&points)?;
        Ok(points.len())
    }

    /// Removes calls from ledger and store, and their bytes from the ledger's files.
    ///
    /// # Errors
    ///
    /// [`IndexError`].
    pub fn forget(&mut self, calls: &[ConversationId]) -> Result<(), IndexError> {
        if let Some(ledger) = &mut self.ledger {
            ledger.remove(calls)?;
            ledger.compact()?;
        }
        self.store()?.delete(&of_calls(calls.to_vec()))?;
        Ok(())
    }

    /// Compares every point with the ledger, vectors too, and puts right what differs.
    ///
    /// # Errors
    ///
    /// [`IndexError`].
    pub fn verify(&mut self) -> Result<Option<Repair>, IndexError> {
        let encoder = self.fingerprint().clone();
        match (&self.store, &mut self.ledger) {
            (Some(store), Some(ledger)) => reconcile(store, ledger, &encoder),
            _ => Ok(None),
        }
    }

    /// Builds the graph that makes searches quick, where there are many points; whether anything was done.
    ///
    /// # Errors
    ///
    /// [`IndexError::Store`].
    pub fn optimize(&self) -> Result<bool, IndexError> {
        Ok(self.store()?.optimize()?)
    }

    /// Builds the graph, closes the store and notes the check sums of its files, so that the next
    /// opening need not compare points.
    ///
    /// # Errors
    ///
    /// [`IndexError`].
    pub fn finish(mut self) -> Result<(), IndexError> {
        self.store()?.optimize()?;
        self.close()
    }

    fn close(&mut self) -> Result<(), IndexError> {
        drop(self.store.take());
        if let Some(ledger) = &self.ledger {
            let failed = IndexError::io(&self.folder);
            let seal = Seal::of(&self.folder, ledger.revision()).map_err(&failed)?;
            seal.write(&self.folder).map_err(failed)?;
        }
        Ok(())
    }

    fn by_calls(&self) -> VectorStoreError {
        VectorStoreError::Backend {
            collection: self.folder.display().to_string(),
            source: Cause::new(IndexError::ByCalls),
        }
    }

    fn store(&self) -> Result<&EdgeStore, VectorStoreError> {
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

fn lock(folder: &Path) -> Result<File, IndexError> {
    let failed = IndexError::io(folder);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(LEDGER).join(LOCK))
        .map_err(&failed)?;
    match file.file().try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(EdgeStoreError::Locked {
            folder: folder.to_owned(),
        }
        .into()),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

impl VectorStore for Index {
    fn dimension(&self) -> usize {
        self.store.as_ref().map_or(0, VectorStore::dimension)
    }

    fn fingerprint(&self) -> &Fingerprint {
        &self.encoder
    }

    /// Refused: see [`put`](Self::put).
    fn upsert(&self, _: &[Point]) -> Result<(), VectorStoreError> {
        Err(self.by_calls())
    }

    fn search(&self, request: &SearchRequest) -> Result<Vec<ScoredDocument>, VectorStoreError> {
        self.store()?.search(request)
    }

    /// Refused: see [`forget`](Self::forget).
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
