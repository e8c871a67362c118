//! How much a run may hold in memory, and where the rest waits: [`MemoryBudget`].

mod blobs;
mod moments;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use upturn_predict::{PredictError, Room};

use crate::TrainingError;
pub(crate) use blobs::{Blob, Blobs};
pub(crate) use moments::{bytes_of, decoded, encoded};

/// What grows with the calls and need not be in memory: the encoder's vectors, the outputs of frozen layers, the rows of
/// fits and the vectors of neighbours. Above its share each waits in a scratch file.
///
/// In memory stay what was said (the conversations themselves), some hundred bytes a call that say where the rest is, the
/// list of different words, and what a step or a batch works on.
///
/// # Laws
///
/// - **Same bits.** What is learnt does not depend on it.
/// - **Nothing stays.** Scratch files have no name: they are gone when the run ends, however it ends.
#[derive(Debug, Clone)]
pub struct MemoryBudget {
    bytes: usize,
    folder: PathBuf,
}

/// Bytes in a mebibyte.
const MEBIBYTE: usize = 1 << 20;

/// Sixteenths of the budget.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Share {
    /// What the encoder says, or the outputs of its frozen layers.
    Vectors = 6,
    /// The rows of one fit; two run side by side.
    Rows = 4,
    /// The vectors of neighbours.
    Neighbours = 2,
}

impl MemoryBudget {
    /// What `upturn train` allows unless told otherwise, in MiB.
    pub const DEFAULT_MIB: usize = 2_048;

    /// Everything in memory.
    pub fn unlimited() -> Self {
        Self {
            bytes: usize::MAX,
            folder: PathBuf::new(),
        }
    }

    /// At most `mib` MiB, the rest in scratch files in the file system of `folder`, which must exist.
    pub fn new(mib: usize, folder: impl Into<PathBuf>) -> Self {
        Self {
            bytes: mib.saturating_mul(MEBIBYTE),
            folder: folder.into(),
        }
    }

    /// Where scratch files lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Bytes of a share.
    pub(crate) const fn share(&self, share: Share) -> usize {
        match self.bytes {
            usize::MAX => usize::MAX,
            bytes => bytes / 16 * share as usize,
        }
    }

    /// An empty file without a name.
    pub(crate) fn file(&self) -> io::Result<File> {
        tempfile::tempfile_in(&self.folder)
    }

    /// Runs a fit with room for its rows.
    pub(crate) fn with_room<T>(
        &self,
        fit: impl FnOnce(Room<'_>) -> Result<T, TrainingError>,
    ) -> Result<T, TrainingError> {
        let files = || self.file();
        let room = match self.share(Share::Rows) {
            usize::MAX => Room::unlimited(),
            bytes => Room::new(bytes, &files),
        };
        fit(room).map_err(|error| {
            if let TrainingError::Predict(PredictError::Scratch { kind }) = error {
                return self.failed(kind.into());
            }
            error
        })
    }

    /// The error of a scratch file.
    pub(crate) fn failed(&self, source: io::Error) -> TrainingError {
        TrainingError::Scratch {
            folder: self.folder.clone(),
            source,
        }
    }
}
