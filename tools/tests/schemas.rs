//! What models are told of the tools, word by word.
//!
//! `UPDATE_GOLDENS=1 cargo test -p upturn-tools --test schemas` writes what to compare with.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests are no tests to the lints"
)]

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use upturn_answers::samples::World;

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
    for tool in upturn_tools::all(&World::new().analyst) {
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
