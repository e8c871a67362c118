//! Two affine maps with a non-linearity between, with residual and normalisation.

use candle_core::{Result, Tensor};

use super::dropout::Mode;
use super::layer_norm::LayerNorm;
use super::linear::Linear;
use crate::{Activation, BertConfig, EncoderError, Weights};

/// The second half of a layer.
#[derive(Debug, Clone)]
pub(crate) struct FeedForward {
    widen: Linear,
    narrow: Linear,
    norm: LayerNorm,
    activation: Activation,
    dropout: f32,
}

impl FeedForward {
    pub(crate) fn new(
        weights: &Weights,
        name: &str,
        config: &BertConfig,
    ) -> std::result::Result<Self, EncoderError> {
        Ok(Self {
            widen: Linear::new(weights, &format!("{name}.intermediate.dense"))?,
            narrow: Linear::new(weights, &format!("{name}.output.dense"))?,
            norm: LayerNorm::new(
                weights,
                &format!("{name}.output.LayerNorm"),
                config.layer_norm_eps,
            )?,
            activation: config.activation,
            dropout: config.hidden_dropout,
        })
    }

    /// # Shapes
    ///
    /// `[batch, tokens, hidden] → [batch, tokens, hidden]`
    pub(crate) fn forward(&self, input: &Tensor, mode: Mode<'_>) -> Result<Tensor> {
        let (batch, tokens, hidden) = input.dims3()?;
        let rows = input.reshape((batch * tokens, hidden))?; // [B·T, H]
        let wide = self.widen.forward(&rows)?;
        let wide = match self.activation {
            Activation::Gelu => wide.gelu_erf()?,
            Activation::GeluTanh => wide.gelu()?,
            Activation::Relu => wide.relu()?,
        };
        let output = mode.dropout(self.narrow.forward(&wide)?, self.dropout)?;
        self.norm
            .forward(&(output + rows)?, mode)?
            .reshape((batch, tokens, hidden))
    }
}
