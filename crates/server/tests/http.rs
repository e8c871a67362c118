//! What MCP hosts and others see over HTTP, by requests written out.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the functions between the tests are tests too"
)]

mod fake;
mod posted;

use std::net::{Ipv4Addr, SocketAddr};

use serde_json::{Value, json};
use tokio::net::TcpStream;
use upturn_core::{Diagnostic as _, ErrorKind};
use upturn_server::{BearerKey, HttpConfig};

use posted::{Answer, Served, local};

const KEY: &str = "a-key-that-nobody-guesses";
const SHOWN: &str = "Authorization: Bearer a-key-that-nobody-guesses\r\n";

fn with_key(config: HttpConfig) -> HttpConfig {
    config.with_key(BearerKey::new(KEY).unwrap())
}

async fn served(config: HttpConfig) -> Served {
    Served::new(fake::server().unwrap(), config).await
}

async fn counted(served: &Served, headers: &str) -> Answer {
    let call = count("one two three").to_string();
    served.asked("POST /mcp", headers, &call).await
}

fn count(text: &str) -> Value {
    let params = json!({ "name": "count_words", "arguments": { "text": text } });
    json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params })
}

#[tokio::test]
async fn on_this_machine_no_key_is_needed() {
    let answer = counted(&served(local()).await, "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json()["result"]["structuredContent"],
        json!({ "words": 3 })
    );
}

#[tokio::test]
async fn who_does_not_show_the_key_learns_nothing() {
    let served = served(with_key(local())).await;
    let wrong = "Authorization: Bearer a-key-that-nobody-guessed\r\n";
    for headers in ["", wrong, "Authorization: Basic YTpi\r\n"] {
        for start in [
            "POST /mcp",
            "GET /mcp",
            "GET /",
            "POST /mcp?key=a-key-that-nobody-guesses",
        ] {
            let answer = served.asked(start, headers, "").await;
            assert_eq!(answer.status, 401, "{start} {headers}");
            assert!(answer.head.contains("www-authenticate: bearer"));
            let told = json!({ "error": {
                "kind": "unauthorized",
                "message": "the bearer key is missing or another one",
                "hint": "send it as `Authorization: Bearer KEY`",
            }});
            assert_eq!(answer.json(), told);
        }
    }
}

#[tokio::test]
async fn who_shows_the_key_is_answered() {
    let served = served(with_key(local())).await;
    let answer = counted(&served, SHOWN).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json()["result"]["structuredContent"],
        json!({ "words": 3 })
    );
    let nowhere = served.asked("GET /", SHOWN, "").await;
    assert_eq!(
        (nowhere.status, &nowhere.json()["error"]["kind"]),
        (404, &json!("not_found"))
    );
}

#[tokio::test]
async fn both_revisions_begin_over_http() {
    let served = served(local()).await;
    let client = json!({ "name": "test", "version": "1" });
    let params =
        json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client });
    let hello = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params });
    let answer = served.asked("POST /mcp", "", &hello.to_string()).await;
    assert_eq!(answer.json()["result"]["protocolVersion"], "2025-11-25");
    assert!(!answer.head.contains("mcp-session-id"));
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": client,
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let discover = json!({ "jsonrpc": "2.0", "id": 1, "method": "server/discover", "params": { "_meta": meta } });
    let headers = "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: server/discover\r\n";
    let answer = served
        .asked("POST /mcp", headers, &discover.to_string())
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let versions = &answer.json()["result"]["supportedVersions"];
    assert!(versions.as_array().unwrap().contains(&json!("2026-07-28")));
}

#[tokio::test]
async fn requests_that_a_browser_sends_for_a_page_are_refused() {
    let served = served(with_key(local())).await;
    for foreign in [
        "Host: evil.example\r\n",
        "Origin: https://evil.example\r\n",
        "Origin: null\r\n",
    ] {
        let answer = counted(&served, &format!("{SHOWN}{foreign}")).await;
        assert_eq!(answer.status, 403, "{foreign}");
    }
    assert_eq!(
        counted(&served, &format!("{SHOWN}Host: localhost\r\n"))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_body_has_at_most_4_mib() {
    let served = served(local()).await;
    let long = count(&"a".repeat(4 << 20)).to_string();
    assert_eq!(served.asked("POST /mcp", "", &long).await.status, 413);
    let fits = count(&"a".repeat(4_000_000)).to_string();
    assert_eq!(served.asked("POST /mcp", "", &fits).await.status, 200);
}

#[tokio::test]
async fn what_others_reach_needs_a_key() {
    let everywhere = HttpConfig::new(SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)));
    let refused = fake::server()
        .unwrap()
        .bind(everywhere.clone())
        .await
        .unwrap_err();
    assert_eq!(
        refused.to_string(),
        "`0.0.0.0:0` can be reached from other machines and has no bearer key"
    );
    assert_eq!(refused.kind(), ErrorKind::InvalidInput);
    let served = served(with_key(everywhere)).await;
    let named = counted(&served, &format!("{SHOWN}Host: upturn.example\r\n")).await;
    assert_eq!(
        (named.status, counted(&served, "").await.status),
        (200, 401)
    );
}

#[tokio::test]
async fn a_taken_address_is_an_error_that_names_it() {
    let served = served(local()).await;
    let again = HttpConfig::new(served.address);
    let refused = fake::server().unwrap().bind(again).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!("`{}` can't be bound", served.address)
    );
}

#[tokio::test]
async fn a_stop_ends_the_server() {
    let served = served(local()).await;
    served.stop.cancel();
    served.task.await.unwrap().unwrap();
    assert!(TcpStream::connect(served.address).await.is_err());
}

#[tokio::test]
async fn a_key_is_in_no_debug() {
    let config = with_key(local());
    let shown = format!("{config:?}");
    let server = fake::server().unwrap().bind(config).await.unwrap();
    for shown in [
        shown,
        format!("{server:?}"),
        format!("{:?}", fake::server().unwrap()),
    ] {
        assert!(!shown.contains(KEY), "{shown}");
    }
}
