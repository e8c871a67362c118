//! What training puts on top of the encoder: [`OutcomeHead`].

use candle_core::{DType, Device, Result, Tensor, Var};
use serde::{Deserialize, Serialize};
use upturn_predict::{AVERAGES, LinearModel};

use crate::TrainingError;

/// Where the head of a fine-tuning begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeadStart {
    /// Where a logistic regression on the encoder's averages ends ("linear probing, then fine-tuning", Kumar et al. 2022),
    /// so that the first steps do not distort what the encoder knows. The default.
    #[default]
    Probe,
    /// At 0: every call has probability 0.5. The head has then to be learnt in the epochs.
    Zero,
}

/// A logit over the averages of both speakers' turns, and a projection of its own for retrieval: one space for both hurts both.
#[derive(Debug)]
pub(crate) struct OutcomeHead {
    /// `[AVERAGES × hidden, 1]`, but see [`of_sides`](Self::of_sides).
    pub(crate) weight: Var,
    /// `[1]`
    pub(crate) bias: Var,
    /// `[hidden, hidden]`, applied as `x Wᵀ`; starts as the identity or as the encoder's projection.
    pub(crate) projection: Var,
}

impl OutcomeHead {
    /// [`HeadStart::Probe`], of a logistic regression on the encoder's averages.
    pub(crate) fn new(
        probe: &LinearModel,
        hidden: usize,
        projection: Option<&Tensor>,
    ) -> std::result::Result<Self, TrainingError> {
        Self::at(affine(probe, AVERAGES * hidden)?, hidden, projection)
    }

    /// [`HeadStart::Zero`].
    pub(crate) fn zero(
        hidden: usize,
        projection: Option<&Tensor>,
    ) -> std::result::Result<Self, TrainingError> {
        Self::at((vec![0.0; AVERAGES * hidden], 0.0), hidden, projection)
    }

    /// For a phase that asks for something else than an outcome: a line for each of some sides. Shapes: weight
    /// `[sides, hidden]`, bias `[sides]`.
    pub(crate) fn of_sides(
        weights: Vec<f32>,
        intercepts: &[f32],
        hidden: usize,
        projection: Option<&Tensor>,
    ) -> std::result::Result<Self, TrainingError> {
        let blank = Self::zero(hidden, projection)?;
        let shape = (intercepts.len(), hidden);
        Ok(Self {
            weight: Var::from_tensor(&Tensor::from_vec(weights, shape, &Device::Cpu)?)?,
            bias: Var::from_tensor(&Tensor::new(intercepts, &Device::Cpu)?)?,
            ..blank
        })
    }

    fn at(
        (weight, bias): (Vec<f32>, f32),
        hidden: usize,
        projection: Option<&Tensor>,
    ) -> std::result::Result<Self, TrainingError> {
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
