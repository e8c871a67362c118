//! A folder is open once at a time: [`lock`].

use std::fs::TryLockError;
use std::path::Path;

use fs_err::{File, OpenOptions};
use upturn_vectorstore_edge::EdgeStoreError;

use crate::IndexError;
use crate::index::LEDGER;

/// Held while an index is open.
const LOCK: &str = "lock";

/// Holds a folder until the file is dropped or the process ends, however it ends.
///
/// Another generation may take the folder's place between the opening of the file and its locking; then that one is locked.
pub(crate) fn lock(folder: &Path) -> Result<File, IndexError> {
    let failed = IndexError::io(folder);
    let path = folder.join(LEDGER).join(LOCK);
    loop {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(&failed)?;
        match file.file().try_lock() {
            Ok(()) if is_at(&file, &path) => return Ok(file),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let folder = folder.to_owned();
                return Err(EdgeStoreError::Locked { folder }.into());
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
    let (held, there) = (
        file.metadata().map(place),
        fs_err::metadata(path).map(place),
    );
    // What can't be looked at is not waited for.
    held.ok()
        .zip(there.ok())
        .is_none_or(|(held, there)| held == there)
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}
