use serde_json::json;

use super::super::shown::{assembly_ai, contents, metadata, said};
use super::*;

const CALL: &[u8] = include_bytes!("../../../../fixtures/formats/vendors/assemblyai.json");
const FAILED: &[u8] = include_bytes!("../../../../fixtures/formats/vendors/assemblyai-error.json");

fn read(file: &[u8]) -> Transcript {
    let mut all = contents(assembly_ai(file.to_vec()));
    assert_eq!(all.len(), 1);
    all.remove(0).unwrap()
}

#[test]
fn utterances_go_before_words() {
    let call = read(CALL);
    assert_eq!(
        said(&call),
        [
            "A 250-1840 Fenwick Boats, Tom speaking.",
            "B 2010-3990 Hi Tom, is the dinghy still there?",
        ]
    );
    assert_eq!(call.id, "9ea68fd3-f953-42c1-9742-976c447fb463");
    assert_eq!(
        metadata(&call),
        json!({"source": "assemblyai", "language": "en-us", "audio_duration": 5})
    );
}

#[test]
fn without_utterances_words_are_joined_and_without_words_the_text_counts() {
    let words = json!([
        {"text": "Hi", "start": 1, "end": 2, "speaker": "A"},
        {"text": "there.", "start": 3, "end": 4, "speaker": "A"},
        {"text": "Yes?", "start": 5, "end": 6, "channel": "2", "speaker": null},
    ]);
    let call = json!({"status": "completed", "utterances": null, "words": words, "text": "Hi there. Yes?"});
    assert_eq!(
        said(&read(call.to_string().as_bytes())),
        ["A 1-4 Hi there.", "2 5-6 Yes?"]
    );
    let call = json!({"words": [], "text": "Hi there."});
    assert_eq!(said(&read(call.to_string().as_bytes())), ["? - Hi there."]);
}

#[test]
fn a_transcript_that_is_not_completed_is_rejected_without_the_services_words() {
    let reason = contents(assembly_ai(FAILED.to_vec()))
        .remove(0)
        .unwrap_err();
    assert_eq!(reason.to_string(), "not transcribed: its status is `error`");
    assert!(!format!("{reason:?}").contains("4711"));
    let reason = contents(assembly_ai(br#"{"status":"queued"}"#.to_vec())).remove(0);
    assert_eq!(
        reason.unwrap_err().to_string(),
        "not transcribed: its status is `queued`"
    );
}
