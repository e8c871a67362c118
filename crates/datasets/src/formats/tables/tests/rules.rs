//! The rules by which rows become calls.

use std::io::{self, Read};

use super::model::{all, balanced};
use crate::{ColumnMapping, CsvRecords, ReadOptions, Records, TableError};

fn mapped(flags: &[&str]) -> ColumnMapping {
    flags
        .iter()
        .try_fold(ColumnMapping::default(), |mapping, flag| {
            mapping.with_flag(flag)
        })
        .unwrap()
}

fn open<'f>(file: &'f str, flags: &[&str], limit: usize) -> CsvRecords<&'f [u8]> {
    let options = ReadOptions::default().with_max_line_bytes(limit);
    CsvRecords::new(file.as_bytes(), &mapped(flags), &options).unwrap()
}

/// Each record as `place: id, texts` or `place: reason`.
fn shown(file: &str, flags: &[&str]) -> Vec<String> {
    let mut records = open(file, flags, 100);
    let shown = all(&mut records)
        .into_iter()
        .map(|record| match record.content {
            Ok(call) => {
                let texts: Vec<_> = call
                    .utterances
                    .iter()
                    .map(|said| said.text.as_str())
                    .collect();
                format!("{}: {} {}", record.place, call.id, texts.join("/"))
            }
            Err(reason) => format!("{}: {reason}", record.place),
        });
    let shown = shown.collect();
    assert!(balanced(records.counts()), "{:?}", records.counts());
    shown
}

#[test]
fn a_call_that_comes_back_is_rejected_unless_rows_are_scattered() {
    let file = "id,text\na,1\nb,2\na,3\na,4\nc,5\n";
    let come_back = "4: rows of call `a` stand further up, with rows of another call between";
    assert_eq!(shown(file, &[]), ["2: a 1", "3: b 2", come_back, "6: c 5"]);
    assert_eq!(
        shown(file, &["scattered=true"]),
        ["2: a 1/3/4", "3: b 2", "6: c 5"]
    );
}

#[test]
fn a_broken_row_sets_its_whole_call_aside_and_no_other() {
    let file = "id,text,start\na,1,0\na,2\na,3,x\nb,4,1\nc,5,soon\n";
    assert_eq!(
        shown(file, &[]),
        [
            "2: a row of dialogue `a` is broken, so all of it is set aside: 2 cells in the row, 3 columns in the header",
            "5: b 4",
            "6: a row of dialogue `c` is broken, so all of it is set aside: `start` is not a time",
        ]
    );
}

#[test]
fn a_row_without_a_call_breaks_the_call_around_it_only() {
    let file = "id,text\na,1\n,lost\nb,2\n,between\nb,3\nc,4\n,x\n,y\nc,5\n";
    assert_eq!(
        shown(file, &[]),
        [
            "2: a 1",
            "3: `id` is missing",
            "4: a row of dialogue `b` is broken, so all of it is set aside: `id` is missing",
            "7: c 4",
            "8: `id` is missing",
            "9: `id` is missing",
            "10: rows of call `c` stand further up, with rows of another call between",
        ]
    );
}

#[test]
fn a_row_or_a_call_over_the_limit_is_rejected() {
    let long = "x".repeat(120);
    let call = "a,0123456789012345678901234567890123456789\n".repeat(3);
    assert_eq!(
        shown(&format!("id,text\nb,1\nb,{long}\nb,2\n{call}c,3\n"), &[]),
        [
            "2: a row of dialogue `b` is broken, so all of it is set aside: 122 bytes long, at most 100 are read",
            "5: longer than 100 bytes",
            "8: c 3",
        ]
    );
}

#[test]
fn a_quotation_mark_that_is_never_closed_is_told() {
    assert_eq!(
        shown("id,text\na,1\nb,\"2\nc,3\n", &[]),
        [
            "2: a 1",
            "3: a row of dialogue `b` is broken, so all of it is set aside: the file ends within this element, after 9 bytes of it",
        ]
    );
    let refused = CsvRecords::new(
        &b"id,\"text\na,1"[..],
        &mapped(&[]),
        &ReadOptions::default(),
    );
    assert!(matches!(refused, Err(TableError::OpenHeader)));
}

#[test]
fn an_outcome_may_stand_in_one_row_but_not_differ_between_two() {
    let file = "id,text,won\na,1,\na,2,yes\na,3,1\nb,4,yes\nb,5,no\nc,6,perhaps\n";
    assert_eq!(
        shown(file, &[]),
        [
            "2: a 1/2/3",
            "5: a row of dialogue `b` is broken, so all of it is set aside: two rows of the call differ in `won`",
            "7: a row of dialogue `c` is broken, so all of it is set aside: unknown word `perhaps` in `won`, expected `won`, `lost`, `yes`, `no`, `true`, `false`, `1`, `0` or `open`",
        ]
    );
}

#[test]
fn a_column_without_a_meaning_is_kept_if_the_call_agrees_on_it() {
    let file = "id,text,topic,turn,deal,amount,close date\na,1,tea,1,D7,\"$1,200\",2026-11-22\na,2,,2,D7,,\na,3,tea,3,,,\n";
    let record = open(file, &[], 100).next_record().unwrap().unwrap();
    let metadata = record.content.unwrap().metadata;
    let extra: Vec<_> = metadata
        .extra
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(extra, ["deal=\"D7\"", "topic=\"tea\""]);
    assert_eq!(
        (
            metadata.amount,
            metadata.outcome_date.map(|day| day.to_string())
        ),
        (Some(1200.0), Some("2026-11-22".into()))
    );
}

#[test]
fn times_of_day_are_counted_from_the_first() {
    let file = "id,text,timestamp\na,1,2026-11-22 10:00:01\na,2,2026-11-22 10:00:00.5\n";
    let record = open(file, &[], 100).next_record().unwrap().unwrap();
    let starts: Vec<_> = record
        .content
        .unwrap()
        .utterances
        .iter()
        .map(|said| said.start_ms)
        .collect();
    assert_eq!(starts, [Some(500), Some(0)]);
}

#[test]
fn an_id_that_may_be_something_said_is_not_shown() {
    let shown = shown("text,id\n1,my card is 4711\n", &["text=id", "call=text"]);
    assert_eq!(shown, ["2: 1 my card is 4711"]);
    let file = "id,text\nmy card is 4711,1\nmy card is 4711\n";
    let mut records = open(file, &[], 100);
    let reason = all(&mut records).remove(0).content.unwrap_err();
    assert!(
        !format!("{reason} {reason:?} {records:?}").contains("4711"),
        "{reason}"
    );
}

#[test]
fn a_stream_that_fails_yields_what_came_before_it() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("unplugged"))
        }
    }
    let input = io::BufReader::new(b"id,text\na,1\nb,2\nb,3".chain(Failing));
    let mut records = CsvRecords::new(input, &mapped(&[]), &ReadOptions::default()).unwrap();
    let first = records.next_record().unwrap().unwrap();
    assert_eq!(first.content.unwrap().id, "a");
    let second = records
        .next_record()
        .unwrap()
        .unwrap()
        .content
        .unwrap_err()
        .to_string();
    assert!(
        second.ends_with("the rest of the file cannot be read"),
        "{second}"
    );
    assert_eq!(records.next_record().unwrap_err().to_string(), "unplugged");
    assert!(records.next_record().unwrap().is_none());
}
