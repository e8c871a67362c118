//! Two affine maps with a non-linearity between, with residual and normalisation.

use candle_core::{Result, Tensor};
use upturn_kernels::{Activation, Dropout};

use super::Form;
use super::dropout::{Mode, dropped};
use super::layer_norm::LayerNorm;
use super::linear::Linear;
use crate::ops::{FeedForwardBlock, Kept, flat};
use crate::{BertConfig, EncoderError, Weights};

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
    /// `[tokens, hidden] → [tokens, hidden]`
    pub(crate) fn forward(&self, input: &Tensor, mode: Mode<'_>, form: Form) -> Result<Tensor> {
        let mask = mode.mask(self.dropout);
        match form {
            Form::Fused => self.fused(input, mask, mode),
            Form::Plain => self.plain(input, mask),
        }
    }

    fn fused(&self, input: &Tensor, dropout: Option<Dropout>, mode: Mode<'_>) -> Result<Tensor> {
        let parameters = flat(&[
            &self.widen.weight,
            &self.widen.bias,
            &self.narrow.weight,
            &self.narrow.bias,
            &self.norm.weight,
            &self.norm.bias,
        ])?;
        let block = FeedForwardBlock {
            wide: self.widen.bias.elem_count(),
            activation: self.activation,
            epsilon: self.norm.epsilon(),
            dropout,
            keeps: !mode.is_inference(),
            kept: Kept::default(),
        };
        input.contiguous()?.apply_op2(&parameters, block)
    }

    fn plain(&self, input: &Tensor, dropout: Option<Dropout>) -> Result<Tensor> {
        let wide = self.widen.forward(input)?;
        let wide = match self.activation {
            Activation::Gelu => wide.gelu_erf()?,
            Activation::GeluTanh => wide.gelu()?,
            Activation::Relu => wide.relu()?,
        };
        let output = dropped(self.narrow.forward(&wide)?, dropout)?;
        self.norm.plain(&(output + input)?)
    }
}
