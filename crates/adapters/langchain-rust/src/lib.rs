//! upturn inside programs made with [langchain-rust](langchain_rust) 7.0.
//!
//! | upturn | is in langchain-rust |
//! |---|---|
//! | an encoder ([`upturn_core::Embeddings`]) | `Embedder`: [`Encoder`] |
//! | an encoder and the store it filled ([`upturn_chains::Calls`]) | `VectorStore` with filters per question: [`CallStore`] |
//! | a retriever ([`upturn_core::Retriever`]) | `Retriever`: [`CallRetriever`] |
//! | a tool ([`upturn_chains::Tool`]) | `Tool`: [`CallTool`] |
//! | a step from text ([`upturn_chains::Runnable`]) | `Chain`: [`StepChain::new`] |
//! | a step from a request, as upturn's ready chains are | `Chain`: [`StepChain::of_json`] |
//!
//! # Limits
//!
//! | limit | why |
//! |---|---|
//! | langchain-rust 7.0.0 exactly | five versions came within a day after two silent years |
//! | vectors and scores are `f64` | langchain-rust's are; the numbers are upturn's `f32`, none is rounded |
//! | filters are JSON of [`upturn_core::Filter`] | so that its macros and its own `Retriever` take them; [`options`] makes them of the type, and a field that does not exist is an error |
//! | options with a name space or an embedder are refused | a store is one collection, filled by one encoder |
//! | only documents whose metadata name their call can be added | a text alone does not say of which call it is: the store is filled by `upturn index` |
//! | an encoder's error is an `HttpError` with the status that fits | its `EmbedderError` has no variant for encoders that are not among its own |
//! | the answer of a chain or a tool is text | langchain-rust's are; what has a type is JSON there |
//! | a chain's stream has one piece | pieces of a typed answer are no JSON |
//! | `reqwest` three times and OpenSSL come along | langchain-rust needs them, without a feature to leave them out |

mod chain;
mod encoder;
mod error;
mod json_step;
mod metadata;
mod options;
mod retriever;
mod store;
mod tool;

pub use chain::StepChain;
pub use encoder::Encoder;
pub use error::LangchainError;
pub use options::options;
pub use retriever::CallRetriever;
pub use store::CallStore;
pub use tool::CallTool;
