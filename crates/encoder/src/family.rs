//! Relatives of BERT that differ in names and numbering, not in arithmetic: [`Family`].

use std::borrow::Cow;

use crate::EncoderError;

/// How a checkpoint names its tensors.
///
/// Inside, every tensor has BERT's name; in the file it has the family's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Family {
    /// `bert` (Devlin et al. 2019).
    #[default]
    Bert,
    /// `roberta`, `xlm-roberta` and `camembert` (Liu et al. 2019): BERT's names; the rows of positions begin behind
    /// that of padding.
    Roberta,
    /// `distilbert` (Sanh et al. 2019): names of its own, no segments.
    DistilBert,
}

/// `DistilBERT`'s names of the parts of a layer.
const DISTILLED: [(&str, &str); 8] = [
    ("attention.self.query", "attention.q_lin"),
    ("attention.self.key", "attention.k_lin"),
    ("attention.self.value", "attention.v_lin"),
    ("attention.output.dense", "attention.out_lin"),
    ("attention.output.LayerNorm", "sa_layer_norm"),
    ("intermediate.dense", "ffn.lin1"),
    ("output.dense", "ffn.lin2"),
    ("output.LayerNorm", "output_layer_norm"),
];

impl Family {
    /// The family of a `model_type`.
    ///
    /// # Errors
    ///
    /// [`EncoderError::Unsupported`] for one with another arithmetic.
    pub(crate) fn of(model_type: &str) -> Result<Self, EncoderError> {
        match model_type {
            "bert" => Ok(Self::Bert),
            "roberta" | "xlm-roberta" | "camembert" => Ok(Self::Roberta),
            "distilbert" => Ok(Self::DistilBert),
            other => Err(EncoderError::Unsupported {
                setting: "model_type",
                got: other.to_owned(),
                known: "`bert`, `roberta`, `xlm-roberta`, `camembert` and `distilbert`",
            }),
        }
    }

    /// What stands before each name in a file that holds a whole model with its head.
    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::Bert => "bert.",
            Self::Roberta => "roberta.",
            Self::DistilBert => "distilbert.",
        }
    }

    /// Whether there is a table of segments.
    pub(crate) const fn has_segments(self) -> bool {
        !matches!(self, Self::DistilBert)
    }

    /// A tensor's name in the file: `transformer.layer.0.ffn.lin1.bias` for `encoder.layer.0.intermediate.dense.bias`.
    pub(crate) fn stored(self, name: &str) -> Cow<'_, str> {
        let theirs = match self {
            Self::Bert | Self::Roberta => None,
            Self::DistilBert => distilled(name),
        };
        theirs.map_or(Cow::Borrowed(name), Cow::Owned)
    }
}

/// `encoder.layer.N.PART.END` in `DistilBERT`'s words; none for what lies outside the layers.
fn distilled(name: &str) -> Option<String> {
    let (number, rest) = name.strip_prefix("encoder.layer.")?.split_once('.')?;
    let (part, end) = rest.rsplit_once('.')?;
    let theirs = DISTILLED.iter().find(|(ours, _)| *ours == part)?.1;
    Some(format!("transformer.layer.{number}.{theirs}.{end}"))
}
