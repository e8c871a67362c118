//! A few calls through the trained layers to their loss.

use candle_core::{Device, Tensor};
use upturn_encoder::{Batch, Encoder, Mode, Sequence, Transformer, unit};
use upturn_predict::{AVERAGES, turn_weights};

use crate::TrainingError;
use crate::conversation::SeenCall;
use crate::head::OutcomeHead;
use crate::like_lengths::like_lengths;
use crate::loss::{Labelled, Loss, LossBatch};

/// Scores of a head that layers in rectangles keep together: 16 turns of 256 tokens, 1,024 of 32.
const CELLS: usize = 1 << 20;

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

    /// The head's logits, for validation.
    pub(crate) fn logits(&self, calls: &[SeenCall<'_>]) -> Result<Vec<f64>, TrainingError> {
        let vectors = self.vectors(calls, Mode::Inference)?;
        let logits = self.head.logits(&vectors.averages)?.to_vec1::<f32>()?;
        Ok(logits.into_iter().map(f64::from).collect())
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

    /// The calls as the means of their turns, as the encoder has them and as retrieval compares them. Shapes:
    /// `[calls, hidden]` of unit norm, each.
    pub(crate) fn texts(&self, calls: &[SeenCall<'_>]) -> Result<(Tensor, Tensor), TrainingError> {
        let turns = self.turns(calls, Mode::Inference)?;
        let texts = unit(&shares(calls)?.matmul(&turns)?)?;
        let projected = self.project(&texts)?;
        Ok((texts, projected))
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

    /// Each turn by itself, call after call, on the CPU wherever the layers are. Shape: `[turns, hidden]`.
    pub(crate) fn turns(
        &self,
        calls: &[SeenCall<'_>],
        mode: Mode<'_>,
    ) -> Result<Tensor, TrainingError> {
        let turns: Vec<&Sequence> = calls.iter().flat_map(|call| call.turns()).collect();
        let frozen = frozen(calls)?;
        if self.transformer.device().is_cpu() {
            self.together(&turns, frozen, mode)
        } else {
            self.by_length(&turns, frozen.as_ref(), mode, CELLS)
        }
    }

    /// All in one batch: layers on the CPU know no padding.
    fn together(
        &self,
        turns: &[&Sequence],
        frozen: Option<Tensor>,
        mode: Mode<'_>,
    ) -> Result<Tensor, TrainingError> {
        let batch = Batch::new(turns);
        let input = match frozen {
            Some(frozen) => frozen,
            None => self.transformer.embed(&batch, mode)?,
        };
        let layers = self.first..self.transformer.layers();
        let hidden = self.transformer.run(layers, input, &batch, mode)?; // [N, H]
        Ok(self.encoder.pooling().pool(&hidden, &batch)?) // [T, H]
    }

    /// Batch after batch of like lengths: layers in rectangles keep the scores of every cell, padding too, for the way back.
    fn by_length(
        &self,
        turns: &[&Sequence],
        frozen: Option<&Tensor>,
        mode: Mode<'_>,
        cells: usize,
    ) -> Result<Tensor, TrainingError> {
        let device = self.transformer.device();
        mode.seed(device)?;
        let lengths: Vec<usize> = turns.iter().map(|turn| turn.ids.len()).collect();
        let groups = like_lengths(&lengths, cells);
        let pooled = |group: &Vec<usize>| {
            let chosen = group.iter().filter_map(|place| turns.get(*place).copied());
            let frozen = frozen.map(|frozen| {
                let rows = rows_of(group, &lengths);
                Ok::<_, TrainingError>(frozen.index_select(&rows?, 0)?.to_device(device)?)
            });
            let turns = self.together(&chosen.collect::<Vec<_>>(), frozen.transpose()?, mode)?;
            Ok(turns.to_device(&Device::Cpu)?)
        };
        let pooled: Vec<Tensor> = groups
            .iter()
            .map(pooled)
            .collect::<Result<_, TrainingError>>()?;
        let mut back: Vec<(usize, u32)> = groups.into_iter().flatten().zip(0..).collect();
        back.sort_unstable();
        let back: Vec<u32> = back.into_iter().map(|(_, from)| from).collect();
        Ok(Tensor::cat(&pooled, 0)?.index_select(&Tensor::new(back, &Device::Cpu)?, 0)?)
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
}

/// What the frozen layers made of the calls, on the CPU; none where no layer is frozen. Shape: `[tokens, hidden]`.
fn frozen(calls: &[SeenCall<'_>]) -> Result<Option<Tensor>, TrainingError> {
    let frozen: Option<Vec<Result<Vec<Tensor>, TrainingError>>> =
        calls.iter().map(|call| call.frozen()).collect();
    let Some(frozen) = frozen else {
        return Ok(None);
    };
    let frozen: Vec<Vec<Tensor>> = frozen.into_iter().collect::<Result<_, _>>()?;
    Ok(Some(Tensor::cat(&frozen.concat(), 0)?))
}

/// The rows of some sequences among those of all, of these lengths.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a step has fewer than 2³² tokens"
)]
fn rows_of(group: &[usize], lengths: &[usize]) -> Result<Tensor, TrainingError> {
    let starts: Vec<usize> = lengths
        .iter()
        .scan(0, |end, length| {
            *end += length;
            Some(*end - length)
        })
        .collect();
    let rows = group.iter().flat_map(|place| {
        let start = starts.get(*place).copied().unwrap_or_default();
        let length = lengths.get(*place).copied().unwrap_or_default();
        (start..start + length).map(|row| row as u32)
    });
    Ok(Tensor::new(rows.collect::<Vec<_>>(), &Device::Cpu)?)
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

#[cfg(test)]
mod tests;
