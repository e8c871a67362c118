//! Names that must not come back: [`Tombstones`].

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::{KnownAs, LedgerError, NameDigest, NameKind, durable};

const FILE: &str = "tombstones.json";
/// Bytes of a key.
const KEY: usize = 32;

/// A name that was forgotten, as a digest under the key of the folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tombstone {
    /// Of what it is the name.
    pub kind: NameKind,
    /// The HMAC-SHA-256 of kind and name.
    pub digest: NameDigest,
}

/// The names that a ledger's folder must never hold again, none of them readable.
///
/// # Laws
///
/// - **For good.** Nothing takes a tombstone away: neither filling anew, nor compacting, nor salvaging.
/// - **No clear text.** Names are kept as HMAC-SHA-256 under 32 random bytes that lie beside them: who has the folder can try
///   a name, but no list of digests made elsewhere tells any.
/// - **Truth.** A file that is not as it was written is an error, never taken for an empty one.
#[derive(Debug, Clone, Default)]
pub struct Tombstones {
    path: PathBuf,
    kept: Kept,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    /// In hexadecimal digits; empty before the first name.
    key: String,
    names: BTreeSet<Tombstone>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Sealed {
    body: Kept,
    sum: String,
}

impl Tombstones {
    /// Those of a ledger's folder; none where nothing was ever forgotten.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Tombstones`] or [`LedgerError::Io`].
    pub fn read(folder: &Path) -> Result<Self, LedgerError> {
        let path = folder.join(FILE);
        let kept = match fs_err::read(&path) {
            Ok(text) => {
                let path = path.clone();
                opened(&text).ok_or(LedgerError::Tombstones { path })?
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Kept::default(),
            Err(source) => return Err(LedgerError::io(folder)(source)),
        };
        Ok(Self { path, kept })
    }

    /// Makes sure that there is a key, so that digests can be made; with it they stay the same.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Io`].
    pub fn with_key(mut self) -> Result<Self, LedgerError> {
        if self.kept.key.is_empty() {
            let mut key = [0; KEY];
            getrandom::fill(&mut key).map_err(|error| self.failed(error.into()))?;
            self.kept.key = NameDigest::hexadecimal(&key);
            self.write()?;
        }
        Ok(self)
    }

    /// A name as it would be kept.
    pub fn of(&self, (kind, name): (NameKind, &str)) -> Tombstone {
        Tombstone {
            kind,
            digest: NameDigest::keyed(self.kept.key.as_bytes(), kind.as_str(), name),
        }
    }

    /// Adds names and waits until they are on the disk; those that are there stay.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Io`], and then they are as they were.
    pub fn add(&mut self, names: impl IntoIterator<Item = Tombstone>) -> Result<(), LedgerError> {
        let before = self.kept.clone();
        self.kept.names.extend(names);
        if self.kept == before {
            return Ok(());
        }
        self.write().inspect_err(|_| self.kept = before)
    }

    /// Whether a call known by these names must not be kept.
    pub fn name(&self, known: KnownAs<'_>) -> bool {
        // Most folders never forgot anything.
        !self.kept.names.is_empty()
            && known
                .iter()
                .any(|name| self.kept.names.contains(&self.of(name)))
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.kept.names.len()
    }

    /// Whether nothing was ever forgotten.
    pub fn is_empty(&self) -> bool {
        self.kept.names.is_empty()
    }

    /// Puts the same names under the same key into another folder, in place of those that are there.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Io`].
    pub fn copy_to(&self, folder: &Path) -> Result<Self, LedgerError> {
        let copy = Self {
            path: folder.join(FILE),
            kept: self.kept.clone(),
        };
        if !copy.kept.key.is_empty() {
            copy.write()?;
        }
        Ok(copy)
    }

    fn write(&self) -> Result<(), LedgerError> {
        let body = self.kept.clone();
        let sum = sum(&body)?;
        let text = serde_json::to_vec(&Sealed { body, sum })?;
        durable::write(&self.path, &text).map_err(|source| self.failed(source))
    }

    fn failed(&self, source: io::Error) -> LedgerError {
        LedgerError::io(self.path.parent().unwrap_or(&self.path))(source)
    }
}

fn opened(text: &[u8]) -> Option<Kept> {
    let Sealed { body, sum: told } = serde_json::from_slice(text).ok()?;
    sum(&body).is_ok_and(|sum| sum == told).then_some(body)
}

fn sum(kept: &Kept) -> Result<String, LedgerError> {
    Ok(format!("{:016x}", xxh3_64(&serde_json::to_vec(kept)?)))
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;
    use upturn_core::{Conversation, ConversationId, Metadata, Speaker, Turn};

    use super::*;

    fn call(id: &str, account: Option<&str>, rep: Option<&str>) -> Conversation {
        let turns = vec![Turn::new(Speaker::Seller, "hello")];
        let metadata = Metadata {
            account: account.map(str::to_owned),
            rep: rep.map(str::to_owned),
            ..Metadata::default()
        };
        Conversation::new(ConversationId::new(id).unwrap(), turns)
            .unwrap()
            .with_metadata(metadata)
    }

    #[test]
    fn a_call_is_named_by_its_id_its_account_its_rep_and_an_account_that_is_a_person() {
        let root = TempDir::new().unwrap();
        let one = call("c", Some("acme"), Some("Robin"));
        for (kind, name, is_named) in [
            (NameKind::Conversation, "c", true),
            (NameKind::Account, "acme", true),
            (NameKind::Person, "acme", true),
            (NameKind::Person, "Robin", true),
            (NameKind::Account, "Robin", false),
            (NameKind::Account, "c", false),
            (NameKind::Person, "robin", false),
            (NameKind::Conversation, "acme", false),
        ] {
            let folder = root.path().join(format!("{kind:?}{name}"));
            fs_err::create_dir(&folder).unwrap();
            let mut stones = Tombstones::read(&folder).unwrap().with_key().unwrap();
            assert!(!stones.name(KnownAs::of(&one)));
            stones.add([stones.of((kind, name))]).unwrap();
            assert_eq!(stones.name(KnownAs::of(&one)), is_named, "{kind:?} {name}");
            assert!(!stones.name(KnownAs::of(&call("d", None, None))));
            let again = Tombstones::read(&folder).unwrap();
            assert_eq!(again.name(KnownAs::of(&one)), is_named);
            let text = fs_err::read_to_string(folder.join(FILE)).unwrap();
            assert!(name.len() < 3 || !text.contains(name), "{text}");
        }
    }

    #[test]
    fn two_folders_keep_one_name_under_two_digests_and_a_copy_under_the_same() {
        let root = TempDir::new().unwrap();
        let folders = ["a", "b", "c"].map(|name| root.path().join(name));
        for folder in &folders {
            fs_err::create_dir(folder).unwrap();
        }
        let [a, b, c] = &folders;
        let with_key = |folder| Tombstones::read(folder).unwrap().with_key().unwrap();
        let (mut one, other) = (with_key(a), with_key(b));
        let name = (NameKind::Account, "acme");
        assert_ne!(one.of(name), other.of(name));
        one.add([one.of(name)]).unwrap();
        one.copy_to(c).unwrap();
        let copy = Tombstones::read(c).unwrap();
        assert_eq!((copy.of(name), copy.len()), (one.of(name), 1));
    }

    #[test]
    fn a_changed_byte_is_told() {
        let root = TempDir::new().unwrap();
        let mut stones = Tombstones::read(root.path()).unwrap().with_key().unwrap();
        stones
            .add([stones.of((NameKind::Person, "Robin"))])
            .unwrap();
        let path = root.path().join(FILE);
        let sound = fs_err::read(&path).unwrap();
        for at in (0..sound.len()).step_by(7) {
            let mut broken = sound.clone();
            broken[at] ^= 0x01;
            fs_err::write(&path, broken).unwrap();
            let error = Tombstones::read(root.path()).unwrap_err();
            assert!(matches!(error, LedgerError::Tombstones { .. }), "{at}");
        }
    }
}
