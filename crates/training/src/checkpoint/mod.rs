//! A run that survives what ends it: [`Checkpoints`].
//!
//! ```text
//! model.training/          beside the model folder; removed once the model is published
//!   run.json               digests of settings, calls and encoder: another run is refused
//!   fold-1/answers/        a cross-fitted fold that is done: what its parts said of the calls held out
//!   final-adaptation/      a phase before the outcomes, with checkpoints and an end of its own; removed with `finished`
//!   final/finished/        a fine-tuning that is done: the trained tensors
//!   final/checkpoint-0002-000031/    one that goes on with batch 31 of epoch 2; the last two are kept
//!     state.json           where it is: epoch, batch, step, the reports, the best validation loss so far, hard negatives
//!     tensors.safetensors  trained tensors (now, and those of the best epoch), both moments of the optimiser
//!     SHA256SUMS           `sha256sum -c` checks the two above
//! ```
//!
//! Nothing random has a state of its own: the order of an epoch is drawn from the seed and the epoch, the noise of a step
//! from the seed and the step. So `state.json` says all, and a run that goes on ends in the same bits as one that was
//! never interrupted, on the same machine and number of threads.
//!
//! It is *not* a model: nothing here is opened to predict.

mod answers;
mod checkpoints;
mod discard;
mod due;
mod fine_tuning_folder;
mod finished;
mod identity;
mod keeper;
mod progress;
mod run_folder;
mod sealed;
mod state;

pub(crate) use answers::FoldAnswers;
pub use checkpoints::{Checkpoints, Start};
pub use discard::discard;
pub(crate) use fine_tuning_folder::{FineTuningFolder, PHASES};
pub(crate) use identity::Identity;
pub(crate) use keeper::Keeper;
pub(crate) use progress::Progress;
pub(crate) use run_folder::RunFolder;
pub(crate) use sealed::hex;
pub(crate) use state::TrainingState;

#[cfg(test)]
mod tests;
