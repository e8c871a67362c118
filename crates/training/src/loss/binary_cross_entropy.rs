//! The log-loss of a logit: [`BinaryCrossEntropy`], [`binary_cross_entropy`].

use candle_core::{Result, Tensor};
use serde::{Deserialize, Serialize};

use super::batch::missing;
use super::{Loss, LossBatch, LossError};

const NAME: &str = "BinaryCrossEntropy";

/// [`binary_cross_entropy`] as a value. Takes [`LossBatch::labelled`] with logits; label 1 is won, 0 is lost.
///
/// `BCEWithLogitsLoss` in torch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BinaryCrossEntropy {}

impl Loss for BinaryCrossEntropy {
    fn of(&self, batch: &LossBatch) -> std::result::Result<Tensor, LossError> {
        let rows = batch.labelled_for(NAME)?;
        let logits = rows.logits.as_ref();
        let logits = logits.ok_or(missing(NAME, "labelled.logits"))?;
        if let Some(got) = rows.labels.iter().copied().find(|label| *label > 1) {
            return Err(LossError::Label { got });
        }
        let targets: Vec<f32> = rows.labels.iter().map(|label| *label as f32).collect();
        let targets = Tensor::from_vec(targets, rows.labels.len(), logits.device())?;
        Ok(binary_cross_entropy(logits, &targets)?)
    }
}

/// `mean(max(x, 0) − x·t + ln(1 + exp(−|x|)))`, the stable form of `−t ln σ(x) − (1 − t) ln(1 − σ(x))`.
///
/// A proper scoring rule: its expectation is smallest at the true probability.
///
/// # Shapes
///
/// `logits: [rows]`, `targets: [rows]` (1 for won, 0 for lost) `→ []`
///
/// # Errors
///
/// candle's, for shapes that do not fit.
pub fn binary_cross_entropy(logits: &Tensor, targets: &Tensor) -> Result<Tensor> {
    let softplus = (logits.abs()?.neg()?.exp()? + 1.0)?.log()?;
    ((logits.relu()? - logits.mul(targets)?)? + softplus)?.mean_all()
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::super::finite_differences::agrees;
    use super::*;

    fn loss(logits: &[f32], targets: &[f32]) -> f32 {
        let tensor = |values: &[f32]| Tensor::new(values, &Device::Cpu).unwrap();
        binary_cross_entropy(&tensor(logits), &tensor(targets))
            .unwrap()
            .to_scalar()
            .unwrap()
    }

    #[test]
    fn it_is_the_log_loss() {
        for (logit, target) in [
            (-3.0f32, 0.0f32),
            (-0.5, 1.0),
            (0.0, 1.0),
            (2.0, 0.0),
            (4.0, 1.0),
        ] {
            let p = 1.0 / (1.0 + (-f64::from(logit)).exp());
            let exact = if target > 0.5 {
                -p.ln()
            } else {
                -(1.0 - p).ln()
            };
            assert!(
                (f64::from(loss(&[logit], &[target])) - exact).abs() < 1e-6,
                "{logit} {target}"
            );
        }
    }

    #[test]
    fn it_stays_finite_where_the_naive_form_breaks() {
        assert!(loss(&[17.0, -104.0, 500.0], &[1.0, 1.0, 0.0]).is_finite());
        assert!((loss(&[-104.0], &[1.0]) - 104.0).abs() < 1e-3);
    }

    #[test]
    fn its_gradient_is_that_of_finite_differences() {
        let targets = Tensor::new(&[1.0f32, 0.0, 1.0, 0.0], &Device::Cpu).unwrap();
        agrees(&[0.3, -0.7, 2.0, 1.1], (4, 1), |logits| {
            binary_cross_entropy(&logits.flatten_all()?, &targets)
        });
    }
}
