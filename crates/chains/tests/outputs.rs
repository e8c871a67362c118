//! What language models say, as values.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed step is a failed test"
)]

use std::sync::Mutex;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use proptest::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;
use upturn_chains::{
    ChainError, ChatError, ChatModel, ChatRequest, ChatResponse, CitationParser, Cited, EnumParser,
    JsonParser, ListParser, Message, OutputError, OutputParser, ParseStep, Role, Run, Runnable,
    Usage, ask_parsed,
};

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Plan {
    steps: Vec<PlanStep>,
    #[serde(default)]
    urgent: bool,
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PlanStep {
    what: String,
    kind: Kind,
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Ask,
    Tell,
}

const PLAN: &str = r#"{"steps": [{"what": "Who signs? ]}", "kind": "ask"}]}"#;

fn plan(text: &str) -> Result<Plan, OutputError> {
    JsonParser::<Plan>::new().parse(text)
}

#[test]
fn json_is_found_wherever_it_stands() {
    let around = [
        ("", ""),
        ("\n ", " \n"),
        ("```json\n", "\n```"),
        ("Sure, see [1] and {braces}:\n", "\nAnything else? {}"),
        ("[] {\"other\": 1} ", ""),
        ("\u{feff}", ""),
    ];
    for (before, behind) in around {
        let read = plan(&format!("{before}{PLAN}{behind}")).unwrap();
        assert_eq!(read.steps[0].what, "Who signs? ]}", "{before:?}");
        assert_eq!(read.steps[0].kind, Kind::Ask);
    }
    let number = JsonParser::<u32>::new();
    assert_eq!(number.parse(" 42 ").unwrap(), 42);
}

#[test]
fn the_field_that_does_not_fit_is_named_and_nothing_that_was_said() {
    let table = [
        (
            r#"{"steps": [{"what": "a", "kind": "Xylophone, expected `x`"}]}"#,
            "field `steps[0].kind` of the answer does not fit: unknown variant, expected `ask` or `tell`",
        ),
        (
            r#"{"steps": "Xylophone \" and"}"#,
            "field `steps` of the answer does not fit: invalid type: string, expected a sequence",
        ),
        (
            r#"{"steps": [], "Xylophone": 1}"#,
            "field `Xylophone` of the answer does not fit: unknown field, expected `steps` or `urgent`",
        ),
        (
            r#"{"steps": [{"kind": "ask"}]}"#,
            "field `steps[0]` of the answer does not fit: missing field `what`",
        ),
        (
            r#"see [1]: {"steps": [], "urgent": 7}"#,
            "field `urgent` of the answer does not fit: invalid type: integer, expected a boolean",
        ),
        (
            "[3]",
            "field `[0]` of the answer does not fit: invalid type: integer, expected a sequence",
        ),
        ("Xylophone", "the answer holds no JSON"),
        (
            r#"{"steps": [{"what": "Xylo"#,
            "the JSON of the answer can't be read: EOF while parsing a string",
        ),
    ];
    for (text, told) in table {
        assert_eq!(plan(text).unwrap_err().to_string(), told);
    }
}

#[test]
fn a_model_is_told_the_schema() {
    let parser = JsonParser::<Plan>::new();
    let schema = parser.schema().unwrap();
    assert!(schema.as_value()["properties"]["steps"].is_object());
    assert!(parser.instructions().contains("\"urgent\""));
}

#[test]
fn lists_are_read_as_models_write_them() {
    let table: [(&str, &[&str]); 6] = [
        ("a\n\nb", &["a", "b"]),
        ("Sure:\n- a\n- b\nBye", &["a", "b"]),
        ("```\n* a\n```", &["a"]),
        ("1. a\n2) b\n10. c", &["a", "b", "c"]),
        ("3.5 million\n-5 degrees", &["3.5 million", "-5 degrees"]),
        ("• *a*", &["*a*"]),
    ];
    for (text, items) in table {
        assert_eq!(ListParser.parse(text).unwrap(), items, "{text}");
    }
    assert_eq!(ListParser.parse(" \n").unwrap_err(), OutputError::NoItem);
}

#[test]
fn a_choice_is_exactly_one_whatever_its_case() {
    let parser = EnumParser::new([("won", 1), ("lost", 2), ("C++", 3)]);
    for (text, choice) in [("Won", 1), (" \"LOST\".\n", 2), ("**won**", 1), ("c++", 3)] {
        assert_eq!(parser.parse(text).unwrap(), choice);
    }
    for text in ["", "not won", "won, lost", "wonder", "The answer is won"] {
        assert!(parser.parse(text).is_err(), "{text}");
    }
    let twice = EnumParser::new([("won", 1), ("Won", 2)]);
    let error = twice.parse("won").unwrap_err();
    assert_eq!(error.to_string(), "the answer is not one of `won`, `Won`");
}

/// Text and ids of each sentence, and how many were dropped.
fn cited(text: &str) -> (Vec<(String, String)>, usize) {
    let Cited { sentences, dropped } = CitationParser::new(["e1", "E2", "e12"])
        .parse(text)
        .unwrap();
    let sentences = sentences.into_iter();
    let shown = sentences.map(|it| (it.text, it.evidence.join(" ")));
    (shown.collect(), dropped)
}

#[test]
fn sentences_keep_their_evidence() {
    let table: [(&str, &[(&str, &str)], usize); 14] = [
        ("A b. [e1] C d [e2].", &[("A b.", "e1"), ("C d.", "E2")], 0),
        ("A b [e1, E12].", &[("A b.", "e1 e12")], 0),
        ("A b. [e1][e2][e1]", &[("A b.", "e1 E2")], 0),
        (
            "- A b. [e1]\n2. C d? [e2]",
            &[("A b.", "e1"), ("C d?", "E2")],
            0,
        ),
        ("A b.\n[e1]", &[("A b.", "e1")], 0),
        ("A b. C d. [e1]", &[("C d.", "e1")], 1),
        ("A b. [e1] C d. [e3]", &[("A b.", "e1")], 1),
        ("A b. [e1, e3]", &[], 1),
        ("A [e1] b.", &[], 1),
        ("A [e1] b. [e2]", &[("A b.", "e1 E2")], 0),
        ("[e1] A b. [e2] C d.", &[], 2),
        ("[e1]\n\n", &[], 0),
        (
            "Mr. Smith asked at 0.4, i.e. late. [e1]",
            &[("Mr. Smith asked at 0.4, i.e. late.", "e1")],
            0,
        ),
        ("“A b.” [e1] “C [sic] d”", &[("“A b.”", "e1")], 1),
    ];
    for (text, sentences, dropped) in table {
        let (kept, counted) = cited(text);
        let kept: Vec<_> = kept.iter().map(|(text, ids)| (&**text, &**ids)).collect();
        assert_eq!((kept.as_slice(), counted), (sentences, dropped), "{text}");
    }
}

#[test]
fn debug_shows_no_sentence() {
    let parser = CitationParser::new(["e1"]);
    let shown = format!("{:?}", parser.parse("Xylophone. [e1]").unwrap());
    assert!(
        shown.contains("e1") && !shown.contains("Xylophone"),
        "{shown}"
    );
}

fn answer() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => prop::sample::select(vec![
            "[", "]", "{", "}", "\"", "\\", ",", ":", ".", " ", "\n", "[e1]", "[e1, e2]", "[e9]", "```", "- ", "1. ", "Mr. ",
            "won", "A b", "“", "\u{2029}", "é", "{\"steps\":", "null", "0",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_makes_a_parser_panic_and_no_uncited_sentence_survives(text in answer()) {
        let _ = plan(&text);
        let _ = ListParser.parse(&text);
        let _ = EnumParser::new([("won", 1)]).parse(&text);
        let Cited { sentences, .. } = CitationParser::new(["e1", "e2"]).parse(&text).unwrap();
        for sentence in sentences {
            prop_assert!(!sentence.evidence.is_empty());
            prop_assert!(sentence.evidence.iter().all(|id| ["e1", "e2"].contains(&&**id)));
            prop_assert!(sentence.text.contains(char::is_alphanumeric));
        }
    }
}

#[test]
fn deep_and_open_json_takes_no_time_and_no_stack() {
    for hostile in ["[", "{\"a\":", "[\"", "[1,", "{", "[[1],"] {
        assert!(plan(&hostile.repeat(20_000)).is_err());
    }
}

/// Says what it was given, one after another, and keeps what it was asked.
#[derive(Debug)]
struct Scripted {
    answers: Mutex<Vec<&'static str>>,
    asked: Mutex<Vec<ChatRequest>>,
}

impl Scripted {
    fn new(answers: &[&'static str]) -> Self {
        let answers = answers.iter().rev().copied().collect();
        Self {
            answers: Mutex::new(answers),
            asked: Mutex::default(),
        }
    }
}

impl ChatModel for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn window(&self) -> usize {
        1000
    }

    fn chat<'a>(
        &'a self,
        request: &'a ChatRequest,
    ) -> BoxFuture<'a, Result<ChatResponse, ChatError>> {
        self.asked.lock().unwrap().push(request.clone());
        let answer = self.answers.lock().unwrap().pop();
        let usage = Usage {
            prompt: 10,
            completion: 1,
        };
        let answer = answer.map(|content| ChatResponse {
            content: content.to_owned(),
            usage,
            ..ChatResponse::default()
        });
        let model = "scripted".to_owned();
        async { answer.ok_or(ChatError::CutOff { model }) }.boxed()
    }
}

fn question() -> ChatRequest {
    ChatRequest {
        messages: vec![Message::new(Role::User, "What next?")],
        ..ChatRequest::default()
    }
}

#[tokio::test]
async fn an_answer_that_fits_is_asked_once_with_its_schema() {
    let model = Scripted::new(&[PLAN]);
    let parser = JsonParser::<Plan>::new();
    let parsed = ask_parsed(&model, question(), &parser, &Run::new())
        .await
        .unwrap();
    assert_eq!((parsed.repaired, parsed.usage.prompt), (false, 10));
    let asked = model.asked.lock().unwrap();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].schema, parser.schema());
}

#[tokio::test]
async fn a_model_is_shown_its_error_once() {
    let model = Scripted::new(&["{\"steps\": 1}", PLAN]);
    let parser = JsonParser::<Plan>::new();
    let parsed = ask_parsed(&model, question(), &parser, &Run::new())
        .await
        .unwrap();
    assert_eq!((parsed.repaired, parsed.usage.prompt), (true, 20));
    let asked = model.asked.lock().unwrap();
    let [first, said, again] = asked[1].messages.as_slice() else {
        unreachable!("three messages")
    };
    assert_eq!(first.content, "What next?");
    assert_eq!(
        (said.role, &*said.content),
        (Role::Assistant, "{\"steps\": 1}")
    );
    assert_eq!(again.role, Role::User);
    assert!(again.content.contains("field `steps`"), "{}", again.content);
    assert!(again.content.contains(&parser.instructions()));
    assert_eq!(asked[1].schema, parser.schema());
}

#[tokio::test]
async fn a_model_that_errs_twice_is_an_error() {
    let model = Scripted::new(&["no", "{\"steps\": 1}", PLAN]);
    let parser = JsonParser::<Plan>::new();
    let error = ask_parsed(&model, question(), &parser, &Run::new())
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        ChainError::Output(OutputError::Field { .. })
    ));
    assert!(!error.is_transient());
    assert_eq!(model.asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_model_that_is_gone_is_not_asked_to_repair() {
    let model = Scripted::new(&[]);
    let asked = ask_parsed(&model, question(), &ListParser, &Run::new()).await;
    assert!(matches!(
        asked,
        Err(ChainError::Chat(ChatError::CutOff { .. }))
    ));
    let token = CancellationToken::new();
    token.cancel();
    let run = Run::new().with_cancellation(token);
    let model = Scripted::new(&["a"]);
    let asked = ask_parsed(&model, question(), &ListParser, &run).await;
    assert!(matches!(asked, Err(ChainError::Cancelled)));
    assert!(model.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_parser_is_a_step() {
    let step = ParseStep::new(ListParser);
    let items = step
        .invoke("- a\n- b".to_owned(), &Run::new())
        .await
        .unwrap();
    assert_eq!(items, ["a", "b"]);
    let error = step.invoke(String::new(), &Run::new()).await.unwrap_err();
    assert!(matches!(error, ChainError::Output(OutputError::NoItem)));
}
