//! upturn inside programs made with [rig](rig_core) 0.44.
//!
//! | upturn | is in rig |
//! |---|---|
//! | an encoder ([`upturn_core::Embeddings`]) | an embedding model: [`Encoder`] is its transport |
//! | an encoder and the store it filled ([`upturn_chains::Calls`]) | [`CallIndex`], a `VectorStoreIndex` with filters per question, hence also rig's tool `search_vector_store` |
//! | the calls that were won | [`CallIndex::won`], for an agent's `dynamic_context` |
//! | a tool ([`upturn_chains::Tool`]) | a `DynamicTool`: [`tool`] |
//!
//! # Limits
//!
//! | limit | why |
//! |---|---|
//! | rig 0.44.0 exactly | 0.45 and later need Rust 1.97; rig breaks its interface every few weeks |
//! | vectors and scores are `f64` | rig's are; the numbers are upturn's `f32`, none is rounded |
//! | rig's own stores embed questions as documents | its embedding models know one form; [`Encoder::queries`] is the other, [`CallIndex`] uses the right one |
//! | `gt` and `lt` only of `amount` and `date` | nothing else has an order that stores know; see [`CallFilter`] |
//! | an `or` asks the store once for each alternative, 64 at most | a store's filter is one conjunction |
//! | only documents that name their call can be added, and their vectors are computed anew | see [`CallDocument`]; rig does not say which model made a vector |
//! | a tool's arguments are checked by upturn, not by rig | rig hands them over as JSON |
//!
//! Outside of tokio the encoder works on the caller's thread.

mod document;
mod encoder;
mod error;
mod filter;
mod index;
mod tool;

pub use document::CallDocument;
pub use encoder::Encoder;
pub use error::RigError;
pub use filter::CallFilter;
pub use index::CallIndex;
pub use tool::tool;
