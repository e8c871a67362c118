//! What MCP hosts see over a pipe, by rmcp's own client and by lines of JSON.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the functions between the tests are tests too"
)]

mod fake;

use std::path::Path;

use rmcp::model::{
    CallToolRequestParams, GetPromptRequestParams, ProtocolVersion, ReadResourceRequestParams,
};
use rmcp::service::{
    ClientLifecycleMode, ClientServiceExt as _, RoleClient, RunningService, ServiceError,
};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use upturn_server::ServerError;

type Client = RunningService<RoleClient, ()>;

/// Both revisions of the protocol: with a handshake, and without.
fn lifecycles() -> [ClientLifecycleMode; 2] {
    [
        ClientLifecycleMode::Initialize,
        ClientLifecycleMode::Discover {
            preferred_versions: vec![ProtocolVersion::V_2026_07_28],
        },
    ]
}

async fn connected(lifecycle: ClientLifecycleMode) -> Client {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let (read, write) = tokio::io::split(ours);
    tokio::spawn(
        fake::server()
            .unwrap()
            .serve_pipe(read, write, CancellationToken::new()),
    );
    ().serve_with_lifecycle(theirs, lifecycle).await.unwrap()
}

fn object(value: Value) -> serde_json::Map<String, Value> {
    serde_json::from_value(value).unwrap()
}

async fn called(
    client: &Client,
    tool: &'static str,
    arguments: Value,
) -> Result<Value, ServiceError> {
    let request = CallToolRequestParams::new(tool).with_arguments(object(arguments));
    let answer = client.call_tool(request).await?;
    Ok(serde_json::to_value(answer).unwrap())
}

/// The error of the protocol as JSON.
fn refused<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> Value {
    let error = result.unwrap_err();
    let ServiceError::McpError(error) = error else {
        panic!("{error}");
    };
    serde_json::to_value(error).unwrap()
}

#[tokio::test]
async fn tools_are_listed_as_in_the_golden() {
    for lifecycle in lifecycles() {
        let client = connected(lifecycle).await;
        let tools = client.list_all_tools().await.unwrap();
        let told = serde_json::to_value(&tools).unwrap();
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/tools.json");
        if std::env::var_os("UPDATE_GOLDENS").is_some() {
            fs_err::write(&golden, format!("{told:#}\n")).unwrap();
        }
        // As values: in what order fields stand depends on what else is built.
        let expected: serde_json::Value =
            serde_json::from_slice(&fs_err::read(&golden).unwrap()).unwrap();
        assert_eq!(told, expected, "UPDATE_GOLDENS=1 writes it");
    }
}

#[tokio::test]
async fn an_answer_is_there_as_json_and_as_text() {
    for lifecycle in lifecycles() {
        let client = connected(lifecycle).await;
        let answer = called(&client, "count_words", json!({ "text": "one two" }))
            .await
            .unwrap();
        assert_eq!(answer["structuredContent"], json!({ "words": 2 }));
        assert_eq!(
            answer["content"],
            json!([{ "type": "text", "text": "{\"words\":2}" }])
        );
        assert_eq!(answer["isError"], false);
    }
}

#[tokio::test]
async fn failures_of_tools_are_answers_and_the_connection_stays() {
    let client = connected(ClientLifecycleMode::Initialize).await;
    let cases = [
        (
            json!({ "text": "a" }),
            "`fail` failed: the tool is tired; hint: let it rest",
        ),
        (json!({ "text": "panic" }), "`fail` is out of order"),
        (
            json!({ "texts": "a" }),
            "the arguments of `fail` do not fit its schema: texts: unknown field `texts`, expected `text`",
        ),
    ];
    for (arguments, why) in cases {
        let answer = called(&client, "fail", arguments).await.unwrap();
        assert_eq!(answer["isError"], true);
        assert_eq!(answer["content"][0]["text"], why);
        assert!(answer.get("structuredContent").is_none());
    }
    called(&client, "count_words", json!({ "text": "" }))
        .await
        .unwrap();
}

#[tokio::test]
async fn an_unknown_tool_is_an_error_that_names_the_others() {
    for lifecycle in lifecycles() {
        let client = connected(lifecycle).await;
        let error = refused(called(&client, "delete_calls", json!({})).await);
        let message = "there is no tool `delete_calls`; hint: there are `count_words`, `fail`";
        assert_eq!(
            (&error["code"], &error["message"]),
            (&json!(-32602), &json!(message))
        );
        assert_eq!(error["data"]["kind"], "not_found");
    }
}

#[tokio::test]
async fn calls_are_listed_page_by_page_and_read_as_numbered_turns() {
    for lifecycle in lifecycles() {
        let client = connected(lifecycle).await;
        let first = client.list_resources(None).await.unwrap();
        assert_eq!(
            (first.resources.len(), first.next_cursor.as_deref()),
            (100, Some("call-099"))
        );
        let all = client.list_all_resources().await.unwrap();
        assert_eq!(all.len(), fake::CALLS);
        assert!(all.is_sorted_by(|a, b| a.uri < b.uri));
        let read = client
            .read_resource(ReadResourceRequestParams::new(&all[204].uri))
            .await;
        let read = serde_json::to_value(read.unwrap()).unwrap();
        let text =
            "call call-204, won\n1 seller: Shall we sign?\n2 buyer: Yes.\n    3 buyer: No.\n";
        assert_eq!(read["contents"][0]["text"], text);
        assert_eq!(read["contents"][0]["uri"], "upturn://call/call-204");
        let templates = client.list_all_resource_templates().await.unwrap();
        assert_eq!(templates[0].uri_template, "upturn://call/{id}");
    }
}

#[tokio::test]
async fn what_is_no_call_is_an_error() {
    let client = connected(ClientLifecycleMode::Initialize).await;
    let cases = [
        (
            "upturn://call/call-999",
            -32002,
            "there is no call `call-999`",
        ),
        (
            "file:///etc/passwd",
            -32002,
            "the address is none of a call; hint: calls are at `upturn://call/{id}`",
        ),
        ("upturn://call/panic", -32603, "the server is out of order"),
    ];
    for (address, code, message) in cases {
        let error = refused(
            client
                .read_resource(ReadResourceRequestParams::new(address))
                .await,
        );
        assert_eq!(
            (&error["code"], &error["message"]),
            (&json!(code), &json!(message))
        );
    }
}

#[tokio::test]
async fn prompts_are_listed_and_rendered() {
    for lifecycle in lifecycles() {
        let client = connected(lifecycle).await;
        let prompts = serde_json::to_value(client.list_all_prompts().await.unwrap()).unwrap();
        let arguments = json!([
            { "name": "call", "description": "The call.", "required": true },
            { "name": "tone", "description": "The tone.", "required": false },
        ]);
        let listed = json!([{ "name": "coach", "description": "What to ask next.", "arguments": arguments }]);
        assert_eq!(prompts, listed);
        let request =
            GetPromptRequestParams::new("coach").with_arguments(object(json!({ "call": "a" })));
        let prompt = serde_json::to_value(client.get_prompt(request).await.unwrap()).unwrap();
        let said = json!({ "role": "user", "content": { "type": "text", "text": "coach: {\"call\": \"a\"}" } });
        assert_eq!(prompt["messages"], json!([said]));
    }
}

#[tokio::test]
async fn a_prompt_is_given_all_that_it_needs_and_nothing_else() {
    let client = connected(ClientLifecycleMode::Initialize).await;
    let cases = [
        ("coach", json!({}), "prompt `coach` is not given `call`"),
        (
            "coach",
            json!({ "call": 1 }),
            "`call` of prompt `coach` is no text",
        ),
        (
            "coach",
            json!({ "call": "a", "b": "c" }),
            "prompt `coach` does not take `b`",
        ),
        (
            "sell",
            json!({}),
            "there is no prompt `sell`; hint: there are `coach`",
        ),
    ];
    for (name, arguments, message) in cases {
        let request = GetPromptRequestParams::new(name).with_arguments(object(arguments));
        let error = refused(client.get_prompt(request).await);
        assert_eq!(
            (&error["code"], &error["message"]),
            (&json!(-32602), &json!(message))
        );
    }
    let request =
        GetPromptRequestParams::new("coach").with_arguments(object(json!({ "call": "tired" })));
    let error = refused(client.get_prompt(request).await);
    assert_eq!(
        (&error["code"], &error["data"]["kind"]),
        (&json!(-32603), &json!("unavailable"))
    );
}

/// A server and the other side of its pipe.
fn piped(
    stop: &CancellationToken,
) -> (tokio::io::DuplexStream, JoinHandle<Result<(), ServerError>>) {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let (read, write) = tokio::io::split(ours);
    let served = fake::server()
        .unwrap()
        .serve_pipe(read, write, stop.clone());
    (theirs, tokio::spawn(served))
}

const HELLO: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}"#;

#[tokio::test]
async fn the_handshake_tells_what_there_is() {
    let (mut pipe, served) = piped(&CancellationToken::new());
    pipe.write_all(format!("{HELLO}\n").as_bytes())
        .await
        .unwrap();
    let mut pipe = BufReader::new(pipe);
    let mut line = String::new();
    pipe.read_line(&mut line).await.unwrap();
    let told: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(told["result"]["protocolVersion"], "2025-06-18");
    assert_eq!(told["result"]["serverInfo"]["name"], "upturn");
    assert_eq!(
        told["result"]["capabilities"],
        json!({ "tools": {}, "resources": {}, "prompts": {} })
    );
    drop(pipe);
    served.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_pipe_that_closes_or_a_stop_is_no_error() {
    let (pipe, served) = piped(&CancellationToken::new());
    drop(pipe);
    served.await.unwrap().unwrap();
    let stop = CancellationToken::new();
    let (_pipe, served) = piped(&stop);
    stop.cancel();
    served.await.unwrap().unwrap();
}

#[tokio::test]
async fn who_begins_with_something_else_is_told_so_by_an_error_that_repeats_nothing() {
    let (mut pipe, served) = piped(&CancellationToken::new());
    let other = r#"{"jsonrpc":"2.0","method":"notifications/secret","params":{"said":"what a buyer said"}}"#;
    pipe.write_all(format!("{other}\n").as_bytes())
        .await
        .unwrap();
    let error = served.await.unwrap().unwrap_err();
    assert!(matches!(error, ServerError::Handshake));
    assert!(!format!("{error:?} {error}").contains("said"));
}

#[tokio::test]
async fn lines_that_are_no_messages_do_not_end_a_server() {
    let (mut pipe, _served) = piped(&CancellationToken::new());
    pipe.write_all(format!("not json\n{{\"a\":1}}\n{HELLO}\n").as_bytes())
        .await
        .unwrap();
    let mut lines = BufReader::new(pipe).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        let told: Value = serde_json::from_str(&line).unwrap();
        if told["result"]["serverInfo"]["name"] == "upturn" {
            return;
        }
    }
    panic!("the server ended");
}
