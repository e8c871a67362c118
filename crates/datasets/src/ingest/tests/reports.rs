//! `set-aside.jsonl` and `unmatched.jsonl`: complete, findable, and without personal data.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::*;
use crate::{Crm, CrmOptions, LabelRules};

fn call(id: &str, day: u32, words: &str) -> String {
    format!(
        r#"{{"id":"{id}","turns":[{{"speaker":"seller","text":"hello about {words}"}},{{"speaker":"buyer","text":"well, {words} it is"}}],"metadata":{{"date":"2026-02-{day:02}"}}}}"#
    ) + "\n"
}

fn lines(folder: &Path, name: &str) -> Vec<Value> {
    let text = fs_err::read_to_string(folder.join(name)).unwrap();
    let parse = |line| serde_json::from_str(line).unwrap();
    text.lines().map(parse).collect()
}

/// Writes files; returns the CRM of those that end in `.csv`.
fn written(folder: &Path, files: &[(&str, String)]) -> Crm {
    let mut exports: Vec<PathBuf> = Vec::new();
    for (name, text) in files {
        let path = folder.join(name);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(&path, text).unwrap();
        if path.extension().is_some_and(|it| it == "csv") {
            exports.push(path);
        }
    }
    Crm::read(&exports, &CrmOptions::default()).unwrap()
}

#[test]
fn everything_without_a_counterpart_is_listed_with_its_place_and_reason() {
    let root = tempfile::tempdir().unwrap();
    let calls = [
        call("c1", 3, "ovens"),
        call("c2", 4, "a pump in the cellar"),
        call("c3", 5, "chairs for the hall"),
        "{\"id\":\"c4\"\n".to_owned(),
        call("c5", 6, "two ships"),
    ];
    let deals = "deal_id,stage,status,created,closed\n1,Offer,won,2026-01-01,2026-03-01\n2,Offer,won,2026-01-01,2026-03-01\n3,Offer,won,2026-01-01,never\n4,Offer,lost,2026-01-01,2026-02-01\n";
    let table = "call_id,deal_ids\nc1,1\nc3,77\nc9,1\nc5,4\n";
    let history = "deal_id,stage,date\n1,Talk,2026-01-02\n99,Talk,2026-01-02\n";
    let crm = written(
        root.path(),
        &[
            ("in/calls.jsonl", calls.concat()),
            ("deals.csv", deals.to_owned()),
            ("table.csv", table.to_owned()),
            ("history.csv", history.to_owned()),
        ],
    );
    let mut settings = settings();
    settings.redaction = None;
    settings.crm = Some(crm);
    let input = root.path().join("in").display().to_string();
    let out = root.path().join("out");
    let done = ingest(std::slice::from_ref(&input), &out, &settings, &()).unwrap();
    let source = format!("{input}/calls.jsonl");
    let expected = [
        json!({"what":"call","file":1,"source":source,"record":2,"unit":"line","id":"c2","reason":"no-keys","message":"the call has no id, customer or participant to find it by"}),
        json!({"what":"call","file":1,"source":source,"record":3,"unit":"line","id":"c3","reason":"unknown-deal","message":"the deal it names is in no file"}),
        json!({"what":"deal","file":1,"source":"deals.csv","record":3,"unit":"line","id":"2","reason":"no-call","message":"no call was joined to it"}),
        json!({"what":"deal","file":1,"source":"deals.csv","record":5,"unit":"line","id":"4","reason":"calls-set-aside","message":"all of its calls were set aside"}),
        json!({"what":"crm-call","file":2,"source":"table.csv","record":4,"unit":"line","id":"c9","reason":"no-record","message":"no record has its id"}),
        json!({"what":"crm-change","file":3,"source":"history.csv","record":3,"unit":"line","reason":"unknown-deal","message":"the deal it names is in no file"}),
        json!({"what":"crm-row","file":1,"source":"deals.csv","record":4,"unit":"line","reason":"broken","message":"`closed` is not a day"}),
    ];
    assert_eq!(lines(&out, "unmatched.jsonl"), expected);
    let summary = &done.summary;
    assert_eq!(
        json!(summary.unmatched),
        json!({"call":2,"deal":2,"crm-call":1,"crm-change":1,"crm-row":1})
    );
    assert_eq!(summary.broken_crm_rows(), 1);
    assert_eq!(summary.joined.get("unmatched"), Some(&2));
}

#[test]
fn without_a_crm_there_is_no_list_of_what_is_unmatched() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("calls.jsonl");
    fs_err::write(&file, input(3)).unwrap();
    let out = root.path().join("out");
    ingest(&[file.display().to_string()], &out, &settings(), &()).unwrap();
    assert!(!out.join("unmatched.jsonl").exists());
}

/// A file of nobody, one whose id is its own, a broken word, a broken stream: each named after Jane.
#[test]
fn no_report_names_a_person_and_the_key_file_tells_the_places() {
    let root = tempfile::tempdir().unwrap();
    let broken = r#"{"id":"ruth.frost@example.com","turns":[{"speaker":"ruth","text":"x"}]}"#;
    let unmatched = call("0041 79 555 01 32", 3, "ovens");
    let one_side = r#"{"id":"ruth.frost@example.com","turns":[{"speaker":"seller","text":"x"}]}"#;
    let deals = "deal_id,stage,status,created,closed\nruth.frost@example.com,Offer,won,2026-01-01,2026-03-01\n5,Offer,won,2026-01-01,never\n";
    let crm = written(
        root.path(),
        &[
            ("in/Ruth Frost 1.vtt", "\0".to_owned()),
            (
                "in/Ruth Frost 2.vtt",
                "WEBVTT\n\n00:01.000 --> 00:02.000\nnobody says who\n".to_owned(),
            ),
            (
                "in/Ruth Frost 3.jsonl",
                format!("{broken}\n{one_side}\n{unmatched}"),
            ),
            (
                "in/Ruth Frost 4.jsonl.gz",
                "\u{1f}\u{8b}\u{8}rubbish".to_owned(),
            ),
            ("Ruth Frost <ruth.frost@example.com>.csv", deals.to_owned()),
        ],
    );
    let mut settings = settings();
    settings.crm = Some(crm);
    settings.keeps_key = true;
    let input = root.path().join("in").display().to_string();
    let out = root.path().join("out");
    let done = ingest(&[input], &out, &settings, &()).unwrap();
    assert_eq!(done.summary.written, 1, "{:?}", done.summary);
    let aside = lines(&out, "set-aside.jsonl");
    assert!(aside.len() >= 5, "{aside:?}");
    for name in [
        "set-aside.jsonl",
        "unmatched.jsonl",
        "ingest.json",
        "calls.jsonl",
    ] {
        let text = fs_err::read_to_string(out.join(name))
            .unwrap()
            .to_lowercase();
        // A pseudonym is made of the letters a to p: no chance gives it one of these names.
        for personal in ["ruth", "frost", "79 555"] {
            assert!(!text.contains(personal), "{name}: {text}");
        }
    }
    let key = lines(&out, "key.jsonl");
    for line in aside {
        assert!(line["file"].as_u64() > Some(0), "{line}");
        let source = line["source"].as_str().unwrap();
        let of_source = key.iter().find(|it| it["conversation"] == source).unwrap();
        let original = of_source["pseudonyms"][0][1].as_str().unwrap();
        assert!(original.contains("/in/Ruth Frost"), "{original}");
    }
}

#[test]
fn the_call_that_is_listed_has_the_id_that_it_has_among_the_calls() {
    let root = tempfile::tempdir().unwrap();
    let deals = "deal_id,stage,status,created,closed\n5,Offer,won,2026-01-01,2026-03-01\n";
    let crm = written(
        root.path(),
        &[
            ("calls.jsonl", call("jane.doe@example.com", 3, "ovens")),
            ("deals.csv", deals.to_owned()),
        ],
    );
    let mut settings = settings();
    settings.crm = Some(crm);
    let out = root.path().join("out");
    let inputs = [root.path().join("calls.jsonl").display().to_string()];
    ingest(&inputs, &out, &settings, &()).unwrap();
    let listed = lines(&out, "unmatched.jsonl");
    assert_eq!(listed[0]["id"], lines(&out, "calls.jsonl")[0]["id"]);
    assert!(listed[0]["id"].as_str().unwrap().starts_with("id-"));
}

/// Ids of many digits read like telephone numbers, and are redacted in the calls.
#[test]
fn the_last_call_of_a_deal_is_found_although_the_deals_id_is_redacted() {
    let root = tempfile::tempdir().unwrap();
    let deals = "deal_id,stage,status,created,closed\n+41795550132,Won,,2026-01-01,2026-03-01\n";
    let table = "call_id,deal_ids\nc1,+41795550132\nc2,+41795550132\n";
    let crm = written(
        root.path(),
        &[
            (
                "calls.jsonl",
                call("c1", 3, "ovens") + &call("c2", 4, "a pump in the cellar"),
            ),
            ("deals.csv", deals.to_owned()),
            ("table.csv", table.to_owned()),
        ],
    );
    let rules = "calls = \"last\"\n[won]\nstages = [\"won\"]\n[lost]\nstages = [\"lost\"]\n";
    let mut settings = settings();
    settings.crm = Some(crm);
    settings.labels = Some(LabelRules::from_toml(rules).unwrap());
    let out = root.path().join("out");
    let inputs = [root.path().join("calls.jsonl").display().to_string()];
    let done = ingest(&inputs, &out, &settings, &()).unwrap();
    let calls = lines(&out, "calls.jsonl");
    let shown = calls[0]["metadata"]["crm_deal_id"].as_str().unwrap();
    assert!(shown.starts_with('['), "{shown}");
    assert_eq!(
        (&calls[0]["outcome"], &calls[1]["outcome"]),
        (&Value::Null, &json!("won"))
    );
    assert_eq!(json!(done.summary.outcomes), json!({"open":1,"won":1}));
}
