//! One public suite per contract, run by every implementation. A suite panics with the law that was broken.
//!
//! - [`doors`]: what every way in from other people's programs must answer.
//! - [`embeddings`]: the laws of [`crate::Embeddings`].
//! - [`vector_store`]: the laws of [`crate::VectorStore`], and agreement with an exact store.
//!
//! The suites draw their points from a seed, so a failure repeats; they are *not* benchmarks and measure no time.
//! [`HashedWords`] is an encoder without a model, for suites and examples.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a conformance suite is a test"
)]

pub mod doors;
pub mod embeddings;
mod hashed_words;
mod sample;
pub mod vector_store;

pub use hashed_words::HashedWords;
