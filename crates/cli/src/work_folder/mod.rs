//! Finished parts of a long measurement, kept until all of it is written: [`WorkFolder`].
//!
//! ```text
//! REPORT.folds/          removed once the report is written
//!   run.json             digests of calls, folds, options and encoders: another run is refused
//!   fold-0.sealed        what a finished fold gave, behind its check sum
//!   fold-1/              checkpoints of the trainings of the fold at hand; removed with its seal
//! ```

mod error;
mod identity;
mod options;
mod seal;

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use upturn::Cause;
use upturn::training::{Start, discard};

use crate::context::Context;
use crate::error::CliError;
use crate::failure::{Failure, chain};
use crate::numbers::count;
use crate::printer::Printer;
pub(crate) use error::WorkError;
pub(crate) use identity::Identity;
pub(crate) use options::{WorkArgs, beside};
use seal::Seal;

/// Says which run it is.
const IDENTITY: &str = "run.json";

/// What the names of finished parts end in.
const SEALED: &str = "sealed";

/// A folder in which a measurement keeps its finished parts, so that a run that was killed goes on.
///
/// # Laws
///
/// - **Same answer.** A run that was killed at any point and goes on gives what one that was not gives, but for times.
/// - **Whole or not at all.** A part is written beside its place, flushed and moved there. One that was damaged since is
///   noticed by its check sum, told and computed anew.
/// - **No other run.** With other calls, folds, options or encoders it is refused.
/// - **Not in the way.** If a part can't be kept, for example on a full disk, that is told once, and the run goes on.
#[derive(Debug)]
pub(crate) struct WorkFolder {
    folder: PathBuf,
    start: Start,
    printer: Printer,
    told: Cell<bool>,
    spent: Cell<Duration>,
}

/// What a part gave.
#[derive(Debug, Serialize, Deserialize)]
struct Part<T> {
    seconds: f64,
    gave: T,
}

impl WorkFolder {
    /// The folder, which need not exist; nothing is written yet.
    ///
    /// # Errors
    ///
    /// [`WorkError::Interrupted`] if a new run is to begin where another one was interrupted, [`WorkError::Foreign`] if the
    /// folder holds something else.
    pub(crate) fn open(folder: PathBuf, start: Start, printer: Printer) -> Result<Self, WorkError> {
        let begun = is_begun(&folder);
        if !begun && (folder.is_file() || holds_something(&folder)) {
            return Err(WorkError::Foreign { path: folder });
        }
        if begun && start == Start::New {
            return Err(WorkError::Interrupted { path: folder });
        }
        Ok(Self {
            folder,
            start,
            printer,
            told: Cell::new(false),
            spent: Cell::new(Duration::ZERO),
        })
    }

    /// Begins this very run or goes on with it.
    ///
    /// # Errors
    ///
    /// [`WorkError::OtherRun`], [`WorkError::DamagedRun`], [`WorkError::Write`].
    pub(crate) fn begin(&self, identity: &Identity) -> Result<(), WorkError> {
        if self.start == Start::Restart {
            self.remove()?;
        }
        if is_begun(&self.folder) {
            identity.check(&self.folder)?;
            let parts = self.parts();
            self.printer.note(&format!(
                "goes on: `{}` keeps {} finished {}",
                self.folder.display(),
                count(parts),
                noun(parts)
            ));
            return Ok(());
        }
        if self.start == Start::Resume {
            self.printer.note("no run was interrupted here: it begins");
        }
        fs_err::create_dir_all(&self.folder).map_err(CliError::write(&self.folder))?;
        identity.write(&self.folder)
    }

    /// What the part of this name gave: what was kept of it, else what `compute` gives, which is kept. `compute` is told where
    /// its trainings may leave their checkpoints.
    ///
    /// # Errors
    ///
    /// Those of `compute`.
    pub(crate) fn part<T: Serialize + DeserializeOwned>(
        &self,
        name: &str,
        compute: impl FnOnce(&Path) -> Result<T, Cause>,
    ) -> Result<T, Cause> {
        if let Some(gave) = self.kept(name) {
            return Ok(gave);
        }
        let began = Instant::now();
        let gave = compute(&self.folder.join(name))?;
        let part = Part {
            seconds: began.elapsed().as_secs_f64(),
            gave,
        };
        self.keep(name, &part);
        Ok(part.gave)
    }

    /// What earlier runs spent on the parts that were taken up.
    pub(crate) fn spent(&self) -> Duration {
        self.spent.get()
    }

    /// What stands after an end before its time, and how to go on; none where nothing is kept.
    pub(crate) fn stands(&self) -> Option<String> {
        let parts = self.parts();
        is_begun(&self.folder).then(|| {
            let folder = self.folder.display();
            format!(
                "`{folder}` keeps {} finished {} and what was learnt of the next; the same command with `--resume` goes on",
                count(parts),
                noun(parts)
            )
        })
    }

    /// Removes it: everything is written. The folder changes its name first, so that no half of it is taken for a run.
    ///
    /// # Errors
    ///
    /// [`WorkError::Write`].
    pub(crate) fn remove(&self) -> Result<(), WorkError> {
        Ok(discard(&self.folder).map_err(CliError::write(&self.folder))?)
    }

    fn kept<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let path = self.sealed(name);
        match seal::read::<Part<T>>(&path) {
            Seal::Missing => None,
            Seal::Whole(part) => {
                let seconds = Duration::try_from_secs_f64(part.seconds).unwrap_or_default();
                self.spent.set(self.spent.get() + seconds);
                Some(part.gave)
            }
            Seal::Damaged => {
                self.printer.warning(&format!(
                    "`{}` is damaged: `{name}` is measured anew",
                    path.display()
                ));
                None
            }
        }
    }

    fn keep<T: Serialize>(&self, name: &str, part: &Part<T>) {
        match seal::write(&self.sealed(name), part) {
            // What can't be removed only takes room.
            Ok(()) => {
                let _ = fs_err::remove_dir_all(self.folder.join(name));
            }
            Err(error) if !self.told.replace(true) => self.printer.warning(&format!(
                "`{name}` can't be kept, and if this run is killed it is measured again; the run goes on: {}",
                chain(&error)
            )),
            Err(_) => {}
        }
    }

    fn sealed(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.{SEALED}"))
    }

    /// How many are finished.
    fn parts(&self) -> usize {
        let entries = fs_err::read_dir(&self.folder).into_iter().flatten();
        let names = entries.flatten().map(|entry| entry.file_name());
        let sealed = names.filter(|name| {
            let name = name.to_string_lossy();
            !name.starts_with('.') && name.ends_with(SEALED)
        });
        sealed.count()
    }
}

/// The same where nothing may be kept.
///
/// # Errors
///
/// Those of `compute`.
pub(crate) fn part<T: Serialize + DeserializeOwned>(
    kept: Option<&WorkFolder>,
    name: &str,
    compute: impl FnOnce(Option<&Path>) -> Result<T, Cause>,
) -> Result<T, Cause> {
    match kept {
        Some(kept) => kept.part(name, |folder| compute(Some(folder))),
        None => compute(None),
    }
}

/// The failure of a run whose finished parts may be kept; a folder that keeps none is removed. After Ctrl-C it says what
/// stands, which is `nothing` where none are.
pub(crate) fn stopped(
    error: Failure,
    (context, kept): (&Context, Option<&WorkFolder>),
    nothing: &str,
) -> Failure {
    let stands = kept.and_then(WorkFolder::stands);
    if let (Some(kept), None) = (kept, &stands) {
        // Nothing is lost with it.
        let _ = kept.remove();
    }
    let failure = context.unless_interrupted(stands.as_deref().unwrap_or(nothing))(error);
    if let (Some(stands), Failure::Error { .. }) = (stands, &failure) {
        context.printer.note(&stands);
    }
    failure
}

const fn noun(parts: usize) -> &'static str {
    if parts == 1 { "fold" } else { "folds" }
}

/// Whether there is something to go on with.
fn is_begun(folder: &Path) -> bool {
    folder.join(IDENTITY).is_file() && holds_something(folder)
}

/// Whether a folder holds anything but what says which run it is, and what an interrupted write left.
fn holds_something(folder: &Path) -> bool {
    let seen = |entry: std::io::Result<fs_err::DirEntry>| {
        let name = entry.map(|entry| entry.file_name());
        name.is_ok_and(|name| name != IDENTITY && !name.as_encoded_bytes().starts_with(b"."))
    };
    fs_err::read_dir(folder).is_ok_and(|mut entries| entries.any(seen))
}

#[cfg(test)]
mod tests;
