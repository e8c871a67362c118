//! The reference client of MCP, PyPI's `mcp`, asks the example `two_tools` over stdio.
//!
//! `UPTURN_MCP_PYTHON` names a Python that has it (`tests/requirements.txt`); `.ci/mcp_python` makes one. Without it nothing is
//! tested, which the test says.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what is skipped is said"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

const PYTHON: &str = "UPTURN_MCP_PYTHON";

/// The example, which is built with the tests and lies beside them.
fn example() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let built = test.parent().and_then(Path::parent).unwrap();
    let name = format!("two_tools{}", std::env::consts::EXE_SUFFIX);
    built.join("examples").join(name)
}

#[test]
fn the_reference_client_hears_what_is_served() {
    let Some(python) = std::env::var_os(PYTHON) else {
        eprintln!("\n**** SKIPPED: `{PYTHON}` is not set, `.ci/mcp_python` makes one ****\n");
        return;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mcp_client.py");
    let run = Command::new(python)
        .arg(script)
        .arg(example())
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{complaint}");
    let heard: Value = serde_json::from_slice(&run.stdout).unwrap();
    let expected = json!({
        "server": "upturn",
        "tools": ["count_words", "fail"],
        "counted": { "words": 3 },
        "failed": [true, "`fail` failed: the tool is tired; hint: let it rest"],
        "call": "call call-000, won\n1 seller: Shall we sign?\n2 buyer: Yes.\n    3 buyer: No.\n",
        "next": "call-099",
        "prompt": "coach: {\"call\": \"a\"}",
    });
    assert_eq!(heard, expected);
}
