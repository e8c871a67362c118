use std::io::{BufReader, Cursor};
use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::formats::shown::{fixture, one, shown};
use crate::{Format, Transcript, Utterance};

fn read(file: &[u8]) -> Result<Transcript, RejectReason> {
    read_in_pieces(file, 8192)
}

fn read_in_pieces(file: &[u8], piece: usize) -> Result<Transcript, RejectReason> {
    let input = BufReader::with_capacity(piece, Cursor::new(file.to_vec()));
    one(&mut TextRecords::new(
        input,
        "call",
        &ReadOptions::default(),
    ))
}

#[track_caller]
fn expect(name: &str, expected: &[&str], oddities: &str) {
    let transcript = read(&fixture(name)).unwrap();
    assert_eq!(shown(&transcript), expected);
    let reading = transcript.metadata.extra.get("reading");
    assert_eq!(
        reading.map(ToString::to_string).unwrap_or_default(),
        oddities
    );
    for path in [Some(Path::new(name)), None] {
        assert_eq!(
            Format::detect(path, &fixture(name)),
            Some(Format::Text),
            "{name}"
        );
    }
}

#[test]
fn names_without_times_and_lines_that_go_on_are_read() {
    expect(
        "text/plain.txt",
        &[
            "Agent|-|Good evening, this is Lumen Heating.",
            "Customer|-|Hi. I saw your offer: is it still valid in May?",
            "Agent|-|It is.",
            "Customer|-|https://lumen.example says otherwise.",
        ],
        "",
    );
}

#[test]
fn a_time_may_stand_before_the_name_or_behind_it() {
    expect(
        "text/stamped.txt",
        &[
            "Mira Okafor|2000-|Hello there.",
            "Jonas Lind|5000-9000|Hi.",
            "Mira Okafor|11000-|Shall we start?",
            "Jonas Lind|15000-|Please do.",
            "Mira Okafor|20000-24000|The price is 40.",
            "Jonas Lind|31000-|Per month?",
            "Mira Okafor|33000-|Per year.",
            "Jonas Lind|3723000-|Deal.",
        ],
        "",
    );
}

#[test]
fn an_otter_export_has_names_on_lines_of_their_own() {
    expect(
        "text/otter.txt",
        &[
            "Mira Okafor|3000-|Thanks for joining. We said ten past: that works.",
            "Speaker 2|12000-|It does. So, what is new?",
            "Mira Okafor|3607000-|A lot.",
        ],
        "",
    );
}

#[test]
fn a_meet_document_has_a_title_and_times_on_lines_of_their_own() {
    expect(
        "text/meet.txt",
        &[
            "Mira Okafor|0-|Good to see you.",
            "Jonas Lind|-|Likewise.",
            "Mira Okafor|300000-|So the pilot ends on Friday.",
            "Jonas Lind|-|It does. We will sign. Transcription ended after 00:06:10",
        ],
        r#"{"unread_lines":4}"#,
    );
}

#[test]
fn old_encodings_are_read_and_told() {
    expect(
        "text/windows-1252.txt",
        &[
            "Jörg|-|Grüß Gott, Müller hier.",
            "Anna|-|Schön, daß Sie anrufen. Für wen?",
            "Jörg|-|Für die Küche € 900.",
        ],
        r#"{"encoding":"windows-1252"}"#,
    );
    expect(
        "text/utf-16.txt",
        &["Юлия|-|Добрый день.", "Pavel|-|Здравствуйте!"],
        r#"{"encoding":"UTF-16LE"}"#,
    );
}

#[test]
fn a_text_without_names_is_rejected() {
    let prose =
        b"It was a dark night.\nThe rain fell.\n\nThere was one thing to say about it: nothing.";
    assert_eq!(read(prose), Err(RejectReason::NoSpeaker));
    assert_eq!(Format::detect(Some(Path::new("notes.txt")), prose), None);
    assert_eq!(read(b" "), Err(RejectReason::EmptyFile));
    assert_eq!(
        read(b"Ann:\n\nBob:"),
        Err(upturn_core::ConversationError::NoTurns.into())
    );
}

#[test]
fn a_stamp_without_a_name_is_no_part_of_what_is_said() {
    let file = b"Ann: one\n[00:10] two\nBob: three\nAnn: at 10:30 it is Monday 10:30";
    assert_eq!(
        shown(&read(file).unwrap()),
        [
            "Ann|-|one two",
            "Bob|-|three",
            "Ann|-|at 10:30 it is Monday 10:30"
        ]
    );
}

#[derive(Debug, Clone, Copy)]
enum Style {
    Bare,
    Before,
    Behind,
    Otter,
}

fn written(utterances: &[(String, u64, String)], style: Style) -> String {
    let turn = |(name, start, text): &(String, u64, String)| {
        let clock = format!(
            "{:02}:{:02}:{:02}",
            start / 3600,
            start / 60 % 60,
            start % 60
        );
        match style {
            Style::Bare => format!("{name}: {text}\n"),
            Style::Before => format!("[{clock}] {name}: {text}\n"),
            Style::Behind => format!("{name} ({clock}): {text}\n"),
            Style::Otter => format!("{name}  {clock}\n{text}\n\n"),
        }
    };
    utterances.iter().map(turn).collect()
}

proptest! {
    #[test]
    fn what_was_written_is_read_back(
        all in prop::collection::vec(("[A-Z][a-z]{1,6}( [A-ZÖ][a-zé]{1,6}){0,2}", 0..99_999_u64, "[a-zäß.?!&<>]{1,9}( [a-zäß.?!&<>]{1,9}){0,4}"), 1..9),
        style in prop::sample::select(vec![Style::Bare, Style::Before, Style::Behind, Style::Otter]),
        crlf: bool,
    ) {
        let file = written(&all, style);
        let file = if crlf { file.replace('\n', "\r\n") } else { file };
        let transcript = read(file.as_bytes()).unwrap();
        let mut expected = Transcript { id: "call".to_owned(), ..Transcript::default() };
        for (name, start, text) in all {
            let party = Some(expected.party(&name));
            let start_ms = (!matches!(style, Style::Bare)).then_some(start * 1000);
            expected.utterances.push(Utterance { party, text, start_ms, end_ms: None });
        }
        prop_assert_eq!(transcript, expected);
    }

    #[test]
    fn any_bytes_are_one_record_however_they_come(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        lines in "([A-Za-z0-9:()\\[\\]\\-> \t\r\n]|Ann: |0:01 |\n\n){0,60}",
        piece in 1usize..9,
    ) {
        for file in [&bytes[..], lines.as_bytes()] {
            let whole = read(file);
            prop_assert_eq!(&read_in_pieces(file, piece), &whole);
            if let Ok(transcript) = whole {
                let sides = vec![upturn_core::Speaker::Buyer; transcript.parties.len()];
                prop_assert!(transcript.into_conversation(&sides).is_ok());
            }
        }
    }

    #[test]
    fn no_word_is_lost(lines in prop::collection::vec("(Ann: |Bob: |Note: )?[a-z]{1,5}( [a-z]{1,5}){0,3}", 1..12)) {
        let words = |text: &str| text.split_whitespace().count();
        let file = format!("Ann: hello\nBob: hi\nAnn: so\n{}", lines.join("\n"));
        let transcript = read(file.as_bytes()).unwrap();
        let said: usize = transcript.utterances.iter().map(|said| words(&said.text)).sum();
        let turns = transcript.utterances.len();
        prop_assert_eq!(said + turns, words(&file));
    }
}
