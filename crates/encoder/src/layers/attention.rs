//! `softmax(Q Kᵀ / √d) V` by heads (Vaswani et al. 2017, equation 1), with its residual and normalisation.

use candle_core::{Result, Tensor};

use super::dropout::Mode;
use super::layer_norm::LayerNorm;
use super::linear::Linear;
use crate::{BertConfig, EncoderError, Weights};

/// Self-attention of one layer.
#[derive(Debug, Clone)]
pub(crate) struct Attention {
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    norm: LayerNorm,
    heads: usize,
    weights_dropout: f32,
    hidden_dropout: f32,
}

impl Attention {
    pub(crate) fn new(
        weights: &Weights,
        name: &str,
        config: &BertConfig,
    ) -> std::result::Result<Self, EncoderError> {
        Ok(Self {
            query: Linear::new(weights, &format!("{name}.self.query"))?,
            key: Linear::new(weights, &format!("{name}.self.key"))?,
            value: Linear::new(weights, &format!("{name}.self.value"))?,
            output: Linear::new(weights, &format!("{name}.output.dense"))?,
            norm: LayerNorm::new(
                weights,
                &format!("{name}.output.LayerNorm"),
                config.layer_norm_eps,
            )?,
            heads: config.heads,
            weights_dropout: config.attention_dropout,
            hidden_dropout: config.hidden_dropout,
        })
    }

    /// # Shapes
    ///
    /// `input: [batch, tokens, hidden]`, `bias: [batch, 1, 1, tokens]` (0, or very negative on padding)
    /// `→ [batch, tokens, hidden]`
    pub(crate) fn forward(&self, input: &Tensor, bias: &Tensor, mode: Mode<'_>) -> Result<Tensor> {
        let (batch, tokens, hidden) = input.dims3()?;
        let rows = input.reshape((batch * tokens, hidden))?; // [B·T, H]
        let split = |linear: &Linear| self.split(&linear.forward(&rows)?, batch, tokens);
        let scale = 1.0 / ((hidden / self.heads) as f64).sqrt();
        let query = (split(&self.query)? * scale)?;
        let scores = query.matmul(&split(&self.key)?.transpose(2, 3)?.contiguous()?)?; // [B, heads, T, T]
        let weights = softmax(&scores.broadcast_add(bias)?, mode)?;
        let weights = mode.dropout(weights, self.weights_dropout)?;
        let mixed = weights.matmul(&split(&self.value)?)?; // [B, heads, T, d]
        let mixed = mixed.transpose(1, 2)?.reshape((batch * tokens, hidden))?; // [B·T, H]
        let output = mode.dropout(self.output.forward(&mixed)?, self.hidden_dropout)?;
        self.norm
            .forward(&(output + rows)?, mode)?
            .reshape((batch, tokens, hidden))
    }

    /// `[B·T, H] → [B, heads, T, d]`
    fn split(&self, rows: &Tensor, batch: usize, tokens: usize) -> Result<Tensor> {
        rows.reshape((batch, tokens, self.heads, ()))?
            .transpose(1, 2)?
            .contiguous()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the fused kernel carries no gradient: inference only"
)]
fn softmax(scores: &Tensor, mode: Mode<'_>) -> Result<Tensor> {
    if mode.is_inference() {
        candle_nn::ops::softmax_last_dim(scores)
    } else {
        candle_nn::ops::softmax(scores, candle_core::D::Minus1)
    }
}
