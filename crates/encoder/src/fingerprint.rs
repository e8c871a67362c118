//! What decides a vector, as digests: `fingerprint.json`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use upturn_core::Fingerprint;

/// How a moment's vector is made: 2 for the mean of its turns, each read by itself. What was written before this was noted, 0 here,
/// read the turns of a moment together.
const MOMENTS: u32 = 2;

/// The digests of the files that decide a vector, and how moments are made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Digests {
    /// Tokens of a moment, special ones included.
    pub(crate) moment_tokens: usize,
    /// Which way a moment's vector is made.
    #[serde(default)]
    moments: u32,
    /// Digest of each file by its path in the folder.
    pub(crate) files: BTreeMap<String, String>,
    /// Digest of all of the above.
    pub(crate) encoder: Fingerprint,
}

impl Digests {
    pub(crate) fn new<'a>(
        moment_tokens: usize,
        files: impl Iterator<Item = (&'a str, &'a [u8])>,
    ) -> Self {
        let files: BTreeMap<_, _> = files
            .map(|(path, bytes)| (path.to_owned(), sha256(bytes)))
            .collect();
        let mut all = format!("moments {MOMENTS}\nmoment_tokens {moment_tokens}\n");
        for (path, digest) in &files {
            let _ = writeln!(all, "{path} {digest}");
        }
        Self {
            moment_tokens,
            moments: MOMENTS,
            files,
            encoder: Fingerprint::new(sha256(all.as_bytes())),
        }
    }

    /// Whether moments' vectors were made as they are now.
    pub(crate) const fn is_current(&self) -> bool {
        self.moments == MOMENTS
    }
}

/// Lower-case hexadecimal SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}
