//! Reading a data set: [`read`] with its [`ReadOptions`], [`read_jsonl`], the [`Reading`] that comes of it.

use std::path::Path;

use upturn_core::Conversation;

use crate::{Corpus, DatasetError, Rejected, craigslist_bargain, jsonl, persuasion_for_good};

/// How to read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadOptions {
    /// Longest line of JSON Lines, element of a JSON array or cell of a CSV file, in bytes; a longer one is rejected.
    /// Lines and elements beyond it are never held in memory; rows of CSV are, one at a time. 16 MiB by default.
    pub max_line_bytes: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            max_line_bytes: 16 * 1024 * 1024,
        }
    }
}

impl ReadOptions {
    /// The same with another longest line, element or cell, in bytes. 16 MiB by default.
    #[must_use]
    pub fn with_max_line_bytes(mut self, max_line_bytes: usize) -> Self {
        self.max_line_bytes = max_line_bytes;
        self
    }
}

/// What a data set holds. Every record of it is in exactly one of the three.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Reading {
    /// What can be used, in the order of the files; ids are unique. Never empty.
    pub conversations: Vec<Conversation>,
    /// Broken records: each is to be reported and changes the exit code.
    pub rejected: Vec<Rejected>,
    /// Sound records that a rule of the corpus leaves out: no errors.
    pub set_aside: SetAside,
}

/// How many sound records each rule left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SetAside {
    /// The same dialogue was read before, from this file or another mirror.
    pub duplicates: usize,
    /// Nothing was said before the first event that is no message.
    pub nothing_said: usize,
}

impl SetAside {
    /// All of them.
    pub const fn total(self) -> usize {
        self.duplicates + self.nothing_said
    }
}

impl Reading {
    pub(crate) fn empty() -> Self {
        Self {
            conversations: Vec::new(),
            rejected: Vec::new(),
            set_aside: SetAside::default(),
        }
    }
}

/// Reads a data set of the given form.
///
/// Laws: every record becomes a conversation, a [`Rejected`] or a count in [`SetAside`]; a bad record never stops the
/// reading; the same files give the same conversations in the same order.
///
/// # Errors
///
/// A [`DatasetError`]: the path is missing or unreadable, an only file is empty, a file is of another kind, or no
/// record is usable (then with all rejected records).
pub fn read(corpus: Corpus, path: &Path, options: &ReadOptions) -> Result<Reading, DatasetError> {
    let reading = match corpus {
        Corpus::Jsonl => jsonl::read(path, options),
        Corpus::PersuasionForGood => persuasion_for_good::read(path, options),
        Corpus::CraigslistBargain => craigslist_bargain::read(path, options),
    }?;
    if reading.conversations.is_empty() {
        return Err(DatasetError::NothingUsable {
            path: path.to_owned(),
            corpus,
            rejected: reading.rejected.into(),
            set_aside: reading.set_aside.total(),
        });
    }
    Ok(reading)
}

/// Reads calls as `upturn schema conversation` prints their form, one a line: [`read`] of [`Corpus::Jsonl`] with the options at
/// their default. A caller who takes the conversations alone passes over what was rejected.
///
/// # Errors
///
/// As [`read`].
pub fn read_jsonl(path: impl AsRef<Path>) -> Result<Reading, DatasetError> {
    read(Corpus::Jsonl, path.as_ref(), &ReadOptions::default())
}
