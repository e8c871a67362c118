//! Which files a path stands for.

use std::path::{Path, PathBuf};

use crate::{Corpus, DatasetError};

/// The file itself, or the files of a folder (not of its subfolders) with one of the extensions, ordered by name without
/// extension: `dev.json` comes before `dev-2.json`.
///
/// # Errors
///
/// [`DatasetError::Missing`], [`DatasetError::Io`], [`DatasetError::NoFiles`], or [`DatasetError::NoStream`] for `-`.
pub(crate) fn of(
    path: &Path,
    corpus: Corpus,
    extensions: &[&str],
) -> Result<Vec<PathBuf>, DatasetError> {
    let failed = |source| DatasetError::io(path, Some(corpus), source);
    if path == Path::new("-") {
        return Err(DatasetError::NoStream {
            path: path.to_owned(),
        });
    }
    if !fs_err::metadata(path).map_err(failed)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in fs_err::read_dir(path).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        let fits = file
            .extension()
            .is_some_and(|is| extensions.iter().any(|extension| is == *extension));
        if fits && file.is_file() {
            found.push(file);
        }
    }
    if found.is_empty() {
        return Err(DatasetError::NoFiles {
            path: path.to_owned(),
            corpus,
        });
    }
    found.sort_by(|a, b| (a.file_stem(), a).cmp(&(b.file_stem(), b)));
    Ok(found)
}
