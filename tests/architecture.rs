//! Who may use whom: the rooms' edges, read from `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Which rooms each room may use; whoever is not listed uses no room.
const ROOMS: [(&str, &[&str]); 27] = [
    ("upturn-core", &[]),
    ("upturn-simulator", &["upturn-core"]),
    ("upturn-datasets", &["upturn-core"]),
    ("upturn-kernels", &[]),
    ("upturn-encoder", &["upturn-core", "upturn-kernels"]),
    ("upturn-acts", &["upturn-core"]),
    ("upturn-predict", &["upturn-acts", "upturn-core"]),
    (
        "upturn-coaching",
        &["upturn-acts", "upturn-core", "upturn-predict"],
    ),
    ("upturn-chains", &["upturn-core"]),
    ("upturn-chat-genai", &["upturn-chains", "upturn-core"]),
    ("upturn-chat-local", &["upturn-chains", "upturn-core"]),
    (
        "upturn-answers",
        &[
            "upturn-chains",
            "upturn-coaching",
            "upturn-core",
            "upturn-predict",
            // Behind `test-utils`.
            "upturn-vectorstore-memory",
        ],
    ),
    (
        "upturn-tools",
        &[
            "upturn-answers",
            "upturn-chains",
            "upturn-coaching",
            "upturn-core",
        ],
    ),
    ("upturn-server", &["upturn-chains", "upturn-core"]),
    ("upturn-langchain-rust", &["upturn-chains", "upturn-core"]),
    ("upturn-llm-chain", &["upturn-chains", "upturn-core"]),
    ("upturn-rig", &["upturn-chains", "upturn-core"]),
    ("upturn-eval", &["upturn-core", "upturn-datasets"]),
    (
        "upturn-training",
        &[
            "upturn-core",
            "upturn-datasets",
            "upturn-encoder",
            "upturn-eval",
            "upturn-kernels",
            "upturn-predict",
        ],
    ),
    ("upturn-vectorstore-memory", &["upturn-core"]),
    ("upturn-vectorstore-edge", &["upturn-core"]),
    (
        "upturn-vectorstore-index",
        &[
            "upturn-core",
            "upturn-vectorstore-edge",
            "upturn-vectorstore-ledger",
        ],
    ),
    ("upturn-vectorstore-ledger", &["upturn-core"]),
    ("upturn-vectorstore-qdrant", &["upturn-core"]),
    (
        "upturn",
        &[
            "upturn-acts",
            "upturn-answers",
            "upturn-chains",
            "upturn-chat-genai",
            "upturn-chat-local",
            "upturn-coaching",
            "upturn-core",
            "upturn-datasets",
            "upturn-encoder",
            "upturn-eval",
            "upturn-predict",
            "upturn-server",
            "upturn-simulator",
            "upturn-tools",
            "upturn-training",
            "upturn-vectorstore-edge",
            "upturn-vectorstore-index",
            "upturn-vectorstore-ledger",
            "upturn-vectorstore-memory",
            "upturn-vectorstore-qdrant",
        ],
    ),
    ("upturn-cli", &["upturn"]),
    ("upturn-examples", &["upturn"]),
];

/// Foreign names (by prefix) and the only rooms that may say them.
const NAMES: [(&str, &[&str]); 19] = [
    (
        "candle",
        &["upturn-chat-local", "upturn-encoder", "upturn-training"],
    ),
    ("memmap2", &["upturn-encoder"]),
    ("tokenizers", &["upturn-chat-local", "upturn-encoder"]),
    ("hf-hub", &["upturn-encoder"]),
    (
        "qdrant",
        &["upturn-vectorstore-edge", "upturn-vectorstore-qdrant"],
    ),
    ("clap", &["upturn-cli"]),
    ("indicatif", &["upturn-cli"]),
    ("anyhow", &["upturn-cli", "upturn-examples"]),
    ("vader", &["upturn-coaching"]),
    ("maud", &["upturn-coaching"]),
    (
        "tokio",
        &[
            "upturn-answers",
            "upturn-chains",
            "upturn-chat-genai",
            "upturn-chat-local",
            "upturn-cli",
            "upturn-examples",
            "upturn-server",
            "upturn-vectorstore-qdrant",
        ],
    ),
    ("minijinja", &["upturn-chains", "upturn-chat-local"]),
    ("genai", &["upturn-chat-genai"]),
    ("axum", &["upturn-server"]),
    ("rmcp", &["upturn-server"]),
    ("rig", &["upturn-rig"]),
    ("llm-chain", &["upturn-llm-chain"]),
    ("langchain", &["upturn-langchain-rust"]),
    ("tonic", &["upturn-vectorstore-qdrant"]),
];

fn packages() -> Vec<Value> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let top = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let asked = [
        "metadata",
        "--no-deps",
        "--offline",
        "--format-version",
        "1",
    ];
    let said = Command::new(cargo)
        .args(asked)
        .current_dir(top)
        .output()
        .unwrap();
    assert!(
        said.status.success(),
        "{}",
        String::from_utf8_lossy(&said.stderr)
    );
    let metadata: Value = serde_json::from_slice(&said.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn name(package: &Value) -> &str {
    package["name"].as_str().unwrap()
}

/// What a package uses outside its tests.
fn uses(package: &Value) -> BTreeSet<&str> {
    let dependencies = package["dependencies"].as_array().unwrap();
    dependencies
        .iter()
        .filter(|dependency| dependency["kind"].is_null())
        .map(name)
        .collect()
}

#[test]
fn rooms_use_only_the_rooms_below_them() {
    let allowed: BTreeMap<&str, &[&str]> = ROOMS.into_iter().collect();
    for package in &packages() {
        let room = name(package);
        let may = allowed
            .get(room)
            .unwrap_or_else(|| panic!("the room `{room}` is not in the plan"));
        for used in uses(package)
            .into_iter()
            .filter(|name| name.starts_with("upturn"))
        {
            assert!(may.contains(&used), "`{room}` may not use `{used}`");
        }
    }
}

#[test]
fn foreign_names_are_said_in_one_place() {
    for package in &packages() {
        let room = name(package);
        for used in uses(package) {
            if let Some((foreign, rooms)) = NAMES.iter().find(|(name, _)| used.starts_with(name)) {
                assert!(rooms.contains(&room), "`{room}` may not say `{foreign}`");
            }
        }
    }
}

#[test]
fn every_room_keeps_the_houses_settings() {
    for package in &packages() {
        let room = name(package);
        assert_eq!(package["edition"], "2024", "{room}");
        assert_eq!(package["license"], "MIT OR Apache-2.0", "{room}");
        assert_eq!(package["rust_version"], "1.95", "{room}");
        let manifest = fs_err::read_to_string(package["manifest_path"].as_str().unwrap()).unwrap();
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{room} sets its own lints"
        );
    }
}

#[test]
fn the_top_level_shows_the_fixed_names() {
    let top = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let allowed = [
        "Cargo.toml",
        "Cargo.lock",
        "crates",
        "tools",
        "prompts",
        "vectorstore",
        "examples",
        "tests",
        "README.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "target",
    ];
    for entry in fs_err::read_dir(top).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            name.starts_with('.') || allowed.contains(&name.as_str()),
            "`{name}` has no place at the top level"
        );
    }
}
