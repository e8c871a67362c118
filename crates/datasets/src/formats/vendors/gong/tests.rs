use serde_json::json;

use super::super::shown::{all, contents, gong, metadata, parties, said};
use super::*;

const TRANSCRIPTS: &[u8] =
    include_bytes!("../../../../fixtures/formats/vendors/gong-transcripts.json");
const CALLS: &[u8] = include_bytes!("../../../../fixtures/formats/vendors/gong-calls.json");

fn sound(file: &[u8]) -> Vec<Transcript> {
    let contents = contents(gong(file.to_vec())).into_iter();
    contents.map(Result::unwrap).collect()
}

#[test]
fn a_transcript_and_its_parties_come_together() {
    let calls = sound(TRANSCRIPTS);
    assert_eq!(calls.len(), 2);
    let call = &calls[0];
    assert_eq!(call.id, "7782342274025937895");
    assert_eq!(
        said(call),
        [
            "6432345678555530067 460-2890 Hello Mr Okafor. Thanks for your time.",
            "6432345678555530068 3100-4000 What does it cost?",
            "6432345678555530069 4100- Forty a month.",
        ]
    );
    assert_eq!(
        parties(call),
        [
            "6432345678555530067 seller Ines Marr ines@plumb.example",
            "6432345678555530068 buyer Chidi Okafor c.okafor@okafor.example",
            "6432345678555530069 - Room 2 -",
            "56825452554559 buyer - late@okafor.example",
        ]
    );
    assert_eq!(
        metadata(call),
        json!({
            "source": "gong", "date": "2026-02-17", "language": "en", "rep": "Ines Marr",
            "account": "0013601230sV7grAAD", "deal": "0013601230sV7grAAC", "title": "Okafor Ltd: demo", "duration": 460,
            "direction": "Outbound", "scope": "External", "media": "Video", "system": "Zoom"
        })
    );
}

#[test]
fn a_transcript_of_which_nothing_else_is_known_still_reads() {
    let call = &sound(TRANSCRIPTS)[1];
    assert_eq!(said(call), ["1 0-900 Anybody there?"]);
    assert_eq!(parties(call), ["1 - - -"]);
    assert_eq!(metadata(call), json!({"source": "gong"}));
}

#[test]
fn calls_of_another_file_describe_what_this_one_leaves_open() {
    let options = ReadOptions::default();
    let calls = Arc::new(GongCalls::read(CALLS, &options).unwrap());
    assert_eq!(calls.len(), 1);
    let broken: Vec<_> = calls
        .rejected()
        .iter()
        .map(|r| r.content.clone().unwrap_err().to_string())
        .collect();
    assert_eq!(
        broken,
        ["`calls[1].parties[0].speakerId` is not a text or a whole number"]
    );
    assert_eq!(format!("{calls:?}").matches("4711").count(), 0);
    let records = all(Box::new(
        GongRecords::new(TRANSCRIPTS, "call", &options).with_calls(calls),
    ));
    let second = records[1].content.clone().unwrap();
    assert_eq!(parties(&second), ["1 seller Ines Marr -"]);
    assert_eq!(second.metadata.rep.as_deref(), Some("42"));
    let first = records[0].content.clone().unwrap();
    assert_eq!(first.metadata.rep.as_deref(), Some("Ines Marr"));
}

#[test]
fn each_transcript_of_each_page_is_a_record_whether_it_is_broken_or_not() {
    let good = r#"{"callId":1,"transcript":[{"speakerId":"a","sentences":[{"text":"x"}]}]}"#;
    let bad = r#"{"callId":2,"transcript":[{"speakerId":"a","sentences":[{"text":7}]}]}"#;
    let page =
        format!(r#"{{"callTranscripts":[{good},{bad},{good}],"calls":[{{"metaData":{{}}}}]}}"#);
    let pages = format!("{page}\n{{\"callTranscripts\":[]}}\n{good}\n{{\n");
    let records = all(gong(pages.into()));
    let places: Vec<_> = records.iter().map(|record| record.place).collect();
    assert_eq!(places, [1, 2, 3, 4, 5, 6]);
    let shown: Vec<_> = records
        .iter()
        .map(|record| {
            record
                .content
                .as_ref()
                .map_or_else(ToString::to_string, |call| call.id.clone())
        })
        .collect();
    assert_eq!(
        shown,
        [
            "`calls[0].metaData.id` is missing",
            "1",
            "`transcript[0].sentences[0].text` is not a text",
            "1",
            "1",
            "not JSON at column 1: EOF while parsing an object",
        ]
    );
}

#[test]
fn a_file_without_transcripts_says_so() {
    let reason = |file: &[u8]| {
        contents(gong(file.to_vec()))
            .remove(0)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        reason(CALLS),
        "`calls[1].parties[0].speakerId` is not a text or a whole number"
    );
    assert_eq!(reason(b"{}"), "`callTranscripts` is missing");
    assert_eq!(reason(br#"{"callTranscripts":[]}"#), "the file is empty");
    assert_eq!(reason(b""), "the file is empty");
}

#[test]
fn a_response_over_the_limit_is_told_as_too_long() {
    let options = ReadOptions::default().with_max_line_bytes(300);
    let records = all(Box::new(GongRecords::new(TRANSCRIPTS, "call", &options)));
    assert_eq!(records.len(), 1);
    assert_eq!(
        records[0].content,
        Err(RejectReason::LongCall { limit: 300 })
    );
}
