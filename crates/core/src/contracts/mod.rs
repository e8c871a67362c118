//! The contracts that rooms keep with each other; all are object-safe and synchronous.

pub(crate) mod embeddings;
pub(crate) mod filter;
pub(crate) mod moment_encoder;
pub(crate) mod predictor;
pub(crate) mod quantization;
pub(crate) mod retriever;
pub(crate) mod vector_store;
