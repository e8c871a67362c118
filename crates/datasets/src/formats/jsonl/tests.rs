use std::io::{BufReader, Cursor};

use proptest::prelude::*;
use upturn_core::Conversation;

use super::*;
use crate::formats::shown::{fixture, shown};

fn all(file: &[u8], piece: usize, limit: usize) -> Vec<Record> {
    let input = BufReader::with_capacity(piece, Cursor::new(file.to_vec()));
    let options = ReadOptions::default().with_max_line_bytes(limit);
    let mut records = JsonlRecords::new(input, &options);
    std::iter::from_fn(|| records.next_record().unwrap()).collect()
}

#[test]
fn each_line_is_a_record_good_or_bad() {
    let records = all(&fixture("jsonl/calls.jsonl"), 8192, 9999);
    let places: Vec<u64> = records.iter().map(|record| record.place).collect();
    assert_eq!(places, [1, 3, 4]);
    let first = records[0].content.as_ref().unwrap();
    assert_eq!(
        shown(first),
        [
            "seller|0-1400|Hello, Lumen Heating.",
            "other|-|This call is recorded.",
            "buyer|2100-|Fine."
        ]
    );
    assert_eq!(
        (first.id.as_str(), first.outcome),
        ("lumen-1", Some(Outcome::Won))
    );
    assert_eq!(first.metadata.extra["region"], "north");
    assert_eq!(
        records[1].content,
        Err(RejectReason::OneSide {
            missing: Speaker::Buyer
        })
    );
}

#[test]
fn a_file_without_records_is_one_that_is_empty() {
    for file in [&b""[..], b"\n \n"] {
        let records = all(file, 8192, 9999);
        assert_eq!(records.len(), 1);
        assert_eq!(records[0].content, Err(RejectReason::EmptyFile));
    }
}

#[test]
fn utf_16_with_a_mark_is_read_as_the_same() {
    let file = fixture("jsonl/calls.jsonl");
    let text = format!("\u{feff}{}", String::from_utf8(file.clone()).unwrap());
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let expected = all(&file, 8192, 9999);
    assert_eq!(all(&little, 1, 9999), expected);
    assert_eq!(all(&big, 3, 9999), expected);
    assert_eq!(all(text.as_bytes(), 2, 9999), expected);
}

#[test]
fn a_broken_or_long_line_spoils_nothing_but_itself() {
    let good =
        r#"{"id":"a","turns":[{"speaker":"seller","text":"a"},{"speaker":"buyer","text":"b"}]}"#;
    let file = [
        good.as_bytes(),
        b"\n\xff\xfe\n",
        &[b'x'; 300],
        b"\n",
        good.as_bytes(),
    ]
    .concat();
    let records = all(&file, 7, 200);
    let kinds: Vec<bool> = records
        .iter()
        .map(|record| record.content.is_ok())
        .collect();
    assert_eq!(kinds, [true, false, false, true]);
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    let speaker = prop::sample::select(vec!["seller", "buyer", "other", "agent"]);
    let turn = (speaker, "[a ]{0,3}", prop::option::of(0..9u64), prop::option::of(0..9u64)).prop_map(
        |(speaker, text, start, end)| serde_json::json!({"speaker": speaker, "text": text, "start_ms": start, "end_ms": end}),
    );
    let turns = prop::collection::vec(turn, 0..6);
    let outcome = prop::sample::select(vec!["null", "\"won\"", "\"lost\"", "\"open\"", "7"]);
    ("[a ]{0,2}", turns, outcome, any::<bool>()).prop_map(|(id, turns, outcome, extra)| {
        let mut value =
            serde_json::json!({"id": id, "turns": turns, "metadata": {"account": "x", "n": 1}});
        value["outcome"] = serde_json::from_str(outcome).unwrap();
        if extra {
            value["extra"] = 1.into();
        }
        value
    })
}

proptest! {
    #[test]
    fn a_line_is_taken_or_refused_as_the_canonical_parser_does(value in value()) {
        let line = value.to_string();
        let expected = record::parse(&line).map(Transcript::from);
        prop_assert_eq!(parse(&line), expected);
    }

    #[test]
    fn a_sound_line_comes_back_as_the_same_conversation(texts in prop::collection::vec(("[abc]{1,5}", 0..3usize), 1..6)) {
        let side = |n: usize| [Speaker::Seller, Speaker::Buyer, Speaker::Other][n];
        let mut turns = vec![Turn::new(Speaker::Seller, "s"), Turn::new(Speaker::Buyer, "b")];
        turns.extend(texts.into_iter().map(|(text, n)| Turn::new(side(n), text)));
        let conversation = Conversation::new(ConversationId::new("a").unwrap(), turns).unwrap();
        let transcript = parse(&serde_json::to_string(&conversation).unwrap()).unwrap();
        let sides: Vec<Speaker> = transcript.parties.iter().filter_map(|party| party.side).collect();
        prop_assert_eq!(transcript.into_conversation(&sides), Ok(conversation));
    }

    #[test]
    fn any_bytes_are_the_same_records_however_they_come(bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'\n')], 0..200), piece in 1usize..9) {
        let records = all(&bytes, 8192, 50);
        prop_assert!(!records.is_empty());
        prop_assert_eq!(all(&bytes, piece, 50), records);
    }
}
