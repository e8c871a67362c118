//! What tools answer.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests are no tests to the lints"
)]

use std::sync::Arc;

use serde_json::{Value, json};
use upturn_answers::samples::{World, said};
use upturn_chains::{Tool, ToolError};
use upturn_core::{Conversation, Diagnostic as _, ErrorKind};
use upturn_tools::{MOST_BYTES, MOST_QUOTE};

fn named<'a>(tools: &'a [Arc<dyn Tool>], name: &str) -> &'a dyn Tool {
    let tool = tools.iter().find(|tool| tool.description().name == name);
    &**tool.unwrap()
}

/// Arguments of a tool about this call.
fn about(tool: &dyn Tool, call: &Value) -> Value {
    match tool.description().name.as_str() {
        "search_moments" => json!({"text": "far too expensive", "limit": 20}),
        "compare_conversations" => json!({"call": call, "other": "call-0"}),
        "similar_conversations" => json!({"call": call, "limit": 20}),
        _ => json!({"call": call}),
    }
}

/// Every object that quotes or tells says where it has it from.
fn uncited(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            let quotes = fields.contains_key("quote");
            let place = ["turns", "about", "other"]
                .iter()
                .any(|it| fields.contains_key(*it));
            let rests = fields.get("evidence").is_none_or(|it| it != &json!([]));
            if (quotes && !place) || !rests {
                found.push(value.to_string());
            }
            fields.values().for_each(|it| uncited(it, found));
        }
        Value::Array(items) => items.iter().for_each(|it| uncited(it, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test]
async fn each_tool_answers_with_citations_and_changes_nothing() {
    let world = World::new();
    let before = world.contents();
    for tool in upturn_tools::all(&world.analyst) {
        let arguments = about(&*tool, &json!("question"));
        let answer = tool.call(arguments.clone()).await.unwrap();
        assert_eq!(
            answer,
            tool.call(arguments).await.unwrap(),
            "the same again"
        );
        let mut found = Vec::new();
        uncited(&answer, &mut found);
        assert!(found.is_empty(), "{found:?}");
        let required = tool.description().output.as_value()["required"].clone();
        for field in required.as_array().unwrap() {
            assert!(answer.get(field.as_str().unwrap()).is_some(), "{field}");
        }
    }
    assert_eq!(world.contents(), before);
}

/// Long turns, and an id of the longest kind that JSON makes longer still.
fn hostile() -> Vec<Conversation> {
    let turn = "\u{1}\"\\ that is far too expensive, we need to think about it 🙂 ".repeat(12);
    let texts: Vec<&str> = std::iter::repeat_n(turn.as_str(), 6).collect();
    let call = |at: usize| said(&format!("{at:02}{}", "\u{1}".repeat(510)), &texts);
    (0..24).map(call).collect()
}

#[tokio::test]
async fn answers_are_bounded_whatever_was_said() {
    let calls = hostile();
    let call = serde_json::to_value(&calls[0]).unwrap();
    let labelled = calls.into_iter().enumerate().map(|(at, call)| {
        let outcome = if at % 2 == 0 { "won" } else { "lost" };
        call.with_outcome(serde_json::from_value(json!(outcome)).unwrap())
    });
    let world = World::with(labelled.collect());
    for tool in upturn_tools::all(&world.analyst) {
        let answer = tool.call(about(&*tool, &call)).await.unwrap();
        let json = answer.to_string();
        assert!(
            json.len() <= MOST_BYTES,
            "{}: {}",
            tool.description().name,
            json.len()
        );
        longest_quote(&answer);
    }
    let tools = upturn_tools::all(&world.analyst);
    let similar = named(&tools, "similar_conversations");
    let answer = similar.call(about(similar, &call)).await.unwrap();
    for side in ["won", "lost"] {
        let entries = answer[side]["entries"].as_array().unwrap().len();
        let left_out = usize::try_from(answer[side]["left_out"].as_u64().unwrap()).unwrap();
        assert!(
            left_out > 0 && entries + left_out == 20,
            "{side}: {entries} {left_out}"
        );
    }
}

fn longest_quote(value: &Value) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(quote)) = fields.get("quote") {
                assert!(quote.chars().count() <= MOST_QUOTE);
            }
            fields.values().for_each(longest_quote);
        }
        Value::Array(items) => items.iter().for_each(longest_quote),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test]
async fn what_does_not_fit_is_told_in_one_sentence_without_what_was_said() {
    let world = World::new();
    let tools = upturn_tools::all(&world.analyst);
    let predict = named(&tools, "predict_outcome");
    let secret = json!({"id": "c", "turns": [{"speaker": "nobody", "text": "my secret"}]});
    for (arguments, kind, expected) in [
        (
            json!({"call": "nobody"}),
            ErrorKind::NotFound,
            "`predict_outcome` failed: there is no call `nobody` among the 121 that are known by id",
        ),
        (
            json!({}),
            ErrorKind::InvalidInput,
            "the arguments of `predict_outcome` do not fit its schema: missing field `call`",
        ),
        (
            json!({"call": "question", "turn": 3}),
            ErrorKind::InvalidInput,
            "unknown field `turn`, expected `call` or `turns`",
        ),
        (
            json!({"call": "question", "turns": 0}),
            ErrorKind::InvalidInput,
            "turns: ",
        ),
        (
            json!({"call": secret}),
            ErrorKind::InvalidInput,
            "unknown variant `nobody`",
        ),
        (
            json!("question"),
            ErrorKind::InvalidInput,
            "expected struct CallRequest",
        ),
    ] {
        let error = predict.call(arguments).await.unwrap_err();
        let told = error.to_string();
        assert!(told.contains(expected), "{told}");
        assert_eq!(error.kind(), kind, "{told}");
        assert!(!told.contains('\n') && !told.contains("secret"), "{told}");
    }
    let search = named(&tools, "search_moments");
    let error = search
        .call(json!({"text": "x", "limit": 21}))
        .await
        .unwrap_err();
    assert!(matches!(error, ToolError::Arguments { .. }));
    assert!(
        error
            .to_string()
            .contains("expected a number from 1 to 20, got 21")
    );
    let error = search.call(json!({"text": " "})).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "`search_moments` failed: `text` is blank"
    );
}
