//! upturn's tools as langchain-rust's: [`CallTool`].

use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use upturn_chains::{Tool, ToolError, caught};

use crate::LangchainError;

/// A tool as langchain-rust's agents call it: JSON text in, JSON text out.
#[derive(Debug, Clone)]
pub struct CallTool {
    tool: Arc<dyn Tool>,
}

impl CallTool {
    /// Wraps a tool.
    pub const fn new(tool: Arc<dyn Tool>) -> Self {
        Self { tool }
    }

    async fn answer(&self, arguments: Value) -> Result<String, LangchainError> {
        let answered = caught(self.tool.call(arguments)).await;
        let panicked = |error| Err(ToolError::failed(&self.tool.description().name, error));
        let answer: Value = answered.unwrap_or_else(panicked)?;
        Ok(answer.to_string())
    }
}

#[async_trait]
impl langchain_rust::tools::Tool for CallTool {
    fn name(&self) -> String {
        self.tool.description().name.clone()
    }

    fn description(&self) -> String {
        self.tool.description().description.clone()
    }

    fn parameters(&self) -> Value {
        self.tool.description().input.clone().into()
    }

    async fn run(&self, input: Value) -> Result<String, Box<dyn Error>> {
        Ok(self.answer(input).await?)
    }

    /// The JSON of the arguments as it is; langchain-rust's own takes an `input` out of it, and logs what it reads.
    async fn parse_input(&self, input: &str) -> Value {
        serde_json::from_str(input).unwrap_or_else(|_| Value::String(input.to_owned()))
    }
}
