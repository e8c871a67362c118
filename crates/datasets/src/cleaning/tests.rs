mod laws;

use proptest::prelude::*;
use upturn_core::Metadata;

use super::*;
use crate::{Party, Transcript, Utterance};

/// A transcript of `party: text` lines; `-` is nobody. `@from-to` after the name gives times in seconds.
fn call(lines: &[&str]) -> Transcript {
    let mut transcript = Transcript::default();
    transcript.metadata.language = Some("en".to_owned());
    for line in lines {
        let (name, text) = line.split_once(": ").unwrap();
        let (name, times) = name.split_once('@').unwrap_or((name, ""));
        let time = |time: Option<&str>| {
            time.and_then(|time| time.parse::<u64>().ok())
                .map(|s| s * 1000)
        };
        let (from, to) = times
            .split_once('-')
            .map_or((None, None), |(a, b)| (Some(a), Some(b)));
        let party = (name != "-").then(|| transcript.party(name));
        transcript.utterances.push(Utterance {
            party,
            text: text.to_owned(),
            start_ms: time(from),
            end_ms: time(to),
        });
    }
    transcript
}

/// What is left, in the same form without times.
fn cleaned(options: &CleaningOptions, lines: &[&str]) -> (Vec<String>, CleaningCounts) {
    let mut transcript = call(lines);
    let counts = Cleaner::new(options.clone()).clean(&mut transcript);
    assert!(counts.is_balanced(), "{counts:?}");
    let name = |said: &Utterance| {
        said.party
            .map_or("-", |party| &transcript.parties[party].label)
            .to_owned()
    };
    let left = transcript
        .utterances
        .iter()
        .map(|said| format!("{}: {}", name(said), said.text));
    (left.collect(), counts)
}

fn left(lines: &[&str]) -> Vec<String> {
    cleaned(&CleaningOptions::default(), lines).0
}

#[test]
fn pieces_of_a_turn_are_joined_until_somebody_else_speaks_or_a_pause() {
    assert_eq!(
        left(&[
            "a: So",
            "a: we can",
            "b: yes",
            "a: start",
            "-: beep",
            "-: beep",
            "a: now"
        ]),
        [
            "a: So we can",
            "b: yes",
            "a: start",
            "-: beep",
            "-: beep",
            "a: now"
        ]
    );
    assert_eq!(
        left(&["a@0-2: So", "a@4-5: we", "a@8-9: can"]),
        ["a: So we", "a: can"]
    );
}

#[test]
fn joined_turns_have_the_times_of_both() {
    let mut transcript = call(&[
        "a@1-2: So",
        "a@3-9: we",
        "a@5-6: can",
        "b@20-21: x",
        "b@10-11: y",
    ]);
    Cleaner::new(CleaningOptions::default()).clean(&mut transcript);
    let times: Vec<_> = transcript
        .utterances
        .iter()
        .map(|said| (said.start_ms, said.end_ms))
        .collect();
    assert_eq!(
        times,
        [(Some(1000), Some(9000)), (Some(20_000), Some(21_000))]
    );
}

#[test]
fn an_end_before_the_start_is_not_made_by_joining() {
    let mut transcript = call(&["a@10-: So", "a@-5: we"]);
    Cleaner::new(CleaningOptions::default()).clean(&mut transcript);
    let times: Vec<_> = transcript
        .utterances
        .iter()
        .map(|said| (said.start_ms, said.end_ms))
        .collect();
    assert_eq!(times, [(Some(10_000), None)]);
}

#[test]
fn what_fits_only_after_its_loop_was_cut_is_joined_and_looked_at_again() {
    let options = CleaningOptions::default().with_max_turn_words(4);
    let lines = [
        "b: Bye.",
        "a: Thanks for",
        "a: watching! watching! watching! watching!",
    ];
    assert_eq!(cleaned(&options, &lines).0, ["b: Bye."]);
}

#[test]
fn an_empty_turn_does_not_part_the_pieces_of_another() {
    let (left, counts) = cleaned(
        &CleaningOptions::default(),
        &["a: So", "b: [BLANK_AUDIO]", "a: we"],
    );
    assert_eq!(left, ["a: So we"]);
    assert_eq!((counts.artefacts, counts.empty, counts.merged), (1, 1, 1));
}

#[test]
fn boilerplate_goes_also_where_it_was_broken_in_two() {
    let (left, counts) = cleaned(
        &CleaningOptions::default(),
        &["a: Bye.", "b: Thanks for", "b: watching!", "a: Bye bye."],
    );
    assert_eq!(left, ["a: Bye. Bye bye."]);
    assert_eq!((counts.boilerplate, counts.merged), (1, 2));
    assert_eq!(
        left_of("b: Thanks for watching the demo"),
        "b: Thanks for watching the demo"
    );
}

fn left_of(line: &str) -> String {
    left(&[line]).concat()
}

#[test]
fn a_loop_across_utterances_is_cut() {
    let lines = ["a: Thank you."; 40];
    let (left, counts) = cleaned(&CleaningOptions::default(), &lines);
    assert!(
        left.len() == 1 && left[0].split(' ').count() <= 7,
        "{left:?}"
    );
    assert!(counts.loop_words >= 74, "{counts:?}");
}

#[test]
fn crosstalk_keeps_the_first() {
    let (left, counts) = cleaned(
        &CleaningOptions::default(),
        &[
            "a@0-3: so the price is four hundred",
            "b@0-3: So the price is four hundred.",
            "a@3-5: and that includes support every day",
            "b@3-5: that includes support every day",
            "b@6-7: okay",
        ],
    );
    assert_eq!(
        left,
        [
            "a: so the price is four hundred and that includes support every day",
            "b: okay"
        ]
    );
    assert_eq!(counts.crosstalk, 2);
}

#[test]
fn the_same_words_later_are_no_crosstalk() {
    let lines = [
        "a@0-3: so the price is four hundred",
        "b@30-33: so the price is four hundred",
    ];
    assert_eq!(left(&lines).len(), 2);
    let lines = [
        "a: so the price is four hundred",
        "b: hm",
        "c: so the price is four hundred",
    ];
    assert_eq!(left(&lines).len(), 3);
}

#[test]
fn a_turn_that_is_too_long_is_cut_and_no_word_is_lost() {
    let options = CleaningOptions::default().with_max_turn_words(10);
    let text: Vec<_> = (0..35)
        .map(|i| format!("w{i}{}", if i % 4 == 3 { "." } else { "" }))
        .collect();
    let line = format!("a@0-60: {}", text.join(" "));
    let (left, counts) = cleaned(&options, &[&line, "a@60-61: and more"]);
    assert!(
        left.iter().all(|turn| turn.split(' ').count() <= 11),
        "{left:?}"
    );
    let words: Vec<_> = left
        .iter()
        .flat_map(|turn| turn.split(' ').skip(1))
        .collect();
    assert_eq!(words.join(" "), text.join(" ") + " and more");
    assert_eq!((counts.split, counts.added, counts.merged), (1, 4, 1));
}

#[test]
fn fillers_go_only_on_demand_and_in_a_known_language() {
    let lines = ["a: Um, I think we should, uh, talk about the price and what it includes"];
    assert_eq!(left(&lines)[0], lines[0]);
    let options = CleaningOptions::default().with_fillers(true);
    assert_eq!(
        cleaned(&options, &lines).0,
        ["a: I think we should, talk about the price and what it includes"]
    );
    let mut transcript = call(&lines);
    transcript.metadata = Metadata::default();
    let counts = Cleaner::new(options.clone()).clean(&mut transcript);
    assert_eq!(
        (
            counts.fillers,
            counts.languages_identified,
            counts.utterances_in
        ),
        (2, 1, 1)
    );
    assert!(counts.is_balanced());
    let mut short = call(&["a: um so"]);
    short.metadata = Metadata::default();
    Cleaner::new(options).clean(&mut short);
    assert_eq!(short.utterances[0].text, "um so");
}

#[test]
fn a_language_that_is_given_stays() {
    let mut transcript = call(&["a: Danke, dass Sie sich die Zeit nehmen. Worum geht es denn?"]);
    Cleaner::new(CleaningOptions::default()).clean(&mut transcript);
    assert_eq!(transcript.metadata.language.as_deref(), Some("en"));
}

#[test]
fn with_every_rule_off_only_characters_and_empty_turns_change() {
    let off: CleaningOptions = serde_json::from_str(
        r#"{"artefacts":false,"loops":false,"crosstalk":false,"merge":false,"identify_language":false}"#,
    )
    .unwrap();
    let lines = [
        "a: [Music] no no no no",
        "a:  Thanks for  watching",
        "b: thanks for watching",
        "b:  ",
    ];
    assert_eq!(
        cleaned(&off, &lines).0,
        [
            "a: [Music] no no no no",
            "a: Thanks for watching",
            "b: thanks for watching"
        ]
    );
}

#[test]
fn hostile_texts_are_cleaned() {
    let many = 5_000;
    for text in [
        "[music ".repeat(many) + &"]".repeat(many),
        "you ".repeat(many),
        "a a a b ".repeat(many),
        "*".repeat(many),
        "♪".repeat(many),
        "\u{200d}é".repeat(many),
        "e\u{301}\u{200b}\u{301}".repeat(many),
        "( a a a a music) ".repeat(many),
    ] {
        let mut transcript = call(&[]);
        let party = Some(transcript.party("a"));
        transcript.utterances.push(Utterance {
            party,
            text: text.clone(),
            ..Utterance::default()
        });
        assert!(
            Cleaner::new(CleaningOptions::default())
                .clean(&mut transcript)
                .is_balanced()
        );
    }
    for turn in [
        "you",
        "a b c",
        "one two three four five six seven",
        "[x",
        "thanks for",
    ] {
        let lines: Vec<_> = (0..20_000)
            .map(|i| format!("{}: {turn}", ["a", "b"][i / 2 % 2]))
            .collect();
        let lines: Vec<_> = lines.iter().map(String::as_str).collect();
        left(&lines);
    }
}
