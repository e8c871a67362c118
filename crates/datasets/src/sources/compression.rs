//! What a file is packed with, told by its first bytes: [`Compression`].
//!
//! Unpacking streams: whatever a file unpacks to, a few buffers are held (zstd: and a window of at most 128 MiB).

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use super::peeked::{Peeked, read_buffered};

/// How a file is packed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// gzip, of one member or several.
    Gzip,
    /// Zstandard, of one frame or several.
    Zstd,
}

/// Broken in the middle, or cut off.
#[derive(Debug, thiserror::Error)]
#[error("the {} data is broken or cut off at byte {at} of what it unpacks to", .compression.as_str())]
struct Broken {
    compression: Compression,
    at: u64,
    source: io::Error,
}

/// Bytes that are looked at.
const MAGIC: usize = 4;

impl Compression {
    /// Its name: `none`, `gzip` or `zstd`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// RFC 1952 section 2.3.1 and RFC 8878 sections 3.1.1 and 3.1.2.
    fn of(head: &[u8]) -> Self {
        match head {
            [0x1F, 0x8B, ..] => Self::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Self::Zstd,
            _ => Self::None,
        }
    }
}

/// Whether packing that is broken or cut off is the reason.
pub(crate) fn is_broken(error: &io::Error) -> bool {
    let inner = error.get_ref();
    inner
        .and_then(|inner| inner.downcast_ref::<Broken>())
        .is_some()
}

/// Whether an extension says that a file is packed.
pub(crate) fn is_packed(extension: &str) -> bool {
    ["gz", "gzip", "zst", "zstd"].contains(&extension)
}

/// The stream without its packing, and what that was.
pub(super) fn unpacked(
    input: impl BufRead + Send + 'static,
) -> io::Result<(Compression, Box<dyn BufRead + Send>)> {
    let input = Peeked::new(input, MAGIC);
    let compression = Compression::of(input.head());
    let unpacked: Box<dyn BufRead + Send> = match compression {
        Compression::None => Box::new(input),
        Compression::Gzip => Box::new(Unpacked::new(compression, MultiGzDecoder::new(input))),
        Compression::Zstd => {
            let decoder = zstd::stream::read::Decoder::with_buffer(input)?;
            Box::new(Unpacked::new(compression, decoder))
        }
    };
    Ok((compression, unpacked))
}

/// Buffers a decoder and tells where its errors stand.
struct Unpacked<R> {
    compression: Compression,
    at: u64,
    input: BufReader<R>,
}

impl<R: Read> Unpacked<R> {
    fn new(compression: Compression, decoder: R) -> Self {
        Self {
            compression,
            at: 0,
            input: BufReader::with_capacity(64 * 1024, decoder),
        }
    }
}

impl<R: Read> BufRead for Unpacked<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let Self {
            compression,
            at,
            input,
        } = self;
        input.fill_buf().map_err(|source| {
            if source.kind() == io::ErrorKind::Interrupted {
                return source;
            }
            io::Error::new(
                source.kind(),
                Broken {
                    compression: *compression,
                    at: *at,
                    source,
                },
            )
        })
    }

    fn consume(&mut self, bytes: usize) {
        self.at += bytes as u64;
        self.input.consume(bytes);
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, buffer)
    }
}

#[cfg(test)]
mod tests;
