//! upturn's tools as llm-chain's: [`CallTool`].

mod description;

use std::sync::Arc;

use async_trait::async_trait;
use llm_chain::tools::ToolDescription;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use upturn_chains::{Tool, ToolError, caught};

use crate::LlmChainError;

/// A tool as llm-chain calls it: with YAML, and YAML is the answer.
///
/// ```
/// use std::sync::Arc;
/// use llm_chain::tools::ToolCollection;
/// use upturn_llm_chain::CallTool;
///
/// # fn of(predict_outcome: Arc<dyn upturn_chains::Tool>, similar: Arc<dyn upturn_chains::Tool>) {
/// let mut tools = ToolCollection::new();
/// tools.add_tool(CallTool::new(predict_outcome));
/// tools.add_tool(CallTool::new(similar));
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct CallTool {
    tool: Arc<dyn Tool>,
}

impl CallTool {
    /// Wraps a tool.
    pub const fn new(tool: Arc<dyn Tool>) -> Self {
        Self { tool }
    }
}

/// Arguments or an answer: JSON, whatever llm-chain writes it in.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ToolValue(pub Value);

impl std::fmt::Debug for ToolValue {
    /// Nothing of it: it may be a transcript.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ToolValue").finish_non_exhaustive()
    }
}

#[async_trait]
impl llm_chain::tools::Tool for CallTool {
    type Input = ToolValue;
    type Output = ToolValue;
    type Error = LlmChainError;

    async fn invoke_typed(&self, input: &ToolValue) -> Result<ToolValue, LlmChainError> {
        let answered = caught(self.tool.call(input.0.clone())).await;
        let panicked = |error| Err(ToolError::failed(&self.tool.description().name, error));
        Ok(ToolValue(answered.unwrap_or_else(panicked)?))
    }

    fn description(&self) -> ToolDescription {
        description::of(self.tool.description())
    }

    fn matches(&self, name: &str) -> bool {
        self.tool.description().name == name
    }
}
