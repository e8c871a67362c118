//! Token ids to contextual vectors: [`Transformer`].

use std::ops::Range;

use candle_core::{Device, Result, Tensor};

use crate::layers::Form;
use crate::layers::attention::Attention;
use crate::layers::feed_forward::FeedForward;
use crate::layers::token_embeddings::TokenEmbeddings;
use crate::{Batch, BertConfig, EncoderError, Mode, Weights};

/// The body of the encoder (Devlin et al. 2019), without pooler, as a graph that carries gradients.
///
/// On the CPU each half of a layer is one fused operation; on any other device the layers are candle's own operations.
/// Both compute the same.
#[derive(Debug, Clone)]
pub struct Transformer {
    embeddings: TokenEmbeddings,
    layers: Vec<Layer>,
    form: Form,
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
        let embeddings = TokenEmbeddings::new(weights, config)?;
        let form = if embeddings.device().is_cpu() {
            Form::Fused
        } else {
            Form::Plain
        };
        Ok(Self {
            embeddings,
            layers: (0..config.layers)
                .map(layer)
                .collect::<std::result::Result<_, EncoderError>>()?,
            form,
        })
    }

    /// The same body in candle's own operations, on every device: slower on a CPU, and what the fused operations are
    /// measured against.
    #[must_use]
    pub fn plain(self) -> Self {
        Self {
            form: Form::Plain,
            ..self
        }
    }

    /// Where its tensors lie; outputs lie there, too.
    pub fn device(&self) -> &Device {
        self.embeddings.device()
    }

    /// Number of layers.
    pub fn layers(&self) -> usize {
        self.layers.len()
    }

    /// The input of the first layer.
    ///
    /// # Shapes
    ///
    /// `→ [tokens, hidden]`
    ///
    /// # Errors
    ///
    /// candle's, for an id outside the vocabulary or a sequence with more tokens than positions.
    pub fn embed(&self, batch: &Batch, mode: Mode<'_>) -> Result<Tensor> {
        self.embeddings.forward(batch, mode, self.form)
    }

    /// Runs some of the layers on the output of those before them. A sequence's vectors do not depend on the others of
    /// its batch. In inference each layer is cut off from the graph, so that nothing of it is kept.
    ///
    /// # Shapes
    ///
    /// `hidden: [tokens, hidden] → [tokens, hidden]`
    ///
    /// # Errors
    ///
    /// candle's, for shapes that do not fit.
    pub fn run(
        &self,
        layers: Range<usize>,
        hidden: Tensor,
        batch: &Batch,
        mode: Mode<'_>,
    ) -> Result<Tensor> {
        let mut chosen = self.layers.iter().take(layers.end).skip(layers.start);
        chosen.try_fold(hidden, |hidden, layer| {
            let mixed = layer.attention.forward(&hidden, batch, mode, self.form)?;
            let hidden = layer.feed_forward.forward(&mixed, mode, self.form)?;
            Ok(if mode.is_inference() {
                hidden.detach()
            } else {
                hidden
            })
        })
    }

    /// All of it.
    ///
    /// # Shapes
    ///
    /// `→ [tokens, hidden]`
    ///
    /// # Errors
    ///
    /// As [`embed`](Self::embed) and [`run`](Self::run).
    pub fn forward(&self, batch: &Batch, mode: Mode<'_>) -> Result<Tensor> {
        self.run(0..self.layers.len(), self.embed(batch, mode)?, batch, mode)
    }
}

#[cfg(test)]
mod tests;
