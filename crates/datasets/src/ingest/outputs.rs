//! Everything an ingest writes, in step: [`Outputs`].

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use serde::Serialize;
use sha2::{Digest, Sha256};
use upturn_core::Outcome;

use super::growing::Growing;
use super::journal::Checkpoint;
use super::place::Place;
use super::step::{Aside, Call, Prepared};
use super::summary::{count, count_many};
use super::{IngestError, IngestSettings, IngestSummary};
use crate::{DuplicateVerdict, Duplicates, KeyFileWriter};

pub(super) const CALLS: &str = "calls.jsonl";
pub(super) const SET_ASIDE: &str = "set-aside.jsonl";
pub(super) const KEY: &str = "key.jsonl";
const IDS: &str = "ids";
const SKETCHES: &str = "sketches";

/// Bytes of an id's hash.
const ID: usize = 16;

/// The files and what must be known of all calls before.
pub(super) struct Outputs {
    folder: PathBuf,
    calls: Growing,
    set_aside: Growing,
    ids: Growing,
    seen: HashSet<[u8; ID]>,
    duplicates: Option<Duplicates>,
    /// Calls whose sketches are on disk.
    sketched: u64,
    key: Option<KeyFileWriter>,
}

/// A line of `set-aside.jsonl`: where and why, never what was said.
#[derive(Serialize)]
struct AsideLine<'a> {
    #[serde(flatten)]
    place: &'a Place,
    #[serde(skip_serializing_if = "str::is_empty")]
    id: &'a str,
    reason: &'a str,
    message: &'a str,
}

impl Outputs {
    /// Opens everything as it was at the checkpoint.
    pub(super) fn open(
        folder: &Path,
        settings: &IngestSettings,
        at: &Checkpoint,
    ) -> Result<Self, IngestError> {
        let open = |name: &str| {
            let path = folder.join(name);
            Growing::open(&path, at.length(name)).map_err(IngestError::output(&path))
        };
        let mut ids = open(IDS)?;
        let mut seen = HashSet::new();
        let read = ids.pieces(|piece| {
            seen.insert(piece);
        });
        read.map_err(IngestError::output(&folder.join(IDS)))?;
        let sketched = at.length(SKETCHES);
        Ok(Self {
            calls: open(CALLS)?,
            set_aside: open(SET_ASIDE)?,
            ids,
            seen,
            duplicates: duplicates(&folder.join(SKETCHES), settings, sketched)?,
            sketched,
            key: key(&folder.join(KEY), settings, at.length(KEY))?,
            folder: folder.to_owned(),
        })
    }

    /// Writes a record where it belongs and counts it.
    pub(super) fn take(
        &mut self,
        prepared: Prepared,
        summary: &mut IngestSummary,
    ) -> Result<(), IngestError> {
        let Prepared {
            place,
            notes,
            content,
        } = prepared;
        summary.read += 1;
        summary.cleaning += notes.cleaning;
        summary.turns_cut += notes.turns_cut;
        for (counts, name) in [
            (&mut summary.roles, notes.roles),
            (&mut summary.joined, notes.joined),
            (&mut summary.order, notes.order),
        ] {
            if let Some(name) = name {
                count(counts, name);
            }
        }
        match content.and_then(|call| self.is_new(&call).map(|()| call)) {
            Ok(call) => self.write(&call, summary),
            Err(aside) => self.set_aside(&place, &aside, summary),
        }
    }

    /// Writes a line of `set-aside.jsonl`; whoever calls it has counted the record as read.
    pub(super) fn set_aside(
        &mut self,
        place: &Place,
        aside: &Aside,
        summary: &mut IngestSummary,
    ) -> Result<(), IngestError> {
        count(&mut summary.set_aside, aside.reason);
        let line = AsideLine {
            place,
            id: &aside.id,
            reason: aside.reason,
            message: &aside.message,
        };
        let path = self.folder.join(SET_ASIDE);
        let line = serde_json::to_vec(&line).map_err(std::io::Error::from);
        let written = line.and_then(|line| add_line(&mut self.set_aside, &line));
        written.map_err(IngestError::output(&path))
    }

    /// Refuses a second call of an id, and a duplicate.
    fn is_new(&mut self, call: &Call) -> Result<(), Aside> {
        let conversation = &call.redacted.conversation;
        let id = conversation.id().as_str();
        if self.seen.contains(&hash(id)) {
            let message = "another call before it has the same id";
            return Err(Aside::new(id, "repeated-id", message));
        }
        let Some(duplicates) = &mut self.duplicates else {
            return Ok(());
        };
        match duplicates.check(conversation) {
            DuplicateVerdict::New => Ok(()),
            DuplicateVerdict::Exact { of } => {
                let message = format!("the words of call {} of those compared, again", of + 1);
                Err(Aside::new(id, "exact-duplicate", &message))
            }
            DuplicateVerdict::Near { of, similarity } => {
                let of = of + 1;
                let message = format!("{:.0} % of call {of} of those compared", similarity * 100.0);
                Err(Aside::new(id, "near-duplicate", &message))
            }
        }
    }

    fn write(&mut self, call: &Call, summary: &mut IngestSummary) -> Result<(), IngestError> {
        let conversation = &call.redacted.conversation;
        let id = hash(conversation.id().as_str());
        self.seen.insert(id);
        let added = self.ids.add(&id);
        added.map_err(IngestError::output(&self.folder.join(IDS)))?;
        let added = add_line(&mut self.calls, &call.line);
        added.map_err(IngestError::output(&self.folder.join(CALLS)))?;
        if let Some(key) = &mut self.key {
            key.write(&call.redacted)?;
        }
        summary.written += 1;
        let outcome = conversation.outcome().map_or("open", Outcome::as_str);
        count(&mut summary.outcomes, outcome);
        for (kind, number) in call.redacted.counts.iter() {
            count_many(&mut summary.redactions, kind.as_str(), number);
        }
        Ok(())
    }

    /// Makes everything safe; the lengths go into the next checkpoint.
    pub(super) fn checkpoint(&mut self) -> Result<BTreeMap<String, u64>, IngestError> {
        let mut lengths = BTreeMap::new();
        for (name, file) in [
            (CALLS, &mut self.calls),
            (SET_ASIDE, &mut self.set_aside),
            (IDS, &mut self.ids),
        ] {
            let path = self.folder.join(name);
            let length = file.checkpoint().map_err(IngestError::output(&path))?;
            lengths.insert(name.to_owned(), length);
        }
        if let Some(duplicates) = &self.duplicates {
            duplicates.save(&self.folder.join(SKETCHES), self.sketched)?;
            self.sketched = duplicates.count();
            lengths.insert(SKETCHES.to_owned(), self.sketched);
        }
        if let Some(key) = &mut self.key {
            lengths.insert(KEY.to_owned(), key.flush()?);
        }
        Ok(lengths)
    }
}

fn add_line(file: &mut Growing, line: &[u8]) -> std::io::Result<()> {
    file.add(line)?;
    file.add(b"\n")
}

fn hash(id: &str) -> [u8; ID] {
    let digest = Sha256::digest(id.as_bytes());
    let mut short = [0; ID];
    short
        .iter_mut()
        .zip(digest)
        .for_each(|(to, from)| *to = from);
    short
}

fn duplicates(
    path: &Path,
    settings: &IngestSettings,
    count: u64,
) -> Result<Option<Duplicates>, IngestError> {
    let Some(options) = settings.duplicates else {
        return Ok(None);
    };
    let duplicates = if count == 0 {
        Duplicates::new(options)?
    } else {
        Duplicates::load(path, options, count)?
    };
    Ok(Some(duplicates))
}

fn key(
    path: &Path,
    settings: &IngestSettings,
    length: u64,
) -> Result<Option<KeyFileWriter>, IngestError> {
    if !settings.keeps_key {
        return Ok(None);
    }
    let writer = if length == 0 {
        match fs_err::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(IngestError::output(path)(error));
            }
            _ => KeyFileWriter::create(path)?,
        }
    } else {
        KeyFileWriter::resume(path, length)?
    };
    Ok(Some(writer))
}
