//! The first way: a folder that the user names.

use std::path::Path;

use fs_err::File;

use super::known::FILES;
use super::way::{Incoming, Way, counter, length};
use super::{PullError, PullProgress, PullSource, PullStage};

/// A folder that should hold a model.
#[derive(Debug)]
pub(super) struct Folder<'a> {
    path: &'a Path,
}

impl<'a> Folder<'a> {
    pub(super) fn new(path: &'a Path) -> Self {
        Self { path }
    }
}

impl Way for Folder<'_> {
    fn source(&self) -> PullSource {
        PullSource::Folder
    }

    fn fetch(&self, incoming: &Incoming, progress: &dyn PullProgress) -> Result<(), PullError> {
        if let Some(file) = missing(|file| self.path.join(file).is_file()) {
            let folder = self.path.to_owned();
            return Err(PullError::MissingFile { folder, file });
        }
        progress.stage(PullStage::Copying);
        let present: Vec<_> = FILES
            .iter()
            .map(|(file, _)| (*file, self.path.join(file)))
            .filter(|(_, path)| path.is_file())
            .collect();
        let mut count = counter(progress, present.iter().map(|(_, path)| length(path)).sum());
        for (file, path) in &present {
            incoming.write(file, &mut File::open(path)?, &mut count)?;
        }
        Ok(())
    }
}

/// The first file without which there is no model, of those that `has` denies.
pub(super) fn missing(has: impl Fn(&str) -> bool) -> Option<&'static str> {
    FILES
        .iter()
        .find(|(file, required)| *required && !has(file))
        .map(|(file, _)| *file)
}
