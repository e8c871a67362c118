//! The reference client of MCP, `mcp` of `PyPI`, asks the example `two_tools` over stdio, and the same server over HTTP.
//!
//! `UPTURN_MCP_PYTHON` names a Python that has it (`tests/requirements.txt`); `.ci/python` makes one. Without it nothing is tested,
//! which the tests say.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what is skipped is said"
)]

mod fake;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use upturn_server::{BearerKey, HttpConfig};

const PYTHON: &str = "UPTURN_MCP_PYTHON";
const KEY: &str = "a-key-that-nobody-guesses";

/// A client in Python, if there is one.
fn client() -> Option<Command> {
    let Some(python) = std::env::var_os(PYTHON) else {
        eprintln!(
            "\n**** SKIPPED: `{PYTHON}` is not set, `.ci/python crates/server/tests/requirements.txt` makes one ****\n"
        );
        return None;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mcp_client.py");
    let mut client = Command::new(python);
    client.arg(script).env("UPTURN_MCP_KEY", KEY);
    Some(client)
}

/// The example, which is built with the tests and lies beside them.
fn example() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let built = test.parent().and_then(Path::parent).unwrap();
    let name = format!("two_tools{}", std::env::consts::EXE_SUFFIX);
    built.join("examples").join(name)
}

/// What a client hears, by whatever way.
fn heard(client: &mut Command) -> Value {
    let run = client.output().unwrap();
    let complaint = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{complaint}");
    serde_json::from_slice(&run.stdout).unwrap()
}

fn expected(revision: &str) -> Value {
    json!({
        "revision": revision,
        "server": "upturn",
        "tools": ["count_words", "fail"],
        "counted": { "words": 3 },
        "failed": [true, "`fail` failed: the tool is tired; hint: let it rest"],
        "call": "call call-000, won\n1 seller: Shall we sign?\n2 buyer: Yes.\n    3 buyer: No.\n",
        "next": "call-099",
        "prompt": "coach: {\"call\": \"a\"}",
    })
}

const REVISIONS: [(&str, &str); 2] = [("legacy", "2025-11-25"), ("auto", "2026-07-28")];

#[test]
fn the_reference_client_hears_over_stdio_what_is_served() {
    for (mode, revision) in REVISIONS {
        let Some(mut client) = client() else { return };
        assert_eq!(heard(client.arg(mode).arg(example())), expected(revision));
    }
}

#[test]
fn the_reference_client_hears_the_same_over_http() {
    let tokio = tokio::runtime::Runtime::new().unwrap();
    let local = HttpConfig::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    let config = local.with_key(BearerKey::new(KEY).unwrap());
    let server = tokio
        .block_on(fake::server().unwrap().bind(config))
        .unwrap();
    let address = format!("http://{}/mcp", server.address());
    tokio.spawn(server.serve(CancellationToken::new()));
    for (mode, revision) in REVISIONS {
        let Some(mut client) = client() else { return };
        assert_eq!(heard(client.args([mode, &address])), expected(revision));
    }
}
