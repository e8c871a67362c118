//! Folders that are whole or not there: [`write`] and [`read`].

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// The check sums of the other files, in the form of `sha256sum`.
const SUMS: &str = "SHA256SUMS";

/// The files of a folder by name.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Writes a folder beside its place, flushes it to disk and moves it there; what is there is replaced.
///
/// # Errors
///
/// Those of the system. Then nothing is left beside the place, and what was there before is untouched, unless the very
/// last step failed, the change of names.
pub(crate) fn write(folder: &Path, files: &Files) -> io::Result<()> {
    let sibling = sibling(folder);
    let written = fill(&sibling, files).and_then(|()| {
        if folder.exists() {
            fs_err::remove_dir_all(folder)?;
        }
        fs_err::rename(&sibling, folder)?;
        flush_parent(folder)
    });
    if written.is_err() {
        let _ = fs_err::remove_dir_all(&sibling);
    }
    written
}

/// The files of a folder, if every byte of them is the one that was written.
pub(crate) fn read(folder: &Path) -> Option<Files> {
    let sums = fs_err::read_to_string(folder.join(SUMS)).ok()?;
    let mut files = Files::new();
    for line in sums.lines() {
        let (_, name) = line.split_once("  ")?;
        files.insert(name.to_owned(), fs_err::read(folder.join(name)).ok()?);
    }
    (sums == sums_of(&files)).then_some(files)
}

/// Writes a file beside its place, flushes it to disk and moves it there.
///
/// # Errors
///
/// Those of the system; what was there before is then untouched.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let sibling = sibling(path);
    let written = flushed(&sibling, bytes).and_then(|()| fs_err::rename(&sibling, path));
    if written.is_err() {
        let _ = fs_err::remove_file(&sibling);
    }
    written.and_then(|()| flush_parent(path))
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Hidden, so that nobody takes it for something finished.
fn sibling(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.new-{}", std::process::id()))
}

fn fill(folder: &Path, files: &Files) -> io::Result<()> {
    let _ = fs_err::remove_dir_all(folder);
    fs_err::create_dir_all(folder)?;
    for (name, bytes) in files {
        flushed(&folder.join(name), bytes)?;
    }
    flushed(&folder.join(SUMS), sums_of(files).as_bytes())?;
    flush_folder(folder)
}

fn flushed(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs_err::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn flush_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), flush_folder)
}

/// Names are on disk only after this. Elsewhere than on Unix a folder can't be opened as a file.
fn flush_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        fs_err::File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

fn sums_of(files: &Files) -> String {
    files.iter().fold(String::new(), |mut text, (name, bytes)| {
        let _ = writeln!(text, "{}  {name}", hex(&Sha256::digest(bytes)));
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Files {
        [("a.json", "{}"), ("b.bin", "some bytes")]
            .map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()))
            .into()
    }

    #[test]
    fn what_was_written_is_read_and_replaced() -> io::Result<()> {
        let root = tempfile::tempdir()?;
        let folder = root.path().join("sealed");
        assert_eq!(read(&folder), None);
        write(&folder, &files())?;
        assert_eq!(read(&folder), Some(files()));
        let other = Files::from([("c".to_owned(), vec![7])]);
        write(&folder, &other)?;
        assert_eq!(read(&folder), Some(other));
        assert_eq!(fs_err::read_dir(root.path())?.count(), 1);
        Ok(())
    }

    #[test]
    fn a_flipped_bit_a_cut_and_a_missing_file_are_seen_in_every_file() -> io::Result<()> {
        let root = tempfile::tempdir()?;
        let folder = root.path().join("sealed");
        for name in ["a.json", "b.bin", SUMS] {
            let path = folder.join(name);
            write(&folder, &files())?;
            let whole = fs_err::read(&path)?;
            for at in 0..whole.len() {
                let mut flipped = whole.clone();
                flipped[at] ^= 1;
                fs_err::write(&path, flipped)?;
                assert_eq!(read(&folder), None, "{name} {at}");
                fs_err::write(&path, &whole[..at])?;
                let torn = read(&folder);
                // A list of sums that ends after a line says less, but nothing false.
                assert!(torn.is_none() || name == SUMS && torn != Some(files()));
            }
            fs_err::remove_file(&path)?;
            assert_eq!(read(&folder), None, "{name}");
        }
        Ok(())
    }
}
