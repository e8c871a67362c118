//! upturn's tools as rig's: [`tool`].

use std::sync::Arc;

use rig_core::message::{EmptyToolName, ToolName};
use rig_core::tool::{DynamicTool, ToolErrorKind, ToolExecutionError, ToolOutput};
use serde_json::{Value, json};
use upturn_chains::{Tool, ToolError, caught, in_full};
use upturn_core::{Diagnostic as _, ErrorKind};

/// A tool as rig's agents call it: `AgentBuilder::new(model).dynamic_tool(tool(predict_outcome)?)`.
///
/// Its answer is the JSON of [`Tool::call`]; its errors go to the model as text, with their kind.
///
/// # Errors
///
/// `EmptyToolName` for a tool without a name.
pub fn tool(tool: Arc<dyn Tool>) -> Result<DynamicTool, EmptyToolName> {
    let described = tool.description().clone();
    let name = ToolName::new(described.name)?;
    let callback = move |arguments| {
        let call = call(Arc::clone(&tool), arguments);
        Box::pin(call) as _
    };
    Ok(DynamicTool::new(
        name,
        described.description,
        Value::from(described.input),
        callback,
    ))
}

async fn call(tool: Arc<dyn Tool>, arguments: Value) -> Result<ToolOutput, ToolExecutionError> {
    // What providers send for a tool without arguments.
    let arguments = if arguments.is_null() {
        json!({})
    } else {
        arguments
    };
    let answered = caught(tool.call(arguments)).await;
    let panicked = |error| Err(ToolError::failed(&tool.description().name, error));
    let answer = answered.unwrap_or_else(panicked);
    answer.map(ToolOutput::json).map_err(failed)
}

fn failed(error: ToolError) -> ToolExecutionError {
    let kind = match error.kind() {
        ErrorKind::InvalidInput => ToolErrorKind::InvalidArgs,
        ErrorKind::NotFound => ToolErrorKind::NotFound,
        ErrorKind::Overloaded => ToolErrorKind::RateLimited,
        ErrorKind::Unavailable => ToolErrorKind::Provider,
        ErrorKind::Internal => ToolErrorKind::Other,
    };
    ToolExecutionError::new(kind, in_full(&error)).with_source(error)
}
