//! What a monitor is told: [`StepReport`], [`EpochReport`], [`TrainingEvent`].

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::{TrainingError, Worth};

/// What one pass over the training calls gave.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EpochReport {
    /// From 1.
    pub epoch: usize,
    /// Mean training loss.
    pub training_loss: f64,
    /// Mean binary cross-entropy on the validation calls behind the line that calibrates them best; none where there are none.
    pub validation_loss: Option<f64>,
}

/// What one step of the optimiser gave.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct StepReport {
    /// From 1, over all epochs.
    pub step: usize,
    /// From 1.
    pub epoch: usize,
    /// Training loss of the batch, before the step.
    pub loss: f64,
    /// Euclidean norm of all gradients together, before it is shortened.
    pub gradient_norm: f64,
    /// Learning rate of the encoder at this step.
    pub learning_rate: f64,
    /// Calls in the batch.
    pub calls: usize,
    /// Tokens in the batch.
    pub tokens: usize,
    /// How long the step took, in seconds.
    pub seconds: f64,
}

impl StepReport {
    /// Tokens a second; 0 where no time was measured.
    pub fn tokens_per_second(&self) -> f64 {
        if self.seconds > 0.0 {
            self.tokens as f64 / self.seconds
        } else {
            0.0
        }
    }
}

/// Something of a fine-tuning. A run has several: one for each cross-fitted fold, then that of the model.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum TrainingEvent<'a> {
    /// A fine-tuning begins, or goes on.
    Begins {
        /// `fold-1`, …, `final`.
        name: &'a str,
        /// Steps of it that are done already: above 0 where it goes on.
        step: usize,
        /// Steps at most, of all epochs.
        steps: usize,
    },
    /// A step is done.
    Step(StepReport),
    /// Training stops before the last epoch, because the validation loss did not fall any more.
    StoppedEarly {
        /// The last epoch.
        epoch: usize,
        /// The epoch whose weights are kept; 0 is the start.
        best_epoch: usize,
    },
    /// A checkpoint was written.
    Checkpoint {
        /// After how many steps.
        step: usize,
        /// Where.
        path: &'a Path,
    },
    /// A checkpoint could not be written. Training goes on; the ones before are kept.
    CheckpointFailed {
        /// Why.
        error: &'a TrainingError,
    },
    /// A checkpoint is damaged; the one before is used, or the fine-tuning begins anew where there is none.
    CheckpointDamaged {
        /// Which.
        path: &'a Path,
    },
    /// A fine-tuning that was done before the interruption is taken as it is.
    Skipped {
        /// Its name.
        name: &'a str,
    },
    /// The pre-trained encoder is kept in place of the one that learnt.
    KeptPretrained {
        /// Why.
        worth: Worth,
    },
}
