//! Word + position + segment vectors, normalised: the input of the first layer.

use candle_core::{Result, Tensor};

use super::dropout::Mode;
use super::layer_norm::LayerNorm;
use crate::{BertConfig, EncoderError, Weights};

/// The table of words with its companions.
#[derive(Debug, Clone)]
pub(crate) struct TokenEmbeddings {
    words: Tensor,
    positions: Tensor,
    segments: Tensor,
    norm: LayerNorm,
    dropout: f32,
}

impl TokenEmbeddings {
    pub(crate) fn new(
        weights: &Weights,
        config: &BertConfig,
    ) -> std::result::Result<Self, EncoderError> {
        let table = |name: &str| weights.get(&format!("embeddings.{name}_embeddings.weight"));
        Ok(Self {
            words: table("word")?,
            positions: table("position")?,
            segments: table("token_type")?,
            norm: LayerNorm::new(weights, "embeddings.LayerNorm", config.layer_norm_eps)?,
            dropout: config.hidden_dropout,
        })
    }

    /// # Shapes
    ///
    /// `ids: [batch, tokens] → [batch, tokens, hidden]`
    pub(crate) fn forward(&self, ids: &Tensor, mode: Mode<'_>) -> Result<Tensor> {
        let (batch, tokens) = ids.dims2()?;
        let words =
            self.words
                .index_select(&ids.flatten_all()?, 0)?
                .reshape((batch, tokens, ()))?; // [B, T, H]
        let positions = self.positions.narrow(0, 0, tokens)?; // [T, H]
        let segment = self.segments.narrow(0, 0, 1)?; // [1, H]
        let sum = words.broadcast_add(&positions.broadcast_add(&segment)?)?;
        let flat = sum.flatten_to(1)?; // [B·T, H]
        let normed = self.norm.forward(&flat, mode)?;
        mode.dropout(normed, self.dropout)?
            .reshape((batch, tokens, ()))
    }
}
