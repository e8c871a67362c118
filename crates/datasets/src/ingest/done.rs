//! What an ingest left behind: [`Ingested`].

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use upturn_core::Date;

use super::journal::{Checkpoint, replace};
use super::origins::Origins;
use super::outputs::CALLS;
use super::run::WORK;
use super::{IngestError, IngestSettings, IngestSummary};
use crate::{SourceKind, Sources};

/// The file that stands for a finished run.
const DONE: &str = "ingest.json";

/// What an ingest left behind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Ingested {
    /// Fingerprint of the sources and the settings.
    pub plan: String,
    /// The day that counted as today.
    pub as_of: Date,
    /// What became of the records.
    pub summary: IngestSummary,
    origins: Origins,
    /// Records that an earlier, stopped run had done.
    #[serde(skip)]
    pub resumed: u64,
    /// The file of each source of which calls were written, and their number, in the order of the calls.
    #[serde(skip)]
    pub sources: Vec<(PathBuf, u64)>,
}

impl Ingested {
    pub(super) fn of(at: &Checkpoint, sources: &Sources) -> Self {
        let done = Self {
            plan: at.plan.clone(),
            as_of: at.as_of,
            summary: at.summary.clone(),
            origins: at.origins.clone(),
            resumed: 0,
            sources: Vec::new(),
        };
        done.with_sources(sources)
    }

    fn with_sources(mut self, sources: &Sources) -> Self {
        let paths = sources.found.iter().map(|source| source.path.clone());
        let with_calls = paths.zip(self.origins.iter());
        self.sources = with_calls.filter(|(_, calls)| *calls > 0).collect();
        self
    }

    /// # Errors
    ///
    /// [`IngestError::Output`].
    pub(super) fn write(&self, out: &Path) -> Result<(), IngestError> {
        let path = out.join(DONE);
        let text = serde_json::to_vec_pretty(self).map_err(io::Error::from);
        let written = text.and_then(|text| replace(&path, &text));
        written.map_err(IngestError::output(&path))
    }
}

/// The result of a finished run of the same plan. A run of which no call came may be repeated under other settings.
pub(super) fn find(
    out: &Path,
    plan: &str,
    sources: &Sources,
    settings: &IngestSettings,
) -> Result<Option<Ingested>, IngestError> {
    let path = out.join(DONE);
    let in_use = || IngestError::InUse {
        path: out.to_owned(),
    };
    match fs_err::read(&path) {
        Ok(text) => {
            let done: Option<Ingested> = serde_json::from_slice(&text).ok();
            if done.as_ref().is_some_and(|done| done.summary.written == 0) {
                return Ok(None); // nothing to lose
            }
            let is_file = |kind| kind == SourceKind::File;
            let can_repeat = sources.found.iter().all(|source| is_file(source.kind));
            let same = done.filter(|done| done.plan == plan && can_repeat);
            let done = same.ok_or_else(in_use)?;
            check_day(&done, out, settings)?;
            Ok(Some(done.with_sources(sources)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if out.join(CALLS).exists() && !out.join(WORK).exists() {
                return Err(in_use());
            }
            Ok(None)
        }
        Err(error) => Err(IngestError::output(&path)(error)),
    }
}

/// Labels depend on the day, so the result of another one is not passed off as that of this day.
fn check_day(done: &Ingested, out: &Path, settings: &IngestSettings) -> Result<(), IngestError> {
    let depends = settings.crm.is_some() || !settings.as_of_is_today;
    if depends && done.as_of != settings.as_of {
        return Err(IngestError::OtherDay {
            path: out.to_owned(),
            as_of: done.as_of,
        });
    }
    Ok(())
}
