//! The laws of redaction.

mod files;
mod laws;

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::json;
use upturn_core::{Conversation, ConversationId, Speaker, Turn};

use super::names::People;
use super::{
    KeyFile, KeyFileWriter, MetadataRedaction, PseudonymKey, Redacted, RedactionError,
    RedactionKind, RedactionOptions, Redactor,
};

const PEOPLE: [&str; 4] = ["Jane Doe", "Will May", "Jürgen Groß-Müller", "Li Ng"];

/// Pieces of texts: personal data, what looks like it, what uncovers it, and plain noise.
const PIECES: &[&str] = &[
    "Jane",
    "DOE",
    "jane doe",
    "Jane Doe's",
    "Will",
    "may",
    "May,",
    "Jürgen",
    "GROSS-MÜLLER",
    "Mueller",
    "Li",
    "Mr. Quandt",
    "Quandt",
    "quandt",
    "my name is Zora Quandt",
    "this is Bo Wren from",
    "jane@example.com",
    "Jane.Doe@Example.com",
    "@",
    "a@b",
    "@@a.b@c.de",
    "jane dot doe at example dot com",
    "look at example dot com",
    "(at)",
    "415-555-0132",
    "(415) 555-0132",
    "+1 646 555 0178",
    "+49 (0) 171 3920015",
    "call",
    "5550123",
    "555-0123",
    "order",
    "five five five oh one two three",
    "double",
    "one",
    "5 5 5 0 1 2 3",
    "4111 1111 1111 1111",
    "4111111111111111",
    "4111 1111 1111 1112",
    "DE89 3704 0044 0532 0130 00",
    "DE89370400440532013000x",
    "GB82",
    "192.0.2.1",
    "2001:db8::1",
    "::",
    "1.2.3.4.5",
    "https://example.com/a?b=c.",
    "www.example.com",
    "example.com",
    "http://",
    "12 Elm Street, Dayton, OH 45402",
    "Lindenstr. 4, 10115 Berlin",
    "Am Deich 7, 26723 Emden",
    "zip 45402",
    "SW1A 1AA",
    "born",
    "04/17/1979",
    "12. August 1965",
    "987-65-4321",
    "social",
    "987654321",
    "QQ 12 34 56 C",
    "[PERSON_1]",
    "[EMAIL_3]",
    "[PHONE_5550123]",
    "[",
    "]",
    "[PERSON_",
    "PERSON_1",
    "HL-2026-0091842",
    "$1,200.50",
    "2026-11-22",
    "10:45",
    "Straße",
    "ß",
    "王伟",
    "\u{a0}",
    "\u{301}",
    "\n",
    ".",
    ",",
    "-",
    "0",
    "7",
    " ",
];

fn redactor(metadata: MetadataRedaction) -> Redactor {
    let key = PseudonymKey::new(*b"0123456789abcdef").unwrap();
    let options = RedactionOptions::default()
        .with_key(key)
        .with_custom("POLICY", r"HL-\d{4}-\d{3}")
        .with_metadata(metadata);
    Redactor::new(options).unwrap()
}

static REDACTOR: LazyLock<Redactor> = LazyLock::new(|| redactor(MetadataRedaction::Pseudonym));

fn people() -> Vec<String> {
    PEOPLE.map(str::to_owned).to_vec()
}

fn redact(conversation: &Conversation) -> Redacted {
    REDACTOR.redact(conversation, &people()).unwrap()
}

/// Pieces joined by nothing, a space or something else.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        12 => prop::sample::select(PIECES).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
        1 => "[0-9 .:()+-]{0,20}",
    ];
    let joint = prop_oneof![6 => Just(" "), 1 => Just(""), 1 => Just(", ")];
    prop::collection::vec((piece, joint), 1..10).prop_map(|pieces| {
        pieces
            .into_iter()
            .flat_map(|(piece, joint)| [piece, joint.to_owned()])
            .collect()
    })
}

prop_compose! {
    fn conversation()(texts in prop::collection::vec(text(), 1..5), id in text(), extra in text(), key in text(), rep in prop::sample::select(&PEOPLE), account in text()) -> Conversation {
        let turns = texts.into_iter().chain(["x".to_owned()]).map(|text| Turn::new(Speaker::Buyer, text)).collect();
        let metadata = json!({"rep": rep, "account": account, "stage": "demo", "contact": "Ida Jay", "note": {"list": [extra, 7]}, key: "Ida"});
        let id = ConversationId::new(format!("c{}", id.chars().take(100).collect::<String>())).unwrap();
        Conversation::new(id, turns).unwrap().with_metadata(serde_json::from_value(metadata).unwrap())
    }
}

fn call(turns: &[&str]) -> Conversation {
    let turns = turns
        .iter()
        .map(|text| Turn::new(Speaker::Seller, *text))
        .collect();
    Conversation::new(ConversationId::new("c").unwrap(), turns).unwrap()
}

fn texts(redacted: &Redacted) -> Vec<&str> {
    redacted
        .conversation
        .turns()
        .iter()
        .map(|turn| turn.text.as_str())
        .collect()
}

#[test]
fn the_same_person_and_address_have_one_placeholder_in_every_turn() {
    let redacted = redact(&call(&[
        "Hi Jane, jane dot doe at example dot com?",
        "JANE DOE here, it's Jane.Doe@example.com. Will you call Will?",
        "Thanks, Ms. Doe. Doe's number is 415-555-0132 or (415) 555 0132.",
    ]));
    assert_eq!(
        texts(&redacted),
        [
            "Hi [PERSON_1], [EMAIL_1]?",
            "[PERSON_1] here, it's [EMAIL_1]. Will you call [PERSON_2]?",
            "Thanks, Ms. [PERSON_1]. [PERSON_1]'s number is [PHONE_1] or [PHONE_1].",
        ]
    );
    assert_eq!(redacted.counts.to_string(), "PERSON 5, EMAIL 2, PHONE 2");
}

#[test]
fn a_name_introduced_in_one_turn_and_a_number_named_in_one_are_gone_from_all() {
    let redacted = redact(&call(&[
        "Quandt? 5550123?",
        "My name is Zora Quandt, call me on 5550123.",
        "quandt",
    ]));
    assert_eq!(
        texts(&redacted),
        [
            "[PERSON_1]? [PHONE_1]?",
            "My name is [PERSON_1], call me on [PHONE_1].",
            "quandt"
        ]
    );
}

#[test]
fn numbers_go_on_after_placeholders_that_stand_there() {
    let redacted = redact(&call(&[
        "[PERSON_7] and [EMAIL_999] met [PERSON_3], Jane, me@example.com",
    ]));
    assert_eq!(
        texts(&redacted),
        ["[PERSON_7] and [EMAIL_999] met [PERSON_3], [PERSON_8], [EMAIL_1000]"]
    );
}

/// Each would take minutes if any rule looked at all of the text again for each place in it.
#[test]
fn long_hostile_texts_are_redacted_in_linear_time() {
    let pieces = [
        "1 ",
        "1",
        "4111 ",
        "a@",
        "@",
        "a.",
        "[",
        "[A_1",
        "(",
        "+1(",
        ":",
        "1:",
        "a dot ",
        "a at a dot a ",
        "one ",
        "double ",
        "Mr. Aa ",
        "12 Elm ",
        "12 a ",
        "Aa",
        "born 1.1.",
        "GB82 ",
        "://",
        "a://",
        "a.com/",
        "www.",
        ".com",
        "a.com",
        "Jane ",
        "Will, ",
        "HL-2026-009",
        "é",
        "my name is Aa Bb Cc ",
        "5550123 call ",
        "QQ 12 ",
        "12345 Aa ",
    ];
    for piece in pieces {
        let redacted = redact(&call(&[&piece.repeat(40_000 / piece.len()), "x"]));
        assert!(redacted.counts.total() < 20_000, "{piece}");
    }
}

#[test]
fn a_number_dressed_up_as_a_placeholder_is_redacted() {
    let redacted = redact(&call(&["call 5550123", "[PHONE_5550123] [PHONE_999999]"]));
    assert_eq!(
        texts(&redacted),
        ["call [PHONE_1]", "[PHONE_[PHONE_1]] [PHONE_999999]"]
    );
}

#[test]
fn a_field_called_like_a_placeholder_keeps_its_name() {
    let metadata = serde_json::from_value(json!({"[PERSON_1]": "Ida"})).unwrap();
    let conversation = call(&["Jane"]).with_metadata(metadata);
    let redacted = redact(&conversation);
    let restored = KeyFile::of(&redacted).restore(&redacted.conversation);
    assert_eq!(restored.unwrap(), conversation);
}

#[test]
fn a_value_within_a_longer_one_and_an_address_with_digits_glued_to_it_are_found() {
    let redacted = redact(&call(&[
        "call 7 5550123",
        "call 5550123",
        "077 5550123 a@example.com5",
    ]));
    assert!(!texts(&redacted).concat().contains("5550123"));
    assert!(!texts(&redacted).concat().contains("example"));
}

#[test]
fn an_id_with_personal_data_becomes_a_hash_that_stays_unique() {
    let with_id = |id: &str| {
        Conversation::new(
            ConversationId::new(id).unwrap(),
            vec![Turn::new(Speaker::Buyer, "x")],
        )
        .unwrap()
    };
    let ids = ["call-17", "jane_doe-3", "jane_doe-4", "tel 415-555-0132"]
        .map(|id| redact(&with_id(id)).conversation.id().as_str().to_owned());
    assert_eq!(ids[0], "call-17");
    assert!(
        ids[1..]
            .iter()
            .all(|id| id.starts_with("id-") && id.len() == 27)
    );
    assert_ne!(ids[1], ids[2]);
}

#[test]
fn rep_and_account_become_the_same_hash_in_every_call_unless_they_are_kept() {
    let metadata = json!({"rep": "Jane Doe", "account": "Acme", "source": "zoom of jane@example.com", "contact": "Ida Jay", "seats": 4});
    let with =
        |text: &str| call(&[text]).with_metadata(serde_json::from_value(metadata.clone()).unwrap());
    let [one, two] = ["Ida Jay?", "hello"].map(|text| redact(&with(text)).conversation);
    assert_eq!(one.metadata(), two.metadata());
    let shown = serde_json::to_value(one.metadata()).unwrap();
    assert!(
        shown["rep"].as_str().unwrap().starts_with("rep-")
            && shown["account"].as_str().unwrap().starts_with("account-")
    );
    assert_eq!(
        (&shown["source"], &shown["contact"], &shown["seats"]),
        (&json!("zoom of [EMAIL_1]"), &json!("[PERSON_1]"), &json!(4))
    );
    let kept = redactor(MetadataRedaction::Keep)
        .redact(&with("Ida Jay?"), &[])
        .unwrap()
        .conversation;
    assert_eq!(kept.metadata(), with("x").metadata());
    assert_eq!(kept.turns()[0].text, "[PERSON_1]?");
}
