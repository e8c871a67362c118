//! The secret by which reps and accounts get the same pseudonym everywhere.

use std::io::Write;
use std::path::Path;

use upturn::datasets::PseudonymKey;

use crate::error::CliError;
use crate::failure::Failure;

/// Bytes of a new key.
const BYTES: usize = 32;

/// The key in a file; a file that does not exist is made, for its owner only, with random bytes.
///
/// # Errors
///
/// [`CliError::Write`], or a key that is too short.
pub(crate) fn read_or_make(path: &Path) -> Result<PseudonymKey, Failure> {
    let bytes = match fs_err::read(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(path)?,
        bytes => bytes.map_err(CliError::write(path))?,
    };
    Ok(PseudonymKey::new(bytes)?)
}

/// The key in a file.
///
/// # Errors
///
/// [`CliError::NoKey`], or a key that is too short.
pub(crate) fn read(path: &Path) -> Result<PseudonymKey, Failure> {
    let bytes = fs_err::read(path).map_err(|source| CliError::NoKey {
        path: path.to_owned(),
        source,
    })?;
    Ok(PseudonymKey::new(bytes)?)
}

fn make(path: &Path) -> Result<Vec<u8>, CliError> {
    let mut bytes = vec![0; BYTES];
    let random = getrandom::fill(&mut bytes).map_err(std::io::Error::from);
    random.map_err(CliError::write(path))?;
    let mut options = fs_err::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let written = options.open(path).and_then(|mut file| {
        file.write_all(&bytes)?;
        file.sync_all()
    });
    written.map_err(CliError::write(path))?;
    Ok(bytes)
}
