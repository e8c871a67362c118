//! Which calls a model learnt from, to be asked for and not to be read: [`TrainedOn`].

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use upturn_core::{Conversation, Fingerprint};

use crate::checkpoint::hex;
use crate::data_fingerprint::text;

/// The file in a model folder, [`TrainedOn`] in JSON.
pub const TRAINED_ON_FILE: &str = "trained_on.json";

/// Bytes of a digest that are kept: two of a million differ but for one chance in 10²⁶.
const BYTES: usize = 16;

/// Digests of the ids, accounts and reps of the calls that a model learnt from, so that one who is to be forgotten can be
/// looked for.
///
/// A digest is the first 16 bytes of the SHA-256 of salt, kind and name, each behind its length in bytes; the salt is the
/// [fingerprint of the data](crate::data_fingerprint()), so that equal data give an equal file. It is no secret: who has the
/// folder can try names, as he can with the words in `predictor.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainedOn {
    form: Form,
    salt: Fingerprint,
    calls: BTreeSet<Call>,
}

/// The only form there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Form {
    #[serde(rename = "1")]
    One,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    id: String,
    account: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rep: Option<String>,
}

/// How a call is known to a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// The model learnt from it, or from another of its id.
    Call,
    /// The model learnt from another of its account.
    Account,
}

impl TrainedOn {
    /// Notes these calls; with the fingerprint of their data as the salt.
    pub fn of<'a>(salt: &Fingerprint, calls: impl IntoIterator<Item = &'a Conversation>) -> Self {
        let of = |call: &Conversation| Call {
            id: digest(salt, "id", call.id().as_str()),
            account: digest(salt, "account", call.group()),
            rep: (call.metadata().rep.as_deref()).map(|rep| digest(salt, "rep", rep)),
        };
        Self {
            form: Form::One,
            salt: salt.clone(),
            calls: calls.into_iter().map(of).collect(),
        }
    }

    /// What a model folder tells; none if it is older than the file.
    ///
    /// # Errors
    ///
    /// Those of the system, and [`io::ErrorKind::InvalidData`] if the file is not as it was written.
    pub fn read(model: &Path) -> io::Result<Option<Self>> {
        match fs_err::read(model.join(TRAINED_ON_FILE)) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// How many calls it learnt from that have one of these ids, are of one of these accounts, or of one of these persons
    /// as rep or account.
    pub fn count<'a>(
        &self,
        ids: impl IntoIterator<Item = &'a str>,
        accounts: impl IntoIterator<Item = &'a str>,
        persons: impl IntoIterator<Item = &'a str>,
    ) -> usize {
        let all = |kind: &str, names: &mut dyn Iterator<Item = &'a str>| -> BTreeSet<String> {
            names.map(|name| digest(&self.salt, kind, name)).collect()
        };
        let persons: Vec<&str> = persons.into_iter().collect();
        let ids = all("id", &mut ids.into_iter());
        let reps = all("rep", &mut persons.iter().copied());
        let accounts = all("account", &mut accounts.into_iter().chain(persons));
        let is_named = |call: &&Call| {
            ids.contains(&call.id)
                || accounts.contains(&call.account)
                || call.rep.as_ref().is_some_and(|rep| reps.contains(rep))
        };
        self.calls.iter().filter(is_named).count()
    }

    /// Whether it was learnt from these calls or others of their accounts, one answer for each; none where from neither.
    pub fn seen<'a>(&self, calls: impl IntoIterator<Item = &'a Conversation>) -> Vec<Option<Seen>> {
        let ids: BTreeSet<&str> = self.calls.iter().map(|call| call.id.as_str()).collect();
        let accounts: BTreeSet<&str> = self.calls.iter().map(|it| it.account.as_str()).collect();
        let one = |call: &Conversation| {
            let is_known = ids.contains(&*digest(&self.salt, "id", call.id().as_str()));
            let account = || digest(&self.salt, "account", call.group());
            if is_known {
                Some(Seen::Call)
            } else {
                accounts.contains(&*account()).then_some(Seen::Account)
            }
        };
        calls.into_iter().map(one).collect()
    }
}

fn digest(salt: &Fingerprint, kind: &str, name: &str) -> String {
    let mut digest = Sha256::new();
    for part in [salt.as_str(), kind, name] {
        text(&mut digest, part);
    }
    let digest = digest.finalize();
    hex(digest.get(..BYTES).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use upturn_core::Metadata;

    use super::*;
    use crate::examples::calls;

    #[test]
    fn a_call_is_found_by_id_account_and_rep_and_no_name_is_readable() {
        let mut calls = calls(8);
        calls[5] = calls[5].clone().with_metadata(Metadata {
            account: Some("Mrs Baker".to_owned()),
            rep: Some("Robin".to_owned()),
            ..Metadata::default()
        });
        let noted = TrainedOn::of(&Fingerprint::new("salt"), &calls);
        for (ids, accounts, persons, expected) in [
            (vec!["call-1", "call-2", "call-99"], vec![], vec![], 2),
            (vec![], vec!["account 0"], vec![], 4),
            (vec!["call-1"], vec!["account 0"], vec![], 4),
            (vec![], vec![], vec!["Robin"], 1),
            (vec![], vec![], vec!["Mrs Baker"], 1),
            (vec![], vec!["Robin"], vec!["call-1"], 0),
        ] {
            assert_eq!(noted.count(ids, accounts, persons), expected);
        }
        let text = serde_json::to_string(&noted).unwrap();
        for name in ["call-1", "account 0", "Robin", "Baker"] {
            assert!(!text.contains(name), "{text}");
        }
        assert_eq!(serde_json::from_str::<TrainedOn>(&text).unwrap(), noted);
    }

    #[test]
    fn a_call_that_was_learnt_from_is_told_from_one_of_its_account_and_from_others() {
        let calls = calls(8);
        let noted = TrainedOn::of(&Fingerprint::new("salt"), &calls[..4]);
        let other = calls[5].clone().with_metadata(Metadata {
            account: Some("Mrs Baker".to_owned()),
            ..Metadata::default()
        });
        let same = calls[6].clone().with_metadata(calls[1].metadata().clone());
        assert_eq!(
            noted.seen([&calls[2], &same, &other]),
            [Some(Seen::Call), Some(Seen::Account), None]
        );
    }

    /// Python 3.11.7, hashlib:
    /// ```python
    /// t = lambda s: len(s.encode()).to_bytes(8, "little") + s.encode()
    /// sha256(t("salt") + t("id") + t("call-1")).hexdigest()[:32]
    /// ```
    #[test]
    fn the_digest_is_the_one_that_its_description_gives() {
        let salt = Fingerprint::new("salt");
        assert_eq!(
            digest(&salt, "id", "call-1"),
            "7517baeef9ccabb2dff6583ff94e332b"
        );
    }

    #[test]
    fn an_older_folder_tells_nothing_and_a_broken_file_is_told() {
        let folder = tempfile::tempdir().unwrap();
        assert!(TrainedOn::read(folder.path()).unwrap().is_none());
        fs_err::write(folder.path().join(TRAINED_ON_FILE), "{").unwrap();
        assert!(TrainedOn::read(folder.path()).is_err());
    }
}
