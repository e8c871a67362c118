//! Everything an ingest writes, in step: [`Outputs`].

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use serde::Serialize;
use upturn_core::Outcome;

use super::growing::Growing;
use super::journal::Checkpoint;
use super::links::Link;
use super::meeting::{HASH, Meeting, hash};
use super::place::Place;
use super::step::{Aside, Call, Found, Notes, Prepared};
use super::summary::{count, count_many};
use super::unmatched::{CrmList, NoDeal, Seen, UnmatchedLine};
use super::veil::{Veil, Veiled};
use super::{IngestError, IngestSettings, IngestSummary};
use crate::{Crm, DuplicateVerdict, Duplicates, KeyFileWriter};

pub(super) const CALLS: &str = "calls.jsonl";
pub(super) const SET_ASIDE: &str = "set-aside.jsonl";
pub(super) const UNMATCHED: &str = "unmatched.jsonl";
pub(super) const KEY: &str = "key.jsonl";
pub(super) const LINKS: &str = "links";
const MEETINGS: &str = "meetings";
const IDS: &str = "ids";
const SKETCHES: &str = "sketches";

/// The files and what must be known of all calls before.
pub(super) struct Outputs {
    folder: PathBuf,
    calls: Growing,
    set_aside: Growing,
    ids: Growing,
    seen: HashSet<[u8; HASH]>,
    duplicates: Option<Duplicates>,
    /// Calls whose sketches are on disk.
    sketched: u64,
    key: Option<KeyFileWriter>,
    /// Who was met in each call that was written.
    meetings: Growing,
    /// What is written only with a CRM.
    crm: Option<CrmFiles>,
}

/// `unmatched.jsonl`, and of each record that was looked up what it was found to be.
struct CrmFiles {
    unmatched: Growing,
    links: Growing,
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
            meetings: open(MEETINGS)?,
            key: key(&folder.join(KEY), settings, at.length(KEY))?,
            crm: match settings.crm {
                Some(_) => Some(CrmFiles {
                    unmatched: open(UNMATCHED)?,
                    links: open(LINKS)?,
                }),
                None => None,
            },
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
        count_notes(&notes, summary);
        let content = content.and_then(|call| self.is_new(&call).map(|()| call));
        if let Some(found) = notes.found {
            let id = match &content {
                Ok(call) => call.redacted.conversation.id().as_str(),
                Err(aside) => aside.id.shown.as_str(),
            };
            self.link(&place, id, content.is_ok(), found, summary)?;
        }
        match content {
            Ok(call) => self.write(&call, summary),
            Err(aside) => self.set_aside(&place, &aside, summary),
        }
    }

    /// Notes what a record was found to be in the CRM, and lists it if that is nothing.
    fn link(
        &mut self,
        place: &Veiled<Place>,
        id: &str,
        is_written: bool,
        found: Found,
        summary: &mut IngestSummary,
    ) -> Result<(), IngestError> {
        let Some(files) = &mut self.crm else {
            return Ok(());
        };
        let Found { deal, row } = found;
        let (deal, none) = match deal {
            Ok(deal) => (Some(deal), None),
            Err(none) => (None, Some(none)),
        };
        let found = Link {
            is_written,
            deal,
            row,
        };
        let mut written = files.links.add(&found.bytes());
        if let Some(NoDeal {
            reason,
            message,
            candidates,
        }) = none
        {
            let line = UnmatchedLine {
                what: "call",
                place: &place.shown,
                id,
                reason,
                message: &message,
                candidates: &candidates,
            };
            count(&mut summary.unmatched, line.what);
            written = written.and_then(|()| files.unmatched.add_json(&line));
            self.hidden(place, &[])?;
        }
        written.map_err(IngestError::output(&self.folder.join(UNMATCHED)))
    }

    /// Writes a line of `set-aside.jsonl`; whoever calls it has counted the record as read.
    fn set_aside(
        &mut self,
        place: &Veiled<Place>,
        aside: &Aside,
        summary: &mut IngestSummary,
    ) -> Result<(), IngestError> {
        count(&mut summary.set_aside, aside.reason);
        let line = AsideLine {
            place: &place.shown,
            id: &aside.id.shown,
            reason: aside.reason,
            message: &aside.message,
        };
        let written = self.set_aside.add_json(&line);
        written.map_err(IngestError::output(&self.folder.join(SET_ASIDE)))?;
        self.hidden(place, &aside.id.hidden)
    }

    /// Gives the key file what a report hides, if there is a key file.
    fn hidden(
        &mut self,
        place: &Veiled<Place>,
        more: &[(String, String)],
    ) -> Result<(), IngestError> {
        let pairs = [place.hidden.as_slice(), more].concat();
        match &mut self.key {
            Some(key) if !pairs.is_empty() => Ok(key.write_pairs(&place.shown.source, pairs)?),
            Some(_) | None => Ok(()),
        }
    }

    /// Lists what of the CRM no call led to; once, when all is read.
    pub(super) fn list_crm(
        &mut self,
        crm: &Crm,
        veil: &Veil,
        summary: &mut IngestSummary,
    ) -> Result<(), IngestError> {
        let Some(files) = &mut self.crm else {
            return Ok(());
        };
        let mut seen = Seen::new(crm);
        let read = files.links.pieces(|link| seen.add(Link::read(link)));
        let listed = read.and_then(|()| {
            let mut list = CrmList {
                crm,
                veil,
                file: &mut files.unmatched,
                counts: &mut summary.unmatched,
            };
            list.write(&seen)
        });
        listed.map_err(IngestError::output(&self.folder.join(UNMATCHED)))
    }

    /// Number of the deal of each call that was written, in the order of the calls.
    pub(super) fn deals_of_calls(&mut self) -> Result<Vec<Option<usize>>, IngestError> {
        let mut deals = Vec::new();
        if let Some(files) = &mut self.crm {
            let read = files.links.pieces(|link| {
                let link = Link::read(link);
                deals.extend(link.is_written.then_some(link.deal));
            });
            read.map_err(IngestError::output(&self.folder.join(LINKS)))?;
        }
        Ok(deals)
    }

    /// Who was met in each call that was written, in the order of the calls.
    pub(super) fn meetings(&mut self) -> Result<Vec<Meeting>, IngestError> {
        let mut meetings = Vec::new();
        let read = self
            .meetings
            .pieces(|piece| Meeting::read(piece, &mut meetings));
        read.map_err(IngestError::output(&self.folder.join(MEETINGS)))?;
        Ok(meetings)
    }

    /// Refuses a second call of an id, and a duplicate.
    fn is_new(&mut self, call: &Call) -> Result<(), Aside> {
        let conversation = &call.redacted.conversation;
        let id = conversation.id().as_str();
        if self.seen.contains(&hash(id)) {
            let message = "another call before it has the same id";
            return Err(Aside::of_written(id, "repeated-id", message));
        }
        let Some(duplicates) = &mut self.duplicates else {
            return Ok(());
        };
        match duplicates.check(conversation) {
            DuplicateVerdict::New => Ok(()),
            DuplicateVerdict::Exact { of } => {
                let message = format!("the words of call {} of those compared, again", of + 1);
                Err(Aside::of_written(id, "exact-duplicate", &message))
            }
            DuplicateVerdict::Near { of, similarity } => {
                let of = of + 1;
                let message = format!("{:.0} % of call {of} of those compared", similarity * 100.0);
                Err(Aside::of_written(id, "near-duplicate", &message))
            }
        }
    }

    fn write(&mut self, call: &Call, summary: &mut IngestSummary) -> Result<(), IngestError> {
        let conversation = &call.redacted.conversation;
        let id = hash(conversation.id().as_str());
        self.seen.insert(id);
        let added = self.ids.add(&id);
        added.map_err(IngestError::output(&self.folder.join(IDS)))?;
        let added = self.calls.add_line(&call.line);
        added.map_err(IngestError::output(&self.folder.join(CALLS)))?;
        for piece in Meeting::of(call).bytes() {
            let added = self.meetings.add(&piece);
            added.map_err(IngestError::output(&self.folder.join(MEETINGS)))?;
        }
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
        let always = [
            (CALLS, &mut self.calls),
            (SET_ASIDE, &mut self.set_aside),
            (IDS, &mut self.ids),
            (MEETINGS, &mut self.meetings),
        ];
        let crm = self.crm.as_mut().map(|files| {
            let CrmFiles { unmatched, links } = files;
            [(UNMATCHED, unmatched), (LINKS, links)]
        });
        for (name, file) in always.into_iter().chain(crm.into_iter().flatten()) {
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

fn count_notes(notes: &Notes, summary: &mut IngestSummary) {
    summary.read += 1;
    summary.cleaning += notes.cleaning;
    summary.turns_cut += notes.turns_cut;
    for (counts, name) in [
        (&mut summary.formats, notes.format),
        (&mut summary.roles, notes.roles),
        (&mut summary.joined, notes.joined),
        (&mut summary.order, notes.order),
    ] {
        if let Some(name) = name {
            count(counts, name);
        }
    }
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
