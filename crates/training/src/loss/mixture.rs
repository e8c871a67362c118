//! Several losses at once: [`Mixture`].

use candle_core::Tensor;
use serde::{Deserialize, Serialize};

use super::{Loss, LossBatch, LossConfig, LossError};

const NAME: &str = "Mixture";

/// A weighted sum: `Σ wᵢ · lossᵢ(batch)`, such as `(1 − λ) BCE + λ SupCon` (Gunel et al. 2021, equation 1).
///
/// Takes what its terms take. A term of weight 0 is not computed and takes nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mixture {
    /// At least one of a weight above 0.
    pub terms: Vec<MixtureTerm>,
}

/// One loss of a [`Mixture`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MixtureTerm {
    /// 0 or more; the weights need not add up to 1.
    pub weight: f64,
    /// What is weighted.
    pub loss: LossConfig,
}

impl Mixture {
    /// Checks weights and terms.
    ///
    /// # Errors
    ///
    /// [`LossError::Setting`].
    pub fn check(&self) -> Result<(), LossError> {
        for MixtureTerm { weight, loss } in &self.terms {
            LossError::bound(*weight >= 0.0, NAME, ("weight", *weight), "0 or more")?;
            loss.check()?;
        }
        if self.terms.iter().any(|term| term.weight > 0.0) {
            return Ok(());
        }
        Err(nothing())
    }
}

impl Loss for Mixture {
    fn of(&self, batch: &LossBatch) -> Result<Tensor, LossError> {
        let mut total: Option<Tensor> = None;
        for MixtureTerm { weight, loss } in &self.terms {
            if *weight == 0.0 {
                continue;
            }
            let term = (loss.of(batch)? * *weight)?;
            total = Some(match total {
                Some(total) => (total + term)?,
                None => term,
            });
        }
        total.ok_or_else(nothing)
    }
}

fn nothing() -> LossError {
    LossError::Setting {
        loss: NAME,
        setting: "weight",
        got: 0.0,
        expected: "at least one term above 0",
    }
}
