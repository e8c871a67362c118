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

/// Pieces that the rules look for, among words that they do not.
fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "b",
        "A,",
        "you",
        "you.",
        "thank",
        "thanks",
        "for",
        "watching!",
        "um",
        "uh,",
        "5",
        "seven",
        "music",
        "[music]",
        "[",
        "]",
        "(",
        ")",
        "*",
        "♪",
        "laughs",
        "[laughs]",
        "(inaudible)",
        "é",
        "e\u{301}",
        "\u{200d}",
        "\u{200b}",
        "\u{a0}",
        "\n",
        "  ",
        ".",
        ",",
        "👍",
        "\u{37e}",
        "\u{1}",
        "<",
        "\u{338}",
        "ご視聴ありがとうございました",
    ]);
    prop::collection::vec((piece, prop::bool::weighted(0.75)), 0..14).prop_map(|pieces| {
        pieces
            .iter()
            .map(|(piece, space)| piece.to_string() + if *space { " " } else { "" })
            .collect()
    })
}

fn transcript() -> impl Strategy<Value = Transcript> {
    let time = prop::option::weighted(0.6, 0u64..20_000);
    let utterance = (
        prop::option::weighted(0.9, 0usize..3),
        text(),
        time.clone(),
        time,
        1usize..5,
    );
    let language = prop::option::of(Just("en".to_owned()));
    (prop::collection::vec(utterance, 0..14), language).prop_map(|(said, language)| {
        let mut transcript = Transcript {
            parties: ["a", "b", "c"].map(Party::new).into(),
            ..Transcript::default()
        };
        transcript.metadata.language = language;
        for (party, text, start_ms, end_ms, times) in said {
            let said = Utterance {
                party,
                text,
                start_ms,
                end_ms: end_ms.max(start_ms),
            };
            if times == 3 {
                let party = said.party.map(|party| (party + 1) % 3);
                transcript.utterances.push(Utterance {
                    party,
                    ..said.clone()
                });
            }
            transcript
                .utterances
                .extend(vec![said; if times == 4 { 4 } else { 1 }]);
        }
        transcript
    })
}

fn options() -> impl Strategy<Value = CleaningOptions> {
    (
        any::<[bool; 6]>(),
        prop_oneof![Just(4000usize), 0usize..12],
        0u64..5000,
    )
        .prop_map(|(on, words, gap)| CleaningOptions {
            artefacts: on[0] || on[5],
            loops: on[1] || on[5],
            crosstalk: on[2] || on[5],
            fillers: on[3],
            merge: on[4] || on[5],
            merge_gap_ms: gap,
            max_turn_words: words,
            identify_language: true,
        })
}

/// The words of all utterances: letters and digits, in composed form, without what cannot be seen.
fn words(transcript: &Transcript) -> Vec<String> {
    let mut all = Vec::new();
    for said in &transcript.utterances {
        let mut text = said.text.clone();
        let survey = characters::Survey::of(&text);
        characters::rewrite(&mut text, survey);
        all.extend(
            text.split(|c: char| !c.is_alphanumeric())
                .filter(|word| !word.is_empty())
                .map(str::to_owned),
        );
    }
    all
}

fn is_subsequence(part: &[String], whole: &[String]) -> bool {
    let mut whole = whole.iter();
    part.iter().all(|word| whole.any(|other| other == word))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn cleaning_twice_is_cleaning_once(transcript in transcript(), options in options()) {
        let cleaner = Cleaner::new(options);
        let (mut once, before) = (transcript.clone(), transcript);
        let counts = cleaner.clean(&mut once);
        prop_assert!(counts.is_balanced(), "{:?}", counts);
        prop_assert_eq!(counts.utterances_in, before.utterances.len() as u64);
        prop_assert_eq!(counts.utterances_out, once.utterances.len() as u64);
        let mut twice = once.clone();
        let again = cleaner.clean(&mut twice);
        let texts = |of: &Transcript| of.utterances.iter().map(|said| (said.party, said.text.clone())).collect::<Vec<_>>();
        prop_assert_eq!(texts(&twice), texts(&once), "of {:?}", texts(&before));
        prop_assert_eq!(twice, once);
        prop_assert_eq!((again.merged, again.removed(), again.added, again.loops), (0, 0, 0, 0));
    }

    #[test]
    fn no_word_is_added_and_none_changes_its_place(transcript in transcript(), options in options()) {
        let mut clean = transcript.clone();
        Cleaner::new(options).clean(&mut clean);
        prop_assert!(is_subsequence(&words(&clean), &words(&transcript)), "{:?}\n{:?}", words(&clean), words(&transcript));
        prop_assert_eq!(clean.parties, transcript.parties);
    }

    #[test]
    fn plain_text_stays_as_it_is(texts in prop::collection::vec(prop::collection::vec("[A-Za-z0-9,.!?'\"$%&/-]{0,9}", 1..7), 1..8)) {
        let mut transcript = call(&[]);
        let mut number = 0..;
        for (place, words) in texts.iter().enumerate() {
            // A number makes every word another, so that nothing is a loop or an echo.
            let words: Vec<_> = words.iter().zip(&mut number).map(|(word, number)| format!("{word}{number}")).collect();
            let party = Some(transcript.party(["a", "b"][place % 2]));
            transcript.utterances.push(Utterance { party, text: words.join(" "), ..Utterance::default() });
        }
        let before = transcript.clone();
        Cleaner::new(CleaningOptions::default()).clean(&mut transcript);
        prop_assert_eq!(transcript, before);
    }
}
