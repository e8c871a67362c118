//! Keyed hashes that stand for whole fields: [`PseudonymKey`].

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{RedactionError, RedactionKind};

/// The secret with which ids, reps and accounts are hashed (HMAC-SHA-256).
///
/// The same key gives the same pseudonym in every file and every run; without it nobody can try names until one fits.
#[derive(Clone, PartialEq, Eq)]
pub struct PseudonymKey(Vec<u8>);

impl PseudonymKey {
    /// Fewest bytes of a key.
    pub const LEAST_BYTES: usize = 16;

    /// Letters of a pseudonym: 96 bits, so that two of a million differ but for one chance in 10¹⁷.
    const LETTERS: usize = 24;

    /// Wraps a secret, best of 32 random bytes.
    ///
    /// # Errors
    ///
    /// [`RedactionError::ShortKey`].
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, RedactionError> {
        let bytes = bytes.into();
        if bytes.len() < Self::LEAST_BYTES {
            return Err(RedactionError::ShortKey {
                expected: Self::LEAST_BYTES,
                got: bytes.len(),
            });
        }
        Ok(Self(bytes))
    }

    /// `rep-mfplbhdk…`: the kind in lower case and letters from `a` to `p`, in which no rule finds anything.
    ///
    /// A value of that form is taken for a pseudonym and returned as it is.
    pub fn pseudonym(&self, kind: &RedactionKind, value: &str) -> String {
        let prefix = kind.as_str().to_ascii_lowercase();
        if is_pseudonym(&prefix, value) {
            return value.to_owned();
        }
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return prefix; // HMAC takes keys of any length.
        };
        mac.update(prefix.as_bytes());
        mac.update(&[0]);
        mac.update(value.as_bytes());
        let hash = mac.finalize().into_bytes();
        let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let letters = nibbles
            .take(Self::LETTERS)
            .map(|nibble| char::from(b'a' + nibble));
        format!("{prefix}-{}", letters.collect::<String>())
    }
}

/// Whether a value has the form of a pseudonym of that kind.
fn is_pseudonym(prefix: &str, value: &str) -> bool {
    let letters = value
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('-'));
    letters.is_some_and(|letters| {
        letters.len() == PseudonymKey::LETTERS && letters.bytes().all(|b| matches!(b, b'a'..=b'p'))
    })
}

impl fmt::Debug for PseudonymKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PseudonymKey").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_depends_on_key_kind_and_value_and_stays_when_hashed_again() {
        let key = PseudonymKey::new(*b"0123456789abcdef").unwrap();
        let other = PseudonymKey::new(*b"fedcba9876543210").unwrap();
        let rep = key.pseudonym(&RedactionKind::Rep, "Jane Doe");
        assert_eq!(rep, key.pseudonym(&RedactionKind::Rep, "Jane Doe"));
        assert_ne!(rep, key.pseudonym(&RedactionKind::Rep, "Jane Do"));
        assert_ne!(rep, other.pseudonym(&RedactionKind::Rep, "Jane Doe"));
        let account = key.pseudonym(&RedactionKind::Account, "Jane Doe");
        assert_ne!(
            rep.split_once('-').unwrap().1,
            account.split_once('-').unwrap().1
        );
        assert_eq!(rep, key.pseudonym(&RedactionKind::Rep, &rep));
        assert!(!format!("{key:?}").contains("48"));
    }

    /// Test case 2 of RFC 4231 has a key of 4 bytes, which is refused here; this one was computed with Python 3.12:
    /// `hmac.new(b"0123456789abcdef", b"rep\0Jane Doe", "sha256").hexdigest()`.
    #[test]
    fn a_pseudonym_is_the_hmac_of_kind_and_value() {
        let key = PseudonymKey::new(*b"0123456789abcdef").unwrap();
        assert_eq!(
            key.pseudonym(&RedactionKind::Rep, "Jane Doe"),
            "rep-naflihghalmaiedgfmcpnpbo"
        );
    }
}
