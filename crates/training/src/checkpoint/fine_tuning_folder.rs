//! The checkpoints of one fine-tuning: [`FineTuningFolder`].

use std::path::{Path, PathBuf};

use candle_core::Tensor;
use upturn_encoder::Encoder;

use super::due::Due;
use super::sealed::{self, Files};
use super::{FoldAnswers, Progress, RunFolder, TrainingState, finished};
use crate::optimiser::AdamW;
use crate::{FineTuned, TrainingError};

const CHECKPOINT: &str = "checkpoint-";
const FINISHED: &str = "finished";
const ANSWERS: &str = "answers";

/// What may come before the outcomes in a fine-tuning; each phase is a fine-tuning of its own, in a folder beside.
pub(crate) const PHASES: [&str; 3] = ["adaptation", "distillation", "contrast"];

/// How many checkpoints are kept: if the last is damaged, the one before is used.
const KEPT: usize = 2;

/// Where a fine-tuning leaves what it needs to go on, and then what came of it.
#[derive(Debug)]
pub(crate) struct FineTuningFolder<'a> {
    run: &'a RunFolder<'a>,
    folder: PathBuf,
}

impl<'a> FineTuningFolder<'a> {
    pub(super) const fn new(run: &'a RunFolder<'a>, folder: PathBuf) -> Self {
        Self { run, folder }
    }

    /// Its name within the run.
    pub(crate) fn name(&self) -> &str {
        let name = self.folder.file_name().and_then(|name| name.to_str());
        name.unwrap_or_default()
    }

    /// The place of one of its phases, by a name from [`PHASES`].
    pub(crate) fn phase(&self, phase: &str) -> Self {
        let folder = self
            .folder
            .with_file_name(format!("{}-{phase}", self.name()));
        Self::new(self.run, folder)
    }

    /// Counts from `step` and from now.
    pub(super) fn due(&self, step: usize) -> Due {
        let settings = self.run.checkpoints;
        Due::new(settings.steps, settings.every, step)
    }

    /// The folder of the whole run, if there is something in it.
    pub(super) fn kept(&self) -> Option<&Path> {
        let checkpoints = self.run.checkpoints;
        checkpoints.is_begun().then(|| checkpoints.folder())
    }

    /// The last checkpoint that is whole, and those behind it that are not.
    pub(crate) fn last(&self) -> (Option<TrainingState>, Vec<PathBuf>) {
        let mut damaged = Vec::new();
        for path in self.checkpoints().into_iter().rev() {
            match sealed::read(&path).as_ref().and_then(TrainingState::parse) {
                Some(state) => return (Some(state), damaged),
                None => damaged.push(path),
            }
        }
        (None, damaged)
    }

    /// Writes a checkpoint, then removes those before the last two.
    ///
    /// # Errors
    ///
    /// [`TrainingError::Checkpoint`]; the ones before are then untouched.
    pub(super) fn save(
        &self,
        progress: &Progress,
        best: &[Tensor],
        optimiser: &AdamW,
    ) -> Result<PathBuf, TrainingError> {
        let (epoch, batch) = (progress.epoch, progress.batch);
        let name = format!("{CHECKPOINT}{epoch:04}-{batch:06}");
        let path = self.folder.join(&name);
        // One that is there and whole says the same: to replace it would only risk it.
        if sealed::read(&path).is_none() {
            self.write(&name, &TrainingState::files(progress, best, optimiser)?)?;
        }
        let all = self.checkpoints();
        for old in all.iter().rev().skip(KEPT) {
            // What can't be removed only takes room.
            let _ = fs_err::remove_dir_all(old);
        }
        Ok(path)
    }

    /// What a fine-tuning gave that is done.
    pub(crate) fn finished(&self, encoder: &Encoder) -> Option<FineTuned> {
        finished::parse(&sealed::read(&self.folder.join(FINISHED))?, encoder)
    }

    /// Keeps what a fine-tuning gave instead of its checkpoints.
    ///
    /// # Errors
    ///
    /// [`TrainingError::Checkpoint`]; the checkpoints are then untouched.
    pub(super) fn finish(
        &self,
        tuned: &FineTuned,
        trained: &[String],
    ) -> Result<(), TrainingError> {
        self.write(FINISHED, &finished::files(tuned, trained)?)?;
        for checkpoint in self.checkpoints() {
            let _ = fs_err::remove_dir_all(checkpoint);
        }
        for phase in PHASES {
            let _ = fs_err::remove_dir_all(self.phase(phase).folder);
        }
        Ok(())
    }

    /// What a fold gave that is done.
    pub(crate) fn answers(&self) -> Option<FoldAnswers> {
        FoldAnswers::parse(&sealed::read(&self.folder.join(ANSWERS))?)
    }

    /// Keeps a fold's answers instead of its encoder, which nobody needs any more.
    ///
    /// # Errors
    ///
    /// [`TrainingError::Checkpoint`].
    pub(crate) fn answered(&self, answers: &FoldAnswers) -> Result<(), TrainingError> {
        self.write(ANSWERS, &answers.files()?)?;
        let _ = fs_err::remove_dir_all(self.folder.join(FINISHED));
        Ok(())
    }

    fn write(&self, name: &str, files: &Files) -> Result<(), TrainingError> {
        self.run.record()?;
        fs_err::create_dir_all(&self.folder)
            .and_then(|()| sealed::write(&self.folder.join(name), files))
            .map_err(|source| self.run.checkpoints.failed(source))
    }

    /// By age: their names grow.
    fn checkpoints(&self) -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> = fs_err::read_dir(&self.folder)
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(CHECKPOINT))
            .map(|entry| entry.path())
            .collect();
        paths.sort();
        paths
    }
}
