//! `config.json` as Hugging Face writes it, in the words of each family.

use serde::Deserialize;

use super::unsupported;
use crate::{EncoderError, Family};

/// What every family says, each in its own words.
#[derive(Debug, Deserialize)]
pub(super) struct Raw {
    #[serde(rename = "vocab_size")]
    pub(super) vocabulary: usize,
    #[serde(rename = "hidden_size")]
    pub(super) hidden: usize,
    #[serde(rename = "num_hidden_layers")]
    pub(super) layers: usize,
    #[serde(rename = "num_attention_heads")]
    pub(super) heads: usize,
    #[serde(rename = "intermediate_size")]
    pub(super) intermediate: usize,
    #[serde(rename = "max_position_embeddings")]
    pub(super) positions: usize,
    #[serde(default = "two", rename = "type_vocab_size")]
    pub(super) segments: usize,
    #[serde(default = "tiny")]
    pub(super) layer_norm_eps: f64,
    #[serde(rename = "hidden_act")]
    pub(super) activation: String,
    #[serde(default, rename = "hidden_dropout_prob")]
    pub(super) hidden_dropout: f32,
    #[serde(default, rename = "attention_probs_dropout_prob")]
    pub(super) attention_dropout: f32,
    #[serde(default)]
    position_embedding_type: Option<String>,
    #[serde(default)]
    pad_token_id: Option<usize>,
}

/// The same in `DistilBERT`'s words.
#[derive(Debug, Deserialize)]
struct Distilled {
    vocab_size: usize,
    dim: usize,
    n_layers: usize,
    n_heads: usize,
    hidden_dim: usize,
    max_position_embeddings: usize,
    activation: String,
    #[serde(default)]
    dropout: f32,
    #[serde(default)]
    attention_dropout: f32,
}

#[derive(Deserialize)]
struct ModelType {
    model_type: String,
}

const fn two() -> usize {
    2
}

const fn tiny() -> f64 {
    1e-12
}

/// Which model it says it is.
pub(super) fn model_type(text: &[u8]) -> serde_json::Result<String> {
    serde_json::from_slice::<ModelType>(text).map(|named| named.model_type)
}

impl Raw {
    pub(super) fn parse(family: Family, text: &[u8]) -> serde_json::Result<Self> {
        match family {
            Family::Bert | Family::Roberta => serde_json::from_slice(text),
            Family::DistilBert => serde_json::from_slice::<Distilled>(text).map(Self::from),
        }
    }

    /// The row of the first token's position. `RoBERTa` counts from the padding's number on, which is 1 unless said
    /// otherwise.
    pub(super) fn first_position(&self, family: Family) -> usize {
        match family {
            Family::Bert | Family::DistilBert => 0,
            Family::Roberta => self.pad_token_id.unwrap_or(1).saturating_add(1),
        }
    }

    pub(super) fn check(&self) -> Result<(), EncoderError> {
        if let Some(kind) = self
            .position_embedding_type
            .as_deref()
            .filter(|kind| *kind != "absolute")
        {
            return Err(unsupported("position_embedding_type", kind, "`absolute`"));
        }
        if self.heads == 0 || !self.hidden.is_multiple_of(self.heads) {
            return Err(unsupported(
                "num_attention_heads",
                &self.heads.to_string(),
                "divisors of `hidden_size`",
            ));
        }
        if self.layers == 0 {
            return Err(unsupported("num_hidden_layers", "0", "1 and more"));
        }
        Ok(())
    }
}

impl From<Distilled> for Raw {
    fn from(theirs: Distilled) -> Self {
        Self {
            vocabulary: theirs.vocab_size,
            hidden: theirs.dim,
            layers: theirs.n_layers,
            heads: theirs.n_heads,
            intermediate: theirs.hidden_dim,
            positions: theirs.max_position_embeddings,
            segments: 0,
            layer_norm_eps: tiny(),
            activation: theirs.activation,
            hidden_dropout: theirs.dropout,
            attention_dropout: theirs.attention_dropout,
            position_embedding_type: None,
            pad_token_id: None,
        }
    }
}
