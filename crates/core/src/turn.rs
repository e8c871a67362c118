//! One thing said by one person: [`Turn`] and its [`Speaker`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who speaks: the side that sells, the side that may buy, or anybody else.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Speaker {
    /// The side that wants the conversion.
    Seller,
    /// The side that decides.
    Buyer,
    /// An interpreter, an operator, a recording.
    Other,
}

impl Speaker {
    /// The word used in files and in the text given to the encoder: `seller`, `buyer` or `other`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Seller => "seller",
            Self::Buyer => "buyer",
            Self::Other => "other",
        }
    }
}

/// What one speaker said before another spoke.
///
/// `Debug` shows the length, never the text: transcripts are personal data.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// Who spoke.
    pub speaker: Speaker,
    /// What was said.
    pub text: String,
    /// Milliseconds from the start of the call to the turn's first word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_ms: Option<u64>,
    /// Milliseconds from the start of the call to the turn's last word; not before `start_ms`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_ms: Option<u64>,
}

impl Turn {
    /// A turn without times.
    pub fn new(speaker: Speaker, text: impl Into<String>) -> Self {
        Self {
            speaker,
            text: text.into(),
            start_ms: None,
            end_ms: None,
        }
    }
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turn")
            .field("speaker", &self.speaker)
            .field("chars", &self.text.chars().count())
            .finish_non_exhaustive()
    }
}
