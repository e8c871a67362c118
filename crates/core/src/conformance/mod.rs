//! One public suite per contract, run by every implementation. A suite panics with the law that was broken.
//!
//! - [`embeddings`]: the laws of [`crate::Embeddings`].
//! - [`vector_store`]: the laws of [`crate::VectorStore`], and agreement with an exact store.
//!
//! The suites draw their points from a seed, so a failure repeats; they are *not* benchmarks and measure no time.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a conformance suite is a test"
)]

pub mod embeddings;
mod sample;
pub mod vector_store;
