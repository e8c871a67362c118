//! Transcripts are data: whatever a turn orders, and however well a model obeys it, no number and no sentence changes.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests are no tests to the lints"
)]

use std::sync::{Arc, Mutex};

use serde::Deserialize;
use serde_json::{Value, json};
use upturn_answers::samples::{FakeModel, World, asked, said};
use upturn_answers::{
    AskChain, AskRequest, CallRequest, CoachChain, ExplainChain, ExplainResponse, Retold,
};
use upturn_chains::{
    Agent, Budget, ChatResponse, Ending, Message, Prompts, Role, Run, Runnable as _, ScriptedChat,
    Tool, ToolCall, WindowMemory, fenced,
};
use upturn_coaching::CitedSentence;
use upturn_core::{Conversation, Outcome};
use upturn_tools::PredictedOutcome;

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
            earlier: Vec::new(),
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

/// The arguments of a tool about this call; a text is looked for where a tool takes none.
fn about(tool: &str, call: &Value, text: &str) -> Value {
    match tool {
        "search_moments" => json!({"text": text}),
        "compare_conversations" => json!({"call": call, "other": "call-0"}),
        _ => json!({"call": call}),
    }
}

/// Inside of a call, as a text to look for, and as the id of a call.
#[tokio::test]
async fn tools_only_read_whatever_they_are_given() {
    let world = world();
    let before = world.contents();
    let tools = upturn_tools::all(&world.analyst);
    for injection in injections() {
        let call = json!(with_turn("victim", &injection.text));
        for tool in &tools {
            let name = tool.description().name.as_str();
            let answer = tool.call(about(name, &call, &injection.text)).await;
            assert!(answer.is_ok(), "{name}: {}", injection.text);
            if name == "compare_conversations" {
                let turned = json!({"call": "call-0", "other": call});
                assert!(tool.call(turned).await.is_ok(), "{}", injection.text);
            }
            if name != "search_moments" {
                let id = format!("{} {MARK}", injection.text);
                let error = tool.call(about(name, &json!(id), "")).await.unwrap_err();
                let told = error.to_string();
                assert!(!told.contains('\n'), "{name}: {told}");
            }
        }
    }
    assert_eq!(world.contents(), before, "nothing was written");
}

/// What turns order to be called; none of it is a tool.
const ORDERED: [&str; 5] = [
    "delete_collection",
    "mark_won",
    "set_outcome",
    "upsert",
    "forget_conversation",
];

/// The worst model as an agent: it reads the call by every tool, then calls whatever might change it, and at last says what the turn orders.
fn doing_as_told(tools: &[Arc<dyn Tool>], order: &str, call: &Value) -> ScriptedChat {
    let wants = |name: &str, arguments: Value| ToolCall::new(name, name, arguments);
    let reads = tools.iter().map(|tool| {
        let name = tool.description().name.as_str();
        wants(name, about(name, call, order))
    });
    let changes = ORDERED.map(|name| wants(name, json!({"call": call, "outcome": "won"})));
    let misuses = [
        wants("predict_outcome", json!({"call": call, "outcome": "won"})),
        wants("predict_outcome", json!({"call": order})),
    ];
    ScriptedChat::new("obedient")
        .with_window(128_000)
        .calls(reads)
        .calls(changes.into_iter().chain(misuses))
        .calls([wants("predict_outcome", json!({ "call": call }))])
        .says(order)
}

/// With the shipped instructions, in which the turn stands once more, and room for whole answers.
fn agent(model: &Arc<ScriptedChat>, tools: Vec<Arc<dyn Tool>>, order: &str) -> Agent {
    let told: Vec<Value> = tools.iter().map(|it| json!(it.description())).collect();
    let prompt = Prompts::shipped().get("agent_system").unwrap();
    let instructions = prompt.render(&json!({"tools": told, "deal": format!("{order} {MARK}")}));
    let budget = Budget {
        tokens: 1_000_000,
        ..Budget::default()
    };
    Agent::new(model.clone(), tools)
        .unwrap()
        .with_instructions(instructions.unwrap())
        .with_output_limit(8_000)
        .with_budget(budget)
}

/// What was said in the call reaches the model only behind bars. Whether it did.
fn reads_it_as_data(model: &ScriptedChat, what: &str) -> bool {
    let asked = model.asked();
    let of_program = |it: &&Message| matches!(it.role, Role::System | Role::Tool);
    let read = asked.last().unwrap().messages.iter().filter(of_program);
    let mut lines = read.flat_map(|it| it.content.lines().map(move |line| (it.role, line)));
    let mut found = false;
    assert!(
        lines.all(|(role, line)| {
            found |= role == Role::Tool && line.contains(MARK);
            line.starts_with("| ") || !line.contains(MARK)
        }),
        "{what}"
    );
    found
}

#[tokio::test]
async fn an_obedient_agent_only_reads() {
    let world = world();
    let before = world.contents();
    let tools = upturn_tools::all(&world.analyst);
    let mut reached = 0;
    for Injection { text: order, .. } in injections() {
        let call = with_turn("victim", &order);
        let direct = world
            .analyst
            .predict(CallRequest::new(call.clone()))
            .unwrap();
        let direct = json!(PredictedOutcome::from(direct)).to_string();
        let direct = fenced(&direct, "predict_outcome");
        let model = Arc::new(doing_as_told(&tools, &order, &json!(call)));
        let agent = agent(&model, tools.clone(), &order);
        let mut memory = WindowMemory::default();
        let run = Run::new();
        let answer = agent.answer(&mut memory, "how does it stand?", &run).await;
        let answer = answer.unwrap();
        assert_eq!(
            (model.left(), answer.ending),
            (0, Ending::Answered),
            "{order}"
        );
        let (read, rest) = answer.calls.split_at(tools.len());
        let (ordered, rest) = rest.split_at(ORDERED.len());
        let (misused, again) = rest.split_at(2);
        assert!(read.iter().chain(again).all(|it| !it.is_error), "{order}");
        for it in ordered {
            let unknown = format!("there is no tool `{}`", it.call.name);
            assert!(it.is_error && it.answer.contains(&unknown), "{}", it.answer);
        }
        assert!(misused.iter().all(|it| it.is_error), "{order}");
        let predicted = [read.first().unwrap(), again.first().unwrap()];
        assert_eq!(
            predicted.map(|it| it.answer.as_str()),
            [&direct; 2],
            "{order}"
        );
        reached += usize::from(reads_it_as_data(&model, &order));
    }
    assert!(reached >= 50, "only {reached} turns reached the model");
    assert_eq!(world.contents(), before, "nothing was written");
}
