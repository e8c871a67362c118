//! Whether a disk has room for what is about to be stored: [`check`].

use std::path::Path;

use upturn_core::Point;

use crate::IndexError;

/// Bytes that are left free: for the files that the engine keeps ahead of what it is given, and for others who write at the same time.
const RESERVE: u64 = 64 << 20;
/// How often a point's vector and text are written: into the ledger, and by the engine into its log, its storage and its indexes.
const COPIES: u64 = 6;

/// Refuses points for which the disk has no room.
///
/// The engine writes into files with holes that are mapped into memory. Where the disk is full the system ends the process in the
/// midst of that (SIGBUS), without a word to anybody; so nothing is begun that may not have room. A disk that does not say how much
/// room it has is believed to have it.
///
/// # Errors
///
/// [`IndexError::NoRoom`].
pub(crate) fn check<'a>(
    folder: &Path,
    points: impl IntoIterator<Item = &'a Point>,
) -> Result<(), IndexError> {
    let bytes: u64 = points.into_iter().map(bytes).sum();
    check_bytes(folder, COPIES * bytes)
}

/// Refuses to fill a store from a ledger whose points take so many bytes where the disk has no room for it beside the one that is there.
///
/// # Errors
///
/// [`IndexError::NoRoom`].
pub(crate) fn check_refill(folder: &Path, bytes: u64) -> Result<(), IndexError> {
    check_bytes(folder, COPIES.saturating_mul(bytes))
}

/// Refuses to join the segments of a store, that of `folder` or one that will be, where the disk has no room for all of them once more.
///
/// # Errors
///
/// [`IndexError::NoRoom`].
pub(crate) fn check_joining(store: &Path, folder: &Path) -> Result<(), IndexError> {
    check_bytes(folder, size(&store.join("segments")))
}

/// Bytes of the files below a folder; what can't be read counts nothing.
fn size(folder: &Path) -> u64 {
    let Ok(entries) = fs_err::read_dir(folder) else {
        return 0;
    };
    let of_entry = |entry: fs_err::DirEntry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => size(&entry.path()),
        Ok(metadata) => allocated(&metadata),
        Err(_) => 0,
    };
    entries.flatten().map(of_entry).sum()
}

/// The engine's files have holes.
#[cfg(unix)]
fn allocated(metadata: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::blocks(metadata) * 512
}

#[cfg(not(unix))]
fn allocated(metadata: &std::fs::Metadata) -> u64 {
    metadata.len()
}

fn check_bytes(folder: &Path, bytes: u64) -> Result<(), IndexError> {
    let wanted = RESERVE.saturating_add(bytes);
    // The folder itself may be about to be made.
    let mut folders = folder.ancestors();
    let Some(left) = folders.find_map(|folder| fs4::available_space(folder).ok()) else {
        return Ok(());
    };
    if left < wanted {
        return Err(IndexError::NoRoom {
            folder: folder.to_owned(),
            left,
            wanted,
        });
    }
    Ok(())
}

fn bytes(point: &Point) -> u64 {
    let vector = size_of_val(point.embedding.as_slice());
    (vector + point.document.page_content.len()) as u64
}

#[cfg(test)]
mod tests {
    use upturn_core::{Diagnostic as _, ErrorKind};

    use super::*;

    #[test]
    fn a_folder_that_is_not_there_yet_is_on_the_disk_of_the_one_above() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("new/store");
        assert!(check(&folder, &[]).is_ok());
    }

    #[test]
    fn the_sentence_says_how_much_is_left_and_how_much_is_wanted() {
        let error = IndexError::NoRoom {
            folder: "store".into(),
            left: 12 << 20,
            wanted: (64 << 20) + 1,
        };
        assert_eq!(
            error.to_string(),
            "the disk of `store` is almost full: 12 MiB are left, 65 MiB are wanted to go on"
        );
        assert_eq!(error.kind(), ErrorKind::Internal);
    }
}
