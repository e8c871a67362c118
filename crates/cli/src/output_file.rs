//! A file that is there as a whole or not at all: [`OutputFile`].

use std::ffi::OsString;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process;

use fs_err::File;

use crate::error::CliError;

/// Written beside its place and moved there by [`publish`](Self::publish); dropped before that, it leaves nothing.
#[derive(Debug)]
pub(crate) struct OutputFile {
    path: PathBuf,
    part: PathBuf,
    writer: BufWriter<File>,
}

impl OutputFile {
    /// Begins a file; what lies at `path` stays until it is published.
    ///
    /// # Errors
    ///
    /// [`CliError::Write`].
    pub(crate) fn create(path: &Path) -> Result<Self, CliError> {
        let mut name = OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(format!(".{}.part", process::id()));
        let part = path.with_file_name(name);
        let file = File::create(&part).map_err(CliError::write(path))?;
        Ok(Self {
            path: path.to_owned(),
            part,
            writer: BufWriter::new(file),
        })
    }

    /// Adds a line.
    ///
    /// # Errors
    ///
    /// [`CliError::Write`].
    pub(crate) fn line(&mut self, text: &str) -> Result<(), CliError> {
        writeln!(self.writer, "{text}").map_err(CliError::write(&self.path))
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    ///
    /// [`CliError::Write`]; what was there before is then untouched.
    pub(crate) fn publish(mut self) -> Result<(), CliError> {
        let flushed = self
            .writer
            .flush()
            .and_then(|()| self.writer.get_ref().sync_all());
        flushed
            .and_then(|()| fs_err::rename(&self.part, &self.path))
            .map_err(CliError::write(&self.path))
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.writer.flush()
    }
}

impl Drop for OutputFile {
    fn drop(&mut self) {
        // After a success it is not there any more; after a failure the failure is reported.
        let _ = fs_err::remove_file(&self.part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_there_stays_until_the_file_is_whole() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("calls.jsonl");
        fs_err::write(&path, "before")?;
        let mut dropped = OutputFile::create(&path)?;
        dropped.line("half")?;
        drop(dropped);
        assert_eq!(fs_err::read_to_string(&path)?, "before");
        let mut whole = OutputFile::create(&path)?;
        whole.line("after")?;
        whole.publish()?;
        assert_eq!(fs_err::read_to_string(&path)?, "after\n");
        assert_eq!(fs_err::read_dir(folder.path())?.count(), 1);
        Ok(())
    }
}
