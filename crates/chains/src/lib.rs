//! Steps that compose.
//!
//! - [`Runnable`] is a step from an input to an output; a [`Run`] is one use of it: what cancels it and who hears of its steps.
//! - [`ChatModel`] is a language model, wherever it runs; [`Tool`] is what one may call; an [`Agent`] lets it, within a [`Budget`].
//!
//! ```text
//!  PromptTemplate ─▶ ChatModel ─▶ OutputParser      each a Runnable: pipe, map, parallel, branch, with_fallback, with_retry, …
//!                      │   ▲
//!                      ▼   │
//!                     Tools      an agent lets the model call them, within budgets
//! ```
//!
//! Not here: predictions and coaching (`upturn-answers` makes chains of them), and providers (each in a crate of its own).

mod agent;
mod chat;
#[cfg(any(test, feature = "test-utils"))]
pub mod conformance;
mod error;
mod run;
mod runnable;
mod tool;

pub use agent::{
    Agent, AgentAnswer, AgentEvent, Approval, Budget, CalledTool, Decision, Ending, Memory,
    Recalled, Room, StopReason, SummaryMemory, WindowMemory,
};
pub use chat::{
    Cassette, CassetteError, ChatChunk, ChatError, ChatModel, ChatRequest, ChatResponse, Excerpt,
    Finish, Message, RecordedChat, ReplayedChat, Role, ScriptedChat, Scrubber, ToolCall, Usage,
    estimated_tokens, fits,
};
pub use error::ChainError;
pub use run::{Run, StepEvent, StepState};
pub use runnable::Runnable;
pub use tool::{Described, Tool, ToolDescription, ToolError, TypedTool};
