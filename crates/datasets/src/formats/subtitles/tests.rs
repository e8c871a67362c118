use std::fmt::Write as _;
use std::io::{BufReader, Cursor};
use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::formats::shown::{fixture, one, shown};
use crate::{Transcript, Utterance};

fn read(file: &[u8], dialect: Dialect) -> Result<Transcript, RejectReason> {
    read_in_pieces(file, dialect, 8192)
}

fn read_in_pieces(file: &[u8], dialect: Dialect, piece: usize) -> Result<Transcript, RejectReason> {
    let input = BufReader::with_capacity(piece, Cursor::new(file.to_vec()));
    let options = ReadOptions::default().with_max_line_bytes(100_000);
    match dialect {
        Dialect::Vtt => one(&mut VttRecords::new(input, "call", &options)),
        Dialect::Srt => one(&mut SrtRecords::new(input, "call", &options)),
    }
}

#[track_caller]
fn expect(name: &str, dialect: Dialect, expected: &[&str], oddities: &str) {
    let transcript = read(&fixture(name), dialect).unwrap();
    assert_eq!(shown(&transcript), expected);
    let reading = transcript.metadata.extra.get("reading");
    assert_eq!(
        reading.map(ToString::to_string).unwrap_or_default(),
        oddities
    );
    assert_eq!(transcript.id, "call");
}

#[test]
fn a_zoom_transcript_names_its_voices_before_colons() {
    expect(
        "vtt/zoom.vtt",
        Dialect::Vtt,
        &[
            "Mira Okafor|3120-6480|Good morning, thanks for taking the time.",
            "Jonas Lind (Fjordbeam)|6900-11010|Morning. I have twenty minutes: is that enough?",
            "Mira Okafor|11010-15700|Plenty. You wrote that your invoices take nine days to leave the house.",
            "Jonas Lind (Fjordbeam)|15200-16000|Right.",
            "?|16000-18250|And it hurts at the end of each quarter.",
        ],
        "",
    );
}

#[test]
fn a_teams_transcript_names_its_voices_in_spans() {
    expect(
        "vtt/teams.vtt",
        Dialect::Vtt,
        &[
            "Okafor, Mira|0-5320|Hi, R&D told me you <tried> us before.",
            "Jonas Lind (External)|5900-9100|We did. Note: that was in spring.",
            "Okafor, Mira|9100-|And now?",
            "Jonas Lind (External)|9100-|Now we have a budget.",
            "?|64000-64320|(the recording ends)",
        ],
        r#"{"dropped_times":1}"#,
    );
}

#[test]
fn the_marks_of_the_standard_are_no_words() {
    expect(
        "vtt/w3c.vtt",
        Dialect::Vtt,
        &[
            "Esme & Co|1000-4000|Hello there you",
            "Ravi|5000-3600000|3 < 4, n'est-ce pas?",
            "Esme & Co|5000-3600000|€5, fine",
        ],
        "",
    );
}

#[test]
fn srt_with_names_two_voices_in_a_cue_and_blank_lines_is_read() {
    expect(
        "srt/recorder.srt",
        Dialect::Srt,
        &[
            "Ann Moreau|1000-3500|Did the trial help?",
            "Bo|3500-7000|It did.",
            "Ann Moreau|3500-7000|Good.",
            "Bo|7000-9000|AT&T is our carrier, so calls drop.",
        ],
        "",
    );
}

#[test]
fn loose_srt_keeps_its_order_and_tells_bad_times() {
    expect(
        "srt/loose.srt",
        Dialect::Srt,
        &[
            "AGENT|1500-2250|Hello?",
            "CUSTOMER|2250-3000|Who is this?",
            "AGENT|4000-|Your energy adviser.",
            "CUSTOMER|3900-5000|Not now: I am driving.",
        ],
        r#"{"dropped_times":1}"#,
    );
}

#[test]
fn a_colon_in_captions_without_names_is_no_name() {
    let file = "WEBVTT\n\n0:01 --> 0:02\nso we met\n\n0:02 --> 0:03\nand Note: it rained\n\n0:03 --> 0:04\nToday: nothing\n\n0:05 --> 0:06\nbye";
    let transcript = read(file.as_bytes(), Dialect::Vtt).unwrap();
    assert_eq!(shown(&transcript)[2], "?|3000-4000|Today: nothing");
    assert!(transcript.parties.is_empty());
}

#[test]
fn files_that_hold_no_call_say_why() {
    for (file, reason) in [
        (&b""[..], RejectReason::EmptyFile),
        (b"\xEF\xBB\xBF \n\n", RejectReason::EmptyFile),
        (
            b"WEBVTT\n\nNOTE only\n",
            upturn_core::ConversationError::NoTurns.into(),
        ),
        (b"PK\x03\x04\x00\x00", RejectReason::NotText { byte: 5 }),
    ] {
        assert_eq!(read(file, Dialect::Vtt), Err(reason));
    }
    let long = b"WEBVTT\n".repeat(20_000);
    let refused = read(&long, Dialect::Vtt);
    assert_eq!(refused, Err(RejectReason::LongCall { limit: 100_000 }));
}

#[test]
fn a_broken_character_is_replaced_and_counted() {
    let file = b"WEBVTT\n\n00:01.000 --> 00:02.000\nJos\xC3\xA9 \xE2\x82: \xC3\xBC\xC3\xB6 ok";
    let transcript = read(file, Dialect::Vtt).unwrap();
    assert_eq!(transcript.utterances[0].text, "üö ok");
    assert_eq!(
        transcript.metadata.extra["reading"]["replaced_characters"],
        1
    );
}

/// Writes a transcript as Teams would, or as Zoom would.
fn written(utterances: &[(String, u64, u64, String)], dialect: Dialect) -> String {
    let point = if dialect == Dialect::Vtt { '.' } else { ',' };
    let clock = |ms: u64| {
        let (s, ms) = (ms / 1000, ms % 1000);
        format!(
            "{:02}:{:02}:{:02}{point}{ms:03}",
            s / 3600,
            s / 60 % 60,
            s % 60
        )
    };
    let escape = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    };
    let mut file = if dialect == Dialect::Vtt {
        "WEBVTT\n\n".to_owned()
    } else {
        String::new()
    };
    for (at, (name, start, end, text)) in utterances.iter().enumerate() {
        let said = match dialect {
            Dialect::Vtt => format!("<v {}>{}</v>", escape(name), escape(text)),
            Dialect::Srt => format!("{name}: {text}"),
        };
        write!(
            file,
            "{}\n{} --> {}\n{said}\n\n",
            at + 1,
            clock(*start),
            clock(*end)
        )
        .unwrap();
    }
    file
}

fn utterances() -> impl Strategy<Value = Vec<(String, u64, u64, String)>> {
    let name = prop_oneof![
        "[A-Z][a-z]{1,6}( [A-ZÖ][a-zé]{1,6}){0,2}",
        "Speaker [0-9]",
        "SPEAKER_0[0-9]"
    ];
    let said = "[!-;?-~äß&]{1,9}( [!-;?-~äß&]{1,9}){0,4}";
    prop::collection::vec((name, 0..9_999_999_u64, 0..99_999_u64, said), 1..9).prop_map(|all| {
        let end = |(name, start, length, said)| (name, start, start + length, said);
        all.into_iter().map(end).collect()
    })
}

proptest! {
    #[test]
    fn what_was_written_is_read_back(all in utterances(), vtt: bool, crlf: bool) {
        let dialect = if vtt { Dialect::Vtt } else { Dialect::Srt };
        // Numbers and styles have a meaning of their own in SRT.
        prop_assume!(vtt || all.iter().all(|(.., text)| !text.contains(['{', '}'])));
        let file = written(&all, dialect);
        let file = if crlf { file.replace('\n', "\r\n") } else { file };
        let transcript = read(file.as_bytes(), dialect).unwrap();
        let mut expected = Transcript { id: "call".to_owned(), ..Transcript::default() };
        for (name, start, end, text) in all {
            let party = Some(expected.party(&name));
            expected.utterances.push(Utterance { party, text, start_ms: Some(start), end_ms: Some(end) });
        }
        prop_assert_eq!(transcript, expected);
    }

    #[test]
    fn any_bytes_are_one_record_however_they_come(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        cues in "(WEBVTT)?([0-9:.,>\\- \r\n<v/&;A-Za]|-->|\n\n|0:01 --> 0:02\n){0,60}",
        vtt: bool,
        piece in 1usize..9,
    ) {
        let dialect = if vtt { Dialect::Vtt } else { Dialect::Srt };
        for file in [&bytes[..], cues.as_bytes()] {
            let whole = read(file, dialect);
            prop_assert_eq!(&read_in_pieces(file, dialect, piece), &whole);
            if let Ok(transcript) = whole {
                let sides = vec![upturn_core::Speaker::Buyer; transcript.parties.len()];
                prop_assert!(transcript.into_conversation(&sides).is_ok());
            }
        }
    }
}

#[test]
fn the_fixtures_are_found_out_by_name_and_by_content() {
    use crate::Format;
    for (name, format) in [
        ("vtt/zoom.vtt", Format::Vtt),
        ("vtt/teams.vtt", Format::Vtt),
        ("vtt/w3c.vtt", Format::Vtt),
        ("srt/recorder.srt", Format::Srt),
        ("srt/loose.srt", Format::Srt),
    ] {
        for path in [Some(Path::new(name)), Some(Path::new("call.txt")), None] {
            assert_eq!(Format::detect(path, &fixture(name)), Some(format), "{name}");
        }
    }
}
