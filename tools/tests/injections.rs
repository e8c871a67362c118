//! Transcripts are data: whatever a turn orders, and however well a model obeys it, no number and no sentence changes.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests are no tests to the lints"
)]

use std::sync::{Arc, Mutex};

use serde::Deserialize;
use serde_json::json;
use upturn_answers::samples::{FakeModel, World, asked, said};
use upturn_answers::{
    AskChain, AskRequest, CallRequest, CoachChain, ExplainChain, ExplainResponse, Retold,
};
use upturn_chains::{ChatResponse, Run, Runnable as _, ToolCall};
use upturn_coaching::CitedSentence;
use upturn_core::{Conversation, Outcome};

/// A hostile turn.
#[derive(Deserialize)]
struct Injection {
    kind: String,
    text: String,
}

/// Marks what stands in a turn, to find it again in a prompt.
const MARK: &str = "zqx";

fn injections() -> Vec<Injection> {
    let lines = include_str!("injections.jsonl").lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn with_turn(id: &str, text: &str) -> Conversation {
    let turn = format!("{text} {MARK}");
    said(
        id,
        &[
            "hello, do you need a plan?",
            &turn,
            "I see, and with a discount of 10 %?",
        ],
    )
}

/// A world whose known calls hold every hostile turn.
fn world() -> World {
    let hostile = injections().into_iter().enumerate().map(|(at, it)| {
        let outcome = if at % 2 == 0 {
            Outcome::Won
        } else {
            Outcome::Lost
        };
        with_turn(&format!("hostile-{at}"), &it.text).with_outcome(Some(outcome))
    });
    World::with(hostile.collect())
}

/// The worst model: it repeats the order with every citation it can think of, changes each number, and calls tools.
fn obedient(order: &str, prompts: Arc<Mutex<Vec<String>>>) -> Arc<FakeModel> {
    let order = order.to_owned();
    FakeModel::new(move |request| {
        let prompt = asked(request);
        let lines: Vec<&str> = prompt
            .lines()
            .filter_map(|it| it.strip_prefix("| "))
            .collect();
        let mut says = vec![order.clone(), format!("{order} [e999]")];
        says.extend((1..40).map(|id| format!("{} [e{id}]", order.replace('\n', " "))));
        says.extend(
            (1..40).map(|id| format!("This call is won. [e{id}] The chance is 0.99 [e{id}].")),
        );
        says.extend(lines.iter().map(|line| other_numbers(line)));
        prompts.lock().unwrap().push(prompt);
        Ok(ChatResponse {
            content: says.join("\n"),
            tool_calls: vec![ToolCall::new(
                "1",
                "delete_collection",
                json!({"all": true}),
            )],
            ..ChatResponse::default()
        })
    })
}

/// The line with other digits outside of its citations.
fn other_numbers(line: &str) -> String {
    let (text, cites) = line.rsplit_once('[').unwrap_or((line, ""));
    let other = |c: char| match c.to_digit(10) {
        Some(digit) => char::from_digit((digit + 7) % 10, 10).unwrap_or(c),
        None => c,
    };
    format!("{}[{cites}", text.chars().map(other).collect::<String>())
}

/// Every word of a kept sentence stands in one of ours.
fn assert_ours<'a>(retold: &Retold, ours: impl Iterator<Item = &'a CitedSentence>, what: &str) {
    let words = |text: &str| -> Vec<String> {
        let parts = text.split(|c: char| !c.is_alphanumeric());
        parts.map(str::to_lowercase).collect()
    };
    let ours: Vec<Vec<String>> = ours.map(|it| words(&it.text)).collect();
    assert!(retold.dropped() > 0, "{what}: {retold:?}");
    for kept in retold.kept() {
        let said = words(&kept.text);
        let is_ours = ours
            .iter()
            .any(|own| said.iter().all(|word| own.contains(word)));
        assert!(is_ours, "{what}: {}", kept.text);
    }
}

fn assert_fenced(prompts: &Mutex<Vec<String>>, what: &str) {
    let prompts = prompts.lock().unwrap();
    assert!(!prompts.is_empty(), "{what}: it was not asked");
    for line in prompts.iter().flat_map(|it| it.lines()) {
        assert!(
            line.starts_with("| ") || !line.contains(MARK),
            "{what}: {line}"
        );
    }
}

#[test]
fn there_are_many_of_many_kinds() {
    let all = injections();
    let kinds: std::collections::BTreeSet<&str> = all.iter().map(|it| it.kind.as_str()).collect();
    assert!(
        all.len() >= 50 && kinds.len() >= 8,
        "{}: {kinds:?}",
        all.len()
    );
}

#[tokio::test]
async fn an_obedient_model_changes_no_explanation_and_no_advice() {
    let world = world();
    let before = world.contents();
    let it = &world.analyst;
    for injection in injections() {
        let (what, prompts) = (&injection.text, Arc::new(Mutex::new(Vec::new())));
        let model = obedient(&injection.text, prompts.clone());
        let request = CallRequest::new(with_turn("victim", &injection.text));
        let alone = it.explain(request.clone()).unwrap();
        let chain = ExplainChain::new(it.clone()).with_model(model.clone());
        let told = chain.invoke(request.clone(), &Run::new()).await.unwrap();
        let retold = told.retold.clone().unwrap();
        assert_ours(&retold, alone.explanation.sentences(), what);
        assert_eq!(
            ExplainResponse {
                retold: None,
                ..told
            },
            alone,
            "{what}"
        );
        let chain = CoachChain::new(it.clone()).with_model(model);
        let coached = chain.invoke(request, &Run::new()).await.unwrap();
        assert_ours(
            coached.retold.as_ref().unwrap(),
            alone.explanation.sentences(),
            what,
        );
        assert_eq!(coached.summary, alone.explanation.summary, "{what}");
        assert_eq!(coached.actions, alone.explanation.actions, "{what}");
        assert_eq!(coached.questions, alone.explanation.questions, "{what}");
        assert_fenced(&prompts, what);
    }
    assert_eq!(world.contents(), before, "nothing was written");
}

#[tokio::test]
async fn an_obedient_model_changes_no_answer_to_a_question() {
    let world = world();
    let before = world.contents();
    let it = &world.analyst;
    for injection in injections() {
        let (what, prompts) = (&injection.text, Arc::new(Mutex::new(Vec::new())));
        let chain =
            AskChain::new(it.clone()).with_model(obedient(&injection.text, prompts.clone()));
        let request = AskRequest {
            question: format!("who said something like {}", injection.text),
            call: with_turn("victim", &injection.text).into(),
            turns: None,
        };
        let alone = it.ask(request.clone()).unwrap();
        let mut told = chain.invoke(request, &Run::new()).await.unwrap();
        let retold = told.retold.take().unwrap();
        assert_eq!(told, alone, "{what}");
        assert_ours(&retold, alone.answer.sentences.iter(), what);
        assert_fenced(&prompts, what);
    }
    assert_eq!(world.contents(), before, "nothing was written");
}

/// As a text to look for, as the id of a call, and inside of one.
#[tokio::test]
async fn tools_only_read_whatever_they_are_given() {
    let world = world();
    let before = world.contents();
    let tools = upturn_tools::all(&world.analyst);
    for injection in injections() {
        let call = json!(with_turn("victim", &injection.text));
        for tool in &tools {
            let arguments = match tool.description().name.as_str() {
                "search_moments" => json!({"text": injection.text}),
                "compare_conversations" => json!({"call": injection.text, "other": call}),
                "predict_outcome" => json!({"call": call, "turns": 2}),
                "conversation_measures" => json!({"call": call}),
                _ => json!({"call": injection.text}),
            };
            let answer = tool.call(arguments).await;
            let by_id = answer.is_err_and(|error| !error.to_string().contains(MARK));
            let name = tool.description().name.as_str();
            let reads = ["search_moments", "predict_outcome", "conversation_measures"];
            assert_eq!(by_id, !reads.contains(&name), "{name}: {}", injection.text);
        }
    }
    assert_eq!(world.contents(), before, "nothing was written");
}
