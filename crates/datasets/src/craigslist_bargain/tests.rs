use upturn_core::{Diagnostic, ErrorKind};

use super::*;
use crate::SetAside;

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/craigslist-bargain");

fn fixture() -> Reading {
    crate::read(CORPUS, FIXTURE.as_ref(), &ReadOptions::default()).unwrap()
}

/// Reads one file with the given content.
fn read_file(content: &str) -> Result<Reading, DatasetError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("talks.json");
    fs_err::write(&file, content).unwrap();
    crate::read(CORPUS, &file, &ReadOptions::default())
}

fn outcome_of(reading: &Reading, id: &str) -> &'static str {
    let is = |c: &&Conversation| c.id().as_str() == id;
    reading
        .conversations
        .iter()
        .find(is)
        .unwrap()
        .outcome()
        .unwrap()
        .as_str()
}

#[test]
fn mirrors_are_read_as_one_corpus_in_which_each_dialogue_counts_once() {
    let reading = fixture();
    let ids: Vec<_> = reading
        .conversations
        .iter()
        .map(|c| c.id().as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "C_accepted",
            "C_abandoned",
            "C_no_reward",
            "C_seller_first",
            "C_mirror"
        ]
    );
    assert_eq!(
        reading.set_aside,
        SetAside {
            duplicates: 2,
            nothing_said: 1
        }
    );
    assert_eq!(
        reading.conversations[0].turns().len(),
        3,
        "the copy of `dev.json` counts"
    );
    assert_eq!(
        reading.conversations[0].group(),
        reading.conversations[4].group()
    );
}

#[test]
fn nothing_from_the_first_event_on_is_read() {
    let files = ["dev.json", "dev-luis-post-new.json"]
        .map(|name| fs_err::read_to_string(Path::new(FIXTURE).join(name)).unwrap());
    let output = serde_json::to_string(&fixture().conversations).unwrap();
    for giveaway in ["GIVEAWAY", "accept\"", "reject", "offer", "price"] {
        assert!(
            files.concat().contains(giveaway),
            "the fixtures must hold {giveaway}"
        );
        assert!(!output.contains(giveaway), "{giveaway}");
    }
}

#[test]
fn dialogues_that_never_end_are_lost() {
    let reading = fixture();
    for (id, outcome) in [
        ("C_accepted", "won"),
        ("C_abandoned", "lost"),
        ("C_no_reward", "lost"),
        ("C_seller_first", "won"),
        ("C_mirror", "lost"),
    ] {
        assert_eq!(outcome_of(&reading, id), outcome, "{id}");
    }
}

#[test]
fn roles_are_those_of_the_scenario_and_one_side_alone_is_kept() {
    let reading = fixture();
    let speakers = |at: usize| -> Vec<_> {
        reading.conversations[at]
            .turns()
            .iter()
            .map(|turn| turn.speaker.as_str())
            .collect()
    };
    assert_eq!(speakers(0), ["buyer", "seller", "buyer"]);
    assert_eq!(speakers(1), ["seller", "seller"]);
    assert_eq!(speakers(3), ["seller", "buyer"]);
}

#[test]
fn what_both_sides_know_of_the_listing_is_metadata_and_no_private_target_is() {
    let dev = fs_err::read_to_string(Path::new(FIXTURE).join("dev.json")).unwrap();
    let first = |dev: &str| {
        let reading = read_file(dev).unwrap();
        reading.conversations[0].metadata().clone()
    };
    let listed = first(&dev);
    assert_eq!(listed.industry.as_deref(), Some("bike"));
    assert_eq!(listed.amount, Some(100.0));
    assert!(dev.contains("\"Target\": 80"));
    assert_eq!(
        first(&dev.replace("\"Target\": 80", "\"Target\": 81")),
        listed
    );
    let bare = dev
        .replace("\"category\": \"bike\", ", "")
        .replace(", \"Price\": 100", "");
    let bare = first(&bare);
    assert_eq!((bare.industry, bare.amount), (None, None));
}

#[test]
fn a_broken_dialogue_is_told_by_its_number_and_hides_no_sound_copy() {
    let rejected = fixture().rejected;
    assert_eq!(rejected.len(), 1);
    assert!(rejected[0].to_string().ends_with(
        "dev-luis-post-new.json: element 2: `events[0].agent` is not the number of one of the `kbs`"
    ));
    let dev = fs_err::read_to_string(Path::new(FIXTURE).join("dev.json")).unwrap();
    let broken = r#"[{"uuid":"C_accepted"}, {"uuid" 7}, "#;
    let reading = read_file(&dev.replacen('[', broken, 1)).unwrap();
    assert_eq!(
        (reading.conversations.len(), reading.set_aside.duplicates),
        (4, 0)
    );
    let reasons: Vec<_> = reading
        .rejected
        .iter()
        .map(|r| r.reason.to_string())
        .collect();
    assert_eq!(
        reasons,
        [
            "`scenario` is missing",
            "not JSON at column 10: expected `:`"
        ]
    );
}

#[test]
fn every_missing_part_has_a_name() {
    let dev = fs_err::read_to_string(Path::new(FIXTURE).join("dev.json")).unwrap();
    for (from, to, message) in [
        (
            "\"uuid\": \"C_accepted\"",
            "\"uuid\": 1",
            "`uuid` is not a text",
        ),
        (
            "\"post_id\": \"700\"",
            "\"post_id\": 700",
            "`scenario.post_id` is not a text",
        ),
        (
            "\"category\": \"bike\"",
            "\"category\": 3",
            "`scenario.category` is not a text",
        ),
        (
            "\"Price\": 100",
            "\"Price\": \"100\"",
            "`scenario.kbs[0].item.Price` is not a number",
        ),
        (
            "\"buyer\"",
            "\"broker\"",
            "unknown word `broker` in `scenario.kbs[0].personal.Role`, expected `seller` or `buyer`",
        ),
        (
            "\"Is the bicycle still there?\"",
            "[1]",
            "`events[0].data` is not a text",
        ),
        (
            "\"reward\": 1",
            "\"reward\": \"yes\"",
            "`outcome.reward` is not a number",
        ),
    ] {
        assert!(dev.contains(from), "{from}");
        let reading = read_file(&dev.replacen(from, to, 1)).unwrap();
        let reasons: Vec<_> = reading
            .rejected
            .iter()
            .map(|r| r.reason.to_string())
            .collect();
        assert_eq!(reasons, [message]);
    }
}

#[test]
fn a_file_that_breaks_off_keeps_what_stood_before() {
    let dev = fs_err::read_to_string(Path::new(FIXTURE).join("dev.json")).unwrap();
    let reading = read_file(&dev[..dev.len() - 100]).unwrap();
    assert_eq!(reading.conversations.len(), 3);
    assert!(matches!(
        reading.rejected[0].reason,
        RejectReason::NoEnd { .. }
    ));
    assert_eq!(reading.rejected[0].line, 5);
}

#[test]
fn a_file_of_another_kind_is_named() {
    for (content, message) in [
        ("", "talks.json` is empty"),
        ("{\"id\":\"a\"}", "talks.json` does not hold a JSON array"),
        ("[]", "0 rejected, 0 set aside"),
    ] {
        let error = read_file(content).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.hint().is_some());
    }
}
