//! What a store holds and a retriever returns: [`Document`] and [`ScoredDocument`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Conversation, ConversationId, Date, Moment, Outcome, TurnRange};

/// Name of a point in a collection, derived from what it is, so that indexing twice changes nothing.
pub type PointId = Uuid;

/// Whether a document is one moment or a whole call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DocumentKind {
    /// A window of turns.
    Moment,
    /// All turns known.
    Call,
}

impl DocumentKind {
    /// The word used in payloads: `moment` or `call`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Moment => "moment",
            Self::Call => "call",
        }
    }
}

/// What filters look at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentMetadata {
    /// One moment or the whole call.
    pub kind: DocumentKind,
    /// Where it was said.
    pub conversation: ConversationId,
    /// Which turns.
    pub turns: TurnRange,
    /// What must stay on one side of a split; see [`Conversation::group`].
    pub account: String,
    /// How the call ended, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Who sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rep: Option<String>,
    /// Stage of the pipeline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// The buyer's trade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub industry: Option<String>,
    /// Size of the deal, in the currency of the export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<f64>,
    /// Day of the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Language of the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// Text with its origin, in LangChain's shape: `page_content` and `metadata`.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// The text.
    pub page_content: String,
    /// Where it comes from.
    pub metadata: DocumentMetadata,
}

impl Document {
    /// A moment of `conversation` as a document.
    pub fn from_moment(conversation: &Conversation, moment: &Moment) -> Self {
        Self {
            page_content: moment.text.clone(),
            metadata: metadata(conversation, DocumentKind::Moment, moment.turns),
        }
    }

    /// The whole of `conversation`, with the text of all its moments joined by line breaks.
    pub fn from_call(conversation: &Conversation, moments: &[Moment]) -> Self {
        let page_content = moments
            .iter()
            .map(|moment| moment.text.as_str())
            .collect::<Vec<_>>()
            .join("\n");
        let turns = TurnRange {
            start: 0,
            end: conversation.turns().len(),
        };
        Self {
            page_content,
            metadata: metadata(conversation, DocumentKind::Call, turns),
        }
    }

    /// UUIDv5 of kind, conversation and first turn.
    ///
    /// The last turn is left out: the growing last moment of a live call replaces itself.
    pub fn id(&self) -> PointId {
        let DocumentMetadata {
            kind,
            conversation,
            turns,
            ..
        } = &self.metadata;
        point_id(*kind, turns.start, conversation)
    }

    /// The id under which a whole call is kept.
    pub fn call_id(conversation: &ConversationId) -> PointId {
        point_id(DocumentKind::Call, 0, conversation)
    }
}

fn point_id(kind: DocumentKind, start: usize, conversation: &ConversationId) -> PointId {
    let name = format!("upturn/{}/{start}/{conversation}", kind.as_str());
    Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())
}

fn metadata(conversation: &Conversation, kind: DocumentKind, turns: TurnRange) -> DocumentMetadata {
    let known = conversation.metadata();
    DocumentMetadata {
        kind,
        conversation: conversation.id().clone(),
        turns,
        account: conversation.group().to_owned(),
        outcome: conversation.outcome(),
        rep: known.rep.clone(),
        stage: known.stage.clone(),
        industry: known.industry.clone(),
        amount: known.amount.filter(|amount| amount.is_finite()),
        date: known.date,
        language: known.language.clone(),
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("chars", &self.page_content.chars().count())
            .field("metadata", &self.metadata)
            .finish()
    }
}

/// A document and how near it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScoredDocument {
    /// What was found.
    pub document: Document,
    /// Cosine to the query, in `[-1, 1]`, or BM25 where words were asked for; higher is closer. Ranks only: it is no
    /// probability.
    pub score: f32,
}
