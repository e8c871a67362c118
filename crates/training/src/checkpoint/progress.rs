//! Where a fine-tuning is: [`Progress`].

use serde::{Deserialize, Serialize};

use crate::EpochReport;
use crate::sampler::HardNegatives;

/// What is known between two steps, but for the tensors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// The epoch at hand, from 1.
    pub(crate) epoch: usize,
    /// Batches of it that are done.
    pub(crate) batch: usize,
    /// Steps that are done in all epochs.
    pub(crate) step: usize,
    /// Sum of the training losses of the epoch's batches.
    pub(crate) loss_sum: f64,
    /// The epoch with the smallest validation loss; 0 is the start.
    pub(crate) best_epoch: usize,
    /// That loss; none without validation calls.
    pub(crate) best_loss: Option<f64>,
    /// One an epoch that is over.
    pub(crate) reports: Vec<EpochReport>,
    /// What was mined before the epoch at hand, where its sampler asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) negatives: Option<HardNegatives>,
}

impl Progress {
    /// Before the first step.
    pub(crate) fn start(validation_loss: Option<f64>) -> Self {
        Self {
            epoch: 1,
            batch: 0,
            step: 0,
            loss_sum: 0.0,
            best_epoch: 0,
            best_loss: validation_loss,
            reports: Vec::new(),
            negatives: None,
        }
    }

    /// A step is done.
    pub(crate) fn step(&mut self, loss: f64) {
        self.batch += 1;
        self.step += 1;
        self.loss_sum += loss;
    }

    /// The report of an epoch whose batches are done.
    pub(crate) fn report(&self, validation_loss: Option<f64>) -> EpochReport {
        EpochReport {
            epoch: self.epoch,
            training_loss: self.loss_sum / self.batch.max(1) as f64,
            validation_loss,
        }
    }

    /// The epoch is over; whether it was the best one. Without validation calls the last one is.
    pub(crate) fn close(&mut self, report: EpochReport) -> bool {
        let better = match (report.validation_loss, self.best_loss) {
            (Some(loss), Some(best)) => loss < best,
            (None, _) | (_, None) => true,
        };
        if better {
            (self.best_epoch, self.best_loss) = (self.epoch, report.validation_loss);
        }
        self.reports.push(report);
        (self.epoch, self.batch, self.loss_sum) = (self.epoch + 1, 0, 0.0);
        self.negatives = None;
        better
    }

    /// Whether `patience` epochs went by without a better one.
    pub(crate) fn is_stuck(&self, patience: usize) -> bool {
        let done = self.epoch.saturating_sub(1);
        done > self.best_epoch && done >= self.best_epoch + patience
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(losses: &[f64]) -> Progress {
        let mut progress = Progress::start(Some(1.0));
        for loss in losses {
            progress.step(0.5);
            let report = progress.report(Some(*loss));
            progress.close(report);
        }
        progress
    }

    #[test]
    fn training_is_stuck_once_patience_is_used_up() {
        assert!(!after(&[]).is_stuck(0));
        assert!(!after(&[0.9]).is_stuck(1));
        assert!(!after(&[0.9, 0.95]).is_stuck(2));
        assert!(after(&[0.9, 0.95, 0.9]).is_stuck(2));
        assert!(!after(&[0.9, 0.95, 0.8]).is_stuck(2));
        assert_eq!(after(&[0.9, 0.95, 0.8]).best_epoch, 3);
    }

    #[test]
    fn without_validation_calls_the_last_epoch_is_the_best() {
        let mut progress = Progress::start(None);
        for _ in 1..=5 {
            progress.step(0.5);
            let report = progress.report(None);
            assert!(progress.close(report));
            assert!(!progress.is_stuck(0));
        }
        assert_eq!((progress.best_epoch, progress.step), (5, 5));
    }
}
