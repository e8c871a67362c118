//! What a sentence points at: [`Citation`] and its [`EvidenceId`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{ConversationId, Outcome, PartName, TurnRange};

/// Name of a citation within its explanation: `e1`, `e2`, …
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
pub struct EvidenceId(u32);

impl EvidenceId {
    /// The one at a place of the register, from 0: the first is `e1`.
    pub fn at(place: usize) -> Self {
        Self(u32::try_from(place + 1).unwrap_or(u32::MAX))
    }
}

/// Something that is no evidence id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no evidence id: expected `e` and a number from 1, as in `e3`")]
pub struct EvidenceIdError;

impl TryFrom<String> for EvidenceId {
    type Error = EvidenceIdError;

    fn try_from(id: String) -> Result<Self, Self::Error> {
        let digits = id.strip_prefix('e').ok_or(EvidenceIdError)?;
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
        match digits.parse() {
            Ok(number) if plain => Ok(Self(number)),
            Ok(_) | Err(_) => Err(EvidenceIdError),
        }
    }
}

impl From<EvidenceId> for String {
    fn from(id: EvidenceId) -> Self {
        id.to_string()
    }
}

impl fmt::Display for EvidenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "e{}", self.0)
    }
}

/// Where something stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "source", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Source {
    /// It was said, in this call or in another one.
    Said {
        /// In which call.
        conversation: ConversationId,
        /// In which turns; never empty.
        turns: TurnRange,
        /// How that call ended; never of the call that is explained.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outcome: Option<Outcome>,
    },
    /// A field of the call's metadata says so.
    Metadata {
        /// Which field.
        field: String,
    },
    /// The model computed it.
    Model {
        /// Which part of the logit; none for the prediction as a whole.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<PartName>,
    },
}

/// An entry of the register of evidence.
///
/// `Debug` shows the length of the quote, never the quote: transcripts are personal data.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Citation {
    /// Its name.
    pub id: EvidenceId,
    /// Where it stands.
    #[serde(flatten)]
    pub source: Source,
    /// What stands there, shortened to [`Citation::QUOTE`] characters; none for all turns of a call, where something was
    /// looked for in vain or counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
}

impl Citation {
    /// Longest quote in characters.
    pub const QUOTE: usize = 280;
}

impl fmt::Debug for Citation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let chars = self.quote.as_ref().map(|quote| quote.chars().count());
        f.debug_struct("Citation")
            .field("id", &self.id)
            .field("source", &self.source)
            .field("chars", &chars)
            .finish()
    }
}

/// The start of a text, so short that it can stand in a sentence; what is left out is marked by `…`.
pub(crate) fn shortened(text: &str, chars: usize) -> String {
    let text = text.trim();
    if text.chars().count() <= chars {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(chars.saturating_sub(1)).collect();
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    kept
}
