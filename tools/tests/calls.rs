//! What tools answer.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests are no tests to the lints"
)]

mod schema;

use std::sync::Arc;

use serde_json::{Value, json};
use upturn_answers::samples::{World, said};
use upturn_chains::{Tool, ToolError};
use upturn_core::{Conversation, Diagnostic as _, ErrorKind};
use upturn_tools::{MOST_BYTES, MOST_QUOTE};

use schema::misfits;

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

/// What an answer cites, and what of it cites nothing.
#[derive(Default)]
struct Citations {
    made: usize,
    faults: Vec<String>,
}

impl Citations {
    fn of(answer: &Value) -> Self {
        let mut citations = Self::default();
        citations.look(answer, None);
        citations
    }

    /// `within`: the call whose seller said something next.
    fn look(&mut self, value: &Value, within: Option<&Value>) {
        match value {
            Value::Object(fields) => {
                let call = fields.get("conversation").or(within);
                self.object(value, call);
                for (name, inside) in fields {
                    self.look(inside, call.filter(|_| name == "said_next"));
                }
            }
            Value::Array(items) => items.iter().for_each(|it| self.look(it, None)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// What quotes stands in turns of a call, or in a field or a number; what tells rests on something; known calls of the world have
    /// ended, and it is said how.
    fn object(&mut self, it: &Value, call: Option<&Value>) {
        let said = call.is_some() && it["turns"].is_string();
        let counted = it["turns"]
            .as_array()
            .is_some_and(|turns| !turns.is_empty());
        let cites = said || counted || it["about"].is_string();
        self.made += usize::from(cites);
        let quotes = it.get("quote").is_some() && !cites;
        let rests = it.get("evidence").is_none_or(|it| it != &json!([]));
        let known = it["conversation"].as_str().unwrap_or_default();
        let ended = !said || !known.starts_with("call-") || it["outcome"].is_string();
        if quotes || !rests || !ended {
            self.faults.push(it.to_string());
        }
    }
}

fn assert_cited(answer: &Value, tool: &str) {
    let citations = Citations::of(answer);
    assert!(
        citations.faults.is_empty(),
        "{tool}: {:?}",
        citations.faults
    );
    assert!(citations.made > 0, "{tool} cites nothing: {answer}");
}

fn assert_fits(answer: &Value, tool: &dyn Tool) {
    let description = tool.description();
    let misfits = misfits(description.output.as_value(), answer);
    assert!(misfits.is_empty(), "{}: {misfits:?}", description.name);
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
        assert_cited(&answer, &tool.description().name);
        assert_fits(&answer, &*tool);
    }
    assert_eq!(world.contents(), before);
}

#[tokio::test]
async fn without_other_calls_what_is_answered_is_cited_and_fits_its_schema() {
    let world = World::new();
    world.store.break_down();
    let mut answered = Vec::new();
    for tool in upturn_tools::all(&world.analyst) {
        let name = tool.description().name.clone();
        let Ok(answer) = tool.call(about(&*tool, &json!("question"))).await else {
            continue;
        };
        assert_fits(&answer, &*tool);
        if name != "conversation_measures" {
            assert!(answer["evidence_missing"].is_string(), "{name}");
        }
        // The nearest calls are all that a prediction alone could cite.
        if name != "predict_outcome" {
            assert_cited(&answer, &name);
        }
        answered.push(name);
    }
    let expected = [
        "predict_outcome",
        "explain_prediction",
        "coach_turn",
        "compare_conversations",
        "conversation_measures",
    ];
    assert_eq!(answered, expected);
}

#[tokio::test]
async fn where_two_calls_parted_is_cited_in_both() {
    let tools = upturn_tools::all(&World::new().analyst);
    let compare = named(&tools, "compare_conversations");
    let answer = compare.call(json!({"call": "call-3", "other": "call-0"}));
    let answer = answer.await.unwrap();
    let parted = &answer["parted"];
    for (side, id, ended) in [("call", "call-3", "lost"), ("other", "call-0", "won")] {
        assert_eq!(parted[side]["conversation"], id, "{answer}");
        assert_eq!(parted[side]["outcome"], ended, "{answer}");
    }
    assert!(parted["other"]["quote"].is_string(), "{answer}");
    let ids = |it: &Value| [it["call"]["id"].clone(), it["other"]["id"].clone()];
    let alike = answer["alike"]["entries"].as_array().unwrap();
    let named = alike.iter().chain([parted]).flat_map(ids);
    let expected = (1..=2 * (alike.len() + 1)).map(|id| json!(format!("e{id}")));
    assert!(named.eq(expected), "{answer}");
}

#[tokio::test]
async fn what_does_not_fit_a_schema_or_cites_nothing_is_seen() {
    let tools = upturn_tools::all(&World::new().analyst);
    let explain = named(&tools, "explain_prediction");
    let answer = explain.call(json!({"call": "question"})).await.unwrap();
    let schema = explain.description().output.as_value();
    for (place, wrong) in [
        ("/verdict", json!("maybe")),
        ("/turns", json!(-1)),
        ("/probability", json!("high")),
        ("/summary", json!({"text": "nothing else"})),
        ("/reasons/entries/0/evidence/0/note", json!("more")),
    ] {
        let mut other = answer.clone();
        let (object, field) = place.rsplit_once('/').unwrap();
        other.pointer_mut(object).unwrap()[field] = wrong;
        assert!(!misfits(schema, &other).is_empty(), "{place}");
    }
    for wrong in [
        json!({"quote": "so", "turns": "turn 3"}),
        json!({"quote": "so", "conversation": "call-1"}),
        json!({"quote": "so", "conversation": "call-1", "turns": "turn 3"}),
        json!({"text": "so", "evidence": []}),
    ] {
        let within = json!({"conversation": "question", "entries": [wrong]});
        assert_eq!(Citations::of(&within).faults.len(), 1, "{within}");
    }
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
        assert_fits(&answer, &*tool);
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
