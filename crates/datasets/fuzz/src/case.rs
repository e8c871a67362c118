//! One input: [`Case`].

use std::io::{BufRead, BufReader, Cursor};
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use upturn_datasets::ReadOptions;

/// Longest input, in bytes.
const MOST: usize = 64 * 1024;

/// What stands between the parts of an input that has several: the record separator of ASCII.
const SEPARATOR: u8 = 0x1E;

/// An input: which reader, how it is read, and the bytes.
///
/// Of the first byte, the lower four bits choose the reader (`0` is the first one), the bit 0x40 a low limit (`p` instead
/// of `0`), the bit 0x80 that the bytes come in pieces of three.
pub struct Case<'d> {
    which: u8,
    pub bytes: &'d [u8],
    pub options: ReadOptions,
}

impl<'d> Case<'d> {
    pub fn of(data: &'d [u8]) -> Option<Self> {
        let (&which, bytes) = data.split_first()?;
        let is_low = which & 0x40 != 0;
        let limit = if is_low { 64 } else { MOST };
        let case = Self {
            which,
            bytes,
            options: ReadOptions::default().with_max_line_bytes(limit),
        };
        (bytes.len() < MOST).then_some(case)
    }

    /// Which of so many readers.
    pub fn arm(&self, arms: u8) -> u8 {
        (self.which & 0x0F) % arms
    }

    pub fn is_low(&self) -> bool {
        self.which & 0x40 != 0
    }

    /// Whether the readers of calls unpack the bytes first.
    pub fn is_packed(&self) -> bool {
        self.bytes.starts_with(&[0x1F, 0x8B]) || self.bytes.starts_with(&[0x28, 0xB5, 0x2F, 0xFD])
    }

    /// The bytes as a stream.
    pub fn input(&self, bytes: &[u8]) -> Box<dyn BufRead + Send> {
        let bytes = Cursor::new(bytes.to_vec());
        if self.which & 0x80 == 0 {
            Box::new(bytes)
        } else {
            Box::new(BufReader::with_capacity(3, bytes))
        }
    }

    /// The parts of the input; those that are not there are empty.
    pub fn parts<const N: usize>(&self) -> [&'d [u8]; N] {
        let mut parts = self.bytes.splitn(N, |byte| *byte == SEPARATOR);
        std::array::from_fn(|_| parts.next().unwrap_or_default())
    }

    /// The parts as text.
    pub fn texts<const N: usize>(&self) -> [String; N] {
        self.parts()
            .map(|part| String::from_utf8_lossy(part).into_owned())
    }
}

/// A folder that goes away, and its path.
pub fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    (folder, path)
}

/// Writes a file of a folder.
pub fn file(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs_err::write(&path, bytes).unwrap();
    path
}

/// How many lines are records: all but those that are blank.
pub fn lines(bytes: &[u8]) -> usize {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let is_blank =
        |line: &&[u8]| std::str::from_utf8(line).is_ok_and(|line| line.trim().is_empty());
    bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !is_blank(line))
        .count()
}
