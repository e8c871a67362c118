use proptest::prelude::*;

use super::*;

fn detect(name: &str, head: &str) -> Option<Format> {
    format((!name.is_empty()).then(|| Path::new(name)), head.as_bytes())
}

#[test]
fn each_maker_of_json_is_known_by_its_keys() {
    for (head, format) in [
        (
            r#"{"id":"a","turns":[{"speaker":"seller","text":"hi"}]}"#,
            Format::Jsonl,
        ),
        (
            r#"{"segments":[{"start":0.1,"end":1.2,"text":" Hi"#,
            Format::Whisper,
        ),
        (
            r#"{"text":" Hi.","segments":[{"id":0,"seek":0}],"language":"en"}"#,
            Format::Whisper,
        ),
        (
            r#"{"metadata":{"request_id":"x"},"results":{"channels":[{"alternatives":[{"transcript":"hi"#,
            Format::Deepgram,
        ),
        (
            r#"{"id":"x","acoustic_model":"m","status":"completed","audio_url":"u","text":"hi","words":[{"text":"hi"#,
            Format::AssemblyAi,
        ),
        (
            r#"{"requestId":"x","records":{"totalRecords":1},"callTranscripts":[{"callId":"1"#,
            Format::Gong,
        ),
        (
            r#"{"messages":[{"role":"user","content":"hi"}]}"#,
            Format::Chat,
        ),
        (r#"[{"role":"user","content":"hi"}]"#, Format::Chat),
    ] {
        for name in [
            "",
            "call.json",
            "calls.jsonl.gz",
            "a/b/CALL.JSON",
            "call.txt",
        ] {
            assert_eq!(detect(name, head), Some(format), "{name} {head}");
        }
    }
}

#[test]
fn names_tell_where_contents_do_not() {
    for (name, head, format) in [
        ("x.vtt", "", Some(Format::Vtt)),
        ("x.SRT.zst", "hello", Some(Format::Srt)),
        ("x.csv", "a,b", Some(Format::Csv)),
        ("x.tsv.gz", "a\tb", Some(Format::Csv)),
        ("x.parquet", "PAR1....", Some(Format::Parquet)),
        ("", "PAR1....", Some(Format::Parquet)),
        ("x.jsonl", "not json", Some(Format::Jsonl)),
        (
            "",
            "call_id;speaker;\"text\"\n1;agent;hi",
            Some(Format::Csv),
        ),
        ("", "WEBVTT FILE\n", Some(Format::Vtt)),
        ("", "Ann: hi\nBob: hello", Some(Format::Text)),
        ("x.gz", "Ann: hi\nBob: hello", Some(Format::Text)),
    ] {
        assert_eq!(detect(name, head), format, "{name} {head}");
    }
}

#[test]
fn what_is_ambiguous_is_not_guessed() {
    for (name, head) in [
        ("x.csv", "PAR1"),
        ("x.srt", "WEBVTT\n"),
        ("x.vtt", r#"{"callTranscripts":[]}"#),
        ("x.json", r#"{"a":1}"#),
        (
            "",
            r#"{"segments":[],"language":"en","callTranscripts":[]}"#,
        ),
        ("x.json", r#"{"segments":[]}"#),
        ("x.txt", "Dear all, the text: see below."),
        ("x.mp4", "....ftyp"),
        ("", ""),
        ("", "WEBVTTX"),
        ("", "when, we, met"),
    ] {
        assert_eq!(detect(name, head), None, "{name} {head}");
    }
}

#[test]
fn utf_16_is_looked_through() {
    let head: Vec<u8> = "\u{feff}WEBVTT\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(format(None, &head), Some(Format::Vtt));
}

proptest! {
    #[test]
    fn nothing_panics(head in prop::collection::vec(any::<u8>(), 0..100), name in ".{0,12}") {
        let _ = format(Some(Path::new(&name)), &head);
    }
}
