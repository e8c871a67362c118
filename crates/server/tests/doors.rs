//! What goes through MCP is what upturn says: the questions of every door, and upturn's own tools.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the functions between the tests are tests too"
)]

use std::sync::Arc;

use futures_util::future::BoxFuture;
use rmcp::model::{CallToolRequestParams, ProtocolVersion};
use rmcp::service::{ClientLifecycleMode, ClientServiceExt as _, RoleClient, RunningService};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use upturn_answers::samples::World;
use upturn_chains::conformance::{check_tool, tool};
use upturn_chains::{Calls, CallsRequest, Described, Tool, ToolError, TypedTool};
use upturn_core::conformance::HashedWords;
use upturn_core::conformance::doors::{Answer, Question, check, fill, questions};
use upturn_core::{Embeddings, Filter, VectorStore};
use upturn_server::McpServer;
use upturn_vectorstore_memory::MemoryStore;

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

/// What a tool answers a host, which hears the same as JSON and as text.
async fn heard(host: &Client, tool: String, arguments: Value) -> Value {
    let arguments = serde_json::from_value(arguments).unwrap();
    let request = CallToolRequestParams::new(tool).with_arguments(arguments);
    let answer = serde_json::to_value(host.call_tool(request).await.unwrap()).unwrap();
    assert_eq!(answer["isError"], false, "{answer}");
    let text = answer["content"][0]["text"].as_str().unwrap();
    let told: Value = serde_json::from_str(text).unwrap();
    assert_eq!(told, answer["structuredContent"]);
    told
}

/// Calls by what was said in them, as a tool.
#[derive(Debug)]
struct SearchCalls(Calls);

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Asked {
    text: String,
    limit: usize,
    filter: Filter,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Told {
    found: Vec<Found>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Found {
    id: String,
    score: f64,
    text: String,
}

impl From<Answer> for Found {
    fn from(answer: Answer) -> Self {
        Self {
            id: answer.id.to_string(),
            score: answer.score,
            text: answer.text,
        }
    }
}

impl From<Found> for Answer {
    fn from(found: Found) -> Self {
        Self {
            id: found.id.parse().unwrap(),
            score: found.score,
            text: found.text,
        }
    }
}

impl TypedTool for SearchCalls {
    const NAME: &'static str = "search_calls";
    const DESCRIPTION: &'static str = "Calls in which something like a text was said.";
    type Input = Asked;
    type Output = Told;

    fn run(&self, input: Asked) -> BoxFuture<'_, Result<Told, ToolError>> {
        Box::pin(async move {
            let request = CallsRequest {
                text: input.text,
                limit: input.limit,
                filter: input.filter,
                ..CallsRequest::default()
            };
            let found = self.0.search(request).await;
            let found = found.map_err(|error| ToolError::failed(Self::NAME, error))?;
            let found = found.into_iter().map(|it| Answer::from(it).into());
            Ok(Told {
                found: found.collect(),
            })
        })
    }
}

#[tokio::test]
async fn mcp_gives_the_stores_answers_to_every_question() {
    let embeddings = HashedWords::new();
    let store = MemoryStore::new(HashedWords::DIMENSION, embeddings.fingerprint().clone());
    fill(&embeddings, &store);
    let (embeddings, store): (Arc<dyn Embeddings>, Arc<dyn VectorStore>) =
        (Arc::new(embeddings), Arc::new(store));
    let calls = Calls::new(embeddings.clone(), store.clone()).unwrap();
    for host in hosts(vec![Arc::new(Described::new(SearchCalls(calls)))]).await {
        let ask = async |question: Question| {
            let Question {
                text,
                limit,
                filter,
            } = question;
            let arguments = json!({ "text": text, "limit": limit, "filter": filter });
            let mut told = heard(&host, SearchCalls::NAME.to_owned(), arguments).await;
            let found: Vec<Found> = serde_json::from_value(told["found"].take()).unwrap();
            found.into_iter().map(Answer::from).collect()
        };
        check(embeddings.as_ref(), store.as_ref(), ask).await;
    }
}

#[tokio::test]
async fn a_tool_answers_through_mcp_what_it_answers_directly() {
    for host in hosts(vec![tool()]).await {
        check_tool(async |arguments| heard(&host, "chance".to_owned(), arguments).await).await;
    }
}

/// Arguments of each tool about the call `question`.
fn about(tool: &str) -> Value {
    match tool {
        "search_moments" => json!({ "text": "far too expensive" }),
        "compare_conversations" => json!({ "call": "question", "other": "call-0" }),
        _ => json!({ "call": "question" }),
    }
}

#[tokio::test]
async fn each_tool_of_upturn_answers_a_host_what_it_answers_here() {
    let tools = upturn_tools::all(&World::new().analyst);
    for host in hosts(tools.clone()).await {
        for tool in &tools {
            let name = tool.description().name.clone();
            let here = tool.call(about(&name)).await.unwrap();
            assert_eq!(
                heard(&host, name.clone(), about(&name)).await,
                here,
                "{name}"
            );
        }
        let search = tools.last().unwrap();
        for Question { text, filter, .. } in questions() {
            if text.trim().is_empty() {
                continue;
            }
            let arguments = json!({ "text": text, "outcome": filter.outcome, "limit": 5 });
            let here = search.call(arguments.clone()).await.unwrap();
            assert_eq!(
                heard(&host, "search_moments".to_owned(), arguments).await,
                here
            );
        }
    }
}
