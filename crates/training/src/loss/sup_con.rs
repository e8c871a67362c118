//! Supervised contrastive loss: [`SupCon`], [`sup_con`].

use candle_core::{D, Device, Result, Tensor};
use serde::{Deserialize, Serialize};
use upturn_encoder::unit;

use super::{Loss, LossBatch, LossError};

const NAME: &str = "SupCon";

/// Taken off the similarity of a vector to itself, so that it is nobody's neighbour.
const SELF: f32 = -1e9;

/// [`sup_con`] as a value. Takes [`LossBatch::labelled`], whose vectors need not be of unit norm.
///
/// `SupConLoss` in SetFit, which multiplies it by `temperature / 0.07`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SupCon {
    /// τ: the smaller, the more the nearest count. 0.3 by default (Gunel et al. 2021).
    pub temperature: f64,
}

impl Default for SupCon {
    fn default() -> Self {
        Self { temperature: 0.3 }
    }
}

impl SupCon {
    /// Checks the temperature.
    ///
    /// # Errors
    ///
    /// [`LossError::Setting`].
    pub fn check(&self) -> std::result::Result<(), LossError> {
        let temperature = ("temperature", self.temperature);
        LossError::bound(
            self.temperature > 0.0,
            NAME,
            temperature,
            "a number above 0",
        )
    }
}

impl Loss for SupCon {
    fn of(&self, batch: &LossBatch) -> std::result::Result<Tensor, LossError> {
        let rows = batch.labelled_for(NAME)?;
        Ok(sup_con(
            &unit(&rows.vectors)?,
            &rows.labels,
            self.temperature,
        )?)
    }
}

/// Calls of one outcome together, calls of the other apart:
/// `mean over i of −1/|P(i)| Σ_{p ∈ P(i)} ln( exp(zᵢ·zₚ/τ) / Σ_{a ≠ i} exp(zᵢ·zₐ/τ) )`,
/// where `P(i)` are the others of the same label (Khosla et al. 2020, equation 2; Gunel et al. 2021, equation 3).
///
/// A row without another of its label contributes nothing; with no such pair at all the loss is 0.
///
/// # Shapes
///
/// `vectors: [rows, dimension]` of unit norm, `labels: [rows] → []`; equal labels belong together
///
/// # Errors
///
/// candle's, for shapes that do not fit.
pub fn sup_con<L: PartialEq>(vectors: &Tensor, labels: &[L], temperature: f64) -> Result<Tensor> {
    let similar = (vectors.matmul(&vectors.t()?)? / temperature)?; // [N, N]
    let others = (similar + itself(labels.len(), vectors.device())?)?;
    let log_share = others.broadcast_sub(&others.log_sum_exp(D::Minus1)?.unsqueeze(1)?)?;
    (log_share * shares(labels, vectors.device())?)?
        .sum_all()?
        .neg()
}

fn itself(rows: usize, device: &Device) -> Result<Tensor> {
    let cell = |at: usize| if at / rows == at % rows { SELF } else { 0.0 };
    Tensor::from_vec(
        (0..rows * rows).map(cell).collect::<Vec<f32>>(),
        (rows, rows),
        device,
    )
}

/// `1 / |P(i)|` at each pair of one label, divided by the number of rows that have such a pair.
fn shares<L: PartialEq>(labels: &[L], device: &Device) -> Result<Tensor> {
    let rows = labels.len();
    let friends = |label: &L| labels.iter().filter(|other| *other == label).count() - 1;
    let friends: Vec<usize> = labels.iter().map(friends).collect();
    let anchors = friends.iter().filter(|friends| **friends > 0).count();
    let mut cells = Vec::with_capacity(rows * rows);
    for (i, (label, friends)) in labels.iter().zip(friends).enumerate() {
        let share = 1.0 / (friends.max(1) * anchors.max(1)) as f32;
        cells.extend(
            labels
                .iter()
                .enumerate()
                .map(|(p, other)| if p != i && other == label { share } else { 0.0 }),
        );
    }
    Tensor::from_vec(cells, (rows, rows), device)
}

#[cfg(test)]
mod tests {
    use super::super::finite_differences::agrees;
    use super::super::sample;
    use super::*;

    const TEMPERATURE: f64 = 0.3;

    /// The formula, term by term.
    fn by_definition(vectors: &[[f64; 2]], won: &[bool]) -> f64 {
        let dot = |i: usize, j: usize| {
            vectors[i]
                .iter()
                .zip(&vectors[j])
                .map(|(a, b)| a * b)
                .sum::<f64>()
                / TEMPERATURE
        };
        let n = won.len();
        let terms: Vec<f64> = (0..n)
            .filter_map(|i| {
                let positives: Vec<usize> =
                    (0..n).filter(|&p| p != i && won[p] == won[i]).collect();
                let all: f64 = (0..n).filter(|&a| a != i).map(|a| dot(i, a).exp()).sum();
                let sum: f64 = positives
                    .iter()
                    .map(|&p| (dot(i, p).exp() / all).ln())
                    .sum();
                (!positives.is_empty()).then(|| -sum / positives.len() as f64)
            })
            .collect();
        if terms.is_empty() {
            0.0
        } else {
            terms.iter().sum::<f64>() / terms.len() as f64
        }
    }

    fn circle(angles: &[f64]) -> Vec<[f64; 2]> {
        angles
            .iter()
            .map(|angle| [angle.cos(), angle.sin()])
            .collect()
    }

    #[expect(clippy::cast_possible_truncation, reason = "tensors are f32")]
    fn loss(vectors: &[[f64; 2]], won: &[bool]) -> f64 {
        let flat: Vec<f32> = vectors
            .iter()
            .flatten()
            .map(|value| *value as f32)
            .collect();
        let vectors = Tensor::from_vec(flat, (won.len(), 2), &Device::Cpu).unwrap();
        f64::from(
            sup_con(&vectors, won, TEMPERATURE)
                .unwrap()
                .to_scalar::<f32>()
                .unwrap(),
        )
    }

    #[test]
    fn it_is_the_papers_formula() {
        let vectors = circle(&[0.1, 0.4, 2.0, 2.5, 4.0]);
        for won in [
            [true, true, false, false, true],
            [true, false, false, false, false],
            [true; 5],
        ] {
            let exact = by_definition(&vectors, &won);
            assert!((loss(&vectors, &won) - exact).abs() < 1e-4, "{won:?}");
        }
    }

    /// ```python
    /// # setfit 1.1.3, torch 2.15.0; V and labels as in sample.rs
    /// from setfit.losses import SupConLoss
    /// loss = SupConLoss(lambda rows: {'sentence_embedding': rows}, temperature=0.3, base_temperature=0.3)
    /// print(loss([V], labels).item(), loss([V], torch.tensor([0, 1, 2, 1, 2, 0])).item())
    /// ```
    #[test]
    fn it_is_that_of_setfit() {
        let mut batch = sample::batch(&sample::vectors(), false, [1.0; 3]);
        sample::is(&SupCon::default(), &batch, 2.422_233_3);
        if let Some(labelled) = &mut batch.labelled {
            labelled.labels = vec![0, 1, 2, 1, 2, 0];
        }
        sample::is(&SupCon::default(), &batch, 2.593_438_6);
    }

    #[test]
    fn it_is_smaller_where_outcomes_lie_together() {
        let won = [true, true, false, false];
        assert!(
            loss(&circle(&[0.0, 0.1, 3.0, 3.1]), &won) < loss(&circle(&[0.0, 3.0, 0.1, 3.1]), &won)
        );
    }

    #[test]
    fn without_a_pair_it_is_zero() {
        assert!(loss(&circle(&[0.0, 1.0]), &[true, false]).abs() < 1e-9);
    }

    #[test]
    fn its_gradient_is_that_of_finite_differences() {
        let won = [true, false, true, false];
        agrees(
            &[1.0, 0.2, -0.5, 0.9, 0.3, -1.0, 0.8, 0.8],
            (4, 2),
            |vectors| sup_con(vectors, &won, TEMPERATURE),
        );
    }
}
