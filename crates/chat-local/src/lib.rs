//! A chat model in process: a GGUF file of the llama family (Llama, `SmolLM2`, Mistral), on candle.
//!
//! - [`LocalChat`] is a [`ChatModel`](upturn_chains::ChatModel); a [`LocalConfig`] says which file it is and how it answers.
//!
//! ```
//! use upturn_chat_local::{LocalChat, LocalConfig};
//! use upturn_core::Diagnostic as _;
//!
//! let config = LocalConfig::new("no-such-model.gguf").with_window(2_048).with_max_tokens(64);
//! let error = LocalChat::open(config).unwrap_err();
//! assert_eq!(error.hint().as_deref(), Some("give the path of a GGUF file"));
//! ```
//!
//! Window, tokenizer and chat template are those of the file; nothing is fetched. Answers are computed on a thread of their own, one
//! after the other, on the CPU. A dropped answer stops.
//!
//! Not here: models of other families and tokenizers by `SentencePiece` (serve them and take `upturn-chat-genai`), calls of tools.

mod chat;
mod config;
mod error;
mod generation;
mod gguf;
mod pieces;
mod template;
mod vocabulary;

pub use chat::LocalChat;
pub use config::LocalConfig;
pub use error::LocalError;

#[cfg(test)]
mod tests;
