//! What is said to and by a model: [`Message`].

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ChatResponse;

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
    /// With what. Text that is no JSON stays a string, so that the tool refuses it in words.
    pub arguments: Value,
    /// What the provider wants to have back with the call, as it came (thought signatures of Gemini).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signatures: Vec<String>,
}

impl ToolCall {
    /// Without signatures.
    pub fn new(id: impl Into<String>, name: impl Into<String>, arguments: Value) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            arguments,
            signatures: Vec::new(),
        }
    }
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

    /// What a model said, with what it wants to be called.
    pub fn said(response: &ChatResponse) -> Self {
        Self {
            tool_calls: response.tool_calls.clone(),
            ..Self::new(Role::Assistant, response.content.clone())
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
