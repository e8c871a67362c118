//! `(x − mean) / √(variance + ε) · w + b` over the last dimension (Ba et al. 2016).

use candle_core::{D, Result, Tensor};

use crate::{EncoderError, Weights};

/// Normalisation of each token's vector.
#[derive(Debug, Clone)]
pub(crate) struct LayerNorm {
    pub(crate) weight: Tensor,
    pub(crate) bias: Tensor,
    eps: f64,
}

impl LayerNorm {
    pub(crate) fn new(
        weights: &Weights,
        name: &str,
        eps: f64,
    ) -> std::result::Result<Self, EncoderError> {
        Ok(Self {
            weight: weights.get(&format!("{name}.weight"))?,
            bias: weights.get(&format!("{name}.bias"))?,
            eps,
        })
    }

    /// `ε` as the fused form takes it.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an epsilon of 1e-12 is a normal f32"
    )]
    pub(crate) fn epsilon(&self) -> f32 {
        self.eps as f32
    }

    /// In primitive operations.
    ///
    /// # Shapes
    ///
    /// `[rows, hidden] → [rows, hidden]`
    pub(crate) fn plain(&self, input: &Tensor) -> Result<Tensor> {
        let centred = input.broadcast_sub(&input.mean_keepdim(D::Minus1)?)?;
        let variance = centred.sqr()?.mean_keepdim(D::Minus1)?;
        let normed = centred.broadcast_div(&(variance + self.eps)?.sqrt()?)?;
        normed
            .broadcast_mul(&self.weight)?
            .broadcast_add(&self.bias)
    }
}
