//! Who is asked before a tool is called: [`Approval`].

use std::fmt;

use futures_util::future::BoxFuture;
use serde_json::Value;

use crate::{ToolCall, ToolDescription};

/// What becomes of a call.
#[derive(Clone, PartialEq)]
pub enum Decision {
    /// It is made.
    Allow,
    /// It is not made; the model reads why.
    Refuse {
        /// Why, to the model.
        reason: String,
    },
    /// It is made with other arguments; the model reads which.
    Change {
        /// With what.
        arguments: Value,
    },
}

impl fmt::Debug for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allow => "Allow",
            Self::Refuse { .. } => "Refuse",
            Self::Change { .. } => "Change",
        })
    }
}

/// Asked before each call of a tool that exists, one call after the other: a person, or a rule.
///
/// The time it takes does not count against the budget.
pub trait Approval: fmt::Debug + Send + Sync {
    /// Decides.
    fn decide<'a>(
        &'a self,
        call: &'a ToolCall,
        tool: &'a ToolDescription,
    ) -> BoxFuture<'a, Decision>;
}
