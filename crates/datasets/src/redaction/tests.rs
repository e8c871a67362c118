//! The laws of redaction.

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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn redacting_twice_changes_nothing(conversation in conversation()) {
        let once = redact(&conversation);
        let twice = redact(&once.conversation);
        prop_assert_eq!(&twice.pseudonyms, &[]);
        prop_assert_eq!(twice.conversation, once.conversation);
    }

    #[test]
    fn restoring_gives_back_every_byte(conversation in conversation()) {
        let redacted = redact(&conversation);
        let keys = KeyFile::of(&redacted);
        prop_assert_eq!(keys.restore(&redacted.conversation).unwrap(), conversation);
    }

    #[test]
    fn what_was_found_is_nowhere_anymore(conversation in conversation()) {
        let redacted = redact(&conversation);
        let shown = serde_json::to_string(&redacted.conversation).unwrap();
        let debugged = format!("{:?}", redacted.conversation);
        // A company that is the account may be spoken of.
        let found = redacted.pseudonyms.iter().filter(|one| !matches!(one.kind, RedactionKind::Rep | RedactionKind::Account));
        for one in found {
            let is_rest = shown.match_indices(one.original.as_str()).any(|(at, found)| super::boundaries::stands_alone(&shown, &(at..at + found.len())));
            let is_common = matches!(one.original.as_str(), "Will" | "May" | "Li");
            // Shorter values stand in counts and in placeholders.
            prop_assert!(!is_rest || is_common || one.original.len() < 5, "{} is left", one.original);
            // `Debug` escapes letters, so that a part of a word looks like a word there.
            let is_debugged = one.original.len() > 4 && debugged.contains(one.original.as_str());
            prop_assert!(!is_debugged || shown.contains(one.original.as_str()), "{} is shown", one.original);
        }
    }

    #[test]
    fn counts_are_those_of_the_pseudonyms_and_debug_shows_none(conversation in conversation()) {
        let redacted = redact(&conversation);
        prop_assert_eq!(redacted.counts.total(), redacted.pseudonyms.len() as u64);
        let shown = format!("{redacted:?} {:?}", KeyFile::of(&redacted));
        prop_assert!(!shown.contains("jane@example.com") && !shown.contains("Jane Doe"));
    }

    #[test]
    fn spans_are_whole_characters_in_order(text in text()) {
        let mut known = People::default();
        for name in PEOPLE {
            known.add(name);
        }
        let spans = REDACTOR.spans(&text, &mut known).unwrap();
        prop_assert!(spans.iter().all(|span| text.get(span.start..span.end).is_some_and(|found| !found.is_empty())));
        prop_assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start));
    }

    #[test]
    fn any_text_at_all_is_redacted_and_restored(text in any::<String>(), name in any::<String>(), rep in any::<String>()) {
        let metadata = serde_json::from_value(json!({"rep": rep, name.clone(): text})).unwrap();
        let conversation = call(&[&text, "x"]).with_metadata(metadata);
        let redacted = REDACTOR.redact(&conversation, &[name]).unwrap();
        prop_assert_eq!(KeyFile::of(&redacted).restore(&redacted.conversation).unwrap(), conversation);
    }

    #[test]
    fn the_order_of_turns_changes_numbers_only(texts in prop::collection::vec(text(), 2..5)) {
        let forward: Vec<&str> = texts.iter().map(String::as_str).chain(["x"]).collect();
        let backward: Vec<&str> = forward.iter().rev().copied().collect();
        let originals = |turns: &[&str]| {
            let mut originals: Vec<_> = redact(&call(turns)).pseudonyms.into_iter().map(|one| (one.kind, one.original)).collect();
            originals.sort();
            originals
        };
        prop_assert_eq!(originals(&forward), originals(&backward));
    }

    #[test]
    fn turns_without_personal_data_change_nothing(text in text()) {
        let alone = redact(&call(&[&text, "x"]));
        let among = redact(&call(&["so it is", &text, "for 1,200 dollars", "x"]));
        prop_assert_eq!(texts(&alone)[0], texts(&among)[1]);
    }
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

#[test]
fn options_come_from_a_file_and_bad_patterns_are_refused_by_name() {
    let options: RedactionOptions = serde_json::from_value(
        json!({"kinds": ["EMAIL"], "custom": [{"name": "A1", "pattern": r"\bA-\d+"}]}),
    )
    .unwrap();
    let key = PseudonymKey::new(*b"0123456789abcdef").unwrap();
    let redactor = Redactor::new(options.with_key(key.clone())).unwrap();
    let redacted = redactor
        .redact(&call(&["Jane A-77b a@example.com 415-555-0132"]), &people())
        .unwrap();
    assert_eq!(texts(&redacted), ["Jane [A1_1] [EMAIL_1] 415-555-0132"]);
    let refused = |name: &str, pattern: &str| {
        Redactor::new(
            RedactionOptions::default()
                .with_key(key.clone())
                .with_custom(name, pattern),
        )
        .unwrap_err()
    };
    assert!(matches!(
        refused("EMAIL", "a"),
        RedactionError::PatternName { place: 1 }
    ));
    assert!(matches!(
        refused("lower", "a"),
        RedactionError::PatternName { place: 1 }
    ));
    assert!(matches!(
        refused("OPEN", "("),
        RedactionError::Pattern { .. }
    ));
    assert!(matches!(
        Redactor::new(RedactionOptions::default()),
        Err(RedactionError::NoKey)
    ));
    assert!(serde_json::from_value::<RedactionOptions>(json!({"kinds": ["REP"]})).is_err());
}

#[test]
fn a_key_file_restores_goes_on_where_it_was_and_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.jsonl");
    let calls = ["Jane Doe, Jane", "a@example.com", "nothing"].map(|text| call(&[text]));
    let calls: Vec<_> = calls
        .into_iter()
        .enumerate()
        .map(|(at, call)| {
            Conversation::new(
                ConversationId::new(format!("c{at}")).unwrap(),
                call.turns().to_vec(),
            )
            .unwrap()
        })
        .collect();
    let redacted: Vec<_> = calls.iter().map(redact).collect();
    let mut writer = KeyFileWriter::create(&path).unwrap();
    writer.write(&redacted[0]).unwrap();
    let length = writer.flush().unwrap();
    writer.write(&redacted[1]).unwrap();
    writer.flush().unwrap();
    drop(writer);
    let mut resumed = KeyFileWriter::resume(&path, length).unwrap();
    assert_eq!(fs_err::metadata(&path).unwrap().len(), length);
    resumed.write(&redacted[1]).unwrap();
    resumed.write(&redacted[2]).unwrap();
    let whole = resumed.flush().unwrap();
    assert_eq!(fs_err::read(&path).unwrap().len() as u64, whole);
    assert_eq!(fs_err::read_to_string(&path).unwrap().lines().count(), 2);
    let keys = KeyFile::read(&path).unwrap();
    for (call, redacted) in calls.iter().zip(&redacted) {
        assert_eq!(&keys.restore(&redacted.conversation).unwrap(), call);
    }
    assert!(matches!(
        KeyFileWriter::create(&path),
        Err(RedactionError::Exists { .. })
    ));
    assert!(matches!(
        KeyFileWriter::resume(&path, whole + 1),
        Err(RedactionError::Truncated { .. })
    ));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            fs_err::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    fs_err::write(&path, "{\"conversation\":\"Jane\"}\n").unwrap();
    let error = KeyFile::read(&path).unwrap_err();
    assert!(
        matches!(error, RedactionError::BrokenLine { line: 1, .. })
            && !error.to_string().contains("Jane")
    );
}
