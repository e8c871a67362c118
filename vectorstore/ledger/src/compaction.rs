//! A ledger without what is void: [`Ledger::compact`].

use upturn_core::Fingerprint;

use crate::indexed::Indexed;
use crate::ledger::{file_name, write_segment};
use crate::manifest::{Entry, Manifest, Segment};
use crate::{IndexedCall, Ledger, LedgerError};

/// Points a file: 8,192 of 384 dimensions are about 16 MB.
const ROWS: usize = 8_192;
/// Above so many files, reading which calls there are takes longer than it must.
const FILES: usize = 64;

impl Ledger {
    /// Whether more than half of the points are void, or there are many small files.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Damaged`] or [`LedgerError::Io`].
    pub fn is_scattered(&mut self) -> Result<bool, LedgerError> {
        self.load()?;
        let rows: usize = self.manifest.segments().map(|segment| segment.rows).sum();
        let files = self.manifest.segments().count();
        let live: usize = self.indexed.iter().map(Indexed::points).sum();
        Ok(rows > live.saturating_mul(2) || files > FILES + rows / ROWS)
    }

    /// Writes anew what is not void and removes all other bytes; what the ledger says stays the same.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Damaged`] or [`LedgerError::Io`], and then the ledger is as it was.
    pub fn compact(&mut self) -> Result<(), LedgerError> {
        self.load()?;
        let encoders: Vec<Fingerprint> = self.encoders();
        let mut written = Rewriting {
            number: self.next_number(),
            revision: self.revision(),
            segments: Vec::new(),
        };
        for encoder in &encoders {
            let mut held: Vec<IndexedCall> = Vec::new();
            let mut rows = 0;
            let folder = self.folder.clone();
            for calls in self.calls(encoder)? {
                for call in calls? {
                    rows += call.points.len();
                    held.push(call);
                    if rows >= ROWS {
                        written.write(&folder, encoder, &held)?;
                        held.clear();
                        rows = 0;
                    }
                }
            }
            written.write(&folder, encoder, &held)?;
        }
        let entries = written.entries();
        self.manifest = Manifest::replace(&self.folder, entries)?;
        self.indexed = None;
        self.remove_strangers()
    }

    /// The encoders that some point is of.
    pub fn encoders(&self) -> Vec<Fingerprint> {
        let indexed = self.indexed.iter();
        indexed
            .flat_map(|indexed| indexed.encoders().cloned())
            .collect()
    }

    fn next_number(&self) -> u64 {
        let name = self.next_file();
        let digits = name.split('.').next().unwrap_or_default();
        digits.parse().unwrap_or(1)
    }
}

/// The files of a compaction.
struct Rewriting {
    number: u64,
    revision: u64,
    segments: Vec<Segment>,
}

impl Rewriting {
    fn write(
        &mut self,
        folder: &std::path::Path,
        encoder: &Fingerprint,
        calls: &[IndexedCall],
    ) -> Result<(), LedgerError> {
        if calls.is_empty() {
            return Ok(());
        }
        let file = file_name(self.number);
        self.segments
            .push(write_segment(folder, &file, self.revision, encoder, calls)?);
        self.number += 1;
        Ok(())
    }

    /// The revision stays even where nothing is left to carry it.
    fn entries(self) -> Vec<Entry> {
        let Self {
            revision, segments, ..
        } = self;
        let mut entries = vec![Entry::begun()];
        if segments.is_empty() {
            entries.push(Entry::Removed {
                revision,
                conversations: Vec::new(),
            });
        }
        entries.extend(segments.into_iter().map(Entry::Points));
        entries
    }
}
