//! Steps that compose.
//!
//! - [`Runnable`] is a step from an input to an output; a [`Run`] is one use of it: what cancels it and who hears of its steps.
//! - [`Calls`] is an encoder and a store, asked from asynchronous code; [`blocking`] is how that calls down.
//! - [`ChatModel`] is a language model, wherever it runs; [`Tool`] is what one may call.
//!
//! ```text
//!  PromptTemplate ─▶ ChatModel ─▶ OutputParser      each a Runnable: pipe, map, parallel, branch, with_fallback, with_retry, …
//!                      │   ▲
//!                      ▼   │
//!                     Tools      an agent lets the model call them, within budgets
//! ```
//!
//! Not here: predictions and coaching (`upturn-answers` makes chains of them), and providers (each in a crate of its own).

mod calls;
mod chat;
mod error;
mod guarded;
mod run;
mod runnable;
mod tool;

#[cfg(feature = "test-utils")]
pub mod conformance;

pub use calls::{Calls, CallsError, CallsRequest, embed_documents, embed_query};
pub use chat::{
    ChatChunk, ChatError, ChatModel, ChatRequest, ChatResponse, Finish, Message, Role, ToolCall,
    Usage,
};
pub use error::{ChainError, in_full};
pub use guarded::{Panicked, blocking, caught};
pub use run::{Run, StepEvent, StepState};
pub use runnable::Runnable;
pub use tool::{Described, Tool, ToolDescription, ToolError, TypedTool};
