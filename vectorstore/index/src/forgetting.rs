//! Calls that must be gone: [`Index::matched`] and [`Index::forget`].

use std::collections::BTreeSet;
use std::path::PathBuf;

use upturn_core::{ConversationId, DocumentKind, Filter, VectorStore, VectorStoreError};
use upturn_vectorstore_edge::{EdgeStore, EdgeStoreError};
use upturn_vectorstore_ledger::{KnownAs, Ledger, NameKind, Names, Tombstones};

use crate::beside::sweep;
use crate::forgotten::{Counts, Forgotten, Occasion, Pending};
use crate::index::LEDGER;
use crate::kept::Kept;
use crate::repair::{PAGE, of_calls, refill};
use crate::{Index, IndexError};

/// What is there of the calls that are known by some names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matched {
    /// The calls.
    pub conversations: BTreeSet<ConversationId>,
    /// Their points.
    pub points: Counts,
}

impl Index {
    /// What there is of calls that are known by these names. Nothing is changed.
    ///
    /// # Errors
    ///
    /// [`IndexError::NoLedger`], [`IndexError::Ledger`] or [`IndexError::Store`].
    pub fn matched(&mut self, names: &Names) -> Result<Matched, IndexError> {
        let ledger = self.ledger()?;
        let mut conversations = ledger.named(|known| names.name(known))?;
        if let Some(Kept::Elsewhere(store)) = &self.store {
            conversations.extend(calls(&**store, names)?);
        }
        let ledger = self.ledger()?;
        let ids: BTreeSet<&str> = conversations.iter().map(ConversationId::as_str).collect();
        let rows = |known: KnownAs<'_>| ids.contains(known.conversation()) || names.name(known);
        let points = Counts {
            ledger: ledger.rows_named(rows)?,
            store: self.stored(&conversations)?,
        };
        Ok(Matched {
            conversations,
            points,
        })
    }

    /// No list of calls asks for nothing, and would admit everything.
    fn stored(&self, calls: &BTreeSet<ConversationId>) -> Result<usize, VectorStoreError> {
        if calls.is_empty() {
            return Ok(0);
        }
        self.count(&of_calls(calls.iter().cloned().collect()))
    }

    /// Deletes every call that is known by one of these names, or gives the record of a deletion by them that was interrupted
    /// and carried out when the index was opened. It proves that none is left, keeps the names from coming back
    /// ([`Tombstones`]) and writes a record of it.
    ///
    /// # Laws
    ///
    /// - **Gone.** Ledger and store are written anew without them: their bytes are in no file of the folder, nor in what an
    ///   unfinished filling or a killed process left beside it.
    /// - **Proved.** What is left is counted in ledger and store after both were opened again.
    /// - **All or told.** A mark is on the disk before anything is deleted; whoever opens the folder after a crash carries
    ///   the deletion out, proof and record included.
    ///
    /// # Errors
    ///
    /// [`IndexError::NotForgotten`] if something is left, and then the mark stays; [`IndexError::NoLedger`];
    /// [`EdgeStoreError::Locked`] if another process fills the folder anew; [`IndexError::Ledger`], [`IndexError::Store`]
    /// or [`IndexError::Io`].
    pub fn forget(&mut self, names: &Names, occasion: Occasion) -> Result<Forgotten, IndexError> {
        self.ledger()?;
        let tombstones = self.tombstones.clone().with_key()?;
        let asked: BTreeSet<_> = names.iter().map(|name| tombstones.of(name)).collect();
        let is_asked = |record: &Forgotten| record.names.iter().eq(&asked);
        if let Some(record) = self.finished.take_if(|record| is_asked(record)) {
            return Ok(record);
        }
        let Matched {
            conversations,
            points,
        } = self.matched(names)?;
        sweep(&self.folder)?;
        let mut all = asked.clone();
        let ids = conversations.iter();
        all.extend(ids.map(|id| tombstones.of((NameKind::Conversation, id.as_str()))));
        self.tombstones = tombstones;
        let record = Forgotten {
            occasion,
            names: asked.into_iter().collect(),
            store: absolute(&self.folder),
            conversations: conversations.len(),
            before: points,
            after: Counts::default(),
        };
        let tombstones = all.into_iter().collect();
        let pending = Pending { record, tombstones };
        let failed = IndexError::io(&self.folder);
        pending.write(&self.folder.join(LEDGER)).map_err(failed)?;
        self.carry_out(pending, names)
    }

    /// Goes on with a forgetting, wherever it was interrupted.
    pub(crate) fn carry_out(
        &mut self,
        Pending { record, tombstones }: Pending,
        names: &Names,
    ) -> Result<Forgotten, IndexError> {
        let with_key = self.tombstones.clone().with_key()?;
        self.tombstones = with_key;
        self.tombstones.add(tombstones)?;
        if record.before != Counts::default() {
            self.purge(names)?;
        }
        sweep(&self.folder)?;
        let after = self.left(names)?;
        if after != Counts::default() {
            let Counts { store, ledger } = after;
            return Err(IndexError::NotForgotten { store, ledger });
        }
        let record = Forgotten { after, ..record };
        let failed = IndexError::io(&self.folder);
        Pending::finish(&self.folder.join(LEDGER), &record).map_err(failed)?;
        Ok(record)
    }

    /// Writes ledger and store anew without what a tombstone names. A store that is kept elsewhere only deletes.
    pub(crate) fn purge(&mut self, names: &Names) -> Result<(), IndexError> {
        let dimension = self.dimension();
        let tombstones = self.tombstones.clone();
        let ledger = self.ledger()?;
        let mut calls = ledger.named(|known| tombstones.name(known))?;
        ledger.remove(&calls.iter().cloned().collect::<Vec<_>>())?;
        if let Some(Kept::Elsewhere(store)) = &self.store {
            // Others may have put calls there that this ledger does not know; the names, where they are at hand, find them.
            if names.is_empty() {
                calls.extend(named(&**store, &tombstones)?.1);
            }
            delete(&**store, names, calls)?;
            return Ok(self.ledger()?.compact()?);
        }
        self.ledger()?.compact()?;
        // The engine only marks what is deleted, and its log keeps every word until then.
        drop(self.store.take());
        let (folder, encoder) = (self.folder.clone(), self.encoder.clone());
        let reason = "calls were forgotten".to_owned();
        refill(&folder, self.ledger()?, dimension, &encoder, reason)?;
        self.store = Some(Kept::here(EdgeStore::open(&folder, &encoder)?));
        Ok(())
    }

    /// What is left, counted in a ledger that was opened for it and in a store that was opened again.
    fn left(&self, names: &Names) -> Result<Counts, IndexError> {
        let is_named = |known: KnownAs<'_>| names.name(known) || self.tombstones.name(known);
        let ledger = Ledger::open(self.folder.join(LEDGER))?;
        let mut filtered = 0;
        for filter in names.filters() {
            filtered += self.count(&filter)?;
        }
        let is_here = self.store.as_ref().is_none_or(Kept::is_here);
        let scanned = if is_here || names.is_empty() {
            named(self, &self.tombstones)?.0
        } else {
            0
        };
        Ok(Counts {
            store: filtered.max(scanned),
            ledger: ledger.rows_named(is_named)?,
        })
    }

    pub(crate) fn ledger(&mut self) -> Result<&mut Ledger, IndexError> {
        let folder = &self.folder;
        self.ledger.as_mut().ok_or_else(|| IndexError::NoLedger {
            folder: folder.clone(),
        })
    }
}

/// How many points of a store a tombstone names, and of which calls they are.
fn named(
    store: &dyn VectorStore,
    tombstones: &Tombstones,
) -> Result<(usize, BTreeSet<ConversationId>), VectorStoreError> {
    let (mut points, mut calls, mut after) = (0, BTreeSet::new(), None);
    if tombstones.is_empty() {
        return Ok((points, calls));
    }
    loop {
        let page = store.scroll(&Filter::default(), after, PAGE)?;
        for point in &page {
            let metadata = &point.document.metadata;
            if tombstones.name(KnownAs::of_document(metadata)) {
                points += 1;
                calls.insert(metadata.conversation.clone());
            }
        }
        after = page.last().map(|point| point.document.id());
        if page.len() < PAGE {
            return Ok((points, calls));
        }
    }
}

/// The calls of a store that are known by some names.
fn calls(
    store: &dyn VectorStore,
    names: &Names,
) -> Result<BTreeSet<ConversationId>, VectorStoreError> {
    let mut calls = BTreeSet::new();
    for mut filter in names.filters() {
        filter.kind = Some(DocumentKind::Call);
        let mut after = None;
        loop {
            let page = store.scroll(&filter, after, PAGE)?;
            let ids = page
                .iter()
                .map(|point| &point.document.metadata.conversation);
            calls.extend(ids.cloned());
            after = page.last().map(|point| point.document.id());
            if page.len() < PAGE {
                break;
            }
        }
    }
    Ok(calls)
}

fn delete(
    store: &dyn VectorStore,
    names: &Names,
    calls: BTreeSet<ConversationId>,
) -> Result<(), VectorStoreError> {
    for filter in names.filters() {
        store.delete(&filter)?;
    }
    if !calls.is_empty() {
        store.delete(&of_calls(calls.into_iter().collect()))?;
    }
    Ok(())
}

fn absolute(folder: &std::path::Path) -> PathBuf {
    std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned())
}

/// Whose vectors a folder holds, be it damaged or not.
pub(crate) fn owner(folder: &std::path::Path) -> Result<upturn_core::Fingerprint, EdgeStoreError> {
    let nobody = upturn_core::Fingerprint::new("");
    match EdgeStore::open(folder, &nobody) {
        Ok(_) => Ok(nobody),
        Err(EdgeStoreError::Refused(VectorStoreError::ForeignEncoder { expected, .. })) => {
            Ok(expected)
        }
        Err(error) => Err(error),
    }
}
