//! Who may ask over HTTP: [`BearerKey`].

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::ServerError;

/// A key that requests must show as `Authorization: Bearer KEY`. Only its SHA-256 is kept, and `Debug` does not show that either.
#[derive(Clone)]
pub struct BearerKey([u8; 32]);

impl BearerKey {
    /// Fewest characters.
    pub const SHORTEST: usize = 16;

    /// Checks and keeps a key. White space around it is not of it.
    ///
    /// # Errors
    ///
    /// [`ServerError::Key`] where it is shorter than [`SHORTEST`](Self::SHORTEST) or holds anything but visible ASCII characters.
    pub fn new(key: &str) -> Result<Self, ServerError> {
        let key = key.trim();
        if key.len() < Self::SHORTEST || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            let got = key.chars().count();
            return Err(ServerError::Key { got });
        }
        Ok(Self(hashed(key.as_bytes())))
    }

    /// Whether the value of a header `Authorization` shows this key. How long that takes tells nothing of the key: hashes are
    /// compared, all of their bytes.
    pub(super) fn admits(&self, authorization: &[u8]) -> bool {
        let shown = authorization.split_at_checked(SCHEME.len());
        let Some((scheme, key)) = shown else {
            return false;
        };
        scheme.eq_ignore_ascii_case(SCHEME) && bool::from(hashed(key.trim_ascii()).ct_eq(&self.0))
    }
}

/// What stands before the key, in any case (RFC 9110, section 11.1).
const SCHEME: &[u8] = b"Bearer ";

fn hashed(key: &[u8]) -> [u8; 32] {
    Sha256::digest(key).into()
}

impl fmt::Debug for BearerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BearerKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef";

    #[test]
    fn only_the_whole_key_is_admitted() {
        let key = BearerKey::new(&format!(" {KEY}\n")).unwrap();
        for shown in ["Bearer 0123456789abcdef", "bearer  0123456789abcdef "] {
            assert!(key.admits(shown.as_bytes()), "{shown}");
        }
        for shown in [
            "",
            "Bearer",
            "Bearer ",
            "Bearer 0123456789abcde",
            "Bearer 0123456789abcdeF",
            "Bearer 0123456789abcdef0",
            "Basic 0123456789abcdef",
            KEY,
        ] {
            assert!(!key.admits(shown.as_bytes()), "{shown}");
        }
    }

    #[test]
    fn a_key_is_long_and_fits_in_a_header() {
        for weak in [
            "",
            "                    ",
            "0123456789abcde",
            "0123456789 abcdef",
            "0123456789abcdé",
        ] {
            let error = BearerKey::new(weak).unwrap_err();
            assert!(matches!(error, ServerError::Key { .. }), "{weak}");
            let shown = format!("{error:?} {error}");
            assert!(weak.trim().is_empty() || !shown.contains(weak), "{shown}");
        }
    }

    #[test]
    fn a_key_is_not_shown() {
        let key = BearerKey::new(KEY).unwrap();
        assert_eq!(format!("{key:?}"), "BearerKey(..)");
    }
}
