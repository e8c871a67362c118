//! What models are told of the tools, word by word.
//!
//! `UPDATE_GOLDENS=1 cargo test -p upturn-tools --test schemas` writes what to compare with.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests are no tests to the lints"
)]

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};
use upturn_answers::samples::{World, question};
use upturn_chains::{Tool, ToolError, estimated_tokens};

#[test]
fn descriptions_and_schemas_are_those_of_the_goldens() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens");
    let mut names = BTreeSet::new();
    for tool in upturn_tools::all(&World::new().analyst) {
        let description = tool.description();
        assert!(
            names.insert(description.name.clone()),
            "{} is there twice",
            description.name
        );
        let told = serde_json::to_value(description).unwrap();
        let golden = folder.join(format!("{}.json", description.name));
        if std::env::var_os("UPDATE_GOLDENS").is_some() {
            fs_err::write(&golden, format!("{told:#}\n")).unwrap();
        }
        // As values: in what order fields stand depends on what else is built.
        let expected: serde_json::Value =
            serde_json::from_slice(&fs_err::read(&golden).unwrap()).unwrap();
        assert!(
            told == expected,
            "{} is another; see the head of this file",
            golden.display()
        );
    }
    let files = fs_err::read_dir(&folder).unwrap();
    assert_eq!(
        files.count(),
        names.len(),
        "a golden for each tool and no other"
    );
}

/// Every field of every object says what it is.
fn undescribed(path: &str, schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::Object(properties)) = fields.get("properties") {
                for (name, property) in properties {
                    if property.get("description").is_none() && property.get("$ref").is_none() {
                        found.push(format!("{path}.{name}"));
                    }
                }
            }
            for (name, inside) in fields {
                undescribed(&format!("{path}.{name}"), inside, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|it| undescribed(path, it, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_field_is_described_and_no_other_argument_is_taken() {
    let analyst = World::new().analyst;
    let all = upturn_tools::all(&analyst).into_iter();
    for tool in all.chain(upturn_tools::by_id(&analyst)) {
        let description = tool.description();
        let mut found = Vec::new();
        for schema in [&description.input, &description.output] {
            undescribed(&description.name, schema.as_value(), &mut found);
        }
        assert!(found.is_empty(), "{found:?}");
        let input = description.input.as_value();
        assert_eq!(input["type"], "object", "{}", description.name);
        assert_eq!(input["additionalProperties"], false, "{}", description.name);
    }
}

/// What a model reads of a tool before it calls any.
fn tokens(tool: &dyn Tool) -> usize {
    let description = tool.description();
    let input = description.input.as_value().to_string();
    estimated_tokens(&description.description) + estimated_tokens(&input)
}

#[tokio::test]
async fn by_id_the_same_is_answered_and_a_third_is_read() {
    let analyst = World::new().analyst;
    let (all, by_id) = (upturn_tools::all(&analyst), upturn_tools::by_id(&analyst));
    let sum =
        |tools: &[std::sync::Arc<dyn Tool>]| tools.iter().map(|it| tokens(&**it)).sum::<usize>();
    assert!(sum(&by_id) * 3 < sum(&all), "{} {}", sum(&by_id), sum(&all));
    for (tool, same) in all.iter().zip(&by_id) {
        let name = tool.description().name.as_str();
        assert_eq!(same.description().name, name);
        let arguments = |call: Value| match name {
            "search_moments" => json!({"text": "far too expensive"}),
            "compare_conversations" => json!({"call": call, "other": "call-0"}),
            _ => json!({"call": call}),
        };
        let answer = same.call(arguments(json!("question"))).await.unwrap();
        assert_eq!(
            answer,
            tool.call(arguments(json!("question"))).await.unwrap()
        );
        if name != "search_moments" {
            let error = same.call(arguments(json!(question()))).await.unwrap_err();
            assert!(matches!(error, ToolError::Arguments { .. }), "{error}");
            assert!(
                error.to_string().contains("call: expected the id"),
                "{error}"
            );
        }
    }
}
