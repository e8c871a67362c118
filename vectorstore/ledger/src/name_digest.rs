//! A name that can be checked but not read: [`NameDigest`].

use std::fmt::{self, Write as _};

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A digest of a name in hexadecimal digits, so that what was forgotten is not written down again.
///
/// Whoever knows a name can find out whether it is this one; nobody can read it here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NameDigest(String);

impl NameDigest {
    /// The SHA-256 of a name, letter by letter.
    ///
    /// ```
    /// // Python 3.11.7: hashlib.sha256(b"abc").hexdigest()
    /// let digest = upturn_vectorstore_ledger::NameDigest::of("abc");
    /// assert_eq!(digest.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    /// ```
    pub fn of(name: &str) -> Self {
        Self::written(&Sha256::digest(name))
    }

    /// The HMAC-SHA-256 of a kind and a name with a byte 0 between them: without the key nobody can try names until one
    /// fits, and lists made for other keys do not help.
    ///
    /// ```
    /// // Python 3.11.7: hmac.new(b"key", b"account\0acme", "sha256").hexdigest()
    /// let digest = upturn_vectorstore_ledger::NameDigest::keyed(b"key", "account", "acme");
    /// assert_eq!(digest.to_string(), "95e2903b3ae0b14eeac965177ab089703f6476739beda02539851eb6467d175a");
    /// ```
    pub fn keyed(key: &[u8], kind: &str, name: &str) -> Self {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
            return Self::of(name); // HMAC takes keys of any length.
        };
        for part in [kind.as_bytes(), &[0], name.as_bytes()] {
            mac.update(part);
        }
        Self::written(&mac.finalize().into_bytes())
    }

    fn written(bytes: &[u8]) -> Self {
        Self(Self::hexadecimal(bytes))
    }

    pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
        let digits = |mut text: String, byte: &u8| {
            let _ = write!(text, "{byte:02x}");
            text
        };
        bytes.iter().fold(String::new(), digits)
    }
}

impl fmt::Display for NameDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
