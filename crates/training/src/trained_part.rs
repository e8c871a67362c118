//! A few calls through the trained layers to their loss.

use candle_core::{Device, Tensor};
use upturn_core::Speaker;
use upturn_encoder::{Batch, Encoder, Mode, Sequence, Transformer, pool_by_speaker, unit};

use crate::conversation::PreparedCall;
use crate::head::OutcomeHead;
use crate::loss::{binary_cross_entropy, sup_con};
use crate::{TrainingConfig, TrainingError};

/// The part of the model that a training step moves.
pub(crate) struct TrainedPart<'a> {
    pub(crate) encoder: &'a Encoder,
    pub(crate) transformer: &'a Transformer,
    pub(crate) head: &'a OutcomeHead,
    /// Layers below are frozen and computed beforehand.
    pub(crate) first: usize,
}

/// What comes out of the encoder for calls. Shapes: `[calls, 2 × hidden]`, `[calls, hidden]` of unit norm.
struct CallVectors {
    sides: Tensor,
    texts: Tensor,
}

impl TrainedPart<'_> {
    /// `(1 − λ) BCE + λ SupCon`, averaged over the calls.
    pub(crate) fn loss(
        &self,
        calls: &[&PreparedCall],
        config: &TrainingConfig,
        mode: Mode<'_>,
    ) -> Result<Tensor, TrainingError> {
        let vectors = self.vectors(calls, mode)?;
        let cross_entropy =
            binary_cross_entropy(&self.head.logits(&vectors.sides)?, &targets(calls)?)?;
        let weight = config.contrastive_weight;
        if weight == 0.0 {
            return Ok(cross_entropy);
        }
        let projected = unit(
            &vectors
                .texts
                .matmul(&self.head.projection.as_tensor().t()?)?,
        )?;
        let won: Vec<bool> = calls.iter().map(|call| call.won).collect();
        let contrast = sup_con(&projected, &won, config.temperature)?;
        Ok(((cross_entropy * (1.0 - weight))? + (contrast * weight)?)?)
    }

    /// The sum of the binary cross-entropies, for validation.
    pub(crate) fn validation(&self, calls: &[&PreparedCall]) -> Result<f64, TrainingError> {
        let vectors = self.vectors(calls, Mode::Inference)?;
        let mean = binary_cross_entropy(&self.head.logits(&vectors.sides)?, &targets(calls)?)?;
        Ok(f64::from(mean.to_scalar::<f32>()?) * calls.len() as f64)
    }

    /// Both speakers' vectors as numbers, one row a call: what the head's first guess is fitted on.
    ///
    /// Beside a vector of length 1 a number below the rounding of `f32` is nothing and becomes 0. all-MiniLM-L6-v2 has a
    /// dimension of about 1e-33: standardised, its noise gets a slope of 1e28, and the gradients overflow.
    pub(crate) fn features(&self, calls: &[&PreparedCall]) -> Result<Vec<Vec<f64>>, TrainingError> {
        let sides = self
            .vectors(calls, Mode::Inference)?
            .sides
            .to_vec2::<f32>()?;
        Ok(sides
            .into_iter()
            .map(|row| row.into_iter().map(beside_one).collect())
            .collect())
    }

    fn vectors(
        &self,
        calls: &[&PreparedCall],
        mode: Mode<'_>,
    ) -> Result<CallVectors, TrainingError> {
        let moments: Vec<&Sequence> = calls.iter().flat_map(|call| &call.moments).collect();
        let batch = Batch::new(&moments);
        let input = self.input(calls, &batch, mode)?;
        let layers = self.first..self.transformer.layers();
        let hidden = self.transformer.run(layers, input, &batch, mode)?; // [N, H]
        let texts = self.encoder.pooling().pool(&hidden, &batch)?; // [M, H]
        let sides = pool_by_speaker(&hidden, &batch)?; // [M, 2, H]
        let side = |speaker, place| -> Result<Tensor, TrainingError> {
            let shares = shares(calls, |moment| PreparedCall::turns_of(moment, speaker))?; // [C, M]
            Ok(shares.matmul(&sides.narrow(1, place, 1)?.squeeze(1)?.contiguous()?)?)
        };
        Ok(CallVectors {
            sides: Tensor::cat(&[side(Speaker::Seller, 0)?, side(Speaker::Buyer, 1)?], 1)?,
            texts: unit(&shares(calls, |_| 1)?.matmul(&texts)?)?,
        })
    }

    fn input(
        &self,
        calls: &[&PreparedCall],
        batch: &Batch,
        mode: Mode<'_>,
    ) -> Result<Tensor, TrainingError> {
        let frozen: Option<Vec<&Tensor>> = calls
            .iter()
            .map(|call| call.frozen.as_ref())
            .collect::<Option<Vec<_>>>()
            .map(|all| all.into_iter().flatten().collect());
        match frozen {
            Some(frozen) => Ok(Tensor::cat(&frozen, 0)?),
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

/// `[calls, moments]`: each call's moments weighted by `count`, adding up to 1, or to 0 where there is nothing.
fn shares(
    calls: &[&PreparedCall],
    count: impl Fn(&Sequence) -> usize,
) -> Result<Tensor, TrainingError> {
    let columns: usize = calls.iter().map(|call| call.moments.len()).sum();
    let mut flat = vec![0f32; calls.len() * columns];
    let mut first = 0;
    for (row, call) in flat.chunks_mut(columns.max(1)).zip(calls) {
        let total: usize = call.moments.iter().map(&count).sum();
        for (cell, moment) in row.iter_mut().skip(first).zip(&call.moments) {
            *cell = count(moment) as f32 / total.max(1) as f32;
        }
        first += call.moments.len();
    }
    Ok(Tensor::from_vec(
        flat,
        (calls.len(), columns),
        &Device::Cpu,
    )?)
}

fn targets(calls: &[&PreparedCall]) -> Result<Tensor, TrainingError> {
    let targets: Vec<f32> = calls
        .iter()
        .map(|call| if call.won { 1.0 } else { 0.0 })
        .collect();
    Ok(Tensor::from_vec(targets, calls.len(), &Device::Cpu)?)
}
