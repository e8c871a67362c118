//! Calls of one outcome nearer than calls of two, pair by pair: [`Contrast`].

use serde::{Deserialize, Serialize};

use crate::TrainingError;
use crate::config::positive;
use crate::loss::{CoSent, LossError, MultipleNegativesRanking};
use crate::sampler::PairBalance;

/// Epochs on pairs of calls before the joint ones, or instead of them where these are 0: `SetFit` (Tunstall et al. 2022,
/// section 3), for few labels. The head is then fitted on what the encoder has become.
///
/// Compares the calls' vectors through the retrieval projection, which learns too. Pairs are never held all at once
/// ([`ContrastivePairs`](crate::sampler::ContrastivePairs)), and never of one account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Contrast {
    /// Passes. 1 by default; 0 does nothing.
    pub epochs: usize,
    /// Peak learning rate of the encoder and the projection. That of the epochs on outcomes by default; `SetFit` has 2e-5.
    pub learning_rate: Option<f64>,
    /// What a step makes small.
    pub loss: PairLoss,
    /// How many pairs of each kind there are.
    pub balance: PairBalance,
    /// Pairs of an epoch at most, for each call that is learnt from. 8 by default.
    pub pairs_per_call: usize,
    /// Pairs of a step at most. 16 by default.
    pub pairs: usize,
    /// Tokens of a step at most, unless one pair alone has more. 16,384 by default.
    pub tokens: usize,
}

/// A loss over pairs of calls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum PairLoss {
    /// A pair of one outcome nearer than a pair of two: every two pairs of a step are compared. The default.
    #[serde(rename = "CoSENT")]
    CoSent(CoSent),
    /// A call finds the one of its outcome among all of the step's calls of the other outcome. Each pair of one outcome is
    /// ranked by itself: with two outcomes, other pairs' calls would be false negatives (one pair a class, as in the N-pair
    /// loss, Sohn 2016, section 3.2.2). Pairs of two outcomes only give their calls.
    MultipleNegativesRanking(MultipleNegativesRanking),
}

impl Default for PairLoss {
    fn default() -> Self {
        Self::CoSent(CoSent::default())
    }
}

impl PairLoss {
    fn check(&self) -> Result<(), LossError> {
        match self {
            Self::CoSent(loss) => loss.check(),
            Self::MultipleNegativesRanking(loss) => loss.check(),
        }
    }
}

impl Default for Contrast {
    fn default() -> Self {
        Self {
            epochs: 1,
            learning_rate: None,
            loss: PairLoss::default(),
            balance: PairBalance::default(),
            pairs_per_call: 8,
            pairs: 16,
            tokens: 16_384,
        }
    }
}

impl Contrast {
    /// Checks every number.
    ///
    /// # Errors
    ///
    /// [`TrainingError::Setting`] for the first that is outside its range, or that of the loss.
    pub fn check(&self) -> Result<(), TrainingError> {
        if let Some(rate) = self.learning_rate {
            positive("contrast.learning_rate", rate)?;
        }
        for (setting, value) in [
            ("contrast.pairs_per_call", self.pairs_per_call),
            ("contrast.pairs", self.pairs),
            ("contrast.tokens", self.tokens),
        ] {
            positive(setting, value as f64)?;
        }
        Ok(self.loss.check()?)
    }
}
