//! `softmax(Q Kᵀ / √d) V` by heads (Vaswani et al. 2017, equation 1), with its residual and normalisation.

use candle_core::{Result, Shape, Tensor};
use upturn_kernels::Dropout;

use super::Form;
use super::dropout::{Mode, drawn, dropped};
use super::layer_norm::LayerNorm;
use super::linear::Linear;
use super::padding::Padding;
use crate::ops::{AttentionBlock, flat};
use crate::{Batch, BertConfig, EncoderError, Weights};

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
    /// `input: [tokens, hidden] → [tokens, hidden]`
    pub(crate) fn forward(
        &self,
        input: &Tensor,
        batch: &Batch,
        mode: Mode<'_>,
        form: Form,
    ) -> Result<Tensor> {
        let masks = (
            mode.mask(self.weights_dropout),
            mode.mask(self.hidden_dropout),
        );
        match form {
            Form::Fused => self.fused(input, batch, masks, mode),
            Form::Plain => self.plain(input, batch, masks),
        }
    }

    fn fused(
        &self,
        input: &Tensor,
        batch: &Batch,
        (weights_dropout, hidden_dropout): (Option<Dropout>, Option<Dropout>),
        mode: Mode<'_>,
    ) -> Result<Tensor> {
        let inner = [&self.query, &self.key, &self.value];
        let weights = inner.map(|linear| &linear.weight);
        let biases = inner.map(|linear| &linear.bias);
        let outer = [
            &self.output.weight,
            &self.output.bias,
            &self.norm.weight,
            &self.norm.bias,
        ];
        let parameters: Vec<&Tensor> = weights.into_iter().chain(biases).chain(outer).collect();
        let block = AttentionBlock {
            bounds: batch.bounds().to_vec(),
            heads: self.heads,
            epsilon: self.norm.epsilon(),
            weights_dropout,
            hidden_dropout,
            keeps: !mode.is_inference(),
            ..AttentionBlock::default()
        };
        input.contiguous()?.apply_op2(&flat(&parameters)?, block)
    }

    fn plain(
        &self,
        input: &Tensor,
        batch: &Batch,
        (weights_dropout, hidden_dropout): (Option<Dropout>, Option<Dropout>),
    ) -> Result<Tensor> {
        let (_, hidden) = input.dims2()?;
        let padding = Padding::new(batch, input.device())?;
        let split = |linear: &Linear| self.split(&padding.pad(&linear.forward(input)?)?);
        let scale = 1.0 / ((hidden / self.heads) as f64).sqrt();
        let query = (split(&self.query)? * scale)?;
        let scores = query.matmul(&split(&self.key)?.transpose(2, 3)?.contiguous()?)?; // [B, heads, T, T]
        let scores = scores.broadcast_add(&padding.bias)?;
        let mut weights = candle_nn::ops::softmax(&scores, candle_core::D::Minus1)?;
        if let Some(dropout) = weights_dropout {
            weights = (weights * self.factors(batch, &padding, dropout, input)?)?;
        }
        let mixed = weights.matmul(&split(&self.value)?)?; // [B, heads, T, d]
        let mixed = mixed
            .transpose(1, 2)?
            .reshape((padding.sequences, padding.width, hidden))?;
        let output = self.output.forward(&padding.unpad(&mixed)?)?;
        self.norm
            .plain(&(dropped(output, hidden_dropout)? + input)?)
    }

    /// `[B, T, H] → [B, heads, T, d]`
    fn split(&self, rows: &Tensor) -> Result<Tensor> {
        let (batch, tokens, _) = rows.dims3()?;
        rows.reshape((batch, tokens, self.heads, ()))?
            .transpose(1, 2)?
            .contiguous()
    }

    /// The fused form's factors in a rectangle. Shape: `[B, heads, T, T]`.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a sequence has fewer than 2¹⁶ tokens"
    )]
    fn factors(
        &self,
        batch: &Batch,
        padding: &Padding,
        dropout: Dropout,
        like: &Tensor,
    ) -> Result<Tensor> {
        let width = padding.width;
        let shape = (batch.sequences(), self.heads, width, width);
        if !like.device().is_cpu() {
            return drawn(dropout, &Shape::from(shape), like.device());
        }
        let mut factors = Vec::with_capacity(batch.sequences() * self.heads * width * width);
        for (sequence, range) in batch.ranges().into_iter().enumerate() {
            for head in 0..self.heads {
                let dropout = dropout.part((sequence * self.heads + head) as u64);
                let cell = |cell: usize| match (cell / width, cell % width) {
                    (row, column) if row < range.len() && column < range.len() => {
                        dropout.factor((row * range.len() + column) as u32)
                    }
                    _ => 0.0,
                };
                factors.extend((0..width * width).map(cell));
            }
        }
        Tensor::from_vec(factors, shape, like.device())
    }
}
