//! The card of the small fixture, as Markdown, JSON and HTML, and the laws of its counts.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use serde_json::json;
use sha2::{Digest, Sha256};
use upturn_core::Conversation;
use upturn_datasets::{
    Card, CardBuilder, CardContext, CardOptions, Corpus, LeakGuard, LeakOptions, ReadOptions, read,
};

fn card<'c>(calls: impl IntoIterator<Item = &'c Conversation>, about: CardContext) -> Card {
    let mut builder = CardBuilder::new(CardOptions::default());
    calls.into_iter().for_each(|call| builder.observe(call));
    builder.finish(about)
}

fn counts(pairs: &[(&str, u64)]) -> BTreeMap<String, u64> {
    pairs
        .iter()
        .map(|(name, count)| ((*name).to_owned(), *count))
        .collect()
}

fn fixture() -> Card {
    let calls = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/calls.jsonl");
    let reading = read(Corpus::Jsonl, &calls, &ReadOptions::default()).unwrap();
    let mut guard = LeakGuard::new(LeakOptions::default());
    reading
        .conversations
        .iter()
        .for_each(|call| guard.observe(call, Some(&calls)));
    let about = CardContext {
        title: Some("Calls of <b>spring</b>".to_owned()),
        sources: counts(&[("calls.jsonl", 7)]),
        read: 7,
        written: 3,
        set_aside: counts(&[("broken record", 3), ("one side only", 1)]),
        redactions: counts(&[("e-mail", 2)]),
        leaks: Some(guard.report()),
        ..CardContext::default()
    };
    card(&reading.conversations, about)
}

#[test]
fn the_fixture_reads_as_markdown() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/card.md");
    assert_eq!(
        fixture().to_markdown(),
        fs_err::read_to_string(golden).unwrap()
    );
}

#[test]
fn a_card_survives_its_json() {
    let card = fixture();
    assert_eq!(serde_json::from_str::<Card>(&card.to_json()).unwrap(), card);
}

#[test]
fn the_fingerprint_is_the_digest_of_the_canonical_file_and_knows_its_order() {
    let calls = [
        call("a", Some("won"), &json!({})),
        call("b", None, &json!({"rep": "ann"})),
    ];
    let lines: String = calls
        .iter()
        .map(|call| serde_json::to_string(call).unwrap() + "\n")
        .collect();
    let digest: Vec<String> = Sha256::digest(&lines)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let digest = digest.concat();
    assert_eq!(
        card(&calls, CardContext::default()).fingerprint.as_str(),
        digest
    );
    let mut builder = CardBuilder::new(CardOptions::default());
    for (call, line) in calls.iter().zip(lines.lines()) {
        builder.observe_line(call, line.as_bytes());
    }
    assert_eq!(
        builder.finish(CardContext::default()),
        card(&calls, CardContext::default())
    );
    let turned = card(calls.iter().rev(), CardContext::default());
    assert_ne!(turned.fingerprint.as_str(), digest);
}

#[test]
fn a_loss_is_told() {
    let mut about = CardContext {
        read: 9,
        written: 3,
        ..CardContext::default()
    };
    assert!(
        card(&[], about.clone())
            .to_markdown()
            .contains("THE COUNTS DO NOT BALANCE")
    );
    about.set_aside = counts(&[("broken", 6)]);
    assert!(card(&[], about).to_html().contains("nothing lost"));
}

#[test]
fn a_card_of_calls_alone_says_what_it_does_not_know() {
    let sentence = "Duplicates, redactions and cleaning are counted by an ingest";
    let alone = card(&[call("a", None, &json!({}))], CardContext::default());
    for (card, is_told) in [(alone, true), (fixture(), false)] {
        assert_eq!(card.to_markdown().contains(sentence), is_told);
        assert_eq!(card.to_html().contains(sentence), is_told);
        assert!(!card.to_html().contains("– minutes"));
    }
}

#[test]
fn no_label_of_a_chart_is_cut_at_its_left_edge() {
    let calls = [2, 30].map(|turns| {
        let turn = |at: usize| json!({"speaker": if at.is_multiple_of(2) { "seller" } else { "buyer" }, "text": "yes"});
        let turns: Vec<_> = (0..turns).map(turn).collect();
        serde_json::from_value(json!({"id": turns.len().to_string(), "turns": turns})).unwrap()
    });
    let page = card(&calls, CardContext::default()).to_html();
    assert!(page.contains("<text x=\"0.0\" y=\"126.0\" text-anchor=\"start\">2</text>"));
    assert!(!page.contains("<text x=\"8.0\" y=\"126.0\" text-anchor=\"middle\">"));
}

#[test]
fn a_hostile_name_is_no_markup_anywhere() {
    let hostile = r#"<img src=x onerror="alert('1')"><script>&"#;
    let metadata = json!({"account": hostile, "rep": hostile, "industry": hostile, "source": hostile, "date": "2026-01-02"});
    let calls = [call("a", Some("won"), &metadata)];
    let names = counts(&[(hostile, 1)]);
    let about = CardContext {
        title: Some(hostile.to_owned()),
        made_on: Some(hostile.to_owned()),
        sources: names.clone(),
        set_aside: names.clone(),
        duplicates: names.clone(),
        redactions: names.clone(),
        cleaning: names,
        leaks: None,
        ..CardContext::default()
    };
    let card = card(&calls, about);
    assert!(!card.to_html().contains("onerror=\""));
    for text in [card.to_html(), card.to_markdown()] {
        assert!(!text.contains("<img") && !text.contains("<script"));
    }
}

#[test]
fn the_page_needs_nothing_from_outside() {
    let page = fixture().to_html();
    for outside in [
        "http:", "https:", "src=", "href=", "url(", "@import", "<script",
    ] {
        assert!(!page.contains(outside), "{outside}");
    }
}

fn call(id: &str, outcome: Option<&str>, metadata: &serde_json::Value) -> Conversation {
    let turns = json!([
        {"speaker": "seller", "text": "good morning to you", "start_ms": 0, "end_ms": 90_000},
        {"speaker": "buyer", "text": "good morning"},
    ]);
    serde_json::from_value(
        json!({"id": id, "turns": turns, "outcome": outcome, "metadata": metadata}),
    )
    .unwrap()
}

proptest! {
    #[test]
    fn the_counts_balance(
        calls in prop::collection::vec((0usize..3, prop::option::of("[a-c]"), prop::option::of((2020u16..2030, 1u8..=12))), 0..60),
    ) {
        let calls: Vec<Conversation> = calls.iter().enumerate().map(|(at, (outcome, rep, month))| {
            let date = month.map(|(year, month)| format!("{year}-{month:02}-03"));
            call(&at.to_string(), [Some("won"), Some("lost"), None][*outcome], &json!({"rep": rep, "date": date}))
        }).collect();
        let card = card(&calls, CardContext::default());
        prop_assert_eq!(card.calls.total(), calls.len() as u64);
        let dated: u64 = card.periods.iter().map(|period| period.calls.total()).sum();
        prop_assert_eq!(dated + card.undated.total(), calls.len() as u64);
        for segment in &card.segments {
            let named: u64 = segment.values.iter().map(|group| group.calls.total()).sum();
            prop_assert_eq!(named + segment.others.total() + segment.absent.total(), calls.len() as u64);
        }
        for length in &card.lengths {
            prop_assert_eq!(length.calls, calls.len() as u64);
            prop_assert_eq!(length.bars.iter().map(|bar| bar.calls).sum::<u64>(), calls.len() as u64);
        }
        let spread = card.talk.won.calls + card.talk.lost.calls + card.talk.open.calls;
        prop_assert_eq!(spread, calls.len() as u64);
    }
}
