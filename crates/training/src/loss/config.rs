//! A loss that a file can name: [`LossConfig`].

use candle_core::Tensor;
use serde::{Deserialize, Serialize};

use super::{
    BatchHardTriplet, BatchSemiHardTriplet, BinaryCrossEntropy, CoSent, Loss, LossBatch, LossError,
    Matryoshka, Mixture, MixtureTerm, MultipleNegativesRanking, SupCon,
};

/// Any of the losses, as a recipe writes it.
///
/// By default the mixture `0.9 BinaryCrossEntropy + 0.1 SupCon` (Gunel et al. 2021).
///
/// ```
/// use upturn_training::loss::LossConfig;
///
/// let recipe = r#"{"type": "Mixture", "terms": [
///     {"weight": 0.9, "loss": {"type": "BinaryCrossEntropy"}},
///     {"weight": 0.1, "loss": {"type": "Matryoshka", "dims": [384, 128], "loss": {"type": "SupCon", "temperature": 0.2}}}
/// ]}"#;
/// let loss: LossConfig = serde_json::from_str(recipe)?;
/// loss.check()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum LossConfig {
    /// Log-loss of the head.
    BinaryCrossEntropy(BinaryCrossEntropy),
    /// Supervised contrast.
    SupCon(SupCon),
    /// `InfoNCE`.
    MultipleNegativesRanking(MultipleNegativesRanking),
    /// The hardest triplet of each row.
    BatchHardTriplet(BatchHardTriplet),
    /// `FaceNet`'s triplets.
    BatchSemiHardTriplet(BatchSemiHardTriplet),
    /// Pairs in the order of their scores.
    #[serde(rename = "CoSENT")]
    CoSent(CoSent),
    /// Another loss on cut vectors.
    Matryoshka(Matryoshka),
    /// A weighted sum.
    Mixture(Mixture),
}

impl Default for LossConfig {
    fn default() -> Self {
        let term = |weight, loss| MixtureTerm { weight, loss };
        Self::Mixture(Mixture {
            terms: vec![
                term(0.9, Self::BinaryCrossEntropy(BinaryCrossEntropy {})),
                term(0.1, Self::SupCon(SupCon::default())),
            ],
        })
    }
}

impl LossConfig {
    /// Checks every number.
    ///
    /// # Errors
    ///
    /// [`LossError::Setting`] for the first that is outside its range.
    pub fn check(&self) -> Result<(), LossError> {
        match self {
            Self::BinaryCrossEntropy(BinaryCrossEntropy {}) => Ok(()),
            Self::SupCon(loss) => loss.check(),
            Self::MultipleNegativesRanking(loss) => loss.check(),
            Self::BatchHardTriplet(loss) => loss.check(),
            Self::BatchSemiHardTriplet(loss) => loss.check(),
            Self::CoSent(loss) => loss.check(),
            Self::Matryoshka(loss) => loss.check(),
            Self::Mixture(loss) => loss.check(),
        }
    }
}

impl Loss for LossConfig {
    fn of(&self, batch: &LossBatch) -> Result<Tensor, LossError> {
        match self {
            Self::BinaryCrossEntropy(loss) => loss.of(batch),
            Self::SupCon(loss) => loss.of(batch),
            Self::MultipleNegativesRanking(loss) => loss.of(batch),
            Self::BatchHardTriplet(loss) => loss.of(batch),
            Self::BatchSemiHardTriplet(loss) => loss.of(batch),
            Self::CoSent(loss) => loss.of(batch),
            Self::Matryoshka(loss) => loss.of(batch),
            Self::Mixture(loss) => loss.of(batch),
        }
    }
}
