//! The folder around the engine: made at once, held by one process, looked over before the engine touches it.

use std::fs::TryLockError;
use std::io;
use std::path::{Path, PathBuf};

use fs_err::{File, OpenOptions};

use crate::conversions;
use crate::engine::Engine;
use crate::sidecar::Sidecar;
use crate::{EdgeStoreError, EngineError};

/// Locked while a store is open; empty.
const LOCK_FILE: &str = "upturn.lock";
/// How the name of a folder ends in which a collection is prepared.
const PART: &str = ".part";
const SEGMENTS: &str = "segments";
const LOG: &str = "wal";
/// The engine deletes a segment that lacks this file, and all points in it, without a word.
const SEGMENT_VERSION: &str = "version.info";

/// Makes an empty collection at `folder`, which must not exist or be empty.
///
/// All is written beside it and then renamed, so that a process killed half-way leaves no half collection. Of two
/// processes that do this at once one succeeds; the other leaves its collection as it is.
pub(crate) fn create(folder: &Path, sidecar: &Sidecar) -> Result<(), EdgeStoreError> {
    let failed = |source| EdgeStoreError::Io {
        folder: folder.to_owned(),
        source,
    };
    let (parent, part) = beside(folder).map_err(failed)?;
    fs_err::create_dir_all(&parent).map_err(failed)?;
    remove_abandoned(folder, &parent).map_err(failed)?;
    remove(&part).map_err(failed)?;
    fs_err::create_dir(&part).map_err(failed)?;
    let _preparing = lock(&part)?;
    let filled = Engine::create(
        &part,
        conversions::config(sidecar.dimension, &sidecar.layout),
    )
    .map_err(|source| EdgeStoreError::Engine {
        folder: folder.to_owned(),
        doing: "being created",
        source,
    })
    .and_then(|()| sidecar.write(&part).map_err(failed))
    .and_then(|()| publish(&part, folder, &parent).map_err(failed));
    // Nothing is left of it after a success; after a failure the first error is the one to report.
    let cleaned = remove(&part).map_err(failed);
    filled.and(cleaned)
}

/// The parent of `folder`, and the name under which it is prepared there.
fn beside(folder: &Path) -> io::Result<(PathBuf, PathBuf)> {
    let folder = std::path::absolute(folder)?;
    let (Some(parent), Some(name)) = (folder.parent(), folder.file_name()) else {
        let reason = "a collection needs a folder with a name";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    };
    let part = format!(".{}.{}{PART}", name.display(), std::process::id());
    Ok((parent.to_owned(), parent.join(part)))
}

/// Removes what processes that were killed had prepared for `folder`.
///
/// Who prepares a collection holds its lock. Where there is none yet, the preparation has just begun, and stays.
fn remove_abandoned(folder: &Path, parent: &Path) -> io::Result<()> {
    let begin = format!(".{}.", folder.file_name().unwrap_or_default().display());
    for entry in fs_err::read_dir(parent)? {
        let entry = entry?;
        let name = entry.file_name();
        let process = name.to_str().and_then(|name| {
            let process = name.strip_prefix(&begin)?.strip_suffix(PART)?;
            process.parse::<u32>().ok()
        });
        let lock = entry.path().join(LOCK_FILE);
        let file = process.and_then(|_| OpenOptions::new().write(true).open(lock).ok());
        if file.is_some_and(|file| file.file().try_lock().is_ok()) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

fn publish(part: &Path, folder: &Path, parent: &Path) -> io::Result<()> {
    File::open(part)?.sync_all()?;
    if folder.is_dir() {
        match fs_err::remove_dir(folder) {
            Err(_) if Sidecar::read(folder).is_ok() => return Ok(()),
            outcome => outcome?,
        }
    }
    match fs_err::rename(part, folder) {
        Err(_) if Sidecar::read(folder).is_ok() => Ok(()),
        outcome => outcome,
    }?;
    File::open(parent)?.sync_all()
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs_err::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}

/// Whether a collection may be made here: nothing is there, or an empty folder.
pub(crate) fn is_free(folder: &Path) -> io::Result<bool> {
    match fs_err::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Holds the collection until the file is dropped or the process ends, however it ends.
pub(crate) fn lock(folder: &Path) -> Result<File, EdgeStoreError> {
    let failed = |source| EdgeStoreError::Io {
        folder: folder.to_owned(),
        source,
    };
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(LOCK_FILE))
        .map_err(failed)?;
    match file.file().try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(EdgeStoreError::Locked {
            folder: folder.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// Looks for what the engine would pass over in silence.
///
/// A segment without its version file would be deleted; without its log the engine would number changes from 0 again
/// and ignore them, since the points it has are of a later number.
pub(crate) fn inspect(folder: &Path) -> Result<(), EdgeStoreError> {
    let damaged = |reason: String| EdgeStoreError::Damaged {
        folder: folder.to_owned(),
        source: EngineError::new(reason),
    };
    let failed = |error: io::Error| damaged(error.to_string());
    let mut segments = 0;
    for entry in fs_err::read_dir(folder.join(SEGMENTS)).map_err(failed)? {
        let segment = entry.map_err(failed)?.path();
        if !is_segment(&segment) {
            continue;
        }
        segments += 1;
        if is_empty(&segment.join(SEGMENT_VERSION)) {
            let lost = segment.display();
            return Err(damaged(format!("`{lost}` has no `{SEGMENT_VERSION}`")));
        }
    }
    if segments == 0 {
        return Err(damaged(format!("`{SEGMENTS}` is empty")));
    }
    let log = fs_err::read_dir(folder.join(LOG)).map_err(failed)?;
    if log.flatten().all(|entry| is_empty(&entry.path())) {
        return Err(damaged(format!("`{LOG}` is empty")));
    }
    Ok(())
}

/// The engine hides folders that it is about to fill and renames those that it is about to remove.
fn is_segment(folder: &Path) -> bool {
    let hidden = folder
        .file_name()
        .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    let removed = folder.extension().is_some_and(|word| word == "deleted");
    folder.is_dir() && !hidden && !removed
}

fn is_empty(file: &Path) -> bool {
    fs_err::metadata(file).map_or(true, |metadata| metadata.len() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_prepared_goes_and_what_is_being_prepared_stays() {
        let root = tempfile::TempDir::new().unwrap();
        let prepared = |name: &str| {
            let folder = root.path().join(name);
            fs_err::create_dir(&folder).unwrap();
            folder
        };
        let [abandoned, other, living, begun] = [
            ".store.1.part",
            ".store-2.1.part",
            ".store.2.part",
            ".store.3.part",
        ]
        .map(prepared);
        drop(lock(&abandoned).unwrap());
        drop(lock(&other).unwrap());
        let _held = lock(&living).unwrap();
        remove_abandoned(&root.path().join("store"), root.path()).unwrap();
        assert!(!abandoned.exists());
        assert!([other, living, begun].iter().all(|folder| folder.exists()));
    }
}
