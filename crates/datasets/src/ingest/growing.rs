//! A file that only grows, and can be cut back to what was safe: [`Growing`].

use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use fs_err::File;

/// Bytes gathered before they go to the system.
const BUFFER: usize = 1 << 18;

/// An output whose length up to the last checkpoint is known.
#[derive(Debug)]
pub(crate) struct Growing {
    path: PathBuf,
    writer: BufWriter<File>,
    length: u64,
}

impl Growing {
    /// Opens or creates a file and cuts it to `length` bytes, which were safe at the last checkpoint.
    ///
    /// # Errors
    ///
    /// Those of the system; [`io::ErrorKind::InvalidData`] if the file is shorter.
    pub(crate) fn open(path: &Path, length: u64) -> io::Result<Self> {
        let mut options = fs_err::OpenOptions::new();
        let options = options.create(true).truncate(false).read(true).write(true);
        let mut file = options.open(path)?;
        if file.metadata()?.len() < length {
            let shorter = format!("`{}` is shorter than its journal says", path.display());
            return Err(io::Error::new(io::ErrorKind::InvalidData, shorter));
        }
        file.set_len(length)?;
        file.seek(SeekFrom::Start(length))?;
        Ok(Self {
            path: path.to_owned(),
            writer: BufWriter::with_capacity(BUFFER, file),
            length,
        })
    }

    /// Adds bytes.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub(crate) fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.writer.write_all(bytes)?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Adds a line.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub(crate) fn add_line(&mut self, line: &[u8]) -> io::Result<()> {
        self.add(line)?;
        self.add(b"\n")
    }

    /// Adds a value as a line of JSON.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub(crate) fn add_json(&mut self, value: &impl serde::Serialize) -> io::Result<()> {
        self.add_line(&serde_json::to_vec(value)?)
    }

    /// Makes everything safe that was added; returns the length.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub(crate) fn checkpoint(&mut self) -> io::Result<u64> {
        self.writer.flush()?;
        self.writer.get_ref().sync_data()?;
        Ok(self.length)
    }

    /// Reads what was there when it was opened, in pieces of `SIZE` bytes.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub(crate) fn pieces<const SIZE: usize>(
        &mut self,
        mut each: impl FnMut([u8; SIZE]),
    ) -> io::Result<()> {
        self.writer.flush()?;
        let mut input = io::BufReader::with_capacity(BUFFER, File::open(&self.path)?);
        let mut piece = [0; SIZE];
        for _ in 0..self.length / SIZE as u64 {
            input.read_exact(&mut piece)?;
            each(piece);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_after_the_checkpoint_is_cut_off() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("calls");
        let mut file = Growing::open(&path, 0)?;
        file.add(b"safe")?;
        let safe = file.checkpoint()?;
        file.add(b" and not")?;
        drop(file);
        assert_eq!(fs_err::read(&path)?, b"safe and not");
        let mut file = Growing::open(&path, safe)?;
        file.add(b"!")?;
        assert_eq!(file.checkpoint()?, 5);
        assert_eq!(fs_err::read(&path)?, b"safe!");
        let error = Growing::open(&path, 6).err().map(|error| error.kind());
        assert_eq!(error, Some(io::ErrorKind::InvalidData));
        Ok(())
    }

    #[test]
    fn pieces_are_read_back() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let mut file = Growing::open(&folder.path().join("ids"), 0)?;
        file.add(b"aabbcc")?;
        let mut read = Vec::new();
        file.pieces(|piece: [u8; 2]| read.push(piece))?;
        assert_eq!(read, [*b"aa", *b"bb", *b"cc"]);
        Ok(())
    }
}
