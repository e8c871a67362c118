//! The shape of a transformer, from `config.json`: [`BertConfig`].

use serde::Deserialize;

use upturn_kernels::Activation;

use crate::EncoderError;

/// What decides the shapes and the arithmetic of a BERT encoder.
#[derive(Debug, Clone, PartialEq)]
pub struct BertConfig {
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
    /// Segment vectors; only the first is used.
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

/// `config.json` as Hugging Face writes it.
#[derive(Debug, Deserialize)]
struct Raw {
    model_type: String,
    vocab_size: usize,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    max_position_embeddings: usize,
    #[serde(default = "two")]
    type_vocab_size: usize,
    #[serde(default = "tiny")]
    layer_norm_eps: f64,
    hidden_act: String,
    #[serde(default)]
    hidden_dropout_prob: f32,
    #[serde(default)]
    attention_probs_dropout_prob: f32,
    #[serde(default)]
    position_embedding_type: Option<String>,
}

const fn two() -> usize {
    2
}

const fn tiny() -> f64 {
    1e-12
}

impl BertConfig {
    /// Reads `config.json`.
    ///
    /// # Errors
    ///
    /// [`EncoderError::Json`] for anything that is no such file, [`EncoderError::Unsupported`] for a model of another
    /// family.
    pub(crate) fn parse(path: &std::path::Path, text: &[u8]) -> Result<Self, EncoderError> {
        let raw: Raw = serde_json::from_slice(text).map_err(|source| EncoderError::Json {
            path: path.to_owned(),
            source,
        })?;
        raw.check()?;
        Ok(Self {
            vocabulary: raw.vocab_size,
            hidden: raw.hidden_size,
            layers: raw.num_hidden_layers,
            heads: raw.num_attention_heads,
            intermediate: raw.intermediate_size,
            positions: raw.max_position_embeddings,
            segments: raw.type_vocab_size,
            layer_norm_eps: raw.layer_norm_eps,
            activation: activation(&raw.hidden_act)?,
            hidden_dropout: raw.hidden_dropout_prob,
            attention_dropout: raw.attention_probs_dropout_prob,
        })
    }
}

impl Raw {
    fn check(&self) -> Result<(), EncoderError> {
        if self.model_type != "bert" {
            return Err(unsupported("model_type", &self.model_type, "`bert`"));
        }
        if let Some(kind) = self
            .position_embedding_type
            .as_deref()
            .filter(|kind| *kind != "absolute")
        {
            return Err(unsupported("position_embedding_type", kind, "`absolute`"));
        }
        if self.num_attention_heads == 0
            || !self.hidden_size.is_multiple_of(self.num_attention_heads)
        {
            return Err(unsupported(
                "num_attention_heads",
                &self.num_attention_heads.to_string(),
                "divisors of `hidden_size`",
            ));
        }
        if self.num_hidden_layers == 0 {
            return Err(unsupported("num_hidden_layers", "0", "1 and more"));
        }
        Ok(())
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
