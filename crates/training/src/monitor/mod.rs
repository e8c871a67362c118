//! Who watches a run, and may stop it: [`Monitor`].

mod both;
mod json_lines;
mod kept_lines;
mod protobuf;
mod records;
mod reports;
mod tensor_board;

pub use both::Monitors;
pub use json_lines::JsonLines;
pub use reports::{EpochReport, StepReport, TrainingEvent};
pub use tensor_board::TensorBoard;

/// Sees a run's progress. All methods do nothing by default.
pub trait Monitor: Sync {
    /// A stage of `steps` steps begins, for example `fine-tuning 1/3`.
    fn stage(&self, _name: &str, _steps: u64) {}

    /// One step more is done; `loss` where the stage has one.
    fn step(&self, _loss: Option<f64>) {}

    /// A pass is over.
    fn epoch(&self, _report: EpochReport) {}

    /// Something of a fine-tuning that may be worth a line: an optimiser's step, a checkpoint, an early stop.
    fn event(&self, _event: &TrainingEvent<'_>) {}

    /// Whether the run should stop at the next step; nothing is published then.
    fn stopped(&self) -> bool {
        false
    }
}

/// Nobody watches.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Monitor for Silent {}
