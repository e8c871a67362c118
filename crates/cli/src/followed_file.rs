//! A file that grows while it is read: [`FollowedFile`].

use std::fs::Metadata;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::error::CliError;

/// Reads a file, and knows whether there is another in its place by now, or less of it than was read.
#[derive(Debug)]
pub(crate) struct FollowedFile {
    path: PathBuf,
    source: BufReader<fs_err::File>,
    /// Bytes read.
    read: u64,
}

impl FollowedFile {
    /// Opens it at its beginning.
    ///
    /// # Errors
    ///
    /// [`CliError::NoCall`] or [`CliError::Call`].
    pub(crate) fn open(path: &Path) -> Result<Self, CliError> {
        let file = fs_err::File::open(path).map_err(|source| CliError::call(path, source))?;
        Ok(Self {
            path: path.to_owned(),
            source: BufReader::new(file),
            read: 0,
        })
    }

    /// Refuses a file that will not go on where reading has come to. Pipes and devices go on however they look.
    ///
    /// A file that was cut short and has grown beyond that place again between two looks is not told from one that has grown.
    ///
    /// # Errors
    ///
    /// [`CliError::Replaced`].
    pub(crate) fn goes_on(&self) -> Result<(), CliError> {
        let opened = self.source.get_ref().metadata();
        let Some(opened) = opened.ok().filter(Metadata::is_file) else {
            return Ok(());
        };
        let here = fs_err::metadata(&self.path);
        let same = here.is_ok_and(|here| here.len() >= self.read && is_same(&opened, &here));
        same.then_some(()).ok_or_else(|| CliError::Replaced {
            path: self.path.clone(),
        })
    }
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Elsewhere a file has no name but its path.
#[cfg(not(unix))]
const fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}

impl Read for FollowedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let taken = self.source.read(buffer)?;
        self.read += taken as u64;
        Ok(taken)
    }
}

impl BufRead for FollowedFile {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.source.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.read += amount as u64;
        self.source.consume(amount);
    }
}
