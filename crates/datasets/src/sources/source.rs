//! One file or standard input: [`Source`].

use std::fmt;
use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;

use super::compression::unpacked;
use super::peeked::Peeked;
use crate::{Compression, Format};

/// Bytes that are read at once.
const BUFFER: usize = 64 * 1024;

/// Something that can be read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Source {
    /// The file, or `-`.
    pub path: PathBuf,
    /// The id of a call that is all of this file: its path below the folder that was named, without extensions, with `/`.
    /// Unique within [`Sources::found`](crate::Sources::found); `stdin` for standard input.
    pub id: String,
    /// What it is.
    pub kind: SourceKind,
}

/// What is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// A file.
    File,
    /// Standard input, which can be read once.
    StandardInput,
}

/// A source that is open.
#[non_exhaustive]
pub struct Opened {
    /// All of it, unpacked.
    pub input: Box<dyn BufRead + Send>,
    /// Its first [`Format::HEAD`] bytes, unpacked, which `input` yields as well.
    pub head: Vec<u8>,
    /// What it is packed with.
    pub compression: Compression,
}

impl Source {
    /// Opens it and looks at its start.
    ///
    /// # Errors
    ///
    /// Those of the system. Broken packing is an error of the stream when a reader gets there, with its place.
    pub fn open(&self) -> io::Result<Opened> {
        match self.kind {
            SourceKind::File => Opened::new(BufReader::with_capacity(
                BUFFER,
                fs_err::File::open(&self.path)?,
            )),
            SourceKind::StandardInput => Opened::new(BufReader::with_capacity(BUFFER, io::stdin())),
        }
    }
}

impl Opened {
    /// Looks at the start of any stream.
    ///
    /// # Errors
    ///
    /// Only if a decoder cannot be made.
    pub fn new(input: impl BufRead + Send + 'static) -> io::Result<Self> {
        let (compression, input) = unpacked(input)?;
        let input = Peeked::new(input, Format::HEAD);
        Ok(Self {
            head: input.head().to_vec(),
            input: Box::new(input),
            compression,
        })
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened")
            .field("compression", &self.compression)
            .finish_non_exhaustive()
    }
}
