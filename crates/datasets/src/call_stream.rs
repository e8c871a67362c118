//! Calls of the canonical form that stream by: [`CallStream`].

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use crate::lines::Lines;
use crate::sources::{Counting, Opened};
use crate::{Corpus, Counted, DatasetError, IngestMonitor, ReadOptions, RejectReason, Rejected};

/// Lines that are worked on together at most.
const LINES: usize = 256;

/// Bytes after which they are.
const BYTES: usize = 4 << 20;

/// Bytes that are read at once.
const BUFFER: usize = 1 << 17;

/// The lines of a file or of standard input, some hundred at a time, worked on side by side.
///
/// gzip and Zstandard are unpacked. Blank lines are no records.
///
/// # Laws
///
/// - **Order.** What came of the lines is told in their order, whatever the number of threads.
/// - **Memory** is bounded by 4 MiB of text and one line.
pub struct CallStream<'m> {
    name: PathBuf,
    lines: Lines<Box<dyn BufRead + Send>>,
    monitor: &'m dyn IngestMonitor,
    read: Arc<AtomicU64>,
    told: u64,
    records: u64,
}

/// What came of a line.
pub(crate) struct Worked<T> {
    /// Its number, from 1.
    pub(crate) line: u64,
    pub(crate) content: Result<T, RejectReason>,
}

impl<'m> CallStream<'m> {
    /// A stream under a name for messages. `monitor` is told how many of its bytes were read, packed as they are.
    ///
    /// # Errors
    ///
    /// [`DatasetError::Io`] if a decoder can't be made.
    pub fn new(
        input: impl Read + Send + 'static,
        name: &Path,
        options: &ReadOptions,
        monitor: &'m dyn IngestMonitor,
    ) -> Result<Self, DatasetError> {
        let read = Arc::default();
        let input = BufReader::with_capacity(BUFFER, Counting::new(input, &read));
        let opened = Opened::new(input).map_err(failed(name))?;
        Ok(Self {
            name: name.to_owned(),
            lines: Lines::new(opened.input, options.max_line_bytes),
            monitor,
            read,
            told: 0,
            records: 0,
        })
    }

    /// A file.
    ///
    /// # Errors
    ///
    /// [`DatasetError::Missing`] or [`DatasetError::Io`].
    pub fn open(
        path: &Path,
        options: &ReadOptions,
        monitor: &'m dyn IngestMonitor,
    ) -> Result<Self, DatasetError> {
        let (file, _) = fs_err::File::open(path).map_err(failed(path))?.into_parts();
        Self::new(file, path, options, monitor)
    }

    /// Works on the next lines; none are left at the end.
    ///
    /// # Errors
    ///
    /// [`DatasetError::Io`], or [`DatasetError::Stopped`] if the monitor asks for it.
    pub(crate) fn next_batch<T: Send>(
        &mut self,
        work: impl Fn(String) -> Result<T, RejectReason> + Sync,
    ) -> Result<Vec<Worked<T>>, DatasetError> {
        if self.monitor.stopped() {
            return Err(DatasetError::Stopped);
        }
        let batch = batch(&mut self.lines).map_err(failed(&self.name))?;
        self.records += batch.len() as u64;
        let worked = batch.into_par_iter().map(|(line, text)| Worked {
            line,
            content: text.and_then(&work),
        });
        let worked = worked.collect();
        let read = self.read.load(Ordering::Relaxed);
        self.monitor.advance(read - self.told);
        self.told = read;
        Ok(worked)
    }

    /// Records that were read so far, counted as they came.
    pub(crate) const fn records(&self) -> u64 {
        self.records
    }

    /// What stands for the stream in messages.
    pub(crate) fn name(&self) -> &Path {
        &self.name
    }

    /// A record of it that can't be used.
    pub(crate) fn rejected(&self, line: u64, reason: RejectReason) -> Rejected {
        Rejected {
            file: self.name.clone(),
            line,
            counted: Counted::Lines,
            reason,
        }
    }
}

/// The next lines that are not blank; none at the end.
fn batch(lines: &mut Lines<impl BufRead>) -> io::Result<Vec<(u64, Result<String, RejectReason>)>> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    while batch.len() < LINES && bytes < BYTES {
        let Some(line) = lines.next_line()? else {
            break;
        };
        if line.text.as_ref().is_ok_and(|text| text.trim().is_empty()) {
            continue;
        }
        let text = line.text.map(str::to_owned);
        bytes += text.as_ref().map_or(0, String::len);
        batch.push((line.number, text));
    }
    Ok(batch)
}

fn failed(path: &Path) -> impl Fn(io::Error) -> DatasetError + '_ {
    |source| DatasetError::io(path, Some(Corpus::Jsonl), source)
}

impl fmt::Debug for CallStream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallStream")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
