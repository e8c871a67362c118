//! What was forgotten, as it is written down: [`Forgotten`], the mark of one that goes on, and the audit.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use upturn_vectorstore_ledger::{Tombstone, durable};

/// Of a forgetting that goes on.
const MARK: &str = "forgetting.json";
/// All that were done, one a line.
const AUDIT: &str = "forgotten.jsonl";

/// How many points of the calls there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// In the store.
    pub store: usize,
    /// In the ledger's files, void ones too.
    pub ledger: usize,
}

/// A model folder that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelSeen {
    /// Where it is.
    pub folder: PathBuf,
    /// Calls that are forgotten now and that it learnt from; none if the folder does not tell.
    pub learnt_from: Option<usize>,
}

/// What the caller knows of a forgetting.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occasion {
    /// When it was asked for, as RFC 3339 has it.
    pub when: String,
    /// The model folders that were looked at.
    pub models: Vec<ModelSeen>,
    /// Version of the program.
    pub version: String,
}

/// A record of the audit: what was forgotten, with no name in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forgotten {
    /// Occasion, models and version.
    #[serde(flatten)]
    pub occasion: Occasion,
    /// The names that were asked for, as digests under the folder's key.
    pub names: Vec<Tombstone>,
    /// The collection.
    pub store: PathBuf,
    /// Calls that were known by them.
    pub conversations: usize,
    /// What there was of them.
    pub before: Counts,
    /// What there is of them.
    pub after: Counts,
}

/// A forgetting that goes on, on the disk before anything is deleted: whoever opens the folder carries it out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(crate) record: Forgotten,
    /// The names, and the ids of the calls that were known by them.
    pub(crate) tombstones: Vec<Tombstone>,
}

impl Pending {
    /// The one that goes on in a ledger's folder, if any.
    pub(crate) fn read(ledger: &Path) -> io::Result<Option<Self>> {
        match fs_err::read(ledger.join(MARK)) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(crate) fn write(&self, ledger: &Path) -> io::Result<()> {
        durable::write(&ledger.join(MARK), &serde_json::to_vec(self)?)
    }

    /// Writes the record behind those that are there, unless it is the last of them, and takes the mark away.
    pub(crate) fn finish(ledger: &Path, record: &Forgotten) -> io::Result<()> {
        let path = ledger.join(AUDIT);
        let there = match fs_err::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            there => there?,
        };
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        let whole = there.iter().rposition(|byte| *byte == b'\n');
        let whole = whole.map_or(0, |at| at + 1);
        let whole = there.get(..whole).unwrap_or_default();
        if !whole.ends_with(&line) {
            durable::append(&path, whole.len() as u64, &line)?;
        }
        fs_err::remove_file(ledger.join(MARK))?;
        durable::sync_folder(ledger)
    }

    /// Takes the audit, and a mark if there is one, along to another ledger's folder.
    pub(crate) fn carry(from: &Path, to: &Path) -> io::Result<()> {
        for name in [AUDIT, MARK] {
            match fs_err::read(from.join(name)) {
                Ok(text) => durable::write(&to.join(name), &text)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Where the audit of a collection's folder is.
pub fn audit(folder: &Path) -> PathBuf {
    folder.join(crate::index::LEDGER).join(AUDIT)
}
