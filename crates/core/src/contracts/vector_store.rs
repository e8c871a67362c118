//! Where vectors are kept and found: [`VectorStore`].

use std::fmt;

use crate::{
    Cause, Diagnostic, Document, Embedding, ErrorKind, Filter, Fingerprint, PointId,
    ScoredDocument, SparseEmbedding,
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
            Self::DimensionMismatch { collection, .. }
            | Self::ForeignEncoder { collection, .. } => Some(format!(
                "fill it anew with this model: `upturn index --rebuild --model MODEL --data PATH --store {collection}`"
            )),
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

/// Near what to look.
#[derive(Debug, Clone, PartialEq)]
pub enum SearchQuery {
    /// A direction: documents come by their cosine to it, in `[-1, 1]`.
    Dense(Embedding),
    /// Words: documents come by BM25, greater than 0; one that has none of the words is not found. See [`crate::Bm25`].
    Words(SparseEmbedding),
}

/// What to look for.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchRequest {
    /// Near what.
    pub query: SearchQuery,
    /// At most how many.
    pub limit: usize,
    /// How many of the nearest to pass over, so that answers can be paged. 0 by default.
    pub offset: usize,
    /// Among which.
    pub filter: Filter,
    /// Not below this score. No threshold by default.
    pub score_threshold: Option<f32>,
}

impl SearchRequest {
    /// The `limit` nearest of all documents by cosine.
    pub fn new(query: Embedding, limit: usize) -> Self {
        Self::of(SearchQuery::Dense(query), limit)
    }

    /// The `limit` best of all documents by words.
    pub fn words(query: SparseEmbedding, limit: usize) -> Self {
        Self::of(SearchQuery::Words(query), limit)
    }

    fn of(query: SearchQuery, limit: usize) -> Self {
        Self {
            query,
            limit,
            offset: 0,
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

    /// The same without the nearest `offset` documents. 0 by default.
    #[must_use]
    pub fn with_offset(mut self, offset: usize) -> Self {
        self.offset = offset;
        self
    }

    /// The same without documents below a score. None by default.
    #[must_use]
    pub fn with_score_threshold(mut self, threshold: f32) -> Self {
        self.score_threshold = Some(threshold);
        self
    }
}

/// Keeps points and finds the nearest ones, by direction or by words. One value is one collection, filled by one encoder.
///
/// # Laws (checked by `conformance::vector_store`)
///
/// - **Idempotence.** Upserting a point again changes nothing; upserting its id with other content replaces it.
/// - **Order.** Results come nearest first; there are `min(limit, admitted - offset)` of them, fewer only under a
///   threshold or where words are asked for.
/// - **Pages.** With an offset, the same results come without the first ones.
/// - **Words.** The score is [`crate::Bm25`]'s: the sum over common words of both weights and the word's rarity in the collection.
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

    /// The stored points with these ids, in order of id, each once; unknown ids are passed over.
    ///
    /// # Errors
    ///
    /// [`VectorStoreError::Backend`].
    fn retrieve(&self, ids: &[PointId]) -> Result<Vec<Point>, VectorStoreError>;

    /// The `limit` first admitted points with an id greater than `after`, in order of id: every point once, page by page.
    ///
    /// # Errors
    ///
    /// [`VectorStoreError::Backend`].
    fn scroll(
        &self,
        filter: &Filter,
        after: Option<PointId>,
        limit: usize,
    ) -> Result<Vec<Point>, VectorStoreError>;
}
