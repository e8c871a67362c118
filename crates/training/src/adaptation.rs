//! The encoder learns how the trade talks, before it learns outcomes: [`Adaptation`].

use serde::{Deserialize, Serialize};

use crate::TrainingError;
use crate::config::positive;
use crate::loss::MultipleNegativesRanking;
use crate::sampler::{NextTurns, TurnWindows};

/// Unsupervised epochs before the supervised ones: what was said finds what was said next among the next turns of other
/// calls ([`NextTurns`], [`MultipleNegativesRanking`]). In-domain adaptation without one label ("don't stop pretraining",
/// Gururangan et al. 2020; next turns as in `ConveRT`, Henderson et al. 2020).
///
/// The layers that learn are those of [`trainable_layers`](crate::TrainingConfig::trainable_layers). Each turn is encoded by
/// itself, as everywhere; a text of several turns is their mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Adaptation {
    /// Passes, each over one place of every call. 1 by default; 0 does nothing.
    pub epochs: usize,
    /// Peak learning rate of the encoder. That of the epochs on outcomes by default.
    pub learning_rate: Option<f64>,
    /// How many places a step compares. 64 by default.
    pub sampler: NextTurns,
    /// How many turns a text has. 4 and then 1 by default.
    pub windows: TurnWindows,
    /// Tokens whose graph is in memory at once; a step with more is computed in parts, to the same gradient, with a second
    /// forward pass ([`grad_cache`](crate::loss::grad_cache)). 16,384 by default.
    pub tokens: usize,
    /// How strict the comparison is.
    pub loss: MultipleNegativesRanking,
}

impl Default for Adaptation {
    fn default() -> Self {
        Self {
            epochs: 1,
            learning_rate: None,
            sampler: NextTurns::default(),
            windows: TurnWindows::default(),
            tokens: 16_384,
            loss: MultipleNegativesRanking::default(),
        }
    }
}

impl Adaptation {
    /// Checks every number.
    ///
    /// # Errors
    ///
    /// [`TrainingError::Setting`] for the first that is outside its range, or that of the loss.
    pub fn check(&self) -> Result<(), TrainingError> {
        if let Some(rate) = self.learning_rate {
            positive("adaptation.learning_rate", rate)?;
        }
        // Of one pair alone nothing can be learnt.
        if self.sampler.pairs < 2 {
            return Err(TrainingError::Setting {
                setting: "adaptation.sampler.pairs",
                got: self.sampler.pairs as f64,
                expected: "at least 2",
            });
        }
        for (setting, value) in [
            ("adaptation.windows.context", self.windows.context),
            ("adaptation.windows.reply", self.windows.reply),
            ("adaptation.tokens", self.tokens),
        ] {
            positive(setting, value as f64)?;
        }
        Ok(self.loss.check()?)
    }
}
