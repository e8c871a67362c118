use serde_json::json;

use super::super::shown::{contents, deepgram, metadata, parties, said};
use super::*;

const UTTERANCES: &[u8] =
    include_bytes!("../../../../fixtures/formats/vendors/deepgram-utterances.json");
const CHANNELS: &[u8] =
    include_bytes!("../../../../fixtures/formats/vendors/deepgram-multichannel.json");

fn read(file: &[u8]) -> Transcript {
    let mut all = contents(deepgram(file.to_vec()));
    assert_eq!(all.len(), 1);
    all.remove(0).unwrap()
}

fn results(results: &serde_json::Value) -> Vec<String> {
    said(&read(json!({"results": results}).to_string().as_bytes()))
}

#[test]
fn utterances_go_before_words() {
    let call = read(UTTERANCES);
    assert_eq!(
        said(&call),
        [
            "speaker_0 80-2140 Larch Energy, how can I help?",
            "speaker_1 2500-4000 I want to switch.",
            "speaker_0 4250-4500 Sure.",
        ]
    );
    assert_eq!(parties(&call), ["speaker_0 - - -", "speaker_1 - - -"]);
    assert_eq!(call.id, "5b1c7e2a-9a7d-4c55-8a2f-0d4f3b0a9e11");
    let created = "2026-03-04T08:15:30.000Z";
    assert_eq!(
        metadata(&call),
        json!({"source": "deepgram", "language": "en-gb", "created": created, "duration": 12.5})
    );
}

#[test]
fn channels_are_parties_and_speak_in_the_order_of_their_starts() {
    assert_eq!(
        said(&read(CHANNELS)),
        [
            "channel_0 500-1900 Hello there. This is Orla.",
            "channel_1 2000-2600 Hi Orla.",
            "channel_0 5000-6000 Shall I book it?",
            "channel_1 6500-7400 yes please",
        ]
    );
}

#[test]
fn words_of_one_speaker_in_a_row_are_one_utterance() {
    let words = json!([
        {"word": "a", "speaker": 0, "start": 0.0, "end": 0.5},
        {"word": "b", "speaker": 0, "start": 0.5, "end": 0.9},
        {"word": "c", "speaker": 1, "start": 1.0, "end": 1.5},
        {"word": "d", "speaker": 0, "start": 2.0, "end": 1.0},
    ]);
    let call = results(
        &json!({"channels": [{"alternatives": [{"transcript": "a b c d", "words": words}, {"words": []}]}]}),
    );
    assert_eq!(
        call,
        [
            "speaker_0 0-900 a b",
            "speaker_1 1000-1500 c",
            "speaker_0 2000- d"
        ]
    );
}

#[test]
fn speakers_within_channels_are_told_apart() {
    let utterances = json!([
        {"transcript": "b", "channel": 1, "speaker": 0, "start": 2.0},
        {"transcript": "a", "channel": 0, "speaker": 0, "start": 1.0},
        {"transcript": "c", "channel": 1, "speaker": 1, "start": 2.0},
    ]);
    let call = results(&json!({"utterances": utterances}));
    assert_eq!(
        call,
        [
            "channel_0_speaker_0 1000- a",
            "channel_1_speaker_0 2000- b",
            "channel_1_speaker_1 2000- c"
        ]
    );
}

#[test]
fn a_bare_transcript_is_one_utterance_a_channel() {
    let channel = |text: &str| json!({"alternatives": [{"transcript": text}]});
    assert_eq!(
        results(&json!({"channels": [channel("all of it")]})),
        ["? - all of it"]
    );
    let two =
        json!({"channels": [channel("a"), {"alternatives": []}, channel("b")], "utterances": []});
    assert_eq!(results(&two), ["channel_0 - a", "channel_2 - b"]);
}

#[test]
fn faults_are_named() {
    for (file, message) in [
        ("{}", "`results` is missing"),
        (r#"{"results":{}}"#, "`turns` holds nothing that was said"),
        (
            r#"{"results":{"channels":[{"alternatives":[{"words":[{"word":"a","start":"x"}]}]}]}}"#,
            "`results.channels[0].alternatives[0].words[0].start` is not a number",
        ),
        (
            r#"{"err_code":"INVALID_AUTH","err_msg":"no"}"#,
            "`results` is missing",
        ),
    ] {
        let reason = contents(deepgram(file.into())).remove(0).unwrap_err();
        assert_eq!(reason.to_string(), message);
    }
}
