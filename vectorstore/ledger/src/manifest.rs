//! The list of what a ledger holds, one checksummed line an entry: [`Manifest`].

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use upturn_core::Fingerprint;
use xxhash_rust::xxh3::xxh3_64;

use crate::{LedgerError, NameDigest, durable};

const FILE: &str = "manifest.jsonl";
/// The only form there is.
const FORM: u32 = 1;

/// One thing that happened, in the order in which things happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "lowercase", deny_unknown_fields)]
pub(crate) enum Entry {
    /// The ledger was made; the first line.
    Begun { form: u32 },
    /// Calls were indexed; earlier points of theirs by the same encoder are void.
    Points(Segment),
    /// Calls were removed, whatever encoder they were indexed by.
    Removed {
        revision: u64,
        conversations: Vec<NameDigest>,
    },
    /// Points of other encoders than this one and that one were given up.
    Kept {
        revision: u64,
        encoders: Vec<Fingerprint>,
    },
}

/// A file of points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Segment {
    /// Grows by one with each change of what the ledger says; rewriting the ledger leaves it as it is.
    pub(crate) revision: u64,
    /// Name within the folder.
    pub(crate) file: String,
    pub(crate) rows: usize,
    pub(crate) bytes: u64,
    /// xxh3 of the file with 128 bits, in hexadecimal digits.
    pub(crate) xxh3: String,
    pub(crate) fingerprint: Fingerprint,
}

impl Entry {
    /// The first line.
    pub(crate) const fn begun() -> Self {
        Self::Begun { form: FORM }
    }

    /// The state of the ledger after it.
    pub(crate) const fn revision(&self) -> u64 {
        match self {
            Self::Begun { .. } => 0,
            Self::Points(Segment { revision, .. })
            | Self::Removed { revision, .. }
            | Self::Kept { revision, .. } => *revision,
        }
    }

    pub(crate) const fn segment(&self) -> Option<&Segment> {
        match self {
            Self::Points(segment) => Some(segment),
            Self::Begun { .. } | Self::Removed { .. } | Self::Kept { .. } => None,
        }
    }
}

/// A line: an entry and the xxh3 of its JSON.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    body: Entry,
    sum: String,
}

fn line(body: &Entry) -> Result<Vec<u8>, LedgerError> {
    let sum = sum(body)?;
    let body = body.clone();
    let mut line = serde_json::to_vec(&Line { body, sum })?;
    line.push(b'\n');
    Ok(line)
}

fn sum(body: &Entry) -> Result<String, LedgerError> {
    Ok(format!("{:016x}", xxh3_64(&serde_json::to_vec(body)?)))
}

/// The entry of a line, if it is the one that was written.
fn entry(line: &[u8]) -> Option<Entry> {
    let Line { body, sum: told } = serde_json::from_slice(line).ok()?;
    sum(&body).is_ok_and(|sum| sum == told).then_some(body)
}

/// The entries of a ledger.
///
/// A last line without its end was being written when the process was killed, and nobody was told that it is there: it is
/// dropped. Any other line that does not have its sum is damage.
#[derive(Debug)]
pub(crate) struct Manifest {
    path: PathBuf,
    pub(crate) entries: Vec<Entry>,
    /// Bytes of the whole lines.
    length: u64,
}

impl Manifest {
    /// Writes the first line where there is no manifest.
    pub(crate) fn create(folder: &Path) -> Result<Self, LedgerError> {
        Self::replace(folder, vec![Entry::begun()])
    }

    /// Writes all lines at once, in place of those that are there.
    pub(crate) fn replace(folder: &Path, entries: Vec<Entry>) -> Result<Self, LedgerError> {
        let path = folder.join(FILE);
        let lines = entries.iter().map(line).collect::<Result<Vec<_>, _>>()?;
        let lines = lines.concat();
        durable::write(&path, &lines).map_err(LedgerError::io(folder))?;
        Ok(Self {
            path,
            entries,
            length: lines.len() as u64,
        })
    }

    /// What is there; none if there is no manifest.
    pub(crate) fn read(folder: &Path) -> Result<Option<Self>, LedgerError> {
        let Some((path, text)) = text(folder)? else {
            return Ok(None);
        };
        let length = whole(&text);
        let mut entries = Vec::new();
        for (at, line) in lines(&text).enumerate() {
            let number = at + 1;
            let broken = || LedgerError::damaged(&path, format!("line {number} is not as written"));
            entries.push(entry(line).ok_or_else(broken)?);
        }
        match entries.first() {
            Some(Entry::Begun { form: FORM }) => {}
            Some(Entry::Begun { form: got }) => {
                return Err(LedgerError::Foreign {
                    folder: folder.to_owned(),
                    expected: FORM,
                    got: *got,
                });
            }
            _ => return Err(LedgerError::damaged(&path, "its first line is missing")),
        }
        Ok(Some(Self {
            path,
            entries,
            length: length as u64,
        }))
    }

    /// The lines that are as they were written, whatever the others are.
    pub(crate) fn sound(folder: &Path) -> Result<Vec<Entry>, LedgerError> {
        let found = text(folder)?;
        let lines = found.iter().flat_map(|(_, text)| lines(text));
        Ok(lines.filter_map(entry).collect())
    }

    /// Adds an entry and waits until it is on the disk.
    pub(crate) fn append(&mut self, entry: Entry) -> Result<(), LedgerError> {
        let line = line(&entry)?;
        let appended = durable::append(&self.path, self.length, &line);
        appended.map_err(|source| LedgerError::Io {
            folder: self.path.parent().unwrap_or(&self.path).to_owned(),
            source,
        })?;
        self.length += line.len() as u64;
        self.entries.push(entry);
        Ok(())
    }

    pub(crate) fn revision(&self) -> u64 {
        self.entries.last().map_or(0, Entry::revision)
    }

    pub(crate) fn segments(&self) -> impl Iterator<Item = &Segment> {
        self.entries.iter().filter_map(Entry::segment)
    }
}

fn text(folder: &Path) -> Result<Option<(PathBuf, Vec<u8>)>, LedgerError> {
    let path = folder.join(FILE);
    match fs_err::read(&path) {
        Ok(text) => Ok(Some((path, text))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(LedgerError::io(folder)(source)),
    }
}

/// Bytes up to the end of the last whole line.
fn whole(text: &[u8]) -> usize {
    text.iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1)
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let whole = text.get(..whole(text)).unwrap_or_default();
    whole.split_inclusive(|byte| *byte == b'\n')
}
