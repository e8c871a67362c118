//! The contents of files as a fingerprint: [`Contents`].

use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::CrmError;
use crate::hex::hex;

/// Bytes that are read at once.
const BUFFER: usize = 1 << 17;

/// Hashes one file after the other.
#[derive(Default)]
pub(crate) struct Contents(Sha256);

impl Contents {
    /// Adds a file: its bytes, and their number, so that it matters where it ends.
    ///
    /// # Errors
    ///
    /// [`CrmError::Io`].
    pub(crate) fn add(&mut self, path: &Path) -> Result<(), CrmError> {
        let failed = |error| CrmError::io(path, error);
        let mut file = fs_err::File::open(path).map_err(failed)?;
        let (mut buffer, mut length) = (vec![0; BUFFER], 0_u64);
        loop {
            let read = file.read(&mut buffer).map_err(failed)?;
            if read == 0 {
                break;
            }
            self.0.update(buffer.get(..read).unwrap_or_default());
            length += read as u64;
        }
        self.0.update(length.to_le_bytes());
        Ok(())
    }

    pub(crate) fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}
