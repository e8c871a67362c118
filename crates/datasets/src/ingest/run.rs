//! The whole of an ingest: [`ingest`].

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::acquaintance::Acquaintance;
use super::done::{self, Ingested};
use super::feed::{Feed, Piece, size};
use super::journal::{Checkpoint, Journal};
use super::last_calls::Relabelling;
use super::outputs::{CALLS, KEY, Outputs, SET_ASIDE, UNMATCHED};
use super::place::Place;
use super::plan::plan;
use super::step::{Aside, Notes, Prepared, Steps};
use super::{IngestError, IngestMonitor, IngestSettings};
use crate::{CallsLabelled, SourceKind, Sources};

/// The folder of work that is not finished, inside the output folder.
pub(super) const WORK: &str = ".ingest";

const RELABELLED: &str = "relabelled.jsonl";

/// The calls with what the calls before each tell of its buyer.
const ACQUAINTED: &str = "acquainted.jsonl";

/// Bytes of the sources after which what is done is made safe, however few records they are.
const BYTES: u64 = 256 << 20;

/// Turns sources into `calls.jsonl`, `set-aside.jsonl` and `ingest.json` in the folder `out`; with a CRM also
/// `unmatched.jsonl`, and `key.jsonl` if asked for.
///
/// `inputs` are files, folders, patterns, or `-` for standard input, of which nothing can be taken up again. A folder that
/// holds the result of the same sources and settings is left as it is, and its summary returned.
///
/// # Errors
///
/// [`IngestError`]; what is done up to the last checkpoint stays, and the same call goes on from there.
pub fn ingest(
    inputs: &[String],
    out: &Path,
    settings: &IngestSettings,
    monitor: &dyn IngestMonitor,
) -> Result<Ingested, IngestError> {
    let sources = Sources::find(inputs)?;
    let plan = plan(&sources, settings);
    if let Some(done) = done::find(out, &plan, &sources, settings)? {
        return Ok(done);
    }
    let work = out.join(WORK);
    fs_err::create_dir_all(&work).map_err(IngestError::output(&work))?;
    let journal = Journal::new(work.join("journal.json"));
    let last = journal.last(&plan).map_err(IngestError::output(&work))?;
    let last = last.filter(|last| goes_on(last, &sources, settings));
    let resumed = last.as_ref().map_or(0, |last| last.summary.read);
    let at = last.unwrap_or_else(|| start(plan, &sources, settings));
    let run = Run {
        work,
        out: out.to_owned(),
        settings,
        monitor,
        sources: &sources,
        journal,
        read: Arc::default(),
        told: 0,
        safe: (at.summary.read, 0),
    };
    let mut done = run.finish(at)?;
    done.resumed = resumed;
    Ok(done)
}

/// Whether work of the same plan can be taken up: not that of standard input, and not that of another day that was chosen.
fn goes_on(last: &Checkpoint, sources: &Sources, settings: &IngestSettings) -> bool {
    let is_file = |kind| kind == SourceKind::File;
    let is_same_day = settings.as_of_is_today || last.as_of == settings.as_of;
    is_same_day && sources.found.iter().all(|source| is_file(source.kind))
}

/// The beginning of a work: what was left out when the sources were looked for is counted at once.
fn start(plan: String, sources: &Sources, settings: &IngestSettings) -> Checkpoint {
    let mut at = Checkpoint::start(plan, settings.as_of);
    for (reason, number) in [
        ("hidden", sources.hidden),
        ("named-twice", sources.repeated),
        ("loop", sources.loops),
        ("no-file", sources.special),
    ] {
        if number > 0 {
            at.summary.left_out.insert(reason.to_owned(), number);
        }
    }
    at
}

struct Run<'a> {
    work: PathBuf,
    out: PathBuf,
    settings: &'a IngestSettings,
    monitor: &'a dyn IngestMonitor,
    sources: &'a Sources,
    journal: Journal,
    read: Arc<AtomicU64>,
    told: u64,
    /// Records and bytes read at the last checkpoint.
    safe: (u64, u64),
}

impl Run<'_> {
    /// Reads what is left to read and puts the results in their places.
    fn finish(mut self, mut at: Checkpoint) -> Result<Ingested, IngestError> {
        if !at.finished {
            let steps = Steps::new(self.settings, at.as_of)?;
            let mut outputs = self.read_all(&steps, &mut at)?;
            self.conclude(&steps, &mut outputs, &mut at)?;
        }
        // Also if nothing was written: what is there says why.
        let done = self.publish(&at)?;
        if at.summary.written == 0 {
            return Err(IngestError::NothingUsable {
                read: at.summary.read,
            });
        }
        Ok(done)
    }

    fn read_all(&mut self, steps: &Steps<'_>, at: &mut Checkpoint) -> Result<Outputs, IngestError> {
        let sources = self.sources;
        self.monitor
            .stage("reading", sources.found.iter().map(size).sum());
        let mut outputs = Outputs::open(&self.work, self.settings, at)?;
        if at.summary.read == 0 {
            self.report_unreadable(steps, &mut outputs, at)?;
        }
        let from = (at.sources, at.records);
        let bytes = Arc::clone(&self.read);
        let mut feed = Feed::new(&sources.found, self.settings, bytes, from);
        loop {
            let pieces = feed.batch()?;
            if pieces.is_empty() {
                break;
            }
            take(pieces, steps, &mut outputs, at)?;
            self.tell();
            self.keep_safe(&mut outputs, at)?;
        }
        self.checkpoint(&mut outputs, at)?;
        Ok(outputs)
    }

    /// What the search for sources could not even look at.
    fn report_unreadable(
        &self,
        steps: &Steps<'_>,
        outputs: &mut Outputs,
        at: &mut Checkpoint,
    ) -> Result<(), IngestError> {
        for path in &self.sources.unreadable {
            let place = Place::whole(0, path.display().to_string());
            let message = "it can't be read, or leads nowhere";
            let prepared = Prepared {
                place: steps.veil.place(place),
                notes: Notes::default(),
                content: Err(Aside::nameless("unreadable", message)),
            };
            outputs.take(prepared, &mut at.summary)?;
        }
        Ok(())
    }

    fn tell(&mut self) {
        let read = self.read.load(Ordering::Relaxed);
        self.monitor.advance(read - self.told);
        self.told = read;
    }

    /// Makes what is done safe if it is time, or if the work has to stop here.
    fn keep_safe(&mut self, outputs: &mut Outputs, at: &mut Checkpoint) -> Result<(), IngestError> {
        let (records, bytes) = self.safe;
        let is_due =
            at.summary.read - records >= self.settings.checkpoint || self.told - bytes >= BYTES;
        let is_stopped = self.monitor.stopped();
        if is_due || is_stopped {
            self.checkpoint(outputs, at)?;
        }
        if is_stopped {
            return Err(IngestError::Stopped {
                read: at.summary.read,
            });
        }
        Ok(())
    }

    fn checkpoint(
        &mut self,
        outputs: &mut Outputs,
        at: &mut Checkpoint,
    ) -> Result<(), IngestError> {
        at.lengths = outputs.checkpoint()?;
        self.write(at)?;
        self.safe = (at.summary.read, self.told);
        Ok(())
    }

    fn write(&self, at: &Checkpoint) -> Result<(), IngestError> {
        let written = self.journal.write(at);
        written.map_err(IngestError::output(&self.work))
    }

    /// What can be done only when all is read. Stopped within, it is done again from the last checkpoint.
    fn conclude(
        &mut self,
        steps: &Steps<'_>,
        outputs: &mut Outputs,
        at: &mut Checkpoint,
    ) -> Result<(), IngestError> {
        if let Some(crm) = &self.settings.crm {
            outputs.list_crm(crm, &steps.veil, &mut at.summary)?;
        }
        let is_relabelled = self.label_last_calls(outputs, at)?;
        let calls = if is_relabelled { RELABELLED } else { CALLS };
        self.tell_of_buyers(outputs, calls)?;
        at.finished = true;
        self.checkpoint(outputs, at)
    }

    /// Whether calls had to be labelled again.
    fn label_last_calls(
        &self,
        outputs: &mut Outputs,
        at: &mut Checkpoint,
    ) -> Result<bool, IngestError> {
        let (Some(crm), Some(rules)) = (&self.settings.crm, self.settings.label_rules()) else {
            return Ok(false);
        };
        if rules.calls() != CallsLabelled::Last {
            return Ok(false);
        }
        self.monitor.stage("labelling last calls", None);
        let relabelling = Relabelling {
            crm,
            rules,
            as_of: at.as_of,
            deals: &outputs.deals_of_calls()?,
        };
        let (from, to) = (self.work.join(CALLS), self.work.join(RELABELLED));
        at.summary.outcomes = relabelling.write(&from, &to)?;
        Ok(true)
    }

    /// Adds what the calls before each call tell of its buyer.
    fn tell_of_buyers(&self, outputs: &mut Outputs, calls: &str) -> Result<(), IngestError> {
        let told = Acquaintance::of(&outputs.meetings()?);
        let (from, to) = (self.work.join(calls), self.work.join(ACQUAINTED));
        if Acquaintance::is_known(&told) {
            self.monitor.stage("telling who was met", None);
            Acquaintance::write(&told, &from, &to)?;
        }
        Ok(())
    }

    /// Moves the results to their places; doing it twice does no harm.
    fn publish(&self, at: &Checkpoint) -> Result<Ingested, IngestError> {
        for (from, to) in [
            (CALLS, CALLS),
            (RELABELLED, CALLS),
            (ACQUAINTED, CALLS),
            (SET_ASIDE, SET_ASIDE),
            (UNMATCHED, UNMATCHED),
            (KEY, KEY),
        ] {
            let (from, to) = (self.work.join(from), self.out.join(to));
            if from.exists() {
                fs_err::rename(&from, &to).map_err(IngestError::output(&to))?;
            }
        }
        let done = Ingested::of(at, self.sources);
        done.write(&self.out)?;
        self.journal
            .remove()
            .map_err(IngestError::output(&self.work))?;
        fs_err::remove_dir_all(&self.work).map_err(IngestError::output(&self.work))?;
        Ok(done)
    }
}

/// Takes pieces through all steps, side by side, and writes them in their order.
fn take(
    pieces: Vec<Piece<'_>>,
    steps: &Steps<'_>,
    outputs: &mut Outputs,
    at: &mut Checkpoint,
) -> Result<(), IngestError> {
    let prepared: Vec<(Vec<Prepared>, bool)> = pieces
        .into_par_iter()
        .map(|piece| {
            let (source, number) = (piece.source, piece.number);
            let items = piece.items.into_par_iter();
            let prepared = items.map(|item| steps.prepare(source, number, item));
            (prepared.collect(), piece.is_last)
        })
        .collect();
    for (prepared, is_last) in prepared {
        for prepared in prepared {
            let before = at.summary.written;
            outputs.take(prepared, &mut at.summary)?;
            at.records += 1;
            at.calls += at.summary.written - before;
        }
        if is_last {
            at.next_source();
        }
    }
    Ok(())
}
