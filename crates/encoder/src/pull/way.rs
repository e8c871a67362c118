//! What a source of models does: [`Way`].

use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use fs_err::File;

use super::{PullError, PullProgress, PullSource, checksum};

/// One way to get a model's files.
pub(super) trait Way: fmt::Debug {
    /// Which one.
    fn source(&self) -> PullSource;

    /// Puts those of the model's files that this way has into `incoming.model`.
    ///
    /// Need not check them: the cache does.
    fn fetch(&self, incoming: &Incoming, progress: &dyn PullProgress) -> Result<(), PullError>;
}

/// Two folders beside the cached models that belong to one attempt.
#[derive(Debug)]
pub(super) struct Incoming {
    /// What becomes the model.
    pub(super) model: PathBuf,
    /// For anything else; gone afterwards.
    pub(super) scratch: PathBuf,
}

impl Incoming {
    /// Where a file of the model goes; its folder exists afterwards.
    pub(super) fn place(&self, file: &str) -> io::Result<PathBuf> {
        let path = self.model.join(file);
        fs_err::create_dir_all(path.parent().unwrap_or(&self.model))?;
        Ok(path)
    }

    /// Writes a file of the model.
    pub(super) fn write(
        &self,
        file: &str,
        reader: &mut dyn Read,
        count: &mut dyn FnMut(u64),
    ) -> io::Result<()> {
        checksum::pass(reader, &mut File::create(self.place(file)?)?, count)
    }
}

/// Adds up bytes and tells them to `progress`.
pub(super) fn counter(progress: &dyn PullProgress, total: u64) -> impl FnMut(u64) {
    let mut done = 0;
    move |bytes| {
        done += bytes;
        progress.advanced(done, Some(total));
    }
}

/// Bytes of a file, 0 where there is none.
pub(super) fn length(path: &Path) -> u64 {
    fs_err::metadata(path).map_or(0, |metadata| metadata.len())
}
