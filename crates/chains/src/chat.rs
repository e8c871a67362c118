//! A language model, wherever it runs: [`ChatModel`].

use std::fmt;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use schemars::Schema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use upturn_core::{Cause, Diagnostic, ErrorKind};

use crate::ToolDescription;

/// Who speaks to whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The program, to the model.
    System,
    /// The user.
    User,
    /// The model.
    Assistant,
    /// A tool, to the model.
    Tool,
}

/// A call of a tool that a model asks for.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// Names the call, so that the answer can be told to it.
    pub id: String,
    /// Which tool.
    pub name: String,
    /// With what.
    pub arguments: Value,
}

impl fmt::Debug for ToolCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolCall")
            .field("id", &self.id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What was said to or by a model.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What; may be empty beside tool calls.
    pub content: String,
    /// What an assistant wants to be called.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<ToolCall>,
    /// Which [`ToolCall`] a tool's message answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<String>,
}

impl Message {
    /// Plain text.
    pub fn new(role: Role, content: impl Into<String>) -> Self {
        Self {
            role,
            content: content.into(),
            tool_calls: Vec::new(),
            answers: None,
        }
    }

    /// What a tool answered to a call.
    pub fn answer(call: &ToolCall, content: impl Into<String>) -> Self {
        Self {
            answers: Some(call.id.clone()),
            ..Self::new(Role::Tool, content)
        }
    }
}

impl fmt::Debug for Message {
    /// Lengths only: what is said may be a transcript.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("role", &self.role)
            .field("bytes", &self.content.len())
            .field("tool_calls", &self.tool_calls)
            .finish_non_exhaustive()
    }
}

/// A question to a model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ChatRequest {
    /// What was said so far.
    pub messages: Vec<Message>,
    /// What the model may call; none by default.
    #[serde(default)]
    pub tools: Vec<ToolDescription>,
    /// What form the answer must have: JSON by this schema. Providers that can are told; the others only by the prompt.
    #[serde(default)]
    pub schema: Option<Schema>,
    /// Tokens of the answer at most; the provider's own limit by default.
    #[serde(default)]
    pub max_tokens: Option<u32>,
    /// From 0, always the likeliest token. The provider's own by default.
    #[serde(default)]
    pub temperature: Option<f64>,
    /// For providers that can repeat an answer.
    #[serde(default)]
    pub seed: Option<u64>,
}

/// Tokens that an answer took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Of the question.
    pub prompt: u64,
    /// Of the answer.
    pub completion: u64,
}

impl std::ops::AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.prompt += other.prompt;
        self.completion += other.completion;
    }
}

/// Why an answer ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// It was said.
    #[default]
    Stop,
    /// There was no room for more.
    Length,
    /// The model wants tools to be called.
    ToolCalls,
}

/// An answer.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ChatResponse {
    /// What the model says.
    pub content: String,
    /// What it wants to be called.
    #[serde(default)]
    pub tool_calls: Vec<ToolCall>,
    /// What it took; zero where the provider does not say.
    #[serde(default)]
    pub usage: Usage,
    /// Why it ended.
    #[serde(default)]
    pub finish: Finish,
}

impl fmt::Debug for ChatResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatResponse")
            .field("bytes", &self.content.len())
            .field("tool_calls", &self.tool_calls)
            .field("usage", &self.usage)
            .field("finish", &self.finish)
            .finish()
    }
}

/// A piece of an answer.
#[derive(Clone, PartialEq)]
pub enum ChatChunk {
    /// Text that goes on.
    Text(String),
    /// The whole answer, always the last piece.
    Done(ChatResponse),
}

impl fmt::Debug for ChatChunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Done(response) => f.debug_tuple("Done").field(response).finish(),
        }
    }
}

/// Why a model did not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChatError {
    /// The provider can't be reached or is out of order.
    #[error("`{model}` can't be reached")]
    Unavailable {
        /// [`ChatModel::name`].
        model: String,
        /// Why.
        #[source]
        source: Cause,
    },
    /// Too many questions at once.
    #[error("`{model}` has too much to do")]
    Overloaded {
        /// [`ChatModel::name`].
        model: String,
        /// When to ask again, where the provider says it.
        retry_after: Option<std::time::Duration>,
    },
    /// The provider refuses the question: a key, a name, a parameter.
    #[error("`{model}` refused the question: {reason}")]
    Refused {
        /// [`ChatModel::name`].
        model: String,
        /// What the provider says, without secrets.
        reason: String,
    },
    /// The question is longer than the window.
    #[error("the question has about {tokens} tokens, `{model}` takes {window}")]
    TooLong {
        /// [`ChatModel::name`].
        model: String,
        /// Of the question, estimated where they can't be counted.
        tokens: usize,
        /// [`ChatModel::window`].
        window: usize,
    },
    /// The stream ended before the answer did.
    #[error("the answer of `{model}` was cut off")]
    CutOff {
        /// [`ChatModel::name`].
        model: String,
    },
    /// The answer is none: not the protocol.
    #[error("the answer of `{model}` can't be read: {reason}")]
    Unreadable {
        /// [`ChatModel::name`].
        model: String,
        /// What was expected.
        reason: String,
    },
}

impl ChatError {
    /// Whether the same question may have an answer later.
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Unavailable { .. } | Self::Overloaded { .. } | Self::CutOff { .. }
        )
    }
}

impl Diagnostic for ChatError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Unavailable { .. } | Self::CutOff { .. } | Self::Unreadable { .. } => {
                ErrorKind::Unavailable
            }
            Self::Overloaded { .. } => ErrorKind::Overloaded,
            Self::Refused { .. } | Self::TooLong { .. } => ErrorKind::InvalidInput,
        }
    }
}

/// A language model.
///
/// # Laws
///
/// - **Stream.** The texts of `stream`, laid together, are the content of its last piece, which is what `chat` gives where the
///   model is deterministic.
/// - **Calls.** Only tools of the request are asked for; a model that invents one is answered by the caller with
///   [`ToolError::Unknown`](crate::ToolError::Unknown).
/// - **Silence.** Neither `Debug` nor errors hold a key or what was said.
pub trait ChatModel: fmt::Debug + Send + Sync {
    /// Which model, as its provider calls it.
    fn name(&self) -> &str;

    /// Tokens of question and answer together at most.
    fn window(&self) -> usize;

    /// Answers.
    ///
    /// # Errors
    ///
    /// [`ChatError`].
    fn chat<'a>(
        &'a self,
        request: &'a ChatRequest,
    ) -> BoxFuture<'a, Result<ChatResponse, ChatError>>;

    /// Answers piece by piece; by default whole.
    fn stream<'a>(
        &'a self,
        request: &'a ChatRequest,
    ) -> BoxStream<'a, Result<ChatChunk, ChatError>> {
        let pieces = |answer: Result<ChatResponse, ChatError>| {
            let pieces = match answer {
                Ok(response) if response.content.is_empty() => vec![Ok(ChatChunk::Done(response))],
                Ok(response) => vec![
                    Ok(ChatChunk::Text(response.content.clone())),
                    Ok(ChatChunk::Done(response)),
                ],
                Err(error) => vec![Err(error)],
            };
            stream::iter(pieces)
        };
        Box::pin(stream::once(self.chat(request)).flat_map(pieces))
    }
}
