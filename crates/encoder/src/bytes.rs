//! The contents of a file: [`Bytes`].

use std::io::Read;
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use memmap2::Mmap;

/// A file's contents, shared by its copies: mapped if it is large, read if it is small or was made here.
#[derive(Debug, Clone)]
pub(crate) enum Bytes {
    Read(Arc<[u8]>),
    Mapped(Arc<Mmap>),
}

/// Files from this size on are mapped: pages that nobody reads, such as rare words, are then never loaded.
const LARGE: u64 = 1 << 20;

impl Bytes {
    /// Opens a file.
    pub(crate) fn open(path: &Path) -> std::io::Result<Self> {
        let mut file = fs_err::File::open(path)?;
        if file.metadata()?.len() >= LARGE {
            return Ok(Self::Mapped(Arc::new(map(file.file())?)));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(Self::from(bytes))
    }
}

#[allow(
    unsafe_code,
    reason = "mapping is unsafe: the file may change underneath"
)]
fn map(file: &std::fs::File) -> std::io::Result<Mmap> {
    // SAFETY: upturn never writes a model's file in place, only renames whole files over it, which leaves a mapping as
    // it is. Who truncates a model's file while it is open ends the process, as with every program that maps weights.
    unsafe { Mmap::map(file) }
}

impl Default for Bytes {
    fn default() -> Self {
        Self::Read(Arc::default())
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Read(bytes.into())
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Read(bytes) => bytes,
            Self::Mapped(bytes) => bytes,
        }
    }
}
