//! Chat models of OpenAI, Anthropic, Gemini, Ollama, and every address that speaks OpenAI's protocol, over the `genai` crate.
//!
//! - [`GenaiChat`] is a [`ChatModel`](upturn_chains::ChatModel); a [`GenaiConfig`] says where it is and what it is called.
//!
//! ```
//! use upturn_chains::ChatModel as _;
//! use upturn_chat_genai::{GenaiChat, GenaiConfig, Provider};
//!
//! let config = GenaiConfig::new(Provider::Compatible, "smollm2").with_url("http://127.0.0.1:8000/v1");
//! let model = GenaiChat::new(config.with_window(2_048))?;
//! assert_eq!(model.name(), "smollm2");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Keys come from the caller; nothing here reads them from the environment, and neither `Debug` nor an error tells them. Questions go to the
//! address and nowhere else: redirections are not followed.
//!
//! Not here: asking again ([`RetryingChat`](upturn_chains::RetryingChat) does, as long after a 429 as the provider says).

mod chat;
mod client;
mod config;
mod failure;
mod quiet;
mod request;
mod response;
mod silence;

pub use chat::GenaiChat;
pub use config::{GenaiConfig, GenaiError, Provider};

#[cfg(test)]
mod tests;
