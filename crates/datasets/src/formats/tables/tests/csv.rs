//! CSV: what was written is read.

use std::io::{BufReader, Cursor};

use proptest::prelude::*;
use serde_json::json;

use super::model::{Call, all, balanced, calls, transcripts};
use crate::{ColumnMapping, CsvRecords, ReadOptions, Record, RejectReason, Shape};

fn open(file: &[u8], buffer: usize, limit: usize) -> CsvRecords<BufReader<Cursor<Vec<u8>>>> {
    let input = BufReader::with_capacity(buffer, Cursor::new(file.to_vec()));
    let options = ReadOptions::default().with_max_line_bytes(limit);
    CsvRecords::new(input, &ColumnMapping::default(), &options).unwrap()
}

fn written(delimiter: u8, header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .from_writer(Vec::new());
    writer.write_record(header).unwrap();
    rows.for_each(|row| writer.write_record(row).unwrap());
    writer.into_inner().unwrap()
}

fn rest(call: &Call, is_first: bool) -> Vec<String> {
    let outcome = call
        .outcome
        .filter(|_| is_first)
        .map(|won| if won { "Won" } else { "Closed Lost" });
    let account = call.account.clone().unwrap_or_default();
    vec![
        outcome.unwrap_or_default().to_owned(),
        account,
        call.mood.clone().unwrap_or_default(),
    ]
}

fn turns(calls: &[Call], delimiter: u8) -> Vec<u8> {
    let header = [
        "Call ID", "Speaker", "Text", "start_ms", "Outcome", "Account", "mood",
    ];
    let rows = calls.iter().flat_map(|call| {
        call.turns.iter().enumerate().map(|(n, turn)| {
            let start = turn
                .start
                .map(|start| start.to_string())
                .unwrap_or_default();
            let mut row = vec![
                call.id.clone(),
                turn.speaker.clone().unwrap_or_default(),
                turn.text.clone(),
                start,
            ];
            row.extend(rest(call, n == 0));
            row
        })
    });
    written(delimiter, &header, rows)
}

fn whole(calls: &[Call], transcript: impl Fn(&Call) -> String) -> Vec<u8> {
    let header = ["Call ID", "Transcript", "Outcome", "Account", "mood"];
    let rows = calls.iter().map(|call| {
        let mut row = vec![call.id.clone(), transcript(call)];
        row.extend(rest(call, true));
        row
    });
    written(b',', &header, rows)
}

fn json_of(call: &Call) -> String {
    let turn = |turn: &super::model::Turn| json!({"role": turn.speaker, "content": turn.text, "start": turn.start});
    json!(call.turns.iter().map(turn).collect::<Vec<_>>()).to_string()
}

fn lines_of(call: &Call) -> String {
    let line = |turn: &super::model::Turn| {
        format!(
            "{}: {}\n",
            turn.speaker.as_deref().unwrap_or("Nobody"),
            turn.text
        )
    };
    call.turns.iter().map(line).collect()
}

proptest! {
    #[test]
    fn turns_are_read_as_they_were_written(
        calls in calls("[a-c \",;\t\n\r|é:\\[\\{]{0,12}"), delimiter in prop::sample::select(b",;\t|".to_vec()), buffer in 1usize..9,
    ) {
        let mut records = open(&turns(&calls, delimiter), buffer, 9999);
        let expected: Vec<_> = calls.iter().map(Call::expected).collect();
        prop_assert_eq!(transcripts(&mut records), expected);
        let rows = calls.iter().map(|call| call.turns.len() as u64).sum::<u64>();
        prop_assert_eq!((records.counts().read, records.counts().used, records.shape()), (rows, rows, Shape::Turns));
    }

    #[test]
    fn transcripts_in_json_are_read_as_they_were_written(calls in calls("[a-c \",;\n\\\\é:\\[\\{]{0,12}")) {
        let mut records = open(&whole(&calls, json_of), 64, 9999);
        let expected: Vec<_> = calls.iter().map(Call::expected).collect();
        prop_assert_eq!(transcripts(&mut records), expected);
    }

    #[test]
    fn transcripts_in_lines_are_read_as_they_were_written(calls in calls("[a-c][a-c \",;|é\\[\\{]{0,8}[a-c]")) {
        let mut records = open(&whole(&calls, lines_of), 64, 9999);
        let mut expected = calls.clone();
        for turn in expected.iter_mut().flat_map(|call| &mut call.turns) {
            turn.start = None;
            turn.speaker.get_or_insert_with(|| "Nobody".to_owned());
        }
        let expected: Vec<_> = expected.iter().map(Call::expected).collect();
        prop_assert_eq!(transcripts(&mut records), expected);
    }

    #[test]
    fn no_row_of_any_bytes_is_lost_and_chunks_do_not_matter(
        soup in prop::collection::vec(prop::sample::select(b"ab,,,\"\"\n\n\r; \xff\xc3\xa9".to_vec()), 0..120), limit in 18usize..60,
    ) {
        let file = [b"call,speaker,text\n", soup.as_slice()].concat();
        let mut at_once = open(&file, 4096, limit);
        let records = all(&mut at_once);
        let mut bytewise = open(&file, 1, limit);
        prop_assert_eq!(&all(&mut bytewise), &records);
        prop_assert!(balanced(at_once.counts()));
        prop_assert_eq!(at_once.counts(), bytewise.counts());
        let rows = csv::ReaderBuilder::new().flexible(true).from_reader(file.as_slice()).into_byte_records()
            .map(Result::unwrap)
            .filter(|row| row.iter().any(|cell| std::str::from_utf8(cell).is_ok_and(|text| !text.trim().is_empty()) || std::str::from_utf8(cell).is_err()))
            .count() as u64;
        // A row that ends in an open quotation mark or is too long is never blank.
        let kept = records.iter().filter(|record| is_kept_though_blank(record)).count() as u64;
        prop_assert!((rows..=rows + kept).contains(&at_once.counts().read), "{} rows, {:?}", rows, at_once.counts());
        let said: usize = records.iter().filter_map(|record| record.content.as_ref().ok()).map(|call| call.utterances.len()).sum();
        prop_assert_eq!(said as u64, at_once.counts().used);
    }

    #[test]
    fn every_place_is_the_line_where_the_call_begins(calls in calls("[a-c\"\n]{0,8}")) {
        let file = turns(&calls, b',');
        let mut line = 2;
        let mut expected = Vec::new();
        for call in &calls {
            expected.push(line);
            line += call.turns.iter().map(|turn| 1 + turn.text.matches('\n').count() as u64).sum::<u64>();
        }
        let places: Vec<u64> = all(&mut open(&file, 7, 9999)).iter().map(|record| record.place).collect();
        prop_assert_eq!(places, expected);
    }
}

fn is_kept_though_blank(record: &Record) -> bool {
    let is_kept = |reason: &RejectReason| {
        matches!(
            reason,
            RejectReason::NoEnd { .. } | RejectReason::TooLong { .. }
        )
    };
    match &record.content {
        Err(RejectReason::BrokenRow { reason, .. }) => is_kept(reason),
        Err(reason) => is_kept(reason),
        Ok(_) => false,
    }
}
