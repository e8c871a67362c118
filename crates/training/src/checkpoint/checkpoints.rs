//! Whether a run keeps checkpoints, where and how often: [`Checkpoints`].

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::run_folder::{IDENTITY, RunFolder};
use super::{Identity, discard, sealed};
use crate::TrainingError;

/// What becomes of a run that was interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Start {
    /// There must be none. The default.
    #[default]
    New,
    /// Go on with it, if there is one.
    Resume,
    /// Discard it, if there is one.
    Restart,
}

/// Settings of the checkpoints of one run, all of them in one folder.
///
/// # Laws
///
/// - **Same bits.** A run that was interrupted at any point and goes on gives the bits of one that was not.
/// - **Whole or not at all.** A checkpoint is written beside its place, flushed and moved there. One that was damaged since
///   is noticed by its check sum, and the one before is used.
/// - **No other run.** With other settings, calls or another encoder the run is refused.
/// - **Not in the way.** If a checkpoint can't be written, for example on a full disk, the monitor is told, the ones before
///   are kept, and training goes on.
#[derive(Debug, Clone)]
pub struct Checkpoints {
    folder: PathBuf,
    start: Start,
    pub(super) steps: Option<usize>,
    pub(super) every: Duration,
}

impl Checkpoints {
    /// Checkpoints in `folder`, which need not exist and is created with the first of them: after every epoch and every
    /// five minutes.
    ///
    /// # Errors
    ///
    /// [`TrainingError::Interrupted`] if a new run is to begin where another one was interrupted,
    /// [`TrainingError::NoTrainingFolder`] if `folder` holds something else.
    pub fn open(folder: impl Into<PathBuf>, start: Start) -> Result<Self, TrainingError> {
        let path = folder.into();
        let begun = path.join(IDENTITY).is_file();
        if !begun && (path.is_file() || holds_something(&path)) {
            return Err(TrainingError::NoTrainingFolder { path });
        }
        if begun && start == Start::New {
            return Err(TrainingError::Interrupted { path });
        }
        Ok(Self {
            folder: path,
            start,
            steps: None,
            every: Duration::from_mins(5),
        })
    }

    /// The folder beside a model folder: `model.training`.
    pub fn beside(model: &Path) -> PathBuf {
        let mut name = OsString::from(model.file_name().unwrap_or("model".as_ref()));
        name.push(".training");
        model.with_file_name(name)
    }

    /// Also after so many steps. Only after epochs and by time by default.
    #[must_use]
    pub const fn with_steps(mut self, steps: Option<usize>) -> Self {
        self.steps = steps;
        self
    }

    /// How much time may pass between two. Five minutes by default.
    #[must_use]
    pub const fn with_every(mut self, every: Duration) -> Self {
        self.every = every;
        self
    }

    /// Where they are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether there is a run to go on with.
    pub fn is_begun(&self) -> bool {
        self.folder.join(IDENTITY).is_file()
    }

    /// Removes them all: the model is published. The folder changes its name first, so that no half of it is taken for a
    /// run.
    ///
    /// # Errors
    ///
    /// [`TrainingError::Checkpoint`].
    pub fn remove(&self) -> Result<(), TrainingError> {
        discard(&self.folder).map_err(|source| self.failed(source))
    }

    /// The folder of this very run.
    ///
    /// # Errors
    ///
    /// [`TrainingError::OtherRun`], [`TrainingError::DamagedRun`], [`TrainingError::Checkpoint`].
    pub(crate) fn begin(&self, identity: Identity) -> Result<RunFolder<'_>, TrainingError> {
        if self.start == Start::Restart {
            self.remove()?;
        } else if self.is_begun() {
            self.check(&identity)?;
        }
        Ok(RunFolder::new(self, identity))
    }

    /// Whether the run that was interrupted is this one.
    fn check(&self, identity: &Identity) -> Result<(), TrainingError> {
        let path = self.folder.clone();
        let bytes =
            fs_err::read(self.folder.join(IDENTITY)).map_err(|source| self.failed(source))?;
        let Ok(there) = serde_json::from_slice::<Identity>(&bytes) else {
            return Err(TrainingError::DamagedRun { path });
        };
        match there.difference(identity) {
            Some(has) => Err(TrainingError::OtherRun { path, has }),
            None => Ok(()),
        }
    }

    /// Says on disk which run it is, once.
    pub(super) fn record(&self, identity: &Identity) -> Result<(), TrainingError> {
        if self.is_begun() {
            return Ok(());
        }
        let text = serde_json::to_vec_pretty(identity)?;
        fs_err::create_dir_all(&self.folder)
            .and_then(|()| sealed::write_file(&self.folder.join(IDENTITY), &text))
            .map_err(|source| self.failed(source))
    }

    pub(super) fn failed(&self, source: std::io::Error) -> TrainingError {
        TrainingError::Checkpoint {
            path: self.folder.clone(),
            source,
        }
    }
}

/// Whether a folder holds anything but what an interrupted write left.
fn holds_something(folder: &Path) -> bool {
    let seen = |entry: std::io::Result<fs_err::DirEntry>| {
        entry.is_ok_and(|entry| !entry.file_name().as_encoded_bytes().starts_with(b"."))
    };
    fs_err::read_dir(folder).is_ok_and(|mut entries| entries.any(seen))
}
