//! The shape of a transformer, from `config.json`: [`BertConfig`].

mod raw;

use upturn_kernels::Activation;

use crate::{EncoderError, Family};
use raw::Raw;

/// What decides the shapes and the arithmetic of an encoder of the BERT family.
#[derive(Debug, Clone, PartialEq)]
pub struct BertConfig {
    /// How its files name the tensors.
    pub family: Family,
    /// Words in the vocabulary.
    pub vocabulary: usize,
    /// Length of a token's vector.
    pub hidden: usize,
    /// Number of transformer layers.
    pub layers: usize,
    /// Attention heads; divides `hidden`.
    pub heads: usize,
    /// Width between the halves of a feed-forward block.
    pub intermediate: usize,
    /// Longest sequence, special tokens included.
    pub positions: usize,
    /// Rows of the table of positions that lie before that of the first token.
    pub first_position: usize,
    /// Segment vectors, of which only the first is used; 0 where the family has none.
    pub segments: usize,
    /// Added to the variance in LayerNorm.
    pub layer_norm_eps: f64,
    /// Between the feed-forward halves.
    pub activation: Activation,
    /// Share of hidden values dropped in training.
    pub hidden_dropout: f32,
    /// Share of attention weights dropped in training.
    pub attention_dropout: f32,
}

impl BertConfig {
    /// Reads `config.json`.
    ///
    /// # Errors
    ///
    /// [`EncoderError::Json`] for anything that is no such file, [`EncoderError::Unsupported`] for a model of another
    /// family.
    pub(crate) fn parse(path: &std::path::Path, text: &[u8]) -> Result<Self, EncoderError> {
        let json = |source| EncoderError::Json {
            path: path.to_owned(),
            source,
        };
        let family = Family::of(&raw::model_type(text).map_err(json)?)?;
        let raw = Raw::parse(family, text).map_err(json)?;
        raw.check()?;
        let first_position = raw.first_position(family);
        Ok(Self {
            family,
            vocabulary: raw.vocabulary,
            hidden: raw.hidden,
            layers: raw.layers,
            heads: raw.heads,
            intermediate: raw.intermediate,
            positions: raw.positions.saturating_sub(first_position),
            first_position,
            segments: if family.has_segments() {
                raw.segments
            } else {
                0
            },
            layer_norm_eps: raw.layer_norm_eps,
            activation: activation(&raw.activation)?,
            hidden_dropout: raw.hidden_dropout,
            attention_dropout: raw.attention_dropout,
        })
    }
}

fn activation(name: &str) -> Result<Activation, EncoderError> {
    match name {
        "gelu" => Ok(Activation::Gelu),
        "gelu_new" | "gelu_pytorch_tanh" => Ok(Activation::GeluTanh),
        "relu" => Ok(Activation::Relu),
        other => Err(unsupported(
            "hidden_act",
            other,
            "`gelu`, `gelu_new`, `gelu_pytorch_tanh` and `relu`",
        )),
    }
}

fn unsupported(setting: &'static str, got: &str, known: &'static str) -> EncoderError {
    EncoderError::Unsupported {
        setting,
        got: got.to_owned(),
        known,
    }
}
