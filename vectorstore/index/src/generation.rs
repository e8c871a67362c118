//! A collection filled anew while the old one is in use: [`Rebuild`].

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fs_err::File;
use upturn_core::{Conversation, Fingerprint, VectorStore};
use upturn_vectorstore_edge::{EdgeLayout, EdgeStore, EdgeStoreError};
use upturn_vectorstore_ledger::{Ledger, Names, Tombstones, durable};

use crate::beside::{NUMBER, clear, discard, exchange, number, part, real, sweep_scratch};
use crate::forgetting::owner;
use crate::forgotten::Pending;
use crate::index::LEDGER;
use crate::lock::lock;
use crate::{Index, IndexError};

/// Only a ledger's folder has it.
const MANIFEST: &str = "manifest.jsonl";
/// Between two looks whether a folder is free.
const PAUSE: Duration = Duration::from_millis(50);

/// The next generation of a collection: filled beside it, in `.NAME.rebuild`, then put in its place in one step.
///
/// # Laws
///
/// - **Meanwhile** the old generation is searched and even filled; a folder is never half the one and half the other.
/// - **Interrupted**, it leaves the old generation in use. The next one for the same encoder and calls goes on with what is
///   filled, any other one begins anew.
/// - **Forgotten stays forgotten.** Tombstones and audit are taken along.
#[derive(Debug)]
pub struct Rebuild {
    folder: PathBuf,
    part: PathBuf,
    index: Index,
    left_out: usize,
}

impl Rebuild {
    /// Begins the next generation of the collection in `folder`, or goes on with one that was interrupted and holds none but
    /// some of these calls.
    ///
    /// # Errors
    ///
    /// [`EdgeStoreError::NotACollection`] if `folder` holds something else; [`EdgeStoreError::Locked`] if another process
    /// does the same; [`IndexError::Ledger`] if it is not known what must not come back; else as [`Index::create_or_open`].
    pub fn begin(
        folder: impl Into<PathBuf>,
        dimension: usize,
        encoder: &Fingerprint,
        calls: &[&Conversation],
    ) -> Result<Self, IndexError> {
        Self::begin_with(folder, dimension, encoder, calls, None)
    }

    /// As [`begin`](Self::begin), laid out as `layout` says; by default as the generation in use is.
    ///
    /// # Errors
    ///
    /// As [`begin`](Self::begin).
    pub fn begin_with(
        folder: impl Into<PathBuf>,
        dimension: usize,
        encoder: &Fingerprint,
        calls: &[&Conversation],
        layout: Option<EdgeLayout>,
    ) -> Result<Self, IndexError> {
        let folder = folder.into();
        check(&folder)?;
        let layout = layout.or_else(|| crate::layout::of(&folder));
        let layout = layout.unwrap_or_default();
        let part = part(&folder).map_err(IndexError::io(&folder))?;
        if part.exists() && !goes_on(&part, number(&folder) + 1, encoder, calls)? {
            clear(&part).map_err(IndexError::io(&folder))?;
        }
        let index = Index::create_or_open_with(&part, dimension, encoder, layout)?;
        Self::of(folder, part, index, calls)
    }

    /// Begins the ledger of a next generation that is kept elsewhere, in an empty `store`; one that was interrupted is given up.
    ///
    /// # Errors
    ///
    /// As [`begin`](Self::begin).
    pub fn begin_elsewhere(
        folder: impl Into<PathBuf>,
        store: Box<dyn VectorStore>,
        calls: &[&Conversation],
    ) -> Result<Self, IndexError> {
        let folder = folder.into();
        check(&folder)?;
        let part = part(&folder).map_err(IndexError::io(&folder))?;
        if part.join(LEDGER).is_dir() {
            drop(lock(&part)?);
        }
        clear(&part).map_err(IndexError::io(&folder))?;
        let index = Index::over(&part, store)?;
        Self::of(folder, part, index, calls)
    }

    fn of(
        folder: PathBuf,
        part: PathBuf,
        mut index: Index,
        calls: &[&Conversation],
    ) -> Result<Self, IndexError> {
        let tombstones = Tombstones::read(&folder.join(LEDGER))?;
        let ledger = part.join(LEDGER);
        let text = (number(&folder) + 1).to_string();
        let written = durable::write(&ledger.join(NUMBER), text.as_bytes());
        written.map_err(IndexError::io(&folder))?;
        index.tombstones = tombstones.copy_to(&ledger)?;
        Ok(Self {
            left_out: left_out(&folder, calls),
            folder,
            part,
            index,
        })
    }

    /// How many calls of the old generation are not among those of the new one.
    pub const fn left_out(&self) -> usize {
        self.left_out
    }

    /// The new generation, to be filled.
    pub fn index(&mut self) -> &mut Index {
        &mut self.index
    }

    /// Puts the new generation in the place of the old one and deletes that.
    ///
    /// The old one must not be open: it is waited for `patience`. Where it is open in this process, drop it first.
    ///
    /// # Errors
    ///
    /// [`IndexError::Unpublished`] if it stays open, and then the new generation is kept; [`IndexError::Ledger`],
    /// [`IndexError::Store`] or [`IndexError::Io`].
    pub fn publish(self, patience: Duration) -> Result<(), IndexError> {
        self.publish_with(patience, || Ok(()))
    }

    /// The same for a generation that is kept elsewhere: `there` publishes its store, while nobody has the ledger.
    ///
    /// # Errors
    ///
    /// As [`publish`](Self::publish), and those of `there`.
    pub fn publish_with<E: From<IndexError>>(
        mut self,
        patience: Duration,
        there: impl FnOnce() -> Result<(), E>,
    ) -> Result<(), E> {
        let held = self.prepare(patience)?;
        there()?;
        Ok(self.take_over(held)?)
    }

    /// All but the taking over.
    fn prepare(&mut self, patience: Duration) -> Result<Option<File>, IndexError> {
        // What takes long, before anybody has to wait.
        self.index.optimize()?;
        let held = hold_within(&self.folder, patience)?;
        let failed = IndexError::io(&self.folder);
        let (old, new) = (self.folder.join(LEDGER), self.part.join(LEDGER));
        // Somebody may have forgotten calls since it was begun.
        let tombstones = Tombstones::read(&old)?;
        if tombstones.len() != self.index.tombstones.len() {
            self.index.tombstones = tombstones.copy_to(&new)?;
            self.index.purge(&Names::default())?;
        }
        Pending::carry(&old, &new).map_err(&failed)?;
        self.index.close()?;
        Ok(held)
    }

    fn take_over(self, held: Option<File>) -> Result<(), IndexError> {
        let failed = IndexError::io(&self.folder);
        let folder = real(&self.folder).map_err(&failed)?;
        if folder.exists() {
            exchange(&self.part, &folder).map_err(&failed)?;
        } else {
            fs_err::rename(&self.part, &folder).map_err(&failed)?;
        }
        let above = folder.parent().map_or(Ok(()), durable::sync_folder);
        above.map_err(&failed)?;
        let swept = discard(&self.part, &folder).and_then(|()| sweep_scratch(&folder));
        drop((held, self.index));
        swept.map_err(failed)
    }
}

/// A folder of something else is never replaced.
fn check(folder: &Path) -> Result<(), IndexError> {
    let is_empty = match fs_err::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => return Err(IndexError::io(folder)(error)),
    };
    if is_empty || folder.join(LEDGER).join(MANIFEST).is_file() {
        return Ok(());
    }
    match owner(folder) {
        Err(error @ EdgeStoreError::NotACollection { .. }) => Err(error.into()),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Whether what lies there is an interrupted filling by this encoder of some of these calls, and not an old generation.
fn goes_on(
    part: &Path,
    expected: u64,
    encoder: &Fingerprint,
    calls: &[&Conversation],
) -> Result<bool, IndexError> {
    if !part.join(LEDGER).is_dir() {
        return Ok(false);
    }
    // Another process may be filling it.
    drop(lock(part)?);
    if number(part) != expected {
        return Ok(false);
    }
    let Ok(mut index) = Index::open(part, encoder) else {
        return Ok(false);
    };
    let asked: HashSet<_> = calls.iter().map(|call| call.id()).collect();
    let indexed = index.ledger()?.indexed(encoder)?;
    Ok(indexed.keys().all(|call| asked.contains(call)))
}

/// A ledger that can't be read leaves nothing out: filling anew is how it is put right.
fn left_out(folder: &Path, calls: &[&Conversation]) -> usize {
    let asked: HashSet<_> = calls.iter().map(|call| call.id()).collect();
    let indexed = Ledger::open(folder.join(LEDGER)).and_then(|mut ledger| {
        let Some(encoder) = ledger.last_encoder() else {
            return Ok(0);
        };
        let indexed = ledger.indexed(&encoder)?.keys();
        Ok(indexed.filter(|call| !asked.contains(call)).count())
    });
    indexed.unwrap_or(0)
}

/// Keeps others out of a folder; nothing does where none is there, or one without a ledger.
fn hold_within(folder: &Path, patience: Duration) -> Result<Option<File>, IndexError> {
    let began = Instant::now();
    loop {
        match hold(folder) {
            Err(IndexError::Edge(EdgeStoreError::Locked { folder })) => {
                if began.elapsed() > patience {
                    return Err(IndexError::Unpublished { folder });
                }
                std::thread::sleep(PAUSE);
            }
            held => return held,
        }
    }
}

fn hold(folder: &Path) -> Result<Option<File>, IndexError> {
    if folder.join(LEDGER).is_dir() {
        return lock(folder).map(Some);
    }
    let opened = owner(folder).and_then(|encoder| EdgeStore::open(folder, &encoder));
    match opened {
        Err(error @ EdgeStoreError::Locked { .. }) => Err(error.into()),
        // Nothing is there, or it is damaged and nobody can have it open. An engine that is open flushes to where it was.
        Ok(_) | Err(_) => Ok(None),
    }
}
