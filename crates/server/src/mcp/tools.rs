//! Tools by their names, as MCP describes and answers them: [`Tools`].

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use rmcp::model::{CallToolResult, ContentBlock, JsonObject, Tool as Listed, ToolAnnotations};
use serde_json::Value;
use upturn_chains::{Tool, ToolDescription, ToolError};

use super::failure::Failure;
use super::told::told;
use crate::ServerError;

/// Tools by their names, and how hosts see them.
pub(super) struct Tools {
    by_name: BTreeMap<String, Arc<dyn Tool>>,
    listed: Vec<Listed>,
}

impl Tools {
    /// Checks names and schemas.
    pub(super) fn new(tools: Vec<Arc<dyn Tool>>) -> Result<Self, ServerError> {
        let listed = tools.iter().map(|tool| listed(tool.description()));
        let listed = listed.collect::<Result<_, _>>()?;
        let mut by_name = BTreeMap::new();
        for tool in tools {
            let name = tool.description().name.clone();
            if by_name.insert(name.clone(), tool).is_some() {
                return Err(ServerError::TwoTools { name });
            }
        }
        Ok(Self { by_name, listed })
    }

    /// As hosts see them, in the order they were given.
    pub(super) fn listed(&self) -> &[Listed] {
        &self.listed
    }

    /// All names, in order.
    pub(super) fn names(&self) -> Vec<String> {
        self.by_name.keys().cloned().collect()
    }

    /// Calls a tool. Its failures and panics are answers.
    pub(super) async fn call(
        &self,
        name: &str,
        arguments: Option<JsonObject>,
    ) -> Result<CallToolResult, Failure> {
        let Some(tool) = self.by_name.get(name) else {
            return Err(Failure::NoTool {
                name: name.to_owned(),
                known: self.names(),
            });
        };
        let arguments = Value::Object(arguments.unwrap_or_default());
        let called = AssertUnwindSafe(async { tool.call(arguments).await });
        Ok(match called.catch_unwind().await {
            Ok(Ok(answer)) => answered(name, answer),
            Ok(Err(error)) => refused(told(&error)),
            // What a panic says may be a transcript.
            Err(_) => refused(format!("`{name}` is out of order")),
        })
    }
}

/// An answer as JSON and, for hosts that do not read that, as text.
fn answered(name: &str, answer: Value) -> CallToolResult {
    match serde_json::to_string(&answer) {
        Ok(text) => {
            let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
            result.structured_content = Some(answer);
            result
        }
        Err(source) => refused(told(&ToolError::Unwritable {
            tool: name.to_owned(),
            source,
        })),
    }
}

fn refused(why: String) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(why)])
}

fn listed(described: &ToolDescription) -> Result<Listed, ServerError> {
    let ToolDescription {
        name,
        description,
        input,
        output,
    } = described;
    let bad = || ServerError::Schema { tool: name.clone() };
    let input = input.as_object().ok_or_else(bad)?;
    if input.get("type").and_then(Value::as_str) != Some("object") {
        return Err(bad());
    }
    let output = output.as_object().ok_or_else(bad)?;
    let mut listed = Listed::new(name.clone(), description.clone(), Arc::new(input.clone()));
    listed.output_schema = Some(Arc::new(output.clone()));
    listed.annotations = Some(
        ToolAnnotations::new()
            .read_only(true)
            .destructive(false)
            .idempotent(true)
            .open_world(false),
    );
    Ok(listed)
}
