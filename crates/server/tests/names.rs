//! Tools that can't be offered.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use schemars::{Schema, json_schema};
use serde_json::Value;
use upturn_chains::{Tool, ToolDescription, ToolError};
use upturn_server::McpServer;

/// A tool that is only described.
#[derive(Debug)]
struct Described(ToolDescription);

impl Tool for Described {
    fn description(&self) -> &ToolDescription {
        &self.0
    }

    fn call(&self, _: Value) -> BoxFuture<'_, Result<Value, ToolError>> {
        Box::pin(async { Ok(Value::Null) })
    }
}

fn tool(input: Schema) -> Arc<dyn Tool> {
    Arc::new(Described(ToolDescription {
        name: "a".to_owned(),
        description: "Nothing.".to_owned(),
        input,
        output: json_schema!({ "type": "object" }),
    }))
}

#[test]
fn two_tools_of_one_name_are_refused() {
    let object = || tool(json_schema!({ "type": "object" }));
    let refused = McpServer::new(vec![object(), object()]).unwrap_err();
    assert_eq!(refused.to_string(), "there are two tools `a`");
}

#[test]
fn a_tool_that_takes_no_object_is_refused() {
    for input in [json_schema!({ "type": "string" }), Schema::from(true)] {
        let refused = McpServer::new(vec![tool(input)]).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "a schema of the tool `a` is no schema of an object"
        );
    }
}
