//! A sampler that a file can name: [`SamplerConfig`].

use serde::{Deserialize, Serialize};

use super::{Epoch, HardNegatives, LabelGroups, MinedNegatives, SampledCalls, Sampler, Shuffled};
use crate::TrainingError;

/// A sampler of labelled calls, as a recipe writes it. [`Shuffled`] by default.
///
/// ```
/// use upturn_training::sampler::SamplerConfig;
///
/// let sampler: SamplerConfig = serde_json::from_str(r#"{"type": "LabelGroups", "per_label": 4, "accounts": "apart"}"#)?;
/// sampler.check()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum SamplerConfig {
    /// Every call in random order.
    Shuffled(Shuffled),
    /// Some calls of each of some labels.
    LabelGroups(LabelGroups),
    /// Every call beside a near one of the other outcome, looked for anew at the start of each epoch.
    HardNegatives(MinedNegatives),
}

impl Default for SamplerConfig {
    fn default() -> Self {
        Self::Shuffled(Shuffled::default())
    }
}

impl SamplerConfig {
    /// Checks every number.
    ///
    /// # Errors
    ///
    /// [`TrainingError::Setting`] for the first that is 0.
    pub fn check(&self) -> Result<(), TrainingError> {
        let settings = match self {
            Self::Shuffled(shuffled) => [
                ("calls", shuffled.calls),
                ("tokens", shuffled.tokens),
                ("length_buckets", shuffled.length_buckets),
            ],
            Self::LabelGroups(groups) => [
                ("labels", groups.labels),
                ("tokens", groups.tokens),
                ("per_label", groups.per_label),
            ],
            Self::HardNegatives(mined) => [
                ("calls", mined.calls),
                ("tokens", mined.tokens),
                ("negatives", mined.negatives),
            ],
        };
        match settings.into_iter().find(|(_, value)| *value == 0) {
            Some((setting, _)) => Err(TrainingError::Setting {
                setting,
                got: 0.0,
                expected: "at least 1",
            }),
            None => Ok(()),
        }
    }

    /// How many near calls of the other outcome are to be found for each call before an epoch; none where the sampler takes
    /// none.
    pub const fn mines(&self) -> Option<usize> {
        match self {
            Self::HardNegatives(mined) => Some(mined.negatives),
            Self::Shuffled(_) | Self::LabelGroups(_) => None,
        }
    }

    /// The epoch beside the negatives that were found before it; a sampler that takes none passes them over.
    pub fn epoch_beside(
        &self,
        negatives: HardNegatives,
        calls: &SampledCalls,
        seed: u64,
        epoch: u64,
    ) -> Epoch {
        match self {
            Self::HardNegatives(mined) => mined.beside(negatives).epoch(calls, seed, epoch),
            Self::Shuffled(_) | Self::LabelGroups(_) => self.epoch(calls, seed, epoch),
        }
    }
}

impl Sampler for SamplerConfig {
    /// Of [`SamplerConfig::HardNegatives`] without any: as many batches as with them.
    fn epoch(&self, calls: &SampledCalls, seed: u64, epoch: u64) -> Epoch {
        match self {
            Self::Shuffled(sampler) => sampler.epoch(calls, seed, epoch),
            Self::LabelGroups(sampler) => sampler.epoch(calls, seed, epoch),
            Self::HardNegatives(_) => {
                self.epoch_beside(HardNegatives::default(), calls, seed, epoch)
            }
        }
    }
}
