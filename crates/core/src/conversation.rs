//! The conversation, the unit of learning: [`Conversation`] and its [`ConversationId`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Diagnostic, ErrorKind, Metadata, Outcome, Prefix, Turn};

/// Why something is no conversation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConversationError {
    /// The id is empty or blank.
    #[error("`id` is empty")]
    EmptyId,
    /// The id is longer than [`ConversationId::MAX_BYTES`].
    #[error("`id` has {got} bytes, at most {expected} are allowed")]
    LongId {
        /// The limit.
        expected: usize,
        /// What was given.
        got: usize,
    },
    /// There is no turn, or every turn is blank.
    #[error("`turns` holds nothing that was said")]
    NoTurns,
    /// A turn ends before it starts.
    #[error("`turns[{turn}]` ends at {end_ms} ms, before it starts at {start_ms} ms")]
    EndsBeforeStart {
        /// Place of the turn, from 0.
        turn: usize,
        /// Its start.
        start_ms: u64,
        /// Its end.
        end_ms: u64,
    },
}

impl Diagnostic for ConversationError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }

    fn hint(&self) -> Option<String> {
        Some("`upturn schema conversation` prints the expected form".to_owned())
    }
}

/// Name of a conversation, unique within a data set. Never blank, at most 512 bytes.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
pub struct ConversationId(#[schemars(length(min = 1, max = 512))] String);

impl ConversationId {
    /// Longest id in bytes.
    pub const MAX_BYTES: usize = 512;

    /// Checks and wraps an id.
    ///
    /// # Errors
    ///
    /// [`ConversationError::EmptyId`] or [`ConversationError::LongId`].
    pub fn new(id: impl Into<String>) -> Result<Self, ConversationError> {
        let id = id.into();
        if id.trim().is_empty() {
            return Err(ConversationError::EmptyId);
        }
        if id.len() > Self::MAX_BYTES {
            return Err(ConversationError::LongId {
                expected: Self::MAX_BYTES,
                got: id.len(),
            });
        }
        Ok(Self(id))
    }

    /// The id as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ConversationId {
    type Error = ConversationError;

    fn try_from(id: String) -> Result<Self, Self::Error> {
        Self::new(id)
    }
}

impl From<ConversationId> for String {
    fn from(id: ConversationId) -> Self {
        id.0
    }
}

impl fmt::Display for ConversationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An ordered list of turns with what is known about them.
///
/// Canonical form: one JSON object a line. Laws, checked on the way in: at least one turn that is not blank; times run
/// forward within a turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Unchecked")]
pub struct Conversation {
    id: ConversationId,
    turns: Vec<Turn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    metadata: Metadata,
}

/// One conversation a line: who said what in which order, how it ended if that is known, and what else is known.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename = "Conversation")]
struct Unchecked {
    /// Unique within the file.
    #[schemars(length(min = 1, max = 512))]
    id: ConversationId,
    /// In the order they were said; at least one that is not blank.
    #[schemars(length(min = 1))]
    turns: Vec<Turn>,
    /// How it ended; absent while it is open.
    #[serde(default)]
    outcome: Option<Outcome>,
    /// What else is known.
    #[serde(default)]
    metadata: Metadata,
}

impl TryFrom<Unchecked> for Conversation {
    type Error = ConversationError;

    fn try_from(
        Unchecked {
            id,
            turns,
            outcome,
            metadata,
        }: Unchecked,
    ) -> Result<Self, Self::Error> {
        Ok(Self {
            outcome,
            metadata,
            ..Self::new(id, turns)?
        })
    }
}

impl Conversation {
    /// A conversation without outcome and metadata.
    ///
    /// # Errors
    ///
    /// [`ConversationError::NoTurns`] or [`ConversationError::EndsBeforeStart`].
    pub fn new(id: ConversationId, turns: Vec<Turn>) -> Result<Self, ConversationError> {
        if turns.iter().all(|turn| turn.text.trim().is_empty()) {
            return Err(ConversationError::NoTurns);
        }
        for (at, turn) in turns.iter().enumerate() {
            runs_forward(at, turn)?;
        }
        Ok(Self {
            id,
            turns,
            outcome: None,
            metadata: Metadata::default(),
        })
    }

    /// Appends what was said next; nothing is appended on an error.
    ///
    /// # Errors
    ///
    /// [`ConversationError::EndsBeforeStart`].
    pub fn push(&mut self, turn: Turn) -> Result<(), ConversationError> {
        runs_forward(self.turns.len(), &turn)?;
        self.turns.push(turn);
        Ok(())
    }

    /// The same with an outcome. None by default.
    #[must_use]
    pub fn with_outcome(mut self, outcome: Option<Outcome>) -> Self {
        self.outcome = outcome;
        self
    }

    /// The same with metadata. Empty by default.
    #[must_use]
    pub fn with_metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// Takes it apart: its name, turns, outcome and metadata, without a copy.
    pub fn into_parts(self) -> (ConversationId, Vec<Turn>, Option<Outcome>, Metadata) {
        let Self {
            id,
            turns,
            outcome,
            metadata,
        } = self;
        (id, turns, outcome, metadata)
    }

    /// Its name.
    pub fn id(&self) -> &ConversationId {
        &self.id
    }

    /// Its turns in the order they were said; never empty.
    pub fn turns(&self) -> &[Turn] {
        &self.turns
    }

    /// How it ended, if that is known.
    pub fn outcome(&self) -> Option<Outcome> {
        self.outcome
    }

    /// What else is known.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// What must stay on one side of a split: the account, or the conversation itself where none is given.
    pub fn group(&self) -> &str {
        self.metadata
            .account
            .as_deref()
            .unwrap_or_else(|| self.id.as_str())
    }

    /// The whole of it as a prefix.
    pub fn whole(&self) -> Prefix<'_> {
        Prefix::whole(self)
    }
}

/// Whether a turn ends no earlier than it starts.
fn runs_forward(at: usize, turn: &Turn) -> Result<(), ConversationError> {
    match (turn.start_ms, turn.end_ms) {
        (Some(start_ms), Some(end_ms)) if end_ms < start_ms => {
            Err(ConversationError::EndsBeforeStart {
                turn: at,
                start_ms,
                end_ms,
            })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"id":"a","turns":[{"speaker":"seller","text":"hello"}],"outcome":"won","metadata":{"account":"acme","region":"north"}}"#;

    #[test]
    fn canonical_form_survives_a_round_trip() -> Result<(), serde_json::Error> {
        let conversation: Conversation = serde_json::from_str(GOOD)?;
        assert_eq!(conversation.group(), "acme");
        assert_eq!(serde_json::to_string(&conversation)?, GOOD);
        Ok(())
    }

    #[test]
    fn what_is_no_conversation_is_refused() {
        for (line, reason) in [
            (
                r#"{"id":" ","turns":[{"speaker":"seller","text":"x"}]}"#,
                "`id` is empty",
            ),
            (r#"{"id":"a","turns":[]}"#, "nothing that was said"),
            (
                r#"{"id":"a","turns":[{"speaker":"seller","text":" "}]}"#,
                "nothing that was said",
            ),
            (
                r#"{"id":"a","turns":[{"speaker":"seller","text":"x","start_ms":5,"end_ms":4}]}"#,
                "before it starts",
            ),
            (
                r#"{"id":"a","turns":[{"speaker":"agent","text":"x"}]}"#,
                "unknown variant `agent`",
            ),
            (
                r#"{"id":"a","turns":[{"speaker":"buyer","text":"x"}],"outcome":"maybe"}"#,
                "unknown variant `maybe`",
            ),
            (
                r#"{"id":"a","turns":[{"speaker":"buyer","text":"x"}],"outcomes":"won"}"#,
                "unknown field `outcomes`",
            ),
        ] {
            let error = serde_json::from_str::<Conversation>(line)
                .err()
                .map(|e| e.to_string())
                .unwrap_or_default();
            assert!(error.contains(reason), "{line}: {error}");
        }
    }

    #[test]
    fn debug_shows_no_word_that_was_said() {
        let turn = Turn::new(crate::Speaker::Buyer, "my secret");
        assert!(!format!("{turn:?}").contains("secret"));
    }
}
