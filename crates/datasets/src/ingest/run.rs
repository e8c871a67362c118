//! The whole of an ingest: [`ingest`].

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::batch::{Batch, End};
use super::journal::{Checkpoint, Journal, replace};
use super::last_calls::relabel;
use super::open::{Opening, open};
use super::outputs::{CALLS, KEY, Outputs, SET_ASIDE};
use super::place::Place;
use super::step::{Aside, Steps};
use super::summary::count;
use super::{IngestError, IngestMonitor, IngestSettings, IngestSummary};
use crate::{CallsLabelled, Records, Source, SourceKind, Sources};

/// The folder of work that is not finished, inside the output folder.
const WORK: &str = ".ingest";

/// The file that stands for a finished run.
const DONE: &str = "ingest.json";

const RELABELLED: &str = "relabelled.jsonl";

/// What an ingest left behind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Ingested {
    /// Fingerprint of the sources and the settings.
    pub plan: String,
    /// What became of the records.
    pub summary: IngestSummary,
    /// Records that an earlier, stopped run had done.
    #[serde(skip)]
    pub resumed: u64,
}

/// Turns sources into `calls.jsonl`, `set-aside.jsonl` and `ingest.json` in the folder `out`, and `key.jsonl` if asked for.
///
/// `inputs` are files, folders, patterns, or `-` for standard input, which cannot be resumed. A folder that holds the
/// result of the same sources and settings is left as it is, and its summary returned.
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
    if let Some(done) = finished(out, &plan)? {
        return Ok(done);
    }
    let work = out.join(WORK);
    fs_err::create_dir_all(&work).map_err(IngestError::output(&work))?;
    let journal = Journal::new(work.join("journal.json"));
    let last = journal.last(&plan).map_err(IngestError::output(&work))?;
    let resumed = last.as_ref().map_or(0, |last| last.summary.read);
    let at = last.unwrap_or_else(|| start(plan, &sources));
    let run = Run {
        work,
        out: out.to_owned(),
        settings,
        monitor,
        sources: &sources,
        journal,
        read: Arc::default(),
        told: 0,
    };
    let summary = run.finish(at)?;
    let plan = summary.0;
    Ok(Ingested {
        plan,
        summary: summary.1,
        resumed,
    })
}

/// The beginning of a work: what was left out when the sources were looked for is counted at once.
fn start(plan: String, sources: &Sources) -> Checkpoint {
    let mut at = Checkpoint::start(plan);
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

/// The summary of a finished run of the same plan. A run of which no call came may be repeated under other settings.
fn finished(out: &Path, plan: &str) -> Result<Option<Ingested>, IngestError> {
    let path = out.join(DONE);
    match fs_err::read(&path) {
        Ok(text) => {
            let done: Option<Ingested> = serde_json::from_slice(&text).ok();
            if done.as_ref().is_some_and(|done| done.summary.written == 0) {
                return Ok(None); // nothing to lose
            }
            let same = done.filter(|done| done.plan == plan);
            same.map(Some).ok_or_else(|| IngestError::InUse {
                path: out.to_owned(),
            })
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            if out.join(CALLS).exists() && !out.join(WORK).exists() {
                return Err(IngestError::InUse {
                    path: out.to_owned(),
                });
            }
            Ok(None)
        }
        Err(error) => Err(IngestError::output(&path)(error)),
    }
}

/// Fingerprint of the sources (names, sizes, times of change) and the settings.
fn plan(sources: &Sources, settings: &IngestSettings) -> String {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION"));
    hash.update(settings.described.as_bytes());
    hash.update(settings.as_of.to_string());
    for source in &sources.found {
        let told = fs_err::metadata(&source.path).ok();
        let size = told.as_ref().map(std::fs::Metadata::len);
        let changed = told.and_then(|told| told.modified().ok());
        hash.update(format!("{source:?} {size:?} {changed:?}\n"));
    }
    let mut plan = String::new();
    for byte in hash.finalize() {
        let _ = write!(plan, "{byte:02x}"); // into a string: it cannot fail
    }
    plan
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
}

impl Run<'_> {
    /// Reads what is left to read and puts the results in their places.
    fn finish(mut self, mut at: Checkpoint) -> Result<(String, IngestSummary), IngestError> {
        if !at.finished {
            self.read_all(&mut at)?;
            self.label_last_calls(&mut at)?;
            at.finished = true;
            self.write(&at)?;
        }
        if at.summary.written == 0 {
            // What is there says why, so it is published all the same.
            self.publish(&at)?;
            return Err(IngestError::NothingUsable {
                read: at.summary.read,
            });
        }
        self.publish(&at)?;
        Ok((at.plan, at.summary))
    }

    fn read_all(&mut self, at: &mut Checkpoint) -> Result<(), IngestError> {
        let sizes = self.sources.found.iter().map(size);
        self.monitor.stage("reading", sizes.sum());
        let mut outputs = Outputs::open(&self.work, self.settings, at)?;
        let steps = Steps::new(self.settings)?;
        if at.summary.read == 0 {
            for path in &self.sources.unreadable {
                let place = Place::whole(&path.display().to_string());
                let aside = Aside::new("", "unreadable", "it can't be read, or leads nowhere");
                at.summary.read += 1;
                outputs.set_aside(&place, &aside, &mut at.summary)?;
            }
        }
        let sources = self.sources;
        for source in sources.found.iter().skip(at.sources) {
            self.read_source(source, &steps, &mut outputs, at)?;
            at.sources += 1;
            at.records = 0;
        }
        at.lengths = outputs.checkpoint()?;
        self.write(at)
    }

    fn read_source(
        &mut self,
        source: &Source,
        steps: &Steps<'_>,
        outputs: &mut Outputs,
        at: &mut Checkpoint,
    ) -> Result<(), IngestError> {
        let name = source.path.display().to_string();
        let opening = match open(source, self.settings, &self.read) {
            Err(IngestError::Table { source, .. }) if self.sources.found.len() > 1 => {
                return unread(&name, "unknown-columns", &source.to_string(), outputs, at);
            }
            opening => opening?,
        };
        let (format, mut records) = match opening {
            Opening::Records(format, records) => (format, records),
            Opening::UnknownFormat => {
                let message =
                    "neither its name nor its start tells its form: name it with `--from`";
                return unread(&name, "unknown-format", message, outputs, at);
            }
            Opening::Unreadable(error) => {
                return unread(&name, "unreadable", &error.to_string(), outputs, at);
            }
        };
        skip(&mut *records, at.records);
        let mut safe = at.summary.read;
        loop {
            let batch = Batch::read(&mut *records, &name, self.settings.checkpoint.max(1));
            let prepared: Vec<_> = batch
                .records
                .into_par_iter()
                .map(|(place, record)| steps.prepare(place, record, &source.id))
                .collect();
            for prepared in prepared {
                at.records += 1;
                count(&mut at.summary.formats, format.as_str());
                outputs.take(prepared, &mut at.summary)?;
            }
            self.tell();
            match batch.end {
                End::More => {}
                End::Source => return Ok(()),
                End::Broken(error) => {
                    return unread(&name, "unreadable", &error.to_string(), outputs, at);
                }
            }
            let due = at.summary.read - safe >= self.settings.checkpoint;
            let stopped = self.monitor.stopped();
            if due || stopped {
                at.lengths = outputs.checkpoint()?;
                self.write(at)?;
                safe = at.summary.read;
            }
            if stopped {
                return Err(IngestError::Stopped {
                    read: at.summary.read,
                });
            }
        }
    }

    fn tell(&mut self) {
        let read = self.read.load(Ordering::Relaxed);
        self.monitor.advance(read - self.told);
        self.told = read;
    }

    fn write(&self, at: &Checkpoint) -> Result<(), IngestError> {
        self.journal
            .write(at)
            .map_err(IngestError::output(&self.work))
    }

    fn label_last_calls(&self, at: &mut Checkpoint) -> Result<(), IngestError> {
        let (Some(crm), Some(rules)) = (&self.settings.crm, self.settings.label_rules()) else {
            return Ok(());
        };
        if rules.calls() != CallsLabelled::Last {
            return Ok(());
        }
        self.monitor.stage("labelling last calls", None);
        let (from, to) = (self.work.join(CALLS), self.work.join(RELABELLED));
        at.summary.outcomes = relabel(&from, &to, crm, rules, self.settings)?;
        Ok(())
    }

    /// Moves the results to their places; doing it twice does no harm.
    fn publish(&self, at: &Checkpoint) -> Result<(), IngestError> {
        let moved = |from: &str, to: &str| {
            let (from, to) = (self.work.join(from), self.out.join(to));
            if from.exists() {
                fs_err::rename(&from, &to).map_err(IngestError::output(&to))?;
            }
            Ok::<(), IngestError>(())
        };
        moved(CALLS, CALLS)?;
        moved(RELABELLED, CALLS)?;
        moved(SET_ASIDE, SET_ASIDE)?;
        moved(KEY, KEY)?;
        let done = Ingested {
            plan: at.plan.clone(),
            summary: at.summary.clone(),
            resumed: 0,
        };
        let path = self.out.join(DONE);
        let text = serde_json::to_vec_pretty(&done).map_err(std::io::Error::from);
        let written = text.and_then(|text| replace(&path, &text));
        written.map_err(IngestError::output(&path))?;
        self.journal
            .remove()
            .map_err(IngestError::output(&self.work))?;
        fs_err::remove_dir_all(&self.work).map_err(IngestError::output(&self.work))
    }
}

/// Counts a source, or the rest of it, that can't be read, as one record.
fn unread(
    name: &str,
    reason: &'static str,
    message: &str,
    outputs: &mut Outputs,
    at: &mut Checkpoint,
) -> Result<(), IngestError> {
    at.summary.read += 1;
    let aside = Aside::new("", reason, message);
    outputs.set_aside(&Place::whole(name), &aside, &mut at.summary)
}

/// Passes over records that an earlier run has done.
fn skip(records: &mut dyn Records, number: u64) {
    for _ in 0..number {
        if !matches!(records.next_record(), Ok(Some(_))) {
            return;
        }
    }
}

fn size(source: &Source) -> Option<u64> {
    match source.kind {
        SourceKind::File => fs_err::metadata(&source.path).map(|told| told.len()).ok(),
        SourceKind::StandardInput => None,
    }
}
