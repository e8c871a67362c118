//! Laws of all readers of vendors' JSON, on files that no vendor wrote.

use proptest::prelude::*;
use serde_json::{Value, json};
use upturn_core::Conversation;

use super::shown::{READERS, Reader, all, chat, contents, gong};
use crate::{GongCalls, ReadOptions, Record};

const SECRET: &str = "my pin is 4711";

/// Names of fields that the readers look at.
const FIELDS: &[&str] = &[
    "segments",
    "words",
    "word",
    "text",
    "start",
    "end",
    "speaker",
    "results",
    "channels",
    "alternatives",
    "paragraphs",
    "sentences",
    "utterances",
    "transcript",
    "id",
    "status",
    "callTranscripts",
    "callId",
    "calls",
    "metaData",
    "parties",
    "speakerId",
    "started",
    "messages",
    "role",
    "content",
    "metadata",
    "created_at",
    "conversation_parts",
    "comments",
    "users",
    "author",
    "body",
    "language",
    SECRET,
];

const FIXTURES: [&[u8]; 9] = [
    include_bytes!("../../../fixtures/formats/vendors/whisperx.json"),
    include_bytes!("../../../fixtures/formats/vendors/deepgram-utterances.json"),
    include_bytes!("../../../fixtures/formats/vendors/deepgram-multichannel.json"),
    include_bytes!("../../../fixtures/formats/vendors/assemblyai.json"),
    include_bytes!("../../../fixtures/formats/vendors/gong-transcripts.json"),
    include_bytes!("../../../fixtures/formats/vendors/gong-calls.json"),
    include_bytes!("../../../fixtures/formats/vendors/chat.json"),
    include_bytes!("../../../fixtures/formats/vendors/intercom.json"),
    include_bytes!("../../../fixtures/formats/vendors/zendesk.json"),
];

/// Any JSON value whose objects have names that matter.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
        Just(Value::from(SECRET)),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        let name = prop::sample::select(FIELDS).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name, inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// What a node is replaced with; none if it is removed.
fn new_node() -> impl Strategy<Value = Option<Value>> {
    prop_oneof![
        Just(None),
        Just(Some(Value::from(SECRET))),
        Just(Some(json!([SECRET]))),
        Just(Some(json!({SECRET: SECRET}))),
        value().prop_map(Some),
    ]
}

/// Pointers to all nodes below this one.
fn pointers(value: &Value, path: &str, found: &mut Vec<(String, String)>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Array(elements) => {
            let numbered = elements.iter().enumerate();
            numbered
                .map(|(at, value)| (at.to_string(), value))
                .collect()
        }
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), value))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    for (name, value) in children {
        let below = format!("{path}/{name}");
        pointers(value, &below, found);
        found.push((path.to_owned(), name));
    }
}

/// Replaces a node, or removes it.
fn change(file: &mut Value, node: usize, change_to: Option<Value>) {
    let mut nodes = Vec::new();
    pointers(file, "", &mut nodes);
    let (parent, name) = &nodes[node % nodes.len()];
    match (file.pointer_mut(parent).unwrap(), change_to) {
        (Value::Object(fields), None) => {
            fields.remove(name);
        }
        (Value::Array(elements), None) => {
            elements.remove(name.parse().unwrap());
        }
        (parent, change_to) => {
            *parent.pointer_mut(&format!("/{name}")).unwrap() = change_to.unwrap();
        }
    }
}

/// Puts the secret into every text that was said.
fn fill(value: &mut Value) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(fill),
        Value::Object(fields) => {
            for (name, value) in fields {
                let is_said = [
                    "text",
                    "transcript",
                    "word",
                    "content",
                    "body",
                    "plain_body",
                ];
                if value.is_string() && is_said.contains(&name.as_str()) {
                    *value = SECRET.into();
                } else {
                    fill(value);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whoever reads the canonical form again gets the same call: no field is written twice.
fn survives_the_canonical_form(record: &Record) {
    let transcript = record.content.clone().ok();
    let call = transcript.and_then(|call| call.into_conversation(&[]).ok());
    if let Some(call) = call {
        let text = serde_json::to_string(&call).unwrap();
        assert_eq!(serde_json::from_str::<Conversation>(&text).unwrap(), call);
    }
}

/// Reads a file with every reader; each must find a record, and tell no secret.
fn read_with_all(file: &[u8]) -> Vec<Vec<Record>> {
    let read = |reader: &Reader| {
        let records = all(reader(file.to_vec()));
        assert!(!records.is_empty());
        for record in &records {
            if let Err(reason) = &record.content {
                let shown = format!("{reason} {reason:?}");
                assert!(!shown.contains("4711"), "{shown}");
            }
            survives_the_canonical_form(record);
        }
        records
    };
    let calls = GongCalls::read(std::io::Cursor::new(file.to_vec()), &ReadOptions::default());
    assert!(!format!("{:?}", calls.unwrap()).contains("4711"));
    READERS.iter().map(read).collect()
}

#[test]
fn a_deep_or_crowded_file_is_read_without_a_stack() {
    let messages: Vec<_> = (0..10_000)
        .map(|at| json!({"role": at.to_string(), "content": "x"}))
        .collect();
    assert_eq!(
        contents(chat(json!({"messages": messages}).to_string().into())).len(),
        1
    );
    let many = json!({"metaData": {"id": "1"}, "parties": []});
    let page = json!({"callTranscripts": [], "calls": vec![many; 5_000]});
    assert_eq!(contents(gong(page.to_string().into())).len(), 1);
    for opening in [
        "[",
        "{\"messages\":",
        "{\"metadata\":[",
        "{\"a\":",
        "[{\"content\":[",
    ] {
        read_with_all(opening.repeat(10_000).as_bytes());
    }
}

#[test]
fn names_of_the_canonical_form_in_a_chats_metadata_are_written_once() {
    let names = [
        "account",
        "rep",
        "stage",
        "industry",
        "amount",
        "date",
        "outcome_date",
        "source",
        "language",
        "extra",
    ];
    let metadata: Value = names
        .iter()
        .map(|name| ((*name).to_owned(), json!([name])))
        .collect();
    let messages = json!([{"role": "user", "content": "x"}]);
    read_with_all(
        json!({"metadata": metadata, "messages": messages})
            .to_string()
            .as_bytes(),
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_are_records(bytes in prop::collection::vec(any::<u8>(), 0..200), json in "[\\[\\]{}\",:a1\\\\ \n]{0,80}") {
        read_with_all(&bytes);
        read_with_all(json.as_bytes());
    }

    #[test]
    fn any_values_are_as_many_records(values in prop::collection::vec(value(), 1..4), lines: bool) {
        let file = if lines {
            values.iter().map(|value| json!({"segments": value}).to_string() + "\n").collect()
        } else {
            Value::from(values.clone()).to_string()
        };
        for records in &read_with_all(file.as_bytes())[..3] {
            prop_assert_eq!(records.len(), values.len());
        }
        for value in &values {
            read_with_all(value.to_string().as_bytes());
            read_with_all(format!("{value:#}").as_bytes());
        }
    }

    #[test]
    fn gongs_elements_are_as_many_records(values in prop::collection::vec(value(), 1..6)) {
        let file = json!({"callTranscripts": values}).to_string();
        prop_assert_eq!(all(gong(file.into())).len(), values.len());
    }

    #[test]
    fn a_changed_fixture_never_stops_a_reader_and_no_reason_quotes_what_was_said(
        fixture in 0..FIXTURES.len(), node in 0usize..9000, change_to in new_node(), cut in 0usize..9000,
    ) {
        let mut file: Value = serde_json::from_slice(FIXTURES[fixture]).unwrap();
        fill(&mut file);
        change(&mut file, node, change_to);
        let text = file.to_string();
        read_with_all(text.as_bytes());
        read_with_all(&text.as_bytes()[..cut.min(text.len())]);
    }
}
