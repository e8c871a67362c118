//! The inspector of MCP, of npm, asks `upturn mcp` over stdio.
//!
//! `UPTURN_MCP_INSPECTOR` names the program; `.ci/mcp_inspector` installs one. Without it nothing is tested, which the test says.

use std::process::Command;

use serde_json::{Value, json};

use super::{House, json as parsed};

const INSPECTOR: &str = "UPTURN_MCP_INSPECTOR";

/// What the inspector says of a method, if there is one.
fn inspected(house: &House, method: &[&str]) -> Option<Value> {
    let inspector = std::env::var_os(INSPECTOR).filter(|it| !it.is_empty());
    let Some(inspector) = inspector else {
        eprintln!(
            "\n**** SKIPPED: `{INSPECTOR}` is not set, `.ci/mcp_inspector` installs one ****\n"
        );
        return None;
    };
    let mut command = Command::new(inspector);
    command.args(["--cli", env!("CARGO_BIN_EXE_upturn"), "mcp"]);
    command.args(["--model", &house.model(), "--store", &house.store()]);
    command.args(["--data", &house.calls(), "--method"]);
    let run = command.args(method).output().unwrap();
    let complaint = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{method:?}: {complaint}");
    Some(parsed(&String::from_utf8(run.stdout).unwrap()))
}

#[test]
fn the_inspector_lists_and_calls_what_is_served() {
    let house = House::get();
    let one: Value = parsed(&fs_err::read_to_string(house.one()).unwrap());
    let id = one["id"].as_str().unwrap();
    let Some(tools) = inspected(house, &["tools/list"]) else {
        return;
    };
    let tools = tools["tools"].as_array().unwrap();
    assert_eq!(tools.len(), 7);
    assert!(
        tools
            .iter()
            .all(|it| it["outputSchema"]["type"] == "object")
    );

    let argument = format!("call={id}");
    let call = [
        "tools/call",
        "--tool-name",
        "predict_outcome",
        "--tool-arg",
        &argument,
    ];
    let answer = inspected(house, &call).unwrap();
    let told = &answer["structuredContent"];
    assert_eq!(told["conversation"], id);
    // Not all of it: the inspector writes 0.0 as 0.
    let chance = told["probability"].as_f64().unwrap();
    let text = answer["content"][0]["text"].as_str().unwrap();
    assert_eq!(parsed(text)["probability"].as_f64(), Some(chance));

    let calls = inspected(house, &["resources/list"]).unwrap();
    let address = json!(format!("upturn://call/{id}"));
    let calls = calls["resources"].as_array().unwrap();
    assert!(calls.iter().any(|it| it["uri"] == address), "{calls:?}");

    let prompts = inspected(house, &["prompts/list"]).unwrap();
    assert_eq!(prompts["prompts"][1]["name"], "coach_call");
}
