//! What training puts on top of the encoder: [`OutcomeHead`].

use candle_core::{DType, Device, Result, Tensor, Var};
use upturn_predict::{AVERAGES, LinearModel};

use crate::TrainingError;

/// A logit over the averages of both speakers' turns, and a projection of its own for retrieval: one space for both hurts both.
#[derive(Debug)]
pub(crate) struct OutcomeHead {
    /// `[AVERAGES × hidden, 1]`
    pub(crate) weight: Var,
    /// `[1]`
    pub(crate) bias: Var,
    /// `[hidden, hidden]`, applied as `x Wᵀ`; starts as the identity or as the encoder's projection.
    pub(crate) projection: Var,
}

impl OutcomeHead {
    /// Starts where a logistic regression on the untrained encoder ends ("linear probing, then fine-tuning", Kumar et
    /// al. 2022), so that the first steps do not distort what the encoder knows.
    pub(crate) fn new(
        probe: &LinearModel,
        hidden: usize,
        projection: Option<&Tensor>,
    ) -> std::result::Result<Self, TrainingError> {
        let (weight, bias) = affine(probe, AVERAGES * hidden)?;
        let projection = match projection {
            Some(projection) => projection.copy()?,
            None => Tensor::eye(hidden, DType::F32, &Device::Cpu)?,
        };
        Ok(Self {
            weight: Var::from_tensor(&Tensor::from_vec(
                weight,
                (AVERAGES * hidden, 1),
                &Device::Cpu,
            )?)?,
            bias: Var::from_tensor(&Tensor::from_vec(vec![bias], 1, &Device::Cpu)?)?,
            projection: Var::from_tensor(&projection)?,
        })
    }

    /// # Shapes
    ///
    /// `averages: [calls, AVERAGES × hidden] → [calls]`
    pub(crate) fn logits(&self, averages: &Tensor) -> Result<Tensor> {
        averages
            .matmul(self.weight.as_tensor())?
            .broadcast_add(self.bias.as_tensor())?
            .squeeze(1)
    }
}

/// The slope and the offset of a linear model in the features' own units.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the encoder computes in f32"
)]
fn affine(
    model: &LinearModel,
    width: usize,
) -> std::result::Result<(Vec<f32>, f32), TrainingError> {
    let mut at = vec![0.0; width];
    let offset = model.logit(&at)?;
    let mut slopes = Vec::with_capacity(width);
    for place in 0..width {
        if let Some(value) = at.get_mut(place) {
            *value = 1.0;
        }
        slopes.push((model.logit(&at)? - offset) as f32);
        if let Some(value) = at.get_mut(place) {
            *value = 0.0;
        }
    }
    Ok((slopes, offset as f32))
}
