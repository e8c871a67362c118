//! Why a request has no answer: [`Failure`].

use rmcp::model::{ErrorCode, ErrorData};
use serde_json::json;
use upturn_core::{Cause, ConversationId, Diagnostic, ErrorKind};

use super::told::{told, word};

/// Why a request has no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// No tool has this name.
    #[error("there is no tool `{name}`")]
    NoTool { name: String, known: Vec<String> },
    /// No prompt has this name.
    #[error("there is no prompt `{name}`")]
    NoPrompt { name: String, known: Vec<String> },
    /// A prompt is not given what it needs.
    #[error("prompt `{prompt}` is not given `{argument}`")]
    Missing { prompt: String, argument: String },
    /// A prompt is given something else.
    #[error("prompt `{prompt}` does not take `{argument}`")]
    Unexpected { prompt: String, argument: String },
    /// A prompt is given something that is no text.
    #[error("`{argument}` of prompt `{prompt}` is no text")]
    NoText { prompt: String, argument: String },
    /// The address is none of a call.
    #[error("the address is none of a call")]
    Address,
    /// There is no such call.
    #[error("there is no call `{id}`")]
    NoCall { id: ConversationId },
    /// The page does not follow any.
    #[error("the cursor is none of ours")]
    Cursor,
    /// The calls or the prompts failed.
    #[error(transparent)]
    Source(#[from] Cause),
    /// They panicked. What that said is not kept: it may be a transcript.
    #[error("the server is out of order")]
    Panicked,
    /// Nobody waits for the answer any more.
    #[error("the request was cancelled")]
    Cancelled,
}

impl Diagnostic for Failure {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoTool { .. } | Self::NoPrompt { .. } | Self::NoCall { .. } => {
                ErrorKind::NotFound
            }
            Self::Missing { .. }
            | Self::Unexpected { .. }
            | Self::NoText { .. }
            | Self::Address
            | Self::Cursor => ErrorKind::InvalidInput,
            Self::Source(source) => source.kind(),
            Self::Panicked => ErrorKind::Internal,
            Self::Cancelled => ErrorKind::Unavailable,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::NoTool { known, .. } | Self::NoPrompt { known, .. } => {
                Some(format!("there are {}", named(known)))
            }
            Self::Address => Some(format!("calls are at `{}`", super::address::TEMPLATE)),
            Self::Cursor => Some("list from the start".to_owned()),
            Self::Source(source) => source.hint(),
            Self::Missing { .. }
            | Self::Unexpected { .. }
            | Self::NoText { .. }
            | Self::NoCall { .. }
            | Self::Panicked
            | Self::Cancelled => None,
        }
    }
}

/// Each name in backticks.
fn named(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    if quoted.is_empty() {
        "none".to_owned()
    } else {
        quoted.join(", ")
    }
}

impl From<Failure> for ErrorData {
    fn from(failure: Failure) -> Self {
        let code = match (&failure, failure.kind()) {
            // Older hosts know a code for it; rmcp writes the new one for the others.
            (Failure::NoCall { .. } | Failure::Address, _) => ErrorCode::RESOURCE_NOT_FOUND,
            (_, ErrorKind::InvalidInput | ErrorKind::NotFound) => ErrorCode::INVALID_PARAMS,
            (_, ErrorKind::Overloaded | ErrorKind::Unavailable | ErrorKind::Internal) => {
                ErrorCode::INTERNAL_ERROR
            }
        };
        let data = json!({ "kind": word(failure.kind()), "hint": failure.hint() });
        Self::new(code, told(&failure), Some(data))
    }
}
