//! Files that appear together or not at all: [`PartFiles`].

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

use crate::error::CliError;
use crate::folders;
use crate::output_file::OutputFile;

/// The folder of work that is not finished, inside the output folder.
const WORK: &str = ".split";

/// Files of a folder that are written aside, in a folder `.split` in it, and moved to their places when all are whole.
///
/// Dropped before that, they leave nothing. A killed program leaves `.split`, with which the folder still counts as free.
#[derive(Debug)]
pub(crate) struct PartFiles {
    folder: PathBuf,
    work: PathBuf,
    files: BTreeMap<String, OutputFile>,
}

impl PartFiles {
    /// Refuses a file, and a folder that holds anything but what a killed program left.
    ///
    /// # Errors
    ///
    /// [`CliError::IsAFile`], [`CliError::NotEmpty`].
    pub(crate) fn check(flag: &'static str, folder: &Path) -> Result<(), CliError> {
        folders::free_but_for(flag, folder, &[WORK])
    }

    /// Begins; the folder is made if it is not there.
    ///
    /// # Errors
    ///
    /// [`CliError::Write`].
    pub(crate) fn begin(folder: &Path) -> Result<Self, CliError> {
        let work = folder.join(WORK);
        if work.exists() {
            fs_err::remove_dir_all(&work).map_err(CliError::write(&work))?;
        }
        fs_err::create_dir_all(&work).map_err(CliError::write(folder))?;
        Ok(Self {
            folder: folder.to_owned(),
            work,
            files: BTreeMap::new(),
        })
    }

    /// The file of this name, which is begun if it is new.
    ///
    /// # Errors
    ///
    /// [`CliError::Write`].
    pub(crate) fn file(&mut self, name: &str) -> Result<&mut OutputFile, CliError> {
        match self.files.entry(name.to_owned()) {
            Entry::Occupied(file) => Ok(file.into_mut()),
            Entry::Vacant(place) => Ok(place.insert(OutputFile::create(&self.work.join(name))?)),
        }
    }

    /// Puts all of them in their places, the one named `last` at the end.
    ///
    /// # Errors
    ///
    /// [`CliError::Write`].
    pub(crate) fn publish(mut self, last: &str) -> Result<(), CliError> {
        let files = std::mem::take(&mut self.files);
        let mut names: Vec<String> = files.keys().cloned().collect();
        names.sort_by_key(|name| name == last);
        for file in files.into_values() {
            file.publish()?;
        }
        for name in names {
            let place = self.folder.join(&name);
            let moved = fs_err::rename(self.work.join(&name), &place);
            moved.map_err(CliError::write(&place))?;
        }
        Ok(())
    }
}

impl Drop for PartFiles {
    fn drop(&mut self) {
        self.files.clear();
        // After a success it is empty; after a failure the failure is reported.
        let _ = fs_err::remove_dir_all(&self.work);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs_err::read_dir(folder).unwrap();
        let name = |entry: std::io::Result<fs_err::DirEntry>| {
            entry.unwrap().file_name().to_string_lossy().into_owned()
        };
        let mut names: Vec<String> = entries.map(name).collect();
        names.sort();
        names
    }

    #[test]
    fn all_files_appear_together_or_none() -> Result<(), CliError> {
        let root = tempfile::tempdir().unwrap();
        let out = root.path().join("parts");
        let mut dropped = PartFiles::begin(&out)?;
        dropped.file("train.jsonl")?.line("half")?;
        assert_eq!(names(&out), [WORK]);
        drop(dropped);
        assert!(names(&out).is_empty());
        let mut whole = PartFiles::begin(&out)?;
        for name in ["split.json", "train.jsonl", "test.jsonl", "train.jsonl"] {
            whole.file(name)?.line(name)?;
        }
        whole.publish("split.json")?;
        assert_eq!(names(&out), ["split.json", "test.jsonl", "train.jsonl"]);
        let train = fs_err::read_to_string(out.join("train.jsonl")).unwrap();
        assert_eq!(train, "train.jsonl\ntrain.jsonl\n");
        Ok(())
    }

    #[test]
    fn what_a_killed_program_left_does_not_stand_in_the_way() -> Result<(), CliError> {
        let root = tempfile::tempdir().unwrap();
        fs_err::create_dir_all(root.path().join(WORK)).unwrap();
        fs_err::write(root.path().join(WORK).join("train.jsonl"), "half").unwrap();
        PartFiles::check("--out", root.path())?;
        let mut files = PartFiles::begin(root.path())?;
        files.file("test.jsonl")?.line("whole")?;
        files.publish("split.json")?;
        assert_eq!(names(root.path()), ["test.jsonl"]);
        let refused = PartFiles::check("--out", root.path());
        assert!(matches!(refused, Err(CliError::NotEmpty { .. })));
        Ok(())
    }
}
