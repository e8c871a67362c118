//! The end of a folder of an interrupted run: [`discard`].

use std::ffi::OsString;
use std::io;
use std::path::Path;

/// Removes a folder of which no half may be taken for a run: it changes its name first. None that is there is no error.
///
/// # Errors
///
/// The file system's own, which names the folder.
pub fn discard(folder: &Path) -> io::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    let mut name = OsString::from(".");
    name.push(folder.file_name().unwrap_or_default());
    name.push(".old");
    let aside = folder.with_file_name(name);
    let _ = fs_err::remove_dir_all(&aside);
    fs_err::rename(folder, &aside)?;
    fs_err::remove_dir_all(&aside)
}
