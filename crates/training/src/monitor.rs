//! Who watches a run, and may stop it: [`Monitor`].

use serde::{Deserialize, Serialize};

/// What one pass over the training calls gave.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EpochReport {
    /// From 1.
    pub epoch: usize,
    /// Mean training loss.
    pub training_loss: f64,
    /// Mean binary cross-entropy on the validation calls; none where there are none.
    pub validation_loss: Option<f64>,
}

/// Sees a run's progress. All methods do nothing by default.
pub trait Monitor: Sync {
    /// A stage of `steps` steps begins, for example `fine-tuning 1/3`.
    fn stage(&self, _name: &str, _steps: u64) {}

    /// One step more is done; `loss` where the stage has one.
    fn step(&self, _loss: Option<f64>) {}

    /// A pass is over.
    fn epoch(&self, _report: EpochReport) {}

    /// Whether the run should stop at the next step; nothing is published then.
    fn stopped(&self) -> bool {
        false
    }
}

/// Nobody watches.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Monitor for Silent {}
