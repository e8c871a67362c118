//! Calls that are split without their words: [`SplitRows`].

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::Path;

use upturn_core::Conversation;
use xxhash_rust::xxh3::xxh3_128;

use super::{SplitOptions, SplitRow};
use crate::call_files::{At, CallFiles};
use crate::{
    Corpus, DatasetError, IngestMonitor, ReadOptions, RejectReason, Rejected, Rejections, SetAside,
    read, record,
};

/// The rows of a data set, read in a first pass, and the way back to its calls in a second.
///
/// # Laws
///
/// - **Memory.** Of canonical calls the rows are held, never what was said: it grows with the number of calls, not with
///   their text. The other corpora are small, and held.
/// - **The same calls.** [`lines`](Self::lines) gives each call of the rows once, in their order, or says that its line has
///   changed.
#[derive(Debug)]
pub struct SplitRows {
    rows: Vec<SplitRow>,
    options: SplitOptions,
    calls: Calls,
    read: u64,
    rejected: Rejections,
    set_aside: SetAside,
}

/// Where the calls are.
#[derive(Debug)]
enum Calls {
    Files { files: CallFiles, places: Vec<At> },
    Held(Vec<Conversation>),
}

impl SplitRows {
    /// Reads what a split with these options needs to know; accepts and rejects what [`read`](crate::read()) does.
    ///
    /// # Errors
    ///
    /// Those of [`read`](crate::read()), and [`DatasetError::Stopped`].
    pub fn read(
        corpus: Corpus,
        path: &Path,
        options: &SplitOptions,
        reading: &ReadOptions,
        monitor: &dyn IngestMonitor,
    ) -> Result<Self, DatasetError> {
        match corpus {
            Corpus::Jsonl => of_files(path, options, reading, monitor),
            Corpus::PersuasionForGood | Corpus::CraigslistBargain => {
                let reading = read(corpus, path, reading)?;
                let calls = reading.conversations;
                let used = calls.len() + reading.rejected.len() + reading.set_aside.total();
                Ok(Self {
                    rows: calls
                        .iter()
                        .map(|call| SplitRow::new(call, options))
                        .collect(),
                    options: options.clone(),
                    calls: Calls::Held(calls),
                    read: used as u64,
                    rejected: reading.rejected.into(),
                    set_aside: reading.set_aside,
                })
            }
        }
    }

    /// What to [`split`](super::split), in the order of the data set.
    pub fn rows(&self) -> &[SplitRow] {
        &self.rows
    }

    /// Records, good or bad: of canonical calls counted as they were read.
    pub const fn read_records(&self) -> u64 {
        self.read
    }

    /// Records that are no calls.
    pub fn rejected(&self) -> &Rejections {
        &self.rejected
    }

    /// Records that a rule of the corpus leaves out.
    pub fn set_aside(&self) -> SetAside {
        self.set_aside
    }

    /// Goes through the calls again: `each` gets the place of the row and the canonical line, without a line feed.
    ///
    /// # Errors
    ///
    /// Those of `each`; [`DatasetError::Changed`] if another call stands in its place now, [`DatasetError::Stopped`], or that
    /// the data can't be read again.
    pub fn lines<E: From<DatasetError>>(
        &self,
        monitor: &dyn IngestMonitor,
        mut each: impl FnMut(usize, &str) -> Result<(), E>,
    ) -> Result<(), E> {
        match &self.calls {
            Calls::Files { files, places } => self.lines_again(files, places, monitor, each),
            Calls::Held(calls) => calls
                .iter()
                .enumerate()
                .try_for_each(|(row, call)| each(row, &line(call)?)),
        }
    }

    fn lines_again<E: From<DatasetError>>(
        &self,
        files: &CallFiles,
        places: &[At],
        monitor: &dyn IngestMonitor,
        mut each: impl FnMut(usize, &str) -> Result<(), E>,
    ) -> Result<(), E> {
        let work = |text: String| {
            let call = record::parse(&text)?;
            Ok((SplitRow::new(&call, &self.options), line(&call)))
        };
        let mut expected = places.iter().enumerate().peekable();
        let changed = |at: At| DatasetError::Changed {
            path: files.path(at).to_owned(),
            line: at.line,
        };
        files.pass("writing the parts", monitor, work, |at, content| {
            let Some((row, _)) = expected.next_if(|(_, place)| **place == at) else {
                return Ok(());
            };
            match content {
                Ok((seen, line)) if self.rows.get(row) == Some(&seen) => each(row, &line?),
                Ok(_) | Err(_) => Err(changed(at).into()),
            }
        })?;
        match expected.next() {
            Some((_, at)) => Err(changed(*at).into()),
            None => Ok(()),
        }
    }
}

/// The canonical line.
fn line(call: &Conversation) -> Result<String, DatasetError> {
    serde_json::to_string(call).map_err(DatasetError::Form)
}

fn of_files(
    path: &Path,
    options: &SplitOptions,
    reading: &ReadOptions,
    monitor: &dyn IngestMonitor,
) -> Result<SplitRows, DatasetError> {
    let files = CallFiles::of(path, reading)?.twice()?;
    let mut found = Found::default();
    let work = |text: String| record::parse(&text).map(|call| SplitRow::new(&call, options));
    let read = files.pass("reading", monitor, work, |at, row| {
        found.take(at, row, &files);
        Ok::<(), DatasetError>(())
    })?;
    if found.rows.is_empty() {
        return Err(DatasetError::NothingUsable {
            path: path.to_owned(),
            corpus: Corpus::Jsonl,
            rejected: found.rejected,
            set_aside: 0,
        });
    }
    Ok(SplitRows {
        rows: found.rows,
        options: options.clone(),
        calls: Calls::Files {
            files,
            places: found.places,
        },
        read,
        rejected: found.rejected,
        set_aside: SetAside::default(),
    })
}

/// What was found so far.
#[derive(Default)]
struct Found {
    rows: Vec<SplitRow>,
    places: Vec<At>,
    /// Place of the row by the hash of its id: 128 bits, so that two ids never share one.
    by_id: HashMap<u128, usize>,
    rejected: Rejections,
}

impl Found {
    /// Adds a call, unless its id stood before.
    fn take(&mut self, at: At, row: Result<SplitRow, Rejected>, files: &CallFiles) {
        let row = match row {
            Ok(row) => row,
            Err(rejected) => return self.rejected.add(rejected),
        };
        match self.by_id.entry(xxh3_128(row.id.as_bytes())) {
            Entry::Vacant(new) => {
                new.insert(self.rows.len());
                self.rows.push(row);
                self.places.push(at);
            }
            Entry::Occupied(first) => {
                let first = self.places.get(*first.get()).copied().unwrap_or(at);
                let (id, first) = (row.id, files.name(first));
                let reason = RejectReason::DuplicateId { id, first };
                self.rejected.add(files.rejected(at, reason));
            }
        }
    }
}

#[cfg(test)]
mod tests;
