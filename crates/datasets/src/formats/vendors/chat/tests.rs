use serde_json::json;

use super::super::shown::{all, chat, contents, metadata, parties, said};
use super::*;

const LINES: &[u8] = include_bytes!("../../../../fixtures/formats/vendors/chats.jsonl");
const MESSAGES: &[u8] = include_bytes!("../../../../fixtures/formats/vendors/chat.json");
const INTERCOM: &[u8] = include_bytes!("../../../../fixtures/formats/vendors/intercom.json");
const ZENDESK: &[u8] = include_bytes!("../../../../fixtures/formats/vendors/zendesk.json");

fn read(file: &[u8]) -> Transcript {
    let mut all = contents(chat(file.to_vec()));
    assert_eq!(all.len(), 1);
    all.remove(0).unwrap()
}

#[test]
fn messages_with_roles_are_read_line_by_line() {
    let chats = contents(chat(LINES.to_vec()));
    assert_eq!(chats.len(), 3);
    let first = chats[0].as_ref().unwrap();
    assert_eq!(first.id, "chat-7");
    assert_eq!(
        said(first),
        [
            "system - Be kind.",
            "user Ada - Do you ship to Ghent?",
            "assistant - Yes.\nIn two days.",
            "assistant - ",
            "tool - 12 EUR",
            "human_agent Bo - 12 euros.",
        ]
    );
    assert_eq!(
        parties(first),
        [
            "system other - -",
            "user Ada buyer Ada ada@brook.example",
            "assistant seller - -",
            "tool other - -",
            "human_agent Bo seller Bo -",
        ]
    );
    assert_eq!(
        metadata(first),
        json!({
            "source": "chat", "date": "2026-01-09", "account": "Brook & Co", "channel": "web", "metadata.stage": 3,
            "metadata.source": "widget", "conversation_id": "12", "parts_without_text": 1
        })
    );
    let second = chats[1].as_ref().unwrap();
    assert_eq!(second.id, "call-2");
    assert_eq!(parties(second), ["visitor - - -", "operator seller - -"]);
    let third = chats[2].as_ref().unwrap_err();
    assert_eq!(
        third.to_string(),
        "`messages[0].content` is not a text or a list of parts"
    );
}

#[test]
fn an_array_of_messages_is_one_conversation() {
    let call = read(MESSAGES);
    assert_eq!(
        said(&call),
        ["user - Is the blue one in stock?", "agent - Three left."]
    );
    assert_eq!(call.id, "call");
}

#[test]
fn a_fault_in_an_array_of_messages_rejects_the_conversation_as_a_whole() {
    let reason = |file: &str| {
        let records = all(chat(file.into()));
        let reasons = records
            .iter()
            .map(|record| record.content.as_ref().unwrap_err().to_string());
        reasons.collect::<Vec<_>>()
    };
    let message = r#"{"role":"user","content":"x"}"#;
    assert_eq!(
        reason(&format!("[{message},{{\"role\":1}},[],{message}]")),
        ["`messages[1].role` is not a text"]
    );
    assert_eq!(
        reason(&format!("[{message},{{\"role\"")),
        ["the file ends within this element, after 7 bytes of it"]
    );
    assert_eq!(
        reason(&format!("[{{x}},{message}]")),
        [
            "not JSON at column 2: key must be a string",
            "`messages[0]` is missing"
        ]
    );
    assert_eq!(
        reason(&format!(
            "[{message}, {{\"role\":\"user\",\"content\":[1]}}]"
        )),
        ["`messages[1].content[0]` is not a text or an object"]
    );
}

#[test]
fn an_array_of_messages_is_held_only_up_to_the_limit() {
    let message = r#"{"role":"user","content":"xyz"}"#;
    let file = format!("[{message},{message},{message}]");
    let read = |limit| {
        let options = ReadOptions::default().with_max_line_bytes(limit);
        let mut records = all(Box::new(ChatRecords::new(
            io::Cursor::new(file.clone()),
            "call",
            &options,
        )));
        assert_eq!(records.len(), 1);
        records.remove(0).content
    };
    assert_eq!(read(3 * message.len()).unwrap().utterances.len(), 3);
    assert_eq!(
        read(3 * message.len() - 1),
        Err(RejectReason::LongCall {
            limit: 3 * message.len() - 1
        })
    );
}

#[test]
fn an_array_may_hold_conversations_in_either_form() {
    let list = json!([{"role": "user", "content": "x"}]);
    let file = json!([list, {"messages": list}, {"messages": {}}, list, {}]);
    let shown: Vec<_> = contents(chat(file.to_string().into()))
        .into_iter()
        .map(|content| content.map_or_else(|reason| reason.to_string(), |call| call.id))
        .collect();
    assert_eq!(
        shown,
        [
            "call-1",
            "call-2",
            "`messages` is not an array",
            "call-4",
            "`messages` is missing"
        ]
    );
}

#[test]
fn intercoms_notes_and_events_are_counted_and_not_read_as_said() {
    let call = read(INTERCOM);
    assert_eq!(
        said(&call),
        [
            "user 6762f0761bb69f9f2193bae2 - Hi, when do you deliver?",
            "admin 991267695 - Hello Noor,\non Friday & Saturday.",
            "user 6762f0761bb69f9f2193bae2 - Great.",
        ]
    );
    assert_eq!(
        parties(&call),
        [
            "user 6762f0761bb69f9f2193bae2 buyer Noor Haas noor@haas.example",
            "admin 991267695 seller Per per@yard.example",
        ]
    );
    assert_eq!(call.id, "1911149811");
    assert_eq!(
        metadata(&call),
        json!({"source": "intercom", "date": "2024-12-18", "title": "Delivery", "notes": 1, "events": 1})
    );
}

#[test]
fn zendesks_comments_are_told_apart_by_their_users() {
    let call = read(ZENDESK);
    assert_eq!(
        said(&call),
        ["123123 - Can I upgrade?", "456456 - You can."]
    );
    assert_eq!(
        parties(&call),
        [
            "123123 buyer Lev Brandt lev@brandt.example",
            "456456 seller Siv Dahl siv@desk.example"
        ]
    );
    assert_eq!(
        metadata(&call),
        json!({"source": "zendesk", "date": "2026-04-01", "notes": 1})
    );
}
