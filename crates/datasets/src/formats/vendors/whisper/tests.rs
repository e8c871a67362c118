use serde_json::json;

use super::super::shown::{contents, metadata, said, whisper};
use super::*;

const DIARISED: &[u8] = include_bytes!("../../../../fixtures/formats/vendors/whisperx.json");
const PLAIN: &[u8] = include_bytes!("../../../../fixtures/formats/vendors/whisper.json");

fn read(file: &[u8]) -> Transcript {
    let mut all = contents(whisper(file.to_vec()));
    assert_eq!(all.len(), 1);
    all.remove(0).unwrap()
}

/// What is said in a call of one segment.
fn segment(segment: &serde_json::Value) -> Vec<String> {
    let call = json!({"segments": [segment]});
    said(&read(call.to_string().as_bytes()))
}

#[test]
fn a_segment_is_cut_where_the_speaker_changes() {
    let call = read(DIARISED);
    assert_eq!(
        said(&call),
        [
            "SPEAKER_00 31-1400 Good morning, Harrow Tiles, this is Mira.",
            "SPEAKER_01 1610-2514 Hi, I saw your offer.",
            "SPEAKER_01 2700-4250 For 40 square metres?",
            "? 4900-5200 Mm-hm.",
        ]
    );
    assert_eq!(
        metadata(&call),
        json!({"source": "whisper", "language": "en"})
    );
    assert_eq!(call.id, "call");
}

#[test]
fn without_speakers_the_voices_are_unnamed_and_an_end_before_the_start_is_dropped() {
    let call = read(PLAIN);
    assert_eq!(
        said(&call),
        ["? 0-900 Guten Tag.", "? 1235- Was kostet das?"]
    );
    assert!(call.parties.is_empty());
    assert_eq!(call.metadata.language.as_deref(), Some("de"));
}

#[test]
fn words_without_a_speaker_belong_to_their_neighbours() {
    let words = json!([{"word": "a"}, {"word": "b", "speaker": "X"}, {"word": "c"}, {"word": "d", "speaker": 2}]);
    let cut = segment(&json!({"text": "a  b c d!", "words": words}));
    assert_eq!(cut, ["X - a  b c", "2 - d!"]);
}

#[test]
fn words_that_are_not_those_of_the_text_are_joined() {
    let words = json!([{"word": " Hi", "speaker": "X"}, {"word": " you", "speaker": "X"}, {"word": "So", "speaker": "Y"}, {"word": "so", "speaker": "Y"}]);
    let cut = segment(&json!({"text": "other words", "words": words}));
    assert_eq!(cut, ["X - Hi you", "Y - So so"]);
    let joined = segment(&json!({"words": [{"word": "No"}, {"word": "text"}], "speaker": "Z"}));
    assert_eq!(joined, ["Z - No text"]);
}

#[test]
fn text_without_spaces_is_cut_within_words() {
    let words = json!([{"word": "是", "speaker": "X"}, {"word": "吗", "speaker": "Y"}, {"word": "？", "speaker": "Y"}]);
    assert_eq!(
        segment(&json!({"text": "是吗？", "words": words})),
        ["X - 是", "Y - 吗？"]
    );
}

#[test]
fn faults_are_named() {
    for (file, message) in [
        ("", "the file is empty"),
        ("{}", "`segments` is missing"),
        (r#"{"segments":[]}"#, "`turns` holds nothing that was said"),
        (
            r#"{"segments":[{"text":" "}]}"#,
            "`turns` holds nothing that was said",
        ),
        (
            r#"{"segments":[{"text":"a"},{"text":["b"]}]}"#,
            "`segments[1].text` is not a text",
        ),
        (
            r#"{"segments":[{"text":"a","start":"b"}]}"#,
            "`segments[0].start` is not a number",
        ),
        (
            r#"{"segments":[{"words":[{"speaker":1.5}]}]}"#,
            "`segments[0].words[0].speaker` is not a text or a whole number",
        ),
    ] {
        let reason = contents(whisper(file.into())).remove(0).unwrap_err();
        assert_eq!(reason.to_string(), message);
    }
}
