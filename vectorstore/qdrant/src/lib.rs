//! A Qdrant server or cluster over gRPC: [`QdrantStore`].
//!
//! A collection holds what the embedded store holds: two named vectors, `dense` (cosine) and `sparse` (BM25), and a
//! payload in the form that LangChain's Qdrant stores write. Its public name is an alias, so that
//! [`QdrantStore::rebuild`] can fill the next generation while searches go on, and then put it in the place of the old one.
//!
//! This crate is *not* an asynchronous client: a [`QdrantStore`] has threads of its own and blocks its caller, like every
//! other store. It may be called from inside an asynchronous runtime, but then holds up the worker that calls.

mod alias;
mod collection;
mod config;
mod connection;
mod creation;
mod error;
mod filter;
mod layout;
mod payload;
mod points;
mod ranking;
mod rebuild;
mod requests;
mod retries;
mod scope;
mod snapshots;
mod store;

pub use config::QdrantConfig;
pub use error::{QdrantStoreError, ServerError};
pub use upturn_core::Quantization;

pub use layout::{CollectionLayout, ReadConsistency, Tenant, WriteOrdering};
pub use rebuild::Rebuild;
pub use snapshots::Snapshot;
pub use store::QdrantStore;
