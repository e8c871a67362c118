//! Tools that are told calls by their ids: [`by_id`].

use std::sync::Arc;

use futures_util::future::{self, BoxFuture};
use serde_json::{Map, Value, json};
use upturn_answers::Analyst;
use upturn_chains::{Tool, ToolDescription, ToolError};

use crate::all;

/// Where schemas say what a call is.
const CALL: &str = "#/$defs/CallRef";

/// [`all`] tools for a model whose window is small: a call is named by its id and never brought, and their schemas have together less than
/// a third of the length.
pub fn by_id(analyst: &Arc<Analyst>) -> Vec<Arc<dyn Tool>> {
    let tools = all(analyst).into_iter();
    tools
        .map(|tool| Arc::new(ById::new(tool)) as Arc<dyn Tool>)
        .collect()
}

/// A tool that is told calls by their ids.
#[derive(Debug)]
struct ById {
    tool: Arc<dyn Tool>,
    description: ToolDescription,
    /// Its arguments that name a call.
    calls: Vec<String>,
}

impl ById {
    fn new(tool: Arc<dyn Tool>) -> Self {
        let mut description = tool.description().clone();
        let calls = calls(description.input.as_value());
        let definitions = description.input.get_mut("$defs");
        if let Some(Value::Object(definitions)) = definitions {
            narrow(definitions);
        }
        leave_unused_out(&mut description);
        Self {
            tool,
            description,
            calls,
        }
    }

    /// The first argument that holds a call instead of its id.
    fn brought(&self, arguments: &Value) -> Option<&String> {
        let is_brought = |name: &&String| arguments.get(*name).is_some_and(Value::is_object);
        self.calls.iter().find(is_brought)
    }
}

/// The arguments that name a call.
fn calls(input: &Value) -> Vec<String> {
    let properties = input.get("properties").and_then(Value::as_object);
    let named = properties.into_iter().flatten();
    let named = named.filter(|(_, property)| property.get("$ref") == Some(&json!(CALL)));
    named.map(|(name, _)| name.clone()).collect()
}

/// A call is an id and nothing else.
fn narrow(definitions: &mut Map<String, Value>) {
    if let Some(call) = definitions.get_mut("CallRef") {
        *call = json!({ "description": "The id of a call that is known.", "type": "string" });
    }
}

/// Definitions that nothing points at are no use to a reader.
fn leave_unused_out(description: &mut ToolDescription) {
    loop {
        let schema = description.input.as_value().to_string();
        let Some(Value::Object(definitions)) = description.input.get_mut("$defs") else {
            return;
        };
        let before = definitions.len();
        definitions.retain(|name, _| schema.contains(&format!("\"#/$defs/{name}\"")));
        if definitions.len() == before {
            return;
        }
    }
}

impl Tool for ById {
    fn description(&self) -> &ToolDescription {
        &self.description
    }

    fn call(&self, arguments: Value) -> BoxFuture<'_, Result<Value, ToolError>> {
        match self.brought(&arguments) {
            Some(name) => Box::pin(future::ready(Err(ToolError::Arguments {
                tool: self.description.name.clone(),
                reason: format!("{name}: expected the id of a call that is known"),
            }))),
            None => self.tool.call(arguments),
        }
    }
}
