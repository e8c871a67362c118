//! Paths that are checked before hours of work depend on them.

use std::path::Path;

use upturn::training::TrainingError;

use crate::error::CliError;
use crate::failure::Failure;

/// A file that only a model folder has.
const MODEL_MARK: &str = "fingerprint.json";

/// Refuses a path at which a file lies.
///
/// # Errors
///
/// [`CliError::IsAFile`].
pub(crate) fn no_file(flag: &'static str, path: &Path) -> Result<(), CliError> {
    if path.is_file() {
        Err(CliError::IsAFile {
            flag,
            path: path.to_owned(),
        })
    } else {
        Ok(())
    }
}

/// Refuses a path at which something other than a file lies: a folder, and also a device or a pipe, which a file that is
/// moved there would replace.
///
/// # Errors
///
/// [`CliError::IsNoFile`], [`CliError::CantWrite`].
pub(crate) fn file_target(flag: &'static str, path: &Path) -> Result<(), CliError> {
    let other = fs_err::symlink_metadata(path).is_ok_and(|found| !found.is_file());
    if other {
        Err(CliError::IsNoFile {
            flag,
            path: path.to_owned(),
        })
    } else {
        writable(flag, path, path.parent())
    }
}

/// Refuses a place where nothing can be written: in the nearest folder there is, a file without a name is made and is gone.
fn writable(flag: &'static str, path: &Path, within: Option<&Path>) -> Result<(), CliError> {
    let here = within.filter(|folder| !folder.as_os_str().is_empty());
    let mut folders = here.unwrap_or(Path::new(".")).ancestors();
    let there = folders.find(|folder| fs_err::symlink_metadata(folder).is_ok());
    let folder = there.unwrap_or(Path::new("."));
    match tempfile::tempfile_in(folder) {
        Ok(_) => Ok(()),
        Err(source) => Err(CliError::CantWrite {
            flag,
            path: path.to_owned(),
            source,
        }),
    }
}

/// Refuses a file, and a folder that holds something.
///
/// # Errors
///
/// [`CliError::IsAFile`], [`CliError::NotEmpty`], [`CliError::CantWrite`].
pub(crate) fn free(flag: &'static str, path: &Path) -> Result<(), CliError> {
    free_but_for(flag, path, &[])
}

/// Refuses a file, and a folder that holds something of another name than these.
///
/// # Errors
///
/// [`CliError::IsAFile`], [`CliError::NotEmpty`], [`CliError::CantWrite`].
pub(crate) fn free_but_for(
    flag: &'static str,
    path: &Path,
    names: &[&str],
) -> Result<(), CliError> {
    no_file(flag, path)?;
    let is_other = |entry: std::io::Result<fs_err::DirEntry>| {
        entry.map_or(true, |entry| {
            !names.iter().any(|name| entry.file_name() == *name)
        })
    };
    if fs_err::read_dir(path).is_ok_and(|mut entries| entries.any(is_other)) {
        Err(CliError::NotEmpty {
            flag,
            path: path.to_owned(),
        })
    } else {
        writable(flag, path, Some(path))
    }
}

/// Refuses what publishing would refuse after the training: a file, and a folder with anything but a model.
///
/// # Errors
///
/// [`CliError::IsAFile`], [`CliError::CantWrite`], [`TrainingError::NoModelFolder`].
pub(crate) fn model_target(flag: &'static str, path: &Path) -> Result<(), Failure> {
    no_file(flag, path)?;
    if holds_something(path) && !path.join(MODEL_MARK).is_file() {
        return Err(TrainingError::NoModelFolder {
            path: path.to_owned(),
        }
        .into());
    }
    // A model is moved into its place.
    Ok(writable(flag, path, path.parent())?)
}

fn holds_something(folder: &Path) -> bool {
    fs_err::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn no_link_and_no_device_is_replaced_by_a_file() {
        let root = tempfile::tempdir().unwrap();
        let (file, link) = (root.path().join("file"), root.path().join("link"));
        fs_err::write(&file, "x").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert!(file_target("--out", &file).is_ok());
        assert!(file_target("--out", &root.path().join("new")).is_ok());
        for other in [&link, Path::new("/dev/null")] {
            let refused = file_target("--out", other);
            assert!(matches!(refused, Err(CliError::IsNoFile { .. })));
        }
    }

    #[test]
    fn a_place_that_can_hold_nothing_is_refused_before_any_work() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        fs_err::write(&file, "x").unwrap();
        let within = file.join("below");
        let refused = |said: Result<(), CliError>| matches!(said, Err(CliError::CantWrite { .. }));
        assert!(refused(file_target("--out", &within)));
        assert!(refused(free("--report", &within)));
        assert!(model_target("--out", &within).is_err_and(|failure| failure.exit_code() == 2));
        let deep = root.path().join("new/and/deep");
        assert!(file_target("--out", &deep).is_ok() && free("--report", &deep).is_ok());
        assert!(!root.path().join("new").exists(), "nothing is left behind");
    }

    #[test]
    fn only_new_and_empty_folders_and_models_are_targets() -> std::io::Result<()> {
        let root = tempfile::tempdir()?;
        let (file, full, model) = (
            root.path().join("file"),
            root.path().join("full"),
            root.path().join("model"),
        );
        fs_err::write(&file, "x")?;
        for (folder, name) in [(&full, "notes.txt"), (&model, MODEL_MARK)] {
            fs_err::create_dir(folder)?;
            fs_err::write(folder.join(name), "{}")?;
        }
        assert!(matches!(
            no_file("--store", &file),
            Err(CliError::IsAFile { .. })
        ));
        assert!(matches!(
            file_target("--out", &full),
            Err(CliError::IsNoFile { .. })
        ));
        assert!(matches!(
            free("--dir", &full),
            Err(CliError::NotEmpty { .. })
        ));
        assert!(model_target("--out", &full).is_err_and(|failure| failure.exit_code() == 2));
        for path in [&model, &root.path().join("new")] {
            assert_eq!(model_target("--out", path), Ok(()));
        }
        Ok(())
    }
}
