//! A few calls through the trained layers to their loss.

use candle_core::{Device, Tensor};
use upturn_encoder::{Batch, Encoder, Mode, Sequence, Transformer, unit};
use upturn_predict::{AVERAGES, turn_weights};

use crate::TrainingError;
use crate::conversation::SeenCall;
use crate::head::OutcomeHead;
use crate::loss::{Labelled, Loss, LossBatch, binary_cross_entropy};

/// The part of the model that a training step moves.
pub(crate) struct TrainedPart<'a> {
    pub(crate) encoder: &'a Encoder,
    pub(crate) transformer: &'a Transformer,
    pub(crate) head: &'a OutcomeHead,
    /// Layers below are frozen and computed beforehand.
    pub(crate) first: usize,
}

/// What comes out of the encoder for calls. Shapes: `[calls, AVERAGES × hidden]`, `[calls, hidden]` of unit
/// norm.
struct CallVectors {
    averages: Tensor,
    texts: Tensor,
}

impl TrainedPart<'_> {
    /// What `loss` says of the calls: the head's logits, and the projected vectors with the outcomes as labels.
    pub(crate) fn loss(
        &self,
        calls: &[SeenCall<'_>],
        loss: &dyn Loss,
        mode: Mode<'_>,
    ) -> Result<Tensor, TrainingError> {
        let vectors = self.vectors(calls, mode)?;
        let labelled = Labelled {
            vectors: self.project(&vectors.texts)?,
            labels: calls.iter().map(|call| u32::from(call.won())).collect(),
            logits: Some(self.head.logits(&vectors.averages)?),
        };
        Ok(loss.of(&LossBatch {
            labelled: Some(labelled),
            ..LossBatch::default()
        })?)
    }

    /// The sum of the binary cross-entropies, for validation.
    pub(crate) fn validation(&self, calls: &[SeenCall<'_>]) -> Result<f64, TrainingError> {
        let vectors = self.vectors(calls, Mode::Inference)?;
        let mean = binary_cross_entropy(&self.head.logits(&vectors.averages)?, &targets(calls)?)?;
        Ok(f64::from(mean.to_scalar::<f32>()?) * calls.len() as f64)
    }

    /// The averages as numbers, one row a call: what the head's first guess is fitted on.
    ///
    /// Beside a vector of length 1 a number below the rounding of `f32` is nothing and becomes 0. all-MiniLM-L6-v2 has a
    /// dimension of about 1e-33: standardised, its noise gets a slope of 1e28, and the gradients overflow.
    pub(crate) fn features(&self, calls: &[SeenCall<'_>]) -> Result<Vec<Vec<f64>>, TrainingError> {
        let averages = self
            .vectors(calls, Mode::Inference)?
            .averages
            .to_vec2::<f32>()?;
        Ok(averages
            .into_iter()
            .map(|row| row.into_iter().map(beside_one).collect())
            .collect())
    }

    /// What retrieval compares. Shape: `[calls, hidden]`, of unit norm.
    pub(crate) fn projected(
        &self,
        calls: &[SeenCall<'_>],
        mode: Mode<'_>,
    ) -> Result<Tensor, TrainingError> {
        let turns = self.turns(calls, mode)?;
        self.project(&unit(&shares(calls)?.matmul(&turns)?)?)
    }

    fn project(&self, texts: &Tensor) -> Result<Tensor, TrainingError> {
        let projection = self.head.projection.as_tensor().t()?;
        Ok(unit(&texts.matmul(&projection)?)?)
    }

    /// Each turn by itself, call after call. Shape: `[turns, hidden]`.
    pub(crate) fn turns(
        &self,
        calls: &[SeenCall<'_>],
        mode: Mode<'_>,
    ) -> Result<Tensor, TrainingError> {
        let turns: Vec<&Sequence> = calls.iter().flat_map(|call| call.turns()).collect();
        let batch = Batch::new(&turns);
        let input = self.input(calls, &batch, mode)?;
        let layers = self.first..self.transformer.layers();
        let hidden = self.transformer.run(layers, input, &batch, mode)?; // [N, H]
        Ok(self.encoder.pooling().pool(&hidden, &batch)?) // [T, H]
    }

    fn vectors(
        &self,
        calls: &[SeenCall<'_>],
        mode: Mode<'_>,
    ) -> Result<CallVectors, TrainingError> {
        let turns = self.turns(calls, mode)?;
        let averages = (0..AVERAGES)
            .map(|place| Ok(weights(calls, place)?.matmul(&turns)?))
            .collect::<Result<Vec<Tensor>, TrainingError>>()?; // [C, H] each
        Ok(CallVectors {
            averages: Tensor::cat(&averages, 1)?,
            texts: unit(&shares(calls)?.matmul(&turns)?)?,
        })
    }

    fn input(
        &self,
        calls: &[SeenCall<'_>],
        batch: &Batch,
        mode: Mode<'_>,
    ) -> Result<Tensor, TrainingError> {
        let frozen: Option<Vec<Result<Vec<Tensor>, TrainingError>>> =
            calls.iter().map(|call| call.frozen()).collect();
        match frozen {
            Some(frozen) => {
                let frozen: Vec<Vec<Tensor>> = frozen.into_iter().collect::<Result<_, _>>()?;
                Ok(Tensor::cat(&frozen.concat(), 0)?)
            }
            None => Ok(self.transformer.embed(batch, mode)?),
        }
    }
}

fn beside_one(value: f32) -> f64 {
    if value.abs() < f32::EPSILON {
        0.0
    } else {
        f64::from(value)
    }
}

/// Each call's turns with their weights in one of the averages. Shape: `[calls, turns]`.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the encoder computes in f32"
)]
fn weights(calls: &[SeenCall<'_>], place: usize) -> Result<Tensor, TrainingError> {
    let of_call = |call: &SeenCall<'_>| -> Vec<f32> {
        let weights = turn_weights(call.speakers());
        let chosen = weights.into_iter().nth(place).unwrap_or_default();
        chosen.into_iter().map(|weight| weight as f32).collect()
    };
    blocks(&calls.iter().map(of_call).collect::<Vec<_>>())
}

/// Each call's turns in equal shares. Shape: `[calls, turns]`.
fn shares(calls: &[SeenCall<'_>]) -> Result<Tensor, TrainingError> {
    let of_call = |call: &SeenCall<'_>| {
        let turns = call.turns().len();
        vec![1.0 / turns.max(1) as f32; turns]
    };
    blocks(&calls.iter().map(of_call).collect::<Vec<_>>())
}

/// Rows one behind the other in their columns, zeros elsewhere.
pub(crate) fn blocks(rows: &[Vec<f32>]) -> Result<Tensor, TrainingError> {
    let columns: usize = rows.iter().map(Vec::len).sum();
    let mut flat = vec![0f32; rows.len() * columns];
    let mut first = 0;
    for (to, from) in flat.chunks_mut(columns.max(1)).zip(rows) {
        to.iter_mut()
            .skip(first)
            .zip(from)
            .for_each(|(to, from)| *to = *from);
        first += from.len();
    }
    Ok(Tensor::from_vec(flat, (rows.len(), columns), &Device::Cpu)?)
}

fn targets(calls: &[SeenCall<'_>]) -> Result<Tensor, TrainingError> {
    let targets: Vec<f32> = calls
        .iter()
        .map(|call| if call.won() { 1.0 } else { 0.0 })
        .collect();
    Ok(Tensor::from_vec(targets, calls.len(), &Device::Cpu)?)
}
