//! What holds of any text.

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn redacting_twice_changes_nothing(conversation in conversation()) {
        let once = redact(&conversation);
        let twice = redact(&once.conversation);
        prop_assert_eq!(&twice.pseudonyms, &[]);
        prop_assert_eq!(twice.conversation, once.conversation);
    }

    #[test]
    fn restoring_gives_back_every_byte(conversation in conversation()) {
        let redacted = redact(&conversation);
        let keys = KeyFile::of(&redacted);
        prop_assert_eq!(keys.restore(&redacted.conversation).unwrap(), conversation);
    }

    #[test]
    fn what_was_found_is_nowhere_anymore(conversation in conversation()) {
        let redacted = redact(&conversation);
        let shown = serde_json::to_string(&redacted.conversation).unwrap();
        let debugged = format!("{:?}", redacted.conversation);
        // A company that is the account may be spoken of.
        let found = redacted.pseudonyms.iter().filter(|one| !matches!(one.kind, RedactionKind::Rep | RedactionKind::Account));
        for one in found {
            let is_rest = shown.match_indices(one.original.as_str()).any(|(at, found)| crate::redaction::boundaries::stands_alone(&shown, &(at..at + found.len())));
            let is_common = matches!(one.original.as_str(), "Will" | "May" | "Li");
            // Shorter values stand in counts and in placeholders.
            prop_assert!(!is_rest || is_common || one.original.len() < 5, "{} is left", one.original);
            // `Debug` escapes letters, so that a part of a word looks like a word there.
            let is_debugged = one.original.len() > 4 && debugged.contains(one.original.as_str());
            prop_assert!(!is_debugged || shown.contains(one.original.as_str()), "{} is shown", one.original);
        }
    }

    #[test]
    fn counts_are_those_of_the_pseudonyms_and_debug_shows_none(conversation in conversation()) {
        let redacted = redact(&conversation);
        prop_assert_eq!(redacted.counts.total(), redacted.pseudonyms.len() as u64);
        let shown = format!("{redacted:?} {:?}", KeyFile::of(&redacted));
        prop_assert!(!shown.contains("jane@example.com") && !shown.contains("Jane Doe"));
    }

    #[test]
    fn spans_are_whole_characters_in_order(text in text()) {
        let mut known = People::default();
        for name in PEOPLE {
            known.add(name);
        }
        let spans = REDACTOR.spans(&text, &mut known).unwrap();
        prop_assert!(spans.iter().all(|span| text.get(span.start..span.end).is_some_and(|found| !found.is_empty())));
        prop_assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start));
    }

    #[test]
    fn any_text_at_all_is_redacted_and_restored(text in any::<String>(), name in any::<String>(), rep in any::<String>()) {
        let metadata = serde_json::from_value(json!({"rep": rep, name.clone(): text})).unwrap();
        let conversation = call(&[&text, "x"]).with_metadata(metadata);
        let redacted = REDACTOR.redact(&conversation, &[name]).unwrap();
        prop_assert_eq!(KeyFile::of(&redacted).restore(&redacted.conversation).unwrap(), conversation);
    }

    #[test]
    fn the_order_of_turns_changes_numbers_only(texts in prop::collection::vec(text(), 2..5)) {
        let forward: Vec<&str> = texts.iter().map(String::as_str).chain(["x"]).collect();
        let backward: Vec<&str> = forward.iter().rev().copied().collect();
        let originals = |turns: &[&str]| {
            let mut originals: Vec<_> = redact(&call(turns)).pseudonyms.into_iter().map(|one| (one.kind, one.original)).collect();
            originals.sort();
            originals
        };
        prop_assert_eq!(originals(&forward), originals(&backward));
    }

    #[test]
    fn turns_without_personal_data_change_nothing(text in text()) {
        let alone = redact(&call(&[&text, "x"]));
        let among = redact(&call(&["so it is", &text, "for 1,200 dollars", "x"]));
        prop_assert_eq!(texts(&alone)[0], texts(&among)[1]);
    }
}
