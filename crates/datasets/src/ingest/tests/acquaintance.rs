//! What a call is told of its deal and its buyer.

use std::collections::BTreeMap;

use super::*;
use crate::{Crm, CrmOptions};

/// Contacts and days since the buyer, by id of the call.
type Told = BTreeMap<String, (Option<f64>, Option<f64>)>;

/// A call of a table: its id, account, day and who buys.
type Row<'a> = [&'a str; 4];

const CALLS: [Row<'_>; 6] = [
    ["third", "acme", "2026-02-20", "Ana Diaz"],
    ["first", "acme", "2026-01-05", "Ana Diaz"],
    ["other", "zenith", "2026-01-09", "Uma Wolff"],
    ["second", "acme", "2026-01-19", "Bo Lind"],
    ["nameless", "acme", "2026-03-01", "Customer"],
    ["undated", "acme", "", "Cy Marsh"],
];

fn table(calls: &[Row<'_>]) -> String {
    let of = |[id, account, day, buyer]: &Row<'_>| {
        format!(
            "{id},Agent,\"hello, this is about lot {id} of {day}\",{account},{day}\n\
             {id},{buyer},\"I am {buyer}, and {id} suits {account}\",{account},{day}\n"
        )
    };
    let header = "call_id,speaker,text,account,date\n".to_owned();
    header + &calls.iter().map(of).collect::<String>()
}

/// What is written of an input, and all of its bytes.
fn ingested(name: &str, text: &str, settings: &IngestSettings) -> (Told, String) {
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (folder.path().join(name), folder.path().join("out"));
    fs_err::write(&file, text).unwrap();
    ingest(&[file.display().to_string()], &out, settings, &()).unwrap();
    let calls = out.join("calls.jsonl");
    let read = read(Corpus::Jsonl, &calls, &ReadOptions::default()).unwrap();
    let told = read.conversations.iter().map(|call| {
        let number = |field: &str| call.metadata().number(field);
        let told = (number("contacts"), number("days_since_buyer"));
        (call.id().as_str().to_owned(), told)
    });
    (told.collect(), fs_err::read_to_string(&calls).unwrap())
}

fn told(calls: &[Row<'_>]) -> Told {
    let mut settings = settings();
    settings.duplicates = None;
    ingested("calls.csv", &table(calls), &settings).0
}

#[test]
fn a_call_is_told_whom_the_calls_before_it_met_and_when() {
    let told = told(&CALLS);
    for (id, expected) in [
        ("first", (Some(1.0), None)),
        ("second", (Some(2.0), Some(14.0))),
        ("third", (Some(2.0), Some(32.0))),
        ("nameless", (Some(2.0), Some(9.0))),
        ("undated", (None, None)),
        ("other", (Some(1.0), None)),
    ] {
        assert_eq!(told[id], expected, "{id}: {told:?}");
    }
}

#[test]
fn later_calls_change_nothing_of_earlier_ones() {
    let all = told(&CALLS);
    for until in ["2026-01-05", "2026-01-19", "2026-02-20"] {
        let known: Vec<Row<'_>> = CALLS.into_iter().filter(|call| call[2] <= until).collect();
        for (id, known) in told(&known) {
            assert_eq!(all[&id], known, "{id} until {until}");
        }
    }
}

#[test]
fn nobody_who_was_met_is_named_and_what_the_source_says_stands() {
    let mut settings = settings();
    settings.duplicates = None;
    let widened = |line: &str| match line.rsplit_once(',') {
        Some((_, "date")) => format!("{line},contacts\n"),
        Some((_, "2026-01-19")) => format!("{line},7\n"),
        _ => format!("{line},\n"),
    };
    let text: String = table(&CALLS).lines().map(widened).collect();
    let (told, bytes) = ingested("calls.csv", &text, &settings);
    assert_eq!(told["second"], (Some(7.0), Some(14.0)), "{bytes}");
    assert_eq!(told["third"], (Some(2.0), Some(32.0)));
    for name in ["Diaz", "Lind", "Wolff"] {
        assert!(!bytes.contains(name), "{bytes}");
    }
}

#[test]
fn a_call_of_which_nothing_is_known_keeps_its_bytes() {
    let (_, one) = ingested("calls.jsonl", &input(6), &settings());
    assert!(!one.contains("contacts") && !one.contains("days_since"));
}

#[test]
fn people_of_the_table_of_calls_are_met_too_and_each_once() {
    let folder = tempfile::tempdir().unwrap();
    let exports = [
        "deal_id,stage,stage_since,created,account\n1,Offer,2026-01-10,2026-01-01,Acme\n",
        "contact_id,name,email,account\nP,Pia Sol,pia@acme.example,Acme\nQ,Quinn Ode,quinn@acme.example,Acme\n",
        "call_id,date,deal_id,contact_ids,emails\na,2026-01-08,1,P,\nb,2026-01-15,1,,pia@acme.example\nc,2026-02-01,1,Q,\n",
    ];
    let path = |(at, text): (usize, &&str)| {
        let path = folder.path().join(format!("{at}.csv"));
        fs_err::write(&path, text).unwrap();
        path
    };
    let paths: Vec<_> = exports.iter().enumerate().map(path).collect();
    let mut settings = settings();
    settings.crm = Some(Crm::read(&paths, &CrmOptions::default()).unwrap());
    settings.duplicates = None;
    let line = |id: &&str| {
        format!(
            r#"{{"id":"{id}","turns":[{{"speaker":"seller","text":"hello {id}"}},{{"speaker":"buyer","text":"yes {id}"}}]}}"#
        ) + "\n"
    };
    let lines: String = ["c", "a", "b"].iter().map(line).collect();
    let (told, bytes) = ingested("calls.jsonl", &lines, &settings);
    assert_eq!(told["a"], (Some(1.0), None), "{bytes}");
    assert_eq!(told["b"], (Some(1.0), Some(7.0)), "{bytes}");
    assert_eq!(told["c"], (Some(2.0), Some(17.0)), "{bytes}");
    let days: Vec<&str> = bytes
        .lines()
        .filter(|line| line.contains(r#""days_in_stage":"#))
        .collect();
    assert_eq!(days.len(), 2, "{bytes}");
    assert!(days[0].contains(r#""days_in_stage":22"#), "{bytes}");
    assert!(days[1].contains(r#""days_in_stage":5"#), "{bytes}");
}
