//! The vectors that losses are compared on with Python, for tests.
//!
//! The numbers of sentence-transformers in this folder were made with sentence-transformers 6.2.0 and torch 2.15.0,
//! and begin with:
//!
//! ```python
//! import torch
//! from sentence_transformers.sentence_transformer import losses as L
//! class Model(torch.nn.Module):  # losses only ask it how long its vectors are
//!     def get_embedding_dimension(self): return 4
//! model = Model()
//! V = torch.tensor([[(3*i + 5*j*j + 1) % 7 - 3 + 0.25*i for j in range(4)] for i in range(6)])
//! labels = torch.tensor([0, 1, 0, 1, 1, 0])
//! A, P = V[:3], V[3:]
//! N = V.flip(0)[:3] * torch.tensor([1., -1., 1., .5])
//! ```

use candle_core::{Device, Result, Tensor};

use super::{Labelled, Loss, LossBatch, Pairs, ScoredPairs};

pub(crate) const LABELS: [u32; 6] = [0, 1, 0, 1, 1, 0];

/// `V`, row after row.
pub(crate) fn numbers() -> Vec<f32> {
    let cell = |i: usize, j: usize| ((3 * i + 5 * j * j + 1) % 7) as f32 - 3.0 + 0.25 * i as f32;
    (0..24).map(|at| cell(at / 4, at % 4)).collect()
}

pub(crate) fn vectors() -> Tensor {
    Tensor::from_vec(numbers(), (6, 4), &Device::Cpu).unwrap()
}

/// `N` of `V`.
fn negatives(vectors: &Tensor) -> Result<Tensor> {
    let order = Tensor::new(&[5u32, 4, 3], &Device::Cpu)?;
    let signs = Tensor::new(&[1.0f32, -1.0, 1.0, 0.5], &Device::Cpu)?;
    vectors.index_select(&order, 0)?.broadcast_mul(&signs)
}

/// All forms of a batch over six rows: labelled, three pairs with or without `N`, three scored pairs.
pub(crate) fn batch(vectors: &Tensor, with_negatives: bool, scores: [f32; 3]) -> LossBatch {
    let (left, right) = (
        vectors.narrow(0, 0, 3).unwrap(),
        vectors.narrow(0, 3, 3).unwrap(),
    );
    let negatives = with_negatives.then(|| negatives(vectors).unwrap());
    LossBatch {
        labelled: Some(Labelled {
            vectors: vectors.clone(),
            labels: LABELS.to_vec(),
            logits: Some(vectors.narrow(1, 0, 1).unwrap().squeeze(1).unwrap()),
        }),
        pairs: Some(Pairs {
            anchors: left.clone(),
            positives: right.clone(),
            negatives: negatives.into_iter().collect(),
        }),
        scored: Some(ScoredPairs {
            left,
            right,
            scores: scores.to_vec(),
        }),
    }
}

/// Fails unless `loss` of `batch` is `expected` to six digits.
pub(crate) fn is(loss: &dyn Loss, batch: &LossBatch, expected: f32) {
    let ours = loss.of(batch).unwrap().to_scalar::<f32>().unwrap();
    let gap = (ours - expected).abs();
    assert!(
        gap <= 2e-6 * expected.abs().max(1.0),
        "{ours} and {expected}: {loss:?}"
    );
}
