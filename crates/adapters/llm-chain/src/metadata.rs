//! What llm-chain's documents carry besides their text: [`CallMetadata`].

use llm_chain::schema::Document as ForeignDocument;
use serde::{Deserialize, Serialize};
use upturn_core::{Document, DocumentMetadata, PointId, ScoredDocument};

/// What llm-chain's documents carry besides their text: where it was said, how the call ended, and how near it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallMetadata {
    /// The point's id; none in a document that is to be added, where it follows from the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<PointId>,
    /// Cosine to the question, in `[-1, 1]`; higher is closer. Ranks only: it is no probability. None in a document that is
    /// to be added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f32>,
    /// Kind, conversation, turns, account, outcome and more, as fields beside `id` and `score`.
    #[serde(flatten)]
    pub document: DocumentMetadata,
}

impl From<DocumentMetadata> for CallMetadata {
    /// Of a document that is to be added.
    fn from(document: DocumentMetadata) -> Self {
        Self {
            id: None,
            score: None,
            document,
        }
    }
}

/// What was found, as llm-chain holds it.
pub(crate) fn found(found: ScoredDocument) -> ForeignDocument<CallMetadata> {
    let id = found.document.id();
    let Document {
        page_content,
        metadata,
    } = found.document;
    ForeignDocument {
        page_content,
        metadata: Some(CallMetadata {
            id: Some(id),
            score: Some(found.score),
            document: metadata,
        }),
    }
}
