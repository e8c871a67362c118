//! What is left of a damaged ledger: [`Ledger::salvage`].

use std::path::PathBuf;

use crate::ledger::read_segment;
use crate::manifest::{Entry, Manifest};
use crate::{Ledger, LedgerError};

/// A ledger without its damaged parts.
#[derive(Debug)]
pub struct Salvaged {
    /// What is left.
    pub ledger: Ledger,
    /// Files of points that are gone: the calls in them are to be embedded again.
    pub lost: usize,
}

impl Ledger {
    /// Opens the ledger in `folder` for writing without the lines and files that are not as they were written, which are
    /// removed. A sound ledger loses nothing.
    ///
    /// A line that removed calls may be among the lost ones; who must not come back is held elsewhere too.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Foreign`] or [`LedgerError::Io`].
    pub fn salvage(folder: impl Into<PathBuf>) -> Result<Salvaged, LedgerError> {
        let folder = folder.into();
        fs_err::create_dir_all(&folder).map_err(LedgerError::io(&folder))?;
        if let Err(error @ LedgerError::Foreign { .. }) = Manifest::read(&folder) {
            return Err(error);
        }
        let sound = Manifest::sound(&folder)?;
        let mut entries = vec![Entry::begun()];
        let mut lost = 0;
        let mut revision = 0;
        for entry in sound {
            revision = revision.max(entry.revision());
            match &entry {
                Entry::Begun { .. } => {}
                // One that is there is counted as a file without a line, below.
                Entry::Points(segment) if read_segment(&folder, segment).is_err() => {
                    lost += usize::from(!folder.join(&segment.file).exists());
                }
                Entry::Points(_) | Entry::Removed { .. } | Entry::Kept { .. } => {
                    entries.push(entry);
                }
            }
        }
        // A store that was filled from the whole ledger is not taken for one of this one.
        entries.push(Entry::Removed {
            revision: revision + 1,
            conversations: Vec::new(),
        });
        let manifest = Manifest::replace(&folder, entries)?;
        let ledger = Self {
            folder,
            manifest,
            indexed: None,
        };
        lost += ledger.strangers()?.len();
        ledger.remove_strangers()?;
        Ok(Salvaged { ledger, lost })
    }
}
