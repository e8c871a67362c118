//! upturn: learning from sales conversations.
//!
//! This crate is the one to depend on: it re-exports the words and contracts of `upturn-core` and every room by its
//! name, and joins them to a [`Model`]: learnt from calls or opened, with the collection that its encoder fills and whoever
//! answers from both. It holds no logic of its own.
//!
//! ```no_run
//! use upturn::prelude::*;
//!
//! let model = Model::open("model")?;
//! let analyst = model.analyst(model.store("store")?)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | feature | what it adds | default |
//! |---|---|---|
//! | `chains` | [`chains`], [`answers`] and [`tools`]: steps that compose, ready chains, what language models may call | yes |
//! | `genai` | `chat_genai`: language models over the network | no |
//! | `local` | `chat_local`: a language model in process, from a GGUF file | no |
//! | `mcp` | `server`: the door for hosts that speak the Model Context Protocol | no |
//! | `qdrant-edge` | [`vectorstore::edge`]: Qdrant's engine in process, persistent in a folder | yes |
//! | `qdrant` | `vectorstore::qdrant`: a Qdrant server or cluster, over gRPC | no |

#[cfg(feature = "chains")]
mod answering;
mod error;
#[cfg(feature = "qdrant-edge")]
mod filling;
mod learning;
mod model;

pub use error::ModelError;
pub use model::Model;
pub use upturn_core::*;

/// What turns do in a sale, by their words.
pub use upturn_acts as acts;
/// Ready chains: a question about a call to an answer that cites its evidence.
#[cfg(feature = "chains")]
pub use upturn_answers as answers;
/// Runnables, prompts, output parsers, chat models, tools, agents.
#[cfg(feature = "chains")]
pub use upturn_chains as chains;
/// Language models over the network.
#[cfg(feature = "genai")]
pub use upturn_chat_genai as chat_genai;
/// A language model in process.
#[cfg(feature = "local")]
pub use upturn_chat_local as chat_local;
/// Measures of calls, their comparison, warnings.
pub use upturn_coaching as coaching;
/// From files to labelled, split conversations.
pub use upturn_datasets as datasets;
/// Text to vectors.
pub use upturn_encoder as encoder;
/// Metrics with intervals, paired comparisons.
pub use upturn_eval as eval;
/// Parts, blend, calibration.
pub use upturn_predict as predict;
/// The door for hosts that speak the Model Context Protocol.
#[cfg(feature = "mcp")]
pub use upturn_server as server;
/// Conversations whose true win probability is known.
pub use upturn_simulator as simulator;
/// What a language model may ask.
#[cfg(feature = "chains")]
pub use upturn_tools as tools;
/// Fine-tuning and cross-fitting.
pub use upturn_training as training;

/// Where vectors are kept.
pub mod vectorstore {
    /// Qdrant's engine in process.
    #[cfg(feature = "qdrant-edge")]
    pub use upturn_vectorstore_edge as edge;
    /// An embedded store and the ledger that it is filled from again.
    #[cfg(feature = "qdrant-edge")]
    pub use upturn_vectorstore_index as index;
    /// What was indexed, append-only and checksummed.
    #[cfg(feature = "qdrant-edge")]
    pub use upturn_vectorstore_ledger as ledger;
    /// Exact search in memory.
    pub use upturn_vectorstore_memory as memory;
    /// A Qdrant server or cluster.
    #[cfg(feature = "qdrant")]
    pub use upturn_vectorstore_qdrant as qdrant;
}

/// What most programs name.
pub mod prelude {
    #[cfg(feature = "chains")]
    pub use crate::answers::{Analyst, AskRequest, CallRequest};
    pub use crate::datasets::read_jsonl;
    pub use crate::encoder::{Encoder, EncoderOptions};
    pub use crate::{
        Conversation, ConversationId, Embeddings, Model, MomentEncoder, Outcome, Prediction,
        Predictor, Prefix, Retriever, Speaker, Turn, VectorStore,
    };
}
