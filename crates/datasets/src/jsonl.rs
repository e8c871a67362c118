//! The canonical form: one conversation per line of JSON Lines.
//!
//! Blank lines, a byte order mark and `\r\n` are accepted. A line is never held beyond the limit of the options.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use upturn_core::Conversation;

use crate::lines::Lines;
use crate::{
    Corpus, Counted, DatasetError, ReadOptions, Reading, RejectReason, Rejected, files, record,
};

/// Reads a file, or all `*.jsonl` and `*.json` files of a folder as one data set in which ids are unique.
///
/// # Errors
///
/// Those of [`read`](crate::read()).
pub(crate) fn read(path: &Path, options: &ReadOptions) -> Result<Reading, DatasetError> {
    let files = files::of(path, Corpus::Jsonl, &["jsonl", "json"])?;
    let is_only = files.len() == 1;
    let mut collector = Collector::new();
    for path in files {
        let failed = |source| DatasetError::io(&path, Some(Corpus::Jsonl), source);
        let input = BufReader::new(fs_err::File::open(&path).map_err(failed)?);
        if collector.add_file(&path, input, options)? == 0 {
            if is_only {
                return Err(DatasetError::Empty { path });
            }
            collector.reject(path, 1, RejectReason::EmptyFile);
        }
    }
    Ok(collector.reading)
}

/// Gathers records of several files and remembers where each id stood first.
struct Collector {
    reading: Reading,
    first: HashMap<String, (PathBuf, u64)>,
}

impl Collector {
    fn new() -> Self {
        Self {
            reading: Reading::empty(),
            first: HashMap::new(),
        }
    }

    /// Adds all records of a file; returns how many there were, good or bad.
    fn add_file(
        &mut self,
        path: &Path,
        input: impl BufRead,
        options: &ReadOptions,
    ) -> Result<u64, DatasetError> {
        let mut lines = Lines::new(input, options.max_line_bytes);
        let mut records = 0;
        loop {
            let line = lines
                .next_line()
                .map_err(|source| DatasetError::io(path, Some(Corpus::Jsonl), source))?;
            let Some(line) = line else {
                return Ok(records);
            };
            if line.text.as_ref().is_ok_and(|text| text.trim().is_empty()) {
                continue;
            }
            records += 1;
            match line.text.and_then(record::parse) {
                Ok(conversation) => self.add(path, line.number, conversation),
                Err(reason) => self.reject(path.to_owned(), line.number, reason),
            }
        }
    }

    /// Adds a conversation, unless its id stood before.
    fn add(&mut self, path: &Path, line: u64, conversation: Conversation) {
        let id = conversation.id().as_str().to_owned();
        if let Some((file, first)) = self.first.get(&id) {
            let first = format!("{}:{first}", file.display());
            self.reject(
                path.to_owned(),
                line,
                RejectReason::DuplicateId { id, first },
            );
            return;
        }
        self.first.insert(id, (path.to_owned(), line));
        self.reading.conversations.push(conversation);
    }

    fn reject(&mut self, file: PathBuf, line: u64, reason: RejectReason) {
        self.reading.rejected.push(Rejected {
            file,
            line,
            counted: Counted::Lines,
            reason,
        });
    }
}

#[cfg(test)]
mod tests;
