//! Qdrant's own engine in process, persistent in a folder: [`EdgeStore`].
//!
//! The folder holds what the engine writes, so that any program with the same engine opens it as it stands, and beside
//! it `upturn.json`, which says whose vectors these are. Payloads have the form that LangChain's Qdrant stores write:
//! `page_content` and `metadata`, plus one field for each thing one may want to filter by.
//!
//! This crate is *not* a client of a Qdrant server, and a folder is open in one process at a time.

mod conditions;
mod conversions;
mod engine;
mod error;
mod filling;
mod filter;
mod folder;
mod layout;
mod payload;
mod sidecar;
mod store;

pub use error::{EdgeStoreError, EngineError};
pub use layout::EdgeLayout;
pub use store::EdgeStore;
