//! `y = x Wᵀ + b`.

use candle_core::{Result, Tensor};

use crate::{EncoderError, Weights};

/// An affine map of the last dimension.
#[derive(Debug, Clone)]
pub(crate) struct Linear {
    pub(crate) weight: Tensor,
    pub(crate) bias: Tensor,
}

impl Linear {
    pub(crate) fn new(weights: &Weights, name: &str) -> std::result::Result<Self, EncoderError> {
        Ok(Self {
            weight: weights.get(&format!("{name}.weight"))?,
            bias: weights.get(&format!("{name}.bias"))?,
        })
    }

    /// # Shapes
    ///
    /// `[rows, in] → [rows, out]`
    pub(crate) fn forward(&self, input: &Tensor) -> Result<Tensor> {
        input.matmul(&self.weight.t()?)?.broadcast_add(&self.bias)
    }
}
