//! Where vectors are kept and found: [`VectorStore`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Cause, ConversationId, Date, Diagnostic, Document, DocumentKind, DocumentMetadata, Embedding,
    ErrorKind, Fingerprint, Outcome, ScoredDocument,
};

/// Why a store did not do as asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VectorStoreError {
    /// A vector of another length. Without this check an engine would compare the first few numbers and answer nonsense.
    #[error("collection `{collection}` has {expected} dimensions, the vector {got}")]
    DimensionMismatch {
        /// Which collection.
        collection: String,
        /// Its dimension.
        expected: usize,
        /// The vector's.
        got: usize,
    },
    /// The collection was filled by another encoder. Without this check neighbours would be silently meaningless.
    #[error("collection `{collection}` was filled by encoder {}, this one is {}", expected.short(), got.short())]
    ForeignEncoder {
        /// Which collection.
        collection: String,
        /// Fingerprint it was filled with.
        expected: Fingerprint,
        /// Fingerprint at hand.
        got: Fingerprint,
    },
    /// The implementation failed; its own error is the source.
    #[error("collection `{collection}` did not answer")]
    Backend {
        /// Which collection.
        collection: String,
        /// What it said.
        #[source]
        source: Cause,
    },
}

impl Diagnostic for VectorStoreError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::DimensionMismatch { .. } | Self::ForeignEncoder { .. } => ErrorKind::InvalidInput,
            Self::Backend { source, .. } => source.kind(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::DimensionMismatch { .. } | Self::ForeignEncoder { .. } => {
                Some("fill a new folder with this model: `upturn index --model MODEL --data PATH --store NEW`".to_owned())
            }
            Self::Backend { source, .. } => source.hint(),
        }
    }
}

/// A document with its vector, ready to be stored under [`Document::id`].
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// What is stored.
    pub document: Document,
    /// Where it lies.
    pub embedding: Embedding,
}

/// Which documents may be returned: those that meet every condition given. Empty, it admits all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Filter {
    /// Only this kind.
    pub kind: Option<DocumentKind>,
    /// Only calls that ended so.
    pub outcome: Option<Outcome>,
    /// Only calls whose outcome is known.
    pub labelled: bool,
    /// Not these calls.
    pub without_conversations: Vec<ConversationId>,
    /// Not these accounts; see [`crate::Conversation::group`].
    pub without_accounts: Vec<String>,
    /// Only calls of an earlier day; undated ones do not qualify.
    pub before: Option<Date>,
}

impl Filter {
    /// The law every store keeps: whether a document with this metadata may be returned.
    pub fn admits(&self, metadata: &DocumentMetadata) -> bool {
        let Self {
            kind,
            outcome,
            labelled,
            without_conversations,
            without_accounts,
            before,
        } = self;
        kind.is_none_or(|kind| metadata.kind == kind)
            && outcome.is_none_or(|outcome| metadata.outcome == Some(outcome))
            && (!labelled || metadata.outcome.is_some())
            && !without_conversations.contains(&metadata.conversation)
            && !without_accounts.contains(&metadata.account)
            && before.is_none_or(|day| metadata.date.is_some_and(|date| date < day))
    }
}

/// What to look for.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchRequest {
    /// Near what.
    pub query: Embedding,
    /// At most how many.
    pub limit: usize,
    /// Among which.
    pub filter: Filter,
    /// Not below this cosine. No threshold by default.
    pub score_threshold: Option<f32>,
}

impl SearchRequest {
    /// The `limit` nearest of all documents.
    pub fn new(query: Embedding, limit: usize) -> Self {
        Self {
            query,
            limit,
            filter: Filter::default(),
            score_threshold: None,
        }
    }

    /// The same among fewer documents. All by default.
    #[must_use]
    pub fn with_filter(mut self, filter: Filter) -> Self {
        self.filter = filter;
        self
    }

    /// The same without documents below a cosine. None by default.
    #[must_use]
    pub fn with_score_threshold(mut self, threshold: f32) -> Self {
        self.score_threshold = Some(threshold);
        self
    }
}

/// Keeps points and finds the nearest ones by cosine. One value is one collection, filled by one encoder.
///
/// # Laws (checked by `conformance::vector_store`)
///
/// - **Idempotence.** Upserting a point again changes nothing; upserting its id with other content replaces it.
/// - **Order.** Results come nearest first; there are `min(limit, admitted)` of them, fewer only under a threshold.
/// - **Filter.** Every result is [admitted](Filter::admits), and filtering happens before the limit.
/// - **Dimension.** A vector of another length is refused and nothing is stored of that call.
pub trait VectorStore: fmt::Debug + Send + Sync {
    /// Length of every vector.
    fn dimension(&self) -> usize;

    /// The encoder whose vectors these are.
    fn fingerprint(&self) -> &Fingerprint;

    /// Stores points, replacing those with the same id.
    ///
    /// # Errors
    ///
    /// [`VectorStoreError::DimensionMismatch`], or [`VectorStoreError::Backend`].
    fn upsert(&self, points: &[Point]) -> Result<(), VectorStoreError>;

    /// The nearest admitted documents, nearest first.
    ///
    /// # Errors
    ///
    /// [`VectorStoreError::DimensionMismatch`], or [`VectorStoreError::Backend`].
    fn search(&self, request: &SearchRequest) -> Result<Vec<ScoredDocument>, VectorStoreError>;

    /// Removes every admitted document.
    ///
    /// # Errors
    ///
    /// [`VectorStoreError::Backend`].
    fn delete(&self, filter: &Filter) -> Result<(), VectorStoreError>;

    /// How many documents are admitted, exactly.
    ///
    /// # Errors
    ///
    /// [`VectorStoreError::Backend`].
    fn count(&self, filter: &Filter) -> Result<usize, VectorStoreError>;
}
