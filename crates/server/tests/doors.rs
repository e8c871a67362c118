//! What goes through MCP is what upturn says: each tool and the 50 questions of every door, through a pipe and over HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the functions between the tests are tests too"
)]

mod posted;

use std::sync::Arc;

use rmcp::model::{CallToolRequestParams, ProtocolVersion};
use rmcp::service::{ClientLifecycleMode, ClientServiceExt as _, RoleClient, RunningService};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use upturn_chains::Tool;
use upturn_chains::conformance::{check_tool, tool};
use upturn_server::McpServer;
use upturn_tools::conformance::{check, world};

use posted::{Served, local};

type Client = RunningService<RoleClient, ()>;

/// A host at the other end of a pipe, in either revision of the protocol.
async fn hosts(tools: Vec<Arc<dyn Tool>>) -> [Client; 2] {
    let server = McpServer::new(tools).unwrap();
    let newer = ClientLifecycleMode::Discover {
        preferred_versions: vec![ProtocolVersion::V_2026_07_28],
    };
    [
        host(server.clone(), ClientLifecycleMode::Initialize).await,
        host(server, newer).await,
    ]
}

async fn host(server: McpServer, lifecycle: ClientLifecycleMode) -> Client {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let (read, write) = tokio::io::split(ours);
    tokio::spawn(server.serve_pipe(read, write, CancellationToken::new()));
    ().serve_with_lifecycle(theirs, lifecycle).await.unwrap()
}

/// What a tool answers a host, which hears the same as JSON and as text; nothing where it refuses.
async fn heard(host: &Client, tool: &str, arguments: Value) -> Option<Value> {
    let arguments = serde_json::from_value(arguments).unwrap();
    let request = CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments);
    told(&serde_json::to_value(host.call_tool(request).await.unwrap()).unwrap())
}

/// The same over HTTP; a host of the newer revision says which it speaks, in the head and in the body.
async fn posted(served: &Served, newer: bool, tool: &str, arguments: Value) -> Option<Value> {
    let mut params = json!({ "name": tool, "arguments": arguments });
    let mut headers = String::new();
    if newer {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        headers = format!(
            "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: {tool}\r\n"
        );
    }
    let call = json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params });
    let answer = served.asked("POST /mcp", &headers, &call.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    told(&answer.json()["result"])
}

fn told(answer: &Value) -> Option<Value> {
    let text = answer["content"][0]["text"].as_str().unwrap();
    if answer["isError"] == true {
        assert!(
            answer.get("structuredContent").is_none() && text.contains("failed"),
            "{text}"
        );
        return None;
    }
    let told: Value = serde_json::from_str(text).unwrap();
    assert_eq!(told, answer["structuredContent"]);
    Some(told)
}

#[tokio::test]
async fn every_tool_and_question_is_answered_through_a_pipe_as_it_is_here() {
    let tools = upturn_tools::all(&world().analyst);
    for host in hosts(tools.clone()).await {
        check(&tools, async |tool, arguments| {
            heard(&host, tool, arguments).await
        })
        .await;
    }
}

#[tokio::test]
async fn every_tool_and_question_is_answered_over_http_as_it_is_here() {
    let tools = upturn_tools::all(&world().analyst);
    let served = Served::new(McpServer::new(tools.clone()).unwrap(), local()).await;
    for newer in [false, true] {
        check(&tools, async |tool, arguments| {
            posted(&served, newer, tool, arguments).await
        })
        .await;
    }
}

#[tokio::test]
async fn a_tool_of_others_answers_through_a_pipe_what_it_answers_directly() {
    for host in hosts(vec![tool()]).await {
        check_tool(async |arguments| heard(&host, "chance", arguments).await.unwrap()).await;
    }
}
