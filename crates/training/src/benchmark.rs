//! A training step of every parameter, as benchmarks of encoders time it: [`BenchmarkStep`].

use candle_core::Tensor;
use upturn_encoder::{Batch, DropoutStream, Encoder, Mode, Sequence, Transformer};

use crate::TrainingError;
use crate::optimiser::{AdamW, ParameterGroup};

/// Learning rate of the step.
const RATE: f64 = 1e-5;

/// Decoupled weight decay of the step; torch's default.
const DECAY: f64 = 0.01;

/// An encoder of which one step after the other trains everything: forward with dropout, the mean square of the
/// sequences' mean vectors as loss, backward, AdamW.
#[derive(Debug)]
pub struct BenchmarkStep {
    transformer: Transformer,
    optimiser: AdamW,
    steps: u64,
}

impl BenchmarkStep {
    /// A trainable copy of `encoder`.
    ///
    /// # Errors
    ///
    /// The encoder's own, if a copy can't be allocated.
    pub fn new(encoder: &Encoder) -> Result<Self, TrainingError> {
        let weights = encoder.weights()?.with_trainable(|_| true)?;
        let group = ParameterGroup {
            variables: weights.variables().map(|(_, var)| var.clone()).collect(),
            rate: RATE,
            decay: DECAY,
        };
        Ok(Self {
            transformer: Transformer::new(&weights, encoder.config())?,
            optimiser: AdamW::new(vec![group]),
            steps: 0,
        })
    }

    /// One step on packed sequences; the loss before it.
    ///
    /// # Errors
    ///
    /// candle's, for an id outside the vocabulary.
    pub fn step(&mut self, sequences: &[&Sequence]) -> Result<f64, TrainingError> {
        let batch = Batch::new(sequences);
        let stream = DropoutStream::new(0, self.steps);
        let mode = Mode::Training(Some(&stream));
        let hidden = self.transformer.forward(&batch, mode)?; // [N, H]
        let means = shares(&batch)?.matmul(&hidden)?; // [B, H]
        let loss = means.sqr()?.mean_all()?;
        let gradients = loss.backward()?;
        self.optimiser.step(&gradients, 1.0, f64::INFINITY)?;
        self.steps += 1;
        Ok(f64::from(loss.to_scalar::<f32>()?))
    }
}

/// Row `n` averages the tokens of sequence `n`. Shape: `[sequences, tokens]`.
fn shares(batch: &Batch) -> Result<Tensor, TrainingError> {
    let mut cells = vec![0f32; batch.sequences() * batch.tokens()];
    for (row, range) in cells.chunks_mut(batch.tokens().max(1)).zip(batch.ranges()) {
        let share = 1.0 / range.len().max(1) as f32;
        row.get_mut(range).unwrap_or_default().fill(share);
    }
    let shape = (batch.sequences(), batch.tokens());
    Ok(Tensor::from_vec(cells, shape, &candle_core::Device::Cpu)?)
}
