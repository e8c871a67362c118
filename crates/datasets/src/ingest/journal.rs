//! How far an ingest is, on disk: [`Journal`].

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use upturn_core::Date;

use super::IngestSummary;
use super::origins::Origins;

/// Version of the form; another one is not taken up.
const VERSION: u32 = 3;

/// What is safe on disk, and where to go on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Checkpoint {
    version: u32,
    /// Fingerprint of the settings and the sources: only the same work is taken up again.
    pub(crate) plan: String,
    /// The day that counts as today.
    pub(crate) as_of: Date,
    /// Sources that are done.
    pub(crate) sources: usize,
    /// Records of the next source that are done, and calls that were written of it.
    pub(crate) records: u64,
    pub(crate) calls: u64,
    /// Calls of the sources that are done.
    pub(super) origins: Origins,
    /// Safe length of each output in bytes, by its name.
    pub(crate) lengths: BTreeMap<String, u64>,
    /// Whether all is read and only the results have to be put in their places.
    pub(crate) finished: bool,
    /// What was counted so far.
    pub(crate) summary: IngestSummary,
}

impl Checkpoint {
    /// The beginning of a work.
    pub(crate) fn start(plan: String, as_of: Date) -> Self {
        Self {
            version: VERSION,
            plan,
            as_of,
            ..Self::default()
        }
    }

    /// A source is done.
    pub(crate) fn next_source(&mut self) {
        self.origins.add(self.calls);
        self.sources += 1;
        (self.records, self.calls) = (0, 0);
    }

    /// Safe length of an output.
    pub(crate) fn length(&self, name: &str) -> u64 {
        self.lengths.get(name).copied().unwrap_or_default()
    }
}

/// The file that holds the last checkpoint: a line of JSON, then its XXH3 in hexadecimal.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
}

impl Journal {
    pub(crate) const fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// The last checkpoint of the same plan; none if there is none, it is of another plan or version, or a byte of it is
    /// not what was written: a wrong count would lose records or count them twice.
    ///
    /// # Errors
    ///
    /// Those of the system, except that there is no file.
    pub(crate) fn last(&self, plan: &str) -> io::Result<Option<Checkpoint>> {
        let text = match fs_err::read(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            text => text?,
        };
        let checkpoint = opened(&text).and_then(|text| serde_json::from_slice(text).ok());
        Ok(checkpoint.filter(|found: &Checkpoint| found.version == VERSION && found.plan == plan))
    }

    /// Replaces the checkpoint; after a crash either the old one is there or the new one.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub(crate) fn write(&self, checkpoint: &Checkpoint) -> io::Result<()> {
        replace(&self.path, &sealed(serde_json::to_vec(checkpoint)?))
    }

    /// Forgets the work.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub(crate) fn remove(&self) -> io::Result<()> {
        fs_err::remove_file(&self.path)
    }
}

/// A line with its check sum below it.
fn sealed(line: Vec<u8>) -> Vec<u8> {
    let sum = format!("\n{:016x}", xxh3_64(&line));
    [line, sum.into_bytes()].concat()
}

/// The line above a check sum, if it is the one that was written.
fn opened(text: &[u8]) -> Option<&[u8]> {
    let end = memchr::memchr(b'\n', text)?;
    let line = text.get(..end)?;
    (sealed(line.to_vec()) == text).then_some(line)
}

/// Writes a file beside its place and moves it there.
///
/// # Errors
///
/// Those of the system; what was there is then untouched.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = path.with_extension("part");
    let mut file = fs_err::File::create(&part)?;
    file.write_all(bytes)?;
    file.sync_data()?;
    fs_err::rename(&part, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_plan_is_taken_up() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let journal = Journal::new(folder.path().join("journal.json"));
        assert_eq!(journal.last("a")?, None);
        let mut checkpoint = Checkpoint::start("a".to_owned(), Date::constant(2026, 11, 22));
        checkpoint.records = 7;
        checkpoint.lengths.insert("calls".to_owned(), 9);
        journal.write(&checkpoint)?;
        assert_eq!(journal.last("a")?, Some(checkpoint));
        assert_eq!(journal.last("b")?, None);
        fs_err::write(folder.path().join("journal.json"), "{\"version\":")?;
        assert_eq!(journal.last("a")?, None);
        Ok(())
    }

    #[test]
    fn a_journal_of_which_any_byte_was_changed_is_none() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("journal.json");
        let journal = Journal::new(path.clone());
        let checkpoint = Checkpoint::start("a".to_owned(), Date::constant(2026, 11, 22));
        journal.write(&checkpoint)?;
        let text = fs_err::read(&path)?;
        for place in 0..text.len() {
            let mut changed = text.clone();
            if let Some(byte) = changed.get_mut(place) {
                *byte ^= 1;
            }
            fs_err::write(&path, &changed)?;
            assert_eq!(journal.last("a")?, None, "byte {place}");
        }
        fs_err::write(&path, &text)?;
        assert_eq!(journal.last("a")?, Some(checkpoint));
        Ok(())
    }
}
