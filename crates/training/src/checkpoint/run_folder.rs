//! The checkpoints of one run, once it is known which: [`RunFolder`].

use super::{Checkpoints, FineTuningFolder, Identity};
use crate::TrainingError;

/// The file that holds the [`Identity`].
pub(super) const IDENTITY: &str = "run.json";

/// Where the fine-tunings of a run keep theirs.
#[derive(Debug)]
pub(crate) struct RunFolder<'a> {
    pub(super) checkpoints: &'a Checkpoints,
    identity: Identity,
}

impl<'a> RunFolder<'a> {
    pub(super) const fn new(checkpoints: &'a Checkpoints, identity: Identity) -> Self {
        Self {
            checkpoints,
            identity,
        }
    }

    /// The place of a fine-tuning, by its name within the run.
    pub(crate) fn fine_tuning(&self, name: &str) -> FineTuningFolder<'_> {
        FineTuningFolder::new(self, self.checkpoints.folder().join(name))
    }

    /// Makes sure that the folder says whose it is before anything is put there.
    pub(super) fn record(&self) -> Result<(), TrainingError> {
        self.checkpoints.record(&self.identity)
    }
}
