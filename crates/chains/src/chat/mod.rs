//! Language models, wherever they run.
//!
//! - [`ChatModel`] is the contract; [`ChatRequest`], [`ChatResponse`] and [`Message`] are its words.
//! - [`ChatStep`] is a model as a step of a chain.
//! - [`ScriptedChat`] answers what a test tells it to.
//! - [`RecordedChat`] writes what a model answered into a [`Cassette`], without secrets; [`ReplayedChat`] answers from it.
//! - [`RetryingChat`] asks again after failures that may pass.
//! - [`fits`] refuses what is longer than a model's window; [`Excerpt`] shortens it before.
//!
//! Not here: providers (each in a crate of its own).

mod cassette;
mod error;
mod excerpt;
mod exchange;
mod message;
mod model;
mod recorded;
mod replayed;
mod retrying;
mod scripted;
mod scrubber;
mod step;
mod tokens;

pub use cassette::{Cassette, CassetteError};
pub use error::ChatError;
pub use excerpt::Excerpt;
pub use exchange::{ChatChunk, ChatRequest, ChatResponse, Finish, Usage};
pub use message::{Message, Role, ToolCall};
pub use model::ChatModel;
pub use recorded::RecordedChat;
pub use replayed::ReplayedChat;
pub use retrying::RetryingChat;
pub use scripted::ScriptedChat;
pub use scrubber::Scrubber;
pub use step::ChatStep;
pub use tokens::{estimated_tokens, fits};
