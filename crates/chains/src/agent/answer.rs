//! What comes of a question to an agent: [`AgentAnswer`].

use std::fmt;

use serde::{Deserialize, Serialize};

use super::StopReason;
use crate::{ToolCall, Usage};

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The model said it all.
    Answered,
    /// The model had no room for more than this.
    Length,
    /// A budget was used up before the model answered.
    Stopped {
        /// Which.
        reason: StopReason,
    },
}

/// A tool that was to be called.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct CalledTool {
    /// As it was called, with the arguments that were approved.
    pub call: ToolCall,
    /// What the model was told.
    pub answer: String,
    /// Whether that is an error or a refusal.
    pub is_error: bool,
}

impl fmt::Debug for CalledTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CalledTool")
            .field("call", &self.call)
            .field("bytes", &self.answer.len())
            .field("is_error", &self.is_error)
            .finish()
    }
}

/// What comes of a question.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct AgentAnswer {
    /// What the model says. Where it was stopped, the last that it said, which may be nothing.
    pub content: String,
    /// How it ended.
    pub ending: Ending,
    /// What was called on the way, in order: also where it was stopped.
    pub calls: Vec<CalledTool>,
    /// Calls of the model.
    pub steps: usize,
    /// Tokens, estimated where the provider does not say.
    pub usage: Usage,
}

impl fmt::Debug for AgentAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentAnswer")
            .field("bytes", &self.content.len())
            .field("ending", &self.ending)
            .field("calls", &self.calls)
            .field("steps", &self.steps)
            .field("usage", &self.usage)
            .finish()
    }
}

/// What happens on the way to an answer.
#[derive(Clone, PartialEq)]
pub enum AgentEvent {
    /// The model says something. Before a call it is what it thinks, after the last one the answer.
    Text(String),
    /// A tool is called.
    Calling {
        /// Which.
        tool: String,
    },
    /// A tool was called.
    Called {
        /// Which.
        tool: String,
        /// Whether it gave no answer.
        is_error: bool,
    },
    /// The whole answer, always last.
    Done(Box<AgentAnswer>),
}

impl fmt::Debug for AgentEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Calling { tool } => write!(f, "Calling({tool})"),
            Self::Called { tool, is_error } => write!(f, "Called({tool}, is_error: {is_error})"),
            Self::Done(answer) => f.debug_tuple("Done").field(answer).finish(),
        }
    }
}
