//! The originals of a redaction, there as a whole or not at all: [`KeyPart`].

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process;

use upturn::datasets::{KeyFileWriter, RedactionError};

use crate::error::CliError;
use crate::failure::Failure;

/// A key file that is written beside its place, for its owner only; dropped before it is published, it leaves nothing.
#[derive(Debug)]
pub(crate) struct KeyPart {
    path: PathBuf,
    part: PathBuf,
    writer: KeyFileWriter,
}

impl KeyPart {
    /// Begins a file, which must be new.
    ///
    /// # Errors
    ///
    /// [`RedactionError::Exists`] or [`RedactionError::Io`].
    pub(crate) fn create(path: &Path) -> Result<Self, Failure> {
        if fs_err::symlink_metadata(path).is_ok() {
            let path = path.to_owned();
            return Err(RedactionError::Exists { path }.into());
        }
        let mut name = OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(format!(".{}.part", process::id()));
        let part = path.with_file_name(name);
        Ok(Self {
            writer: KeyFileWriter::create(&part)?,
            path: path.to_owned(),
            part,
        })
    }

    /// Where the originals go.
    pub(crate) fn writer(&mut self) -> &mut KeyFileWriter {
        &mut self.writer
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    ///
    /// [`RedactionError::Io`] or [`CliError::Write`].
    pub(crate) fn publish(mut self) -> Result<(), Failure> {
        self.writer.flush()?;
        let moved = fs_err::rename(&self.part, &self.path);
        Ok(moved.map_err(CliError::write(&self.path))?)
    }
}

impl Drop for KeyPart {
    fn drop(&mut self) {
        // After a success it is not there any more; after a failure the failure is reported.
        let _ = fs_err::remove_file(&self.part);
    }
}
