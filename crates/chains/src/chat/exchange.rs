//! A question to a model and its answer: [`ChatRequest`], [`ChatResponse`].

use std::fmt;

use schemars::Schema;
use serde::{Deserialize, Serialize};

use super::{Message, Role, ToolCall};
use crate::ToolDescription;

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

/// A rendered prompt: what a user says.
impl From<String> for ChatRequest {
    fn from(prompt: String) -> Self {
        vec![Message::new(Role::User, prompt)].into()
    }
}

/// What was said so far.
impl From<Vec<Message>> for ChatRequest {
    fn from(messages: Vec<Message>) -> Self {
        Self {
            messages,
            ..Self::default()
        }
    }
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

/// What the model says.
impl From<ChatResponse> for String {
    fn from(response: ChatResponse) -> Self {
        response.content
    }
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
