//! A name that can be checked but not read: [`NameDigest`].

use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The SHA-256 of a name in hexadecimal digits, so that what was forgotten is not written down again.
///
/// Whoever knows a name can find out whether it is this one; nobody can read it here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NameDigest(String);

impl NameDigest {
    /// The digest of a name, letter by letter.
    ///
    /// ```
    /// // Python 3.11.7: hashlib.sha256(b"abc").hexdigest()
    /// let digest = upturn_vectorstore_ledger::NameDigest::of("abc");
    /// assert_eq!(digest.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    /// ```
    pub fn of(name: &str) -> Self {
        let digits = |mut text: String, byte: &u8| {
            let _ = write!(text, "{byte:02x}");
            text
        };
        Self(Sha256::digest(name).iter().fold(String::new(), digits))
    }
}

impl fmt::Display for NameDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
