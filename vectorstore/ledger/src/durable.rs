//! Files that a process killed at any moment leaves whole: [`write()`], [`append`], [`sync_folder`].

use std::io::{self, Write as _};
use std::path::Path;

use fs_err::{File, OpenOptions};

/// Writes a file beside its place, flushes it to disk and moves it there; what is there is replaced.
///
/// # Errors
///
/// Those of the system; what was there before is then untouched, and nothing is left beside it.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let part = path.with_file_name(format!(".{name}.part"));
    let written = flushed(&part, bytes).and_then(|()| fs_err::rename(&part, path));
    if written.is_err() {
        let _ = fs_err::remove_file(&part);
    }
    written.and_then(|()| path.parent().map_or(Ok(()), sync_folder))
}

fn flushed(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Appends to a file that is made where there is none, behind its first `length` bytes, and flushes it; what was behind
/// them is dropped.
///
/// # Errors
///
/// Those of the system. Then a part of `bytes` may be in the file, which the next [`append`] drops.
pub fn append(path: &Path, length: u64, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    if file.metadata()?.len() != length {
        file.set_len(length)?;
    }
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = file.set_len(length);
    }
    written
}

/// Flushes the names in a folder. Elsewhere than on Unix a folder can't be opened as a file.
///
/// # Errors
///
/// Those of the system.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}
