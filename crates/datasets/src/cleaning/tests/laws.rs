//! What holds of any transcript.

use super::*;

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
