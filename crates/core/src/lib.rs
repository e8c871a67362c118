//! The words and the contracts of upturn.
//!
//! Everything the rooms above exchange is named here once: a [`Conversation`] of [`Turn`]s, the [`Prefix`] known at a
//! moment, the [`Moment`]s that are embedded and found again, the [`Prediction`] with its parts and its [`Evidence`];
//! and the contracts [`Embeddings`], [`MomentEncoder`], [`VectorStore`], [`Retriever`] and [`Predictor`].
//!
//! This crate is *not* a place for work: no I/O, no async runtime, no tensor library.

mod contracts;
mod conversation;
mod document;
mod embedding;
mod error;
mod evidence;
mod fingerprint;
mod metadata;
mod moment;
mod outcome;
mod payload;
mod points;
mod prediction;
mod prefix;
mod probability;
pub mod retrieval;
mod sparse;
mod turn;

#[cfg(feature = "test-utils")]
pub mod conformance;

pub use contracts::embeddings::{Embeddings, EmbeddingsError};
pub use contracts::filter::Filter;
pub use contracts::moment_encoder::{EncodedMoment, EncodedTurn, MomentEncoder};
pub use contracts::predictor::{Predictor, PredictorError};
pub use contracts::quantization::Quantization;
pub use contracts::retriever::{
    Query, RetrievalRequest, Retriever, RetrieverError, VectorStoreRetriever,
};
pub use contracts::vector_store::{
    Point, SearchQuery, SearchRequest, VectorStore, VectorStoreError,
};
pub use conversation::{Conversation, ConversationError, ConversationId};
pub use document::{Document, DocumentKind, DocumentMetadata, PointId, ScoredDocument};
pub use embedding::{Embedding, EmbeddingError};
pub use error::{Cause, Diagnostic, ErrorKind};
pub use evidence::Evidence;
pub use fingerprint::Fingerprint;
pub use metadata::{Date, Metadata};
pub use moment::{Moment, TurnRange};
pub use outcome::Outcome;
pub use payload::{document_of, payload};
pub use points::points;
pub use prediction::{Doubt, Interval, OutcomeSet, Part, PartName, Prediction, Support, Verdict};
pub use prefix::Prefix;
pub use probability::{Probability, ProbabilityError};
pub use sparse::{Bm25, SparseEmbedding};
pub use turn::{Speaker, Turn};
