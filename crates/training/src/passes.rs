//! How many passes over the outcomes a fine-tuning made: [`Passes`].

use serde::Serialize;

use crate::Worth;

/// What became of one of a run's fine-tunings.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Passes {
    /// `fold-1` and so on of those that only calibrate; `final` of the one that is published.
    pub name: String,
    /// Epochs on outcomes that were done: fewer than asked for where no better one came within the patience. Those of
    /// `final` are the middle one of the folds' best epochs, and none where the pre-trained encoder is kept.
    pub done: usize,
    /// The epoch whose weights were kept: the best on held-out calls; 0 for those before the first step. The last of
    /// `final`, which holds no calls out.
    pub best_epoch: usize,
    /// Whether the pre-trained encoder was kept instead, and why. That of `final` is of the calls of all folds.
    #[serde(flatten)]
    pub worth: Worth,
}
