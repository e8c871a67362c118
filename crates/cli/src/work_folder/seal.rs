//! A finished part as a file that is whole or not there: [`write`] and [`read`].

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::error::CliError;
use crate::output_file::OutputFile;

/// What lies where a part would be.
#[derive(Debug, PartialEq)]
pub(super) enum Seal<T> {
    /// Nothing.
    Missing,
    /// Not the bytes that were written.
    Damaged,
    /// The part.
    Whole(T),
}

/// Writes a part: one line with the SHA-256 of the next, which is the part in JSON. Numbers come back to the bit.
///
/// # Errors
///
/// [`CliError::Write`], [`CliError::Json`].
pub(super) fn write(path: &Path, part: &impl Serialize) -> Result<(), CliError> {
    let text = serde_json::to_string(part)?;
    let mut file = OutputFile::create(path)?;
    file.line(&digest(text.as_bytes()))?;
    file.line(&text)?;
    file.publish()
}

/// Reads a part, if every byte of it is the one that was written.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Seal<T> {
    let text = match fs_err::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Seal::Missing,
        Err(_) => return Seal::Damaged,
    };
    let parse = || {
        let (sum, text) = text.strip_suffix('\n')?.split_once('\n')?;
        (sum == digest(text.as_bytes())).then(|| serde_json::from_str(text).ok())?
    };
    parse().map_or(Seal::Damaged, Seal::Whole)
}

/// SHA-256 in lower-case hexadecimal digits.
pub(super) fn digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_comes_back_to_the_bit_and_every_flipped_bit_and_every_cut_is_seen() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("fold-0.sealed");
        assert_eq!(read::<Vec<f64>>(&path), Seal::Missing);
        let part = vec![0.1 + 0.2, 1.0 / 3.0, 5e-324];
        write(&path, &part).unwrap();
        assert_eq!(read(&path), Seal::Whole(part));
        let whole = fs_err::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            for damaged in [&flipped[..], &whole[..at]] {
                fs_err::write(&path, damaged).unwrap();
                assert_eq!(read::<Vec<f64>>(&path), Seal::Damaged, "{at}");
            }
        }
    }
}
