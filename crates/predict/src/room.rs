//! How much a fit may hold in memory, and where the rest waits: [`Room`].

use std::fmt;
use std::fs::File;
use std::io;

/// Makes an empty file that nobody else sees and that is gone when it is closed; where it lies is the caller's choice.
pub type ScratchFiles<'a> = dyn Fn() -> io::Result<File> + Sync + 'a;

/// Bytes that the rows of a fit may take in memory; more than that waits in a scratch file.
///
/// Law: what is fitted does not depend on it, to the bit.
#[derive(Clone, Copy)]
pub struct Room<'a> {
    bytes: usize,
    files: Option<&'a ScratchFiles<'a>>,
}

impl<'a> Room<'a> {
    /// Everything in memory.
    pub const fn unlimited() -> Self {
        Self {
            bytes: usize::MAX,
            files: None,
        }
    }

    /// At most `bytes` in memory, the rest in one of `files`.
    pub const fn new(bytes: usize, files: &'a ScratchFiles<'a>) -> Self {
        Self {
            bytes,
            files: Some(files),
        }
    }

    /// One of `parts` equal shares.
    pub(crate) const fn share(self, parts: usize) -> Self {
        Self {
            bytes: match self.bytes {
                usize::MAX => usize::MAX,
                bytes => bytes / if parts == 0 { 1 } else { parts },
            },
            files: self.files,
        }
    }

    /// A scratch file, if `bytes` are too many.
    pub(crate) fn file_for(&self, bytes: usize) -> io::Result<Option<File>> {
        match self.files {
            Some(files) if bytes > self.bytes => files().map(Some),
            _ => Ok(None),
        }
    }
}

impl fmt::Debug for Room<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Room")
            .field("bytes", &self.bytes)
            .field("scratch", &self.files.is_some())
            .finish()
    }
}
