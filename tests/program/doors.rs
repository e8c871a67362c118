//! `chat` and `mcp`: other ways to the same answers.

use std::ffi::OsStr;
use std::io::Write as _;
use std::process::Stdio;
use std::sync::Arc;

use serde_json::{Value, json};
use upturn::answers::Analyst;
use upturn::chains::{Described, Tool as _};
use upturn::coaching::Coach;
use upturn::tools::SearchMoments;
use upturn::{Filter, Model};
use upturn_core::conformance::doors;
use upturn_tools::conformance::questions;

use super::search::corner;
use super::{House, Said, json as parsed, upturn};

pub(super) fn fed(asked: &[impl AsRef<OsStr>], input: &str) -> Said {
    let mut command = upturn();
    command.args(asked).stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap().into()
}

/// Each answer, by the line it stands in.
pub(super) fn lines(said: &Said) -> Vec<Value> {
    said.out.lines().map(parsed).collect()
}

#[test]
fn a_chat_answers_every_question_as_ask_does() {
    let house = House::get();
    let questions = [
        ("why might this deal stall?", "why_stall"),
        ("show me calls like it that we won", "calls_like_it"),
        ("what should I ask next?", "what_next"),
    ];
    let input: String = questions
        .map(|(question, _)| format!("{question}\n\n"))
        .concat();
    let said = fed(&house.asking("chat", &["--format", "json"]), &input);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let answers = lines(&said);
    assert_eq!(answers.len(), questions.len());
    for (answer, (question, inquiry)) in answers.iter().zip(questions) {
        assert_eq!(answer["inquiry"], inquiry, "{question}");
        let asked = fed(&house.asking("ask", &[question, "--format", "json"]), "");
        let asked = parsed(&asked.out);
        assert_eq!(answer["sentences"], asked["sentences"], "{question}");
    }
}

#[test]
fn a_model_that_is_away_costs_its_words_and_nothing_else() {
    let house = House::get();
    // Nobody listens at the discard port.
    let away = [
        "--chat-model",
        "none",
        "--chat-url",
        "http://127.0.0.1:9/v1",
    ];
    let input = "why might this deal stall?\n";
    let said = fed(&house.asking("chat", &away), input);
    let alone = fed(&house.asking("chat", &[]), input);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(said.out, alone.out);
    assert!(said.err.contains("`none`"), "{}", said.err);
}

#[test]
fn a_provider_without_its_key_is_refused_before_anything_is_read() {
    let house = House::get();
    let keyless = ["--chat-model", "m", "--chat-provider", "openai"];
    let said = fed(&house.asking("chat", &keyless), "");
    assert_eq!(said.code, Some(2), "{}", said.err);
}

#[cfg(feature = "local")]
#[test]
fn a_local_model_that_is_none_is_refused_with_a_hint() {
    let house = House::get();
    let none = ["--chat-model", "none.gguf", "--chat-provider", "local"];
    let said = fed(&house.asking("chat", &none), "");
    assert_eq!(said.code, Some(2), "{}", said.err);
    let hint = "hint: give the path of a GGUF file";
    assert!(said.err.contains(hint), "{}", said.err);
}

#[cfg(feature = "local")]
#[test]
fn a_local_model_has_no_address() {
    let house = House::get();
    let url = "http://127.0.0.1:9/v1";
    let both = [
        "--chat-model",
        "m.gguf",
        "--chat-provider",
        "local",
        "--chat-url",
        url,
    ];
    let said = fed(&house.asking("chat", &both), "");
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains("takes no `--chat-url`"), "{}", said.err);
}

/// What a host says line by line, and the answers by their ids.
fn talk(store: &str, options: &[&str], messages: &[Value]) -> Vec<Value> {
    let model = House::get().model();
    let spoken: Vec<String> = messages.iter().map(|it| format!("{it}\n")).collect();
    let fixed = ["mcp", "--model", &model, "--store", store];
    let said = fed(&[&fixed, options].concat(), &spoken.concat());
    assert_eq!(said.code, Some(0), "{}", said.err);
    let mut answers = lines(&said);
    answers.retain(|it| it.get("id").is_some());
    answers.sort_by_key(|it| it["id"].as_u64());
    answers
}

/// A request of a host.
fn ask(id: usize, method: &str, params: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

/// How a host begins.
fn greeting() -> [Value; 2] {
    let client = json!({"name": "test", "version": "1"});
    let params = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client});
    let ready = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    [ask(1, "initialize", &params), ready]
}

/// The probability, wherever it stands.
fn chance(of: &Value) -> Option<f64> {
    let fields = of.as_object()?;
    let here = fields.get("probability").and_then(Value::as_f64);
    here.or_else(|| fields.values().find_map(chance))
}

#[test]
fn a_host_finds_tools_calls_and_prompts_and_the_same_prediction() {
    let house = House::get();
    let one: Value = parsed(&fs_err::read_to_string(house.one()).unwrap());
    let id = one["id"].as_str().unwrap();
    let call = |arguments: Value| json!({"name": "predict_outcome", "arguments": arguments});
    let prompt = json!({"name": "coach_call", "arguments": {"call": id}});
    let messages = [
        ask(2, "tools/list", &json!({})),
        ask(3, "tools/call", &call(json!({"call": one}))),
        ask(4, "resources/list", &json!({})),
        ask(5, "prompts/get", &prompt),
        ask(6, "tools/call", &call(json!({"call": "nobody"}))),
    ];
    let data = house.calls();
    let messages = [&greeting()[..], &messages].concat();
    let answers = talk(&house.store(), &["--data", &data], &messages);
    let result = |at: usize| &answers[at]["result"];
    assert_eq!(result(1)["tools"].as_array().unwrap().len(), 7);
    let told = &result(2)["structuredContent"];
    let predicted = fed(&house.asking("predict", &["--format", "json"]), "");
    let probability = parsed(&predicted.out)["probability"].as_f64().unwrap();
    let says = chance(told).unwrap();
    assert!((says - probability).abs() < 1e-6, "{says} {probability}");
    assert!(!result(3)["resources"].as_array().unwrap().is_empty());
    assert!(result(4).to_string().contains(id));
    assert_eq!(result(5)["isError"], true);
}

#[test]
fn a_host_is_told_of_calls_that_the_model_learnt_from() {
    let house = House::get();
    let one: Value = parsed(&fs_err::read_to_string(house.one()).unwrap());
    let mut new = one.clone();
    new["id"] = "never seen".into();
    let tools = ["predict_outcome", "explain_prediction", "coach_turn"];
    let of = |call: &Value| tools.map(|name| json!({"name": name, "arguments": {"call": call}}));
    let compared =
        json!({"name": "compare_conversations", "arguments": {"call": one, "other": new}});
    let asked = [&of(&one)[..], &of(&new), &[compared]].concat();
    let asked = asked
        .iter()
        .zip(2..)
        .map(|(call, id)| ask(id, "tools/call", call));
    let messages: Vec<Value> = greeting().into_iter().chain(asked).collect();
    let answers = talk(&house.store(), &[], &messages);
    let told = |at: usize| &answers[at]["result"]["structuredContent"];
    for at in 1..=3 {
        assert_eq!(told(at)["learnt_from"], true, "{}", told(at));
        let new = told(at + 3);
        assert!(
            new["conversation"] == "never seen" && new.get("learnt_from").is_none(),
            "{new}"
        );
    }
    assert_eq!(told(7)["call"]["learnt_from"], true, "{}", told(7));
    assert!(told(7)["other"].get("learnt_from").is_none(), "{}", told(7));
}

#[test]
fn a_prompt_of_the_users_folder_takes_the_place_of_ours() {
    let house = House::get();
    let folder = house.path("prompts");
    fs_err::create_dir_all(&folder).unwrap();
    let mine = "+++\nname = \"explain_call\"\nversion = 1\ninputs = [\"call\"]\n+++\nTell me of {{ call }}, my way.";
    fs_err::write(format!("{folder}/explain_call.prompt.md"), mine).unwrap();
    let get = |id, name: &str| {
        let params = json!({"name": name, "arguments": {"call": "call-7"}});
        ask(id, "prompts/get", &params)
    };
    let messages = [
        &greeting()[..],
        &[get(2, "explain_call"), get(3, "coach_call")],
    ]
    .concat();
    let answers = talk(&house.store(), &["--prompts", &folder], &messages);
    let said = |at: usize| answers[at]["result"]["messages"][0]["content"]["text"].clone();
    assert_eq!(said(1), "Tell me of call-7, my way.");
    let shipped = said(2).as_str().unwrap().to_owned();
    assert!(shipped.contains("`coach_turn`"), "{shipped}");
}

/// The tool as it is in a program of one's own, over the same model and collection.
fn search_moments(store: &str) -> Described<SearchMoments> {
    let model = Model::open(House::get().model()).unwrap();
    let store = model.store(store).unwrap();
    let coach = Coach::new(model.predictor(store.clone()).unwrap());
    let labelled = Filter {
        labelled: true,
        ..Filter::default()
    };
    let analyst = Analyst::new(coach).with_store(store, model.encoder().clone(), labelled);
    Described::new(SearchMoments::new(Arc::new(analyst.unwrap())))
}

#[test]
fn every_question_is_answered_as_in_a_program_of_ones_own() {
    let calls: Vec<Value> = doors::calls()
        .iter()
        .map(|call| serde_json::to_value(call).unwrap())
        .collect();
    let store = corner("questions", &calls);
    let questions = questions();
    let asked = questions.iter().zip(2..).map(|(arguments, id)| {
        let params = json!({"name": "search_moments", "arguments": arguments});
        ask(id, "tools/call", &params)
    });
    let messages: Vec<Value> = greeting().into_iter().chain(asked).collect();
    let answers = talk(&store, &[], &messages);
    let tool = search_moments(&store);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut found = 0;
    for (answer, arguments) in answers[1..].iter().zip(questions) {
        let here = runtime.block_on(tool.call(arguments.clone())).ok();
        let there = answer["result"].get("structuredContent").cloned();
        assert_eq!(there, here, "{arguments}");
        let entries = here.map(|it| it["found"]["entries"].as_array().unwrap().len());
        found += entries.unwrap_or_default();
    }
    assert_eq!(answers.len(), 51);
    assert!(found > 100, "{found}");
}
