//! Keeps checkpoints while a fine-tuning runs: [`Keeper`].

use std::path::PathBuf;

use candle_core::Tensor;

use super::due::Due;
use super::{FineTuningFolder, Progress};
use crate::optimiser::AdamW;
use crate::{FineTuned, Monitor, TrainingError, TrainingEvent};

/// Does nothing where nothing is to be kept. A failure is told to the monitor and does not stop the training.
pub(crate) struct Keeper<'a> {
    place: Option<(&'a FineTuningFolder<'a>, Due)>,
    monitor: &'a dyn Monitor,
}

impl<'a> Keeper<'a> {
    /// Counts from `step`.
    pub(crate) fn new(
        place: Option<&'a FineTuningFolder<'a>>,
        step: usize,
        monitor: &'a dyn Monitor,
    ) -> Self {
        Self {
            place: place.map(|place| (place, place.due(step))),
            monitor,
        }
    }

    /// Writes a checkpoint if it is time.
    pub(crate) fn save_if_due(&mut self, progress: &Progress, best: &[Tensor], optimiser: &AdamW) {
        if self.place.is_some_and(|(_, due)| due.is_now(progress.step)) {
            self.save(progress, best, optimiser);
        }
    }

    /// Writes a checkpoint.
    pub(crate) fn save(&mut self, progress: &Progress, best: &[Tensor], optimiser: &AdamW) {
        let Some((place, due)) = &mut self.place else {
            return;
        };
        due.done(progress.step);
        match place.save(progress, best, optimiser) {
            Ok(path) => self.monitor.event(&TrainingEvent::Checkpoint {
                step: progress.step,
                path: &path,
            }),
            Err(error) => self.tell(&error),
        }
    }

    /// Keeps what came of it.
    pub(crate) fn finish(&self, tuned: &FineTuned, trained: &[String]) {
        let finished = self
            .place
            .map_or(Ok(()), |(place, _)| place.finish(tuned, trained));
        if let Err(error) = finished {
            self.tell(&error);
        }
    }

    /// Where the last good state is, for the error that ends the run.
    pub(crate) fn kept(&self) -> Option<PathBuf> {
        let (place, _) = self.place?;
        place.kept().map(ToOwned::to_owned)
    }

    fn tell(&self, error: &TrainingError) {
        self.monitor
            .event(&TrainingEvent::CheckpointFailed { error });
    }
}
