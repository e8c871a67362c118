//! Bytes that are written once and read in any order: [`Blobs`].

use std::fs::File;
use std::io;
use std::sync::{Mutex, PoisonError};

/// A scratch file without a name, to which one appends.
///
/// Law: a [`Blob`] gives the bytes that were appended, in any order and from any thread.
#[derive(Debug)]
pub(crate) struct Blobs {
    file: File,
    end: Mutex<u64>,
}

/// Where bytes lie in [`Blobs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Blob {
    at: u64,
    length: usize,
}

impl Blob {
    /// Some of its bytes; fewer where it ends before.
    pub(crate) fn part(self, from: usize, to: usize) -> Self {
        let to = to.min(self.length);
        let from = from.min(to);
        Self {
            at: self.at + from as u64,
            length: to - from,
        }
    }
}

impl Blobs {
    /// Writes to an empty file.
    pub(crate) const fn new(file: File) -> Self {
        Self {
            file,
            end: Mutex::new(0),
        }
    }

    pub(crate) fn append(&self, bytes: &[u8]) -> io::Result<Blob> {
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        write_all_at(&self.file, bytes, *end)?;
        let at = *end;
        *end += bytes.len() as u64;
        let length = bytes.len();
        Ok(Blob { at, length })
    }

    pub(crate) fn read(&self, blob: Blob) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; blob.length];
        #[cfg(not(unix))]
        let _end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        read_exact_at(&self.file, &mut bytes, blob.at)?;
        Ok(bytes)
    }
}

#[cfg(unix)]
use positioned::{read_exact_at, write_all_at};

#[cfg(unix)]
mod positioned {
    use std::fs::File;
    use std::io;
    use std::os::unix::fs::FileExt;

    pub(super) fn read_exact_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
        file.read_exact_at(bytes, at)
    }

    pub(super) fn write_all_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
        file.write_all_at(bytes, at)
    }
}

#[cfg(not(unix))]
use sought::{read_exact_at, write_all_at};

/// Under the lock of [`Blobs`]: the place is one for all threads.
#[cfg(not(unix))]
mod sought {
    use std::fs::File;
    use std::io::{self, Read, Seek, SeekFrom, Write};

    pub(super) fn read_exact_at(mut file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(bytes)
    }

    pub(super) fn write_all_at(mut file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
        file.seek(SeekFrom::Start(at))?;
        file.write_all(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_in_any_order_and_in_part() {
        let blobs = Blobs::new(tempfile::tempfile().unwrap());
        let texts: [&[u8]; 3] = [b"one", b"", b"three"];
        let places = texts.map(|text| blobs.append(text).unwrap());
        for (place, text) in places.iter().zip(texts).rev() {
            assert_eq!(blobs.read(*place).unwrap(), text);
        }
        assert_eq!(blobs.read(places[2].part(1, 4)).unwrap(), b"hre");
        assert_eq!(blobs.read(places[0].part(2, 9)).unwrap(), b"e");
    }
}
