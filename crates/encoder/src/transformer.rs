//! Token ids to contextual vectors: [`Transformer`].

use std::ops::Range;

use candle_core::{DType, Result, Tensor};

use crate::layers::attention::Attention;
use crate::layers::feed_forward::FeedForward;
use crate::layers::token_embeddings::TokenEmbeddings;
use crate::{BertConfig, EncoderError, Mode, Weights};

/// What is added to the attention score of a padding token; its weight then underflows to exactly 0.
const MASKED: f64 = -1e9;

/// The body of the encoder (Devlin et al. 2019), without pooler.
#[derive(Debug, Clone)]
pub struct Transformer {
    embeddings: TokenEmbeddings,
    layers: Vec<Layer>,
}

#[derive(Debug, Clone)]
struct Layer {
    attention: Attention,
    feed_forward: FeedForward,
}

impl Transformer {
    /// Builds the body from named tensors; those that are variables in `weights` stay connected to them.
    ///
    /// # Errors
    ///
    /// [`EncoderError::MissingTensor`].
    pub fn new(weights: &Weights, config: &BertConfig) -> std::result::Result<Self, EncoderError> {
        let layer = |index: usize| {
            let name = format!("encoder.layer.{index}");
            Ok(Layer {
                attention: Attention::new(weights, &format!("{name}.attention"), config)?,
                feed_forward: FeedForward::new(weights, &name, config)?,
            })
        };
        Ok(Self {
            embeddings: TokenEmbeddings::new(weights, config)?,
            layers: (0..config.layers)
                .map(layer)
                .collect::<std::result::Result<_, EncoderError>>()?,
        })
    }

    /// Number of layers.
    pub fn layers(&self) -> usize {
        self.layers.len()
    }

    /// The input of the first layer.
    ///
    /// # Shapes
    ///
    /// `ids: [batch, tokens]` (u32) `→ [batch, tokens, hidden]`
    ///
    /// # Errors
    ///
    /// candle's, for an id outside the vocabulary or more tokens than positions.
    pub fn embed(&self, ids: &Tensor, mode: Mode<'_>) -> Result<Tensor> {
        self.embeddings.forward(ids, mode)
    }

    /// Runs some of the layers on the output of those before them.
    ///
    /// # Shapes
    ///
    /// `hidden: [batch, tokens, hidden]`, `mask: [batch, tokens]` (1 for a token, 0 for padding)
    /// `→ [batch, tokens, hidden]`
    ///
    /// # Errors
    ///
    /// candle's, for shapes that do not fit.
    pub fn run(
        &self,
        layers: Range<usize>,
        hidden: Tensor,
        mask: &Tensor,
        mode: Mode<'_>,
    ) -> Result<Tensor> {
        let bias = mask
            .to_dtype(DType::F32)?
            .affine(-MASKED, MASKED)?
            .unsqueeze(1)?
            .unsqueeze(1)?; // [B, 1, 1, T]
        let chosen = self.layers.iter().take(layers.end).skip(layers.start);
        chosen.into_iter().try_fold(hidden, |hidden, layer| {
            layer
                .feed_forward
                .forward(&layer.attention.forward(&hidden, &bias, mode)?, mode)
        })
    }

    /// All of it.
    ///
    /// # Shapes
    ///
    /// `ids, mask: [batch, tokens] → [batch, tokens, hidden]`
    ///
    /// # Errors
    ///
    /// As [`embed`](Self::embed) and [`run`](Self::run).
    pub fn forward(&self, ids: &Tensor, mask: &Tensor, mode: Mode<'_>) -> Result<Tensor> {
        self.run(0..self.layers.len(), self.embed(ids, mode)?, mask, mode)
    }
}

#[cfg(test)]
mod tests;
