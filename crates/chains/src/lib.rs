//! Steps that compose.
//!
//! - [`Runnable`] is a step from an input to an output; a [`Run`] is one use of it: what cancels it and who hears of its steps.
//! - [`Calls`] is an encoder and a store, asked from asynchronous code; [`blocking`] is how that calls down.
//! - [`RunnableExt`] composes steps; [`step`] and [`blocking_step`] make them of functions.
//! - [`PromptTemplate`] is what a model is told; [`Prompts`] finds one by name.
//! - [`OutputParser`] reads what a model says; [`ask_parsed`] lets it correct itself once.
//! - [`ChatStep`], [`ParseStep`] and [`ParsedStep`] are model and parser as steps.
//! - [`ChatModel`] is a language model, wherever it runs; [`Tool`] is what one may call; an [`Agent`] lets it, within a [`Budget`].
//!
//! ```text
//!  PromptTemplate ─▶ ChatModel ─▶ OutputParser      each as a Runnable: pipe, map, parallel, branch, with_fallback, with_retry, …
//!                      │   ▲
//!                      ▼   │
//!                     Tools      an agent lets the model call them, within budgets
//! ```
//!
//! Not here: predictions and coaching (`upturn-answers` makes chains of them), and providers (each in a crate of its own).

mod agent;
mod calls;
mod chat;
#[cfg(any(test, feature = "test-utils"))]
pub mod conformance;
mod error;
mod first_piece;
mod guarded;
mod output;
mod prompt;
mod retries;
mod run;
mod runnable;
mod schema;
mod tool;

pub use agent::{
    Agent, AgentAnswer, AgentEvent, Approval, Budget, CalledTool, Decision, Ending, Memory,
    Recalled, Room, StopReason, SummaryMemory, WindowMemory,
};
pub use calls::{Calls, CallsError, CallsRequest, embed_documents, embed_query};
pub use chat::{
    Cassette, CassetteError, ChatChunk, ChatError, ChatModel, ChatRequest, ChatResponse, ChatStep,
    Excerpt, Finish, Message, RecordedChat, ReplayedChat, RetryingChat, Role, ScriptedChat,
    Scrubber, ToolCall, Usage, estimated_tokens, fits,
};
pub use error::{ChainError, in_full};
pub use guarded::{Panicked, blocking, caught};
pub use output::{
    CitationParser, Cited, CitedText, EnumParser, JsonParser, ListParser, OutputError,
    OutputParser, ParseStep, Parsed, ParsedStep, ask_parsed,
};
pub use prompt::{
    FENCE_RULE, Judged, PromptError, PromptStep, PromptTemplate, Prompts, fenced, inline,
};
pub use retries::Retries;
pub use run::{Run, StepEvent, StepState};
pub use runnable::{
    All, BlockingStep, Both, Branch, Map, Pipe, Runnable, RunnableExt, Step, WithCache,
    WithFallback, WithRetry, WithTimeout, blocking_step, step,
};
pub use tool::{Described, Tool, ToolDescription, ToolError, TypedTool};
