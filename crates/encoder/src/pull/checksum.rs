//! SHA-256 of files too large to hold, and copying with a count.

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::path::Path;

use fs_err::File;
use sha2::{Digest, Sha256};

/// Bytes read at once.
const CHUNK: usize = 1 << 20;

/// Passes everything from `reader` to `writer`; `count` hears the bytes of each chunk.
pub(super) fn pass(
    reader: &mut dyn Read,
    writer: &mut dyn Write,
    count: &mut dyn FnMut(u64),
) -> io::Result<()> {
    let mut chunk = vec![0_u8; CHUNK];
    loop {
        let length = match reader.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        writer.write_all(chunk.get(..length).unwrap_or_default())?;
        count(length as u64);
    }
}

/// Lower-case hexadecimal SHA-256 of a file; `count` hears the bytes of each chunk.
pub(super) fn of_file(path: &Path, count: &mut dyn FnMut(u64)) -> io::Result<String> {
    let mut hasher = Hasher(Sha256::new());
    pass(&mut File::open(path)?, &mut hasher, count)?;
    let digest = hasher.0.finalize();
    Ok(digest
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }))
}

struct Hasher(Sha256);

impl Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
