//! upturn inside programs made with [llm-chain](llm_chain) 0.13.
//!
//! | upturn | is in llm-chain |
//! |---|---|
//! | an encoder ([`upturn_core::Embeddings`]) | `Embeddings`: [`Encoder`] |
//! | an encoder and the store it filled ([`upturn_chains::Calls`]) | `VectorStore<Encoder, CallMetadata>`: [`CallStore`] |
//! | a tool ([`upturn_chains::Tool`]) | `Tool`: [`CallTool`], one type, so that a `ToolCollection` holds several |
//! | a prompt ([`upturn_chains::PromptTemplate`]) | `Step`: [`prompt_step`], whose text is never read as a template again |
//!
//! Its own crate for Qdrant, 0.13.0, no longer compiles with today's client; [`CallStore`] over upturn's Qdrant store takes
//! its place.
//!
//! # Limits
//!
//! | limit | why |
//! |---|---|
//! | llm-chain 0.13.0 exactly | the last release, of November 2023 |
//! | score, outcome, call and turns are in [`CallMetadata`] | its documents have a text and metadata, nothing else |
//! | a filter belongs to the store, not to the question | its `similarity_search` takes none; [`CallStore::with_filter`] is cheap: make one for each question |
//! | only documents with metadata can be added, no bare texts | a text alone does not say of which call it is: the store is filled by `upturn index` |
//! | its `VectorStoreTool` shows texts only | it drops metadata; upturn's own tools cite |
//! | tools are told as a list of fields, and called with YAML | llm-chain knows no JSON Schema; types and which fields are needed stand in a field's text |
//! | no chain of upturn's is a chain of its | its chains are structs, there is no trait |
//! | `reqwest` 0.11 and OpenSSL come along | llm-chain needs them, without a feature to leave them out |

mod encoder;
mod error;
mod metadata;
mod step;
mod store;
mod tool;

pub use encoder::Encoder;
pub use error::LlmChainError;
pub use metadata::CallMetadata;
pub use step::prompt_step;
pub use store::CallStore;
pub use tool::{CallTool, ToolValue};
