//! The encoder learns what the words know, turn by turn, before it learns outcomes: [`Distillation`].

use serde::{Deserialize, Serialize};

use crate::TrainingError;
use crate::config::positive;
use crate::loss::MultipleNegativesRanking;

/// Epochs in which every turn is to say what its words say of the outcome, before those on outcomes.
///
/// A few hundred outcomes are too few to move an encoder; a bag of words learns more from them. Its score of each turn
/// ([`Lexicon::turn_scores`](upturn_predict::Lexicon::turn_scores), fitted on the same calls, standardised for each side)
/// is a target that every turn has: a teacher with few words and a student that knows which words mean alike ("knowledge
/// distillation", Hinton et al. 2015; from a linear teacher as in Ba and Caruana 2014). The step makes small
///
/// `mean over turns of (aₛ + wₛ·h − target)² + next_turn × InfoNCE(h, h of the next turn)`
///
/// with a read-out `w`, `a` for each side `s`, which starts as a ridge regression on the turns' vectors and is forgotten
/// afterwards.
///
/// Persuasion for Good, all layers, measured in `PyTorch`: AUC of the encoder alone 0.685 → 0.721; see LOG.md of this crate.
///
/// Laws: nothing of a call but its turns and its outcome is used; where the words know nothing, only the next turn teaches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Distillation {
    /// Passes. 4 by default; 0 does nothing.
    pub epochs: usize,
    /// Peak learning rate of the encoder; that of the epochs on outcomes is lower with this before them. 5e-5 by default.
    pub learning_rate: f64,
    /// Peak learning rate of the read-out. 1e-4 by default.
    pub read_out_learning_rate: f64,
    /// Weight of the next turn. 0.3 by default; 0 leaves it out.
    pub next_turn: f64,
    /// How strict the comparison with the next turn is. A temperature of 0.05 by default.
    pub next_turn_loss: MultipleNegativesRanking,
    /// Penalty of the ridge regression that the read-out starts as. 3 by default.
    pub ridge: f64,
}

impl Default for Distillation {
    fn default() -> Self {
        Self {
            epochs: 4,
            learning_rate: 5e-5,
            read_out_learning_rate: 1e-4,
            next_turn: 0.3,
            next_turn_loss: MultipleNegativesRanking::default(),
            ridge: 3.0,
        }
    }
}

impl Distillation {
    /// Checks every number.
    ///
    /// # Errors
    ///
    /// [`TrainingError::Setting`] for the first that is outside its range, or that of the loss.
    pub fn check(&self) -> Result<(), TrainingError> {
        positive("distillation.learning_rate", self.learning_rate)?;
        let read_out = self.read_out_learning_rate;
        positive("distillation.read_out_learning_rate", read_out)?;
        positive("distillation.ridge", self.ridge)?;
        if !self.next_turn.is_finite() || self.next_turn < 0.0 {
            return Err(TrainingError::Setting {
                setting: "distillation.next_turn",
                got: self.next_turn,
                expected: "a number of at least 0",
            });
        }
        Ok(self.next_turn_loss.check()?)
    }
}
