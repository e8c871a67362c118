//! What holds of every explanation, and what some look like.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "helpers of tests are no tests to the lints"
)]

mod sample;

use proptest::collection::vec;
use proptest::prelude::*;
use upturn_coaching::{
    About, Citation, Estimate, EvidenceId, Explanation, Reason, RuleLift, Source,
};
use upturn_core::ConversationId;

/// Checks the laws written at [`Explanation`].
fn obeys_the_laws(explanation: &Explanation) {
    for sentence in explanation.sentences() {
        assert!(!sentence.evidence.is_empty());
        let exist = |id: &EvidenceId| explanation.citation(*id).is_some_and(|it| it.id == *id);
        assert!(sentence.evidence.iter().all(exist));
    }
    let names: Vec<String> = explanation
        .evidence
        .iter()
        .map(|it| it.id.to_string())
        .collect();
    let counted: Vec<String> = (1..=names.len()).map(|at| format!("e{at}")).collect();
    assert_eq!(names, counted);
    for Citation { source, quote, .. } in &explanation.evidence {
        if let Source::Said {
            conversation,
            turns,
            outcome,
        } = source
        {
            assert!(!turns.is_empty());
            let own = *conversation == explanation.conversation;
            assert!(!own || turns.end <= explanation.transcript.len());
            assert_eq!(own, outcome.is_none());
        }
        assert!(
            quote
                .as_ref()
                .is_none_or(|quote| quote.chars().count() <= Citation::QUOTE)
        );
    }
    let weights: Vec<f64> = explanation
        .reasons
        .iter()
        .map(|it| it.logit.map_or(0.0, f64::abs))
        .collect();
    assert!(weights.is_sorted_by(|a, b| a >= b));
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    let said = prop_oneof![
        any::<String>(),
        Just("It is too expensive for us. Sure, let me think about it.".to_owned()),
        Just("How do you plan routes? Shall we meet on Tuesday?".to_owned()),
    ];
    vec(said, 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_sentence_cites_what_exists(
        texts in texts(),
        ranges in vec((0usize..20, 0usize..9), 0..6),
        logit in -9.0f64..9.0,
    ) {
        if let Some(explanation) = sample::arbitrary(&texts, &ranges, logit) {
            obeys_the_laws(&explanation);
            let json = explanation.to_json().unwrap();
            let read: Explanation = serde_json::from_str(&json).unwrap();
            prop_assert!(read == explanation);
        }
    }

    #[test]
    fn evidence_ids_read_back(number in 1u32..) {
        let name = format!("e{number}");
        prop_assert_eq!(EvidenceId::try_from(name.clone()).map(String::from), Ok(name));
    }
}

#[test]
fn what_is_no_evidence_id_is_refused() {
    for name in [
        "",
        "e",
        "e0",
        "e01",
        "e-1",
        "e+1",
        "E1",
        "1",
        "e1 ",
        "e99999999999",
    ] {
        assert!(EvidenceId::try_from(name.to_owned()).is_err(), "{name}");
    }
}

#[test]
fn samples_obey_the_laws() {
    for explanation in [
        sample::usual(),
        sample::live(6),
        sample::live(1),
        sample::tiny(),
        sample::long(300),
    ] {
        obeys_the_laws(&explanation);
    }
}

#[test]
fn offers_are_told_with_the_turns_that_name_them() {
    let haggle = sample::haggle();
    let reason = haggle
        .reasons
        .iter()
        .find(|reason| reason.sentence.text.contains("offer"))
        .unwrap();
    let told = "2 objections, 75 % of the amount as the buyer's last offer and 90 % as the seller's, speaks for";
    let text = &reason.sentence.text;
    assert!(text.contains(told), "{text}");
    let cited = reason.sentence.evidence.iter().filter_map(|id| {
        let Source::Said { turns, .. } = &haggle.citation(*id)?.source else {
            return None;
        };
        Some((turns.start, turns.end))
    });
    let cited: Vec<(usize, usize)> = cited.collect();
    assert!(
        cited.contains(&(1, 2)) && cited.contains(&(2, 3)),
        "{cited:?}"
    );
}

#[test]
fn the_same_parts_give_the_same_explanation() {
    assert!(sample::usual() == sample::usual());
}

/// `cargo run -p upturn-coaching --example explain_page -- FOLDER` writes what to compare with.
#[test]
fn renderings_look_as_before() {
    let usual = sample::usual();
    assert_eq!(usual.to_text(), include_str!("golden/usual.txt"));
    assert_eq!(usual.to_markdown(), include_str!("golden/usual.md"));
    assert_eq!(sample::tiny().to_text(), include_str!("golden/tiny.txt"));
    assert_eq!(sample::live(6).to_text(), include_str!("golden/live.txt"));
}

#[test]
fn debug_shows_nothing_that_was_said() {
    let shown = format!("{:?}", sample::saying("Xylophone"));
    let said = shown.replace("o Xylophone", "").replace("c Xylophone", "");
    assert!(!said.contains("ylophone"), "{said}");
}

#[test]
fn what_was_said_controls_no_terminal_and_is_no_markup() {
    let explanation = sample::saying("\u{1b}[2J<b>\u{202e}[x](http://y)");
    let text = explanation.to_text();
    assert!(!text.contains(['\u{1b}', '\u{202e}']));
    let markdown = explanation.to_markdown().replace("\\]", "");
    assert!(!["<b>", "](", "://"].iter().any(|it| markdown.contains(it)));
}

#[test]
fn nothing_is_said_of_causes() {
    for explanation in [sample::usual(), sample::live(6), sample::tiny()] {
        let markdown = explanation.to_markdown().to_lowercase();
        for word in [
            "because",
            "caused",
            "causes",
            "due to",
            "leads to",
            "will win",
            "will lose",
        ] {
            assert!(!markdown.contains(word), "{word}");
        }
    }
}

#[test]
fn a_live_call_says_so_and_a_lonely_one_too() {
    let caveats = |it: Explanation| {
        it.caveats
            .iter()
            .map(|it| it.text.clone())
            .collect::<String>()
    };
    assert!(caveats(sample::live(6)).contains("The call goes on"));
    let lonely = caveats(sample::tiny());
    for told in [
        "hold nothing like it",
        "No comparable call",
        "Too little was seen",
        "single moment",
        "not compared",
    ] {
        assert!(lonely.contains(told), "{told}");
    }
}

#[test]
fn what_won_sellers_said_is_cited_with_call_and_turns() {
    let explanation = sample::usual();
    let action = explanation
        .actions
        .iter()
        .find(|it| it.text.contains("call-2210"))
        .unwrap();
    let next = explanation.citation(action.evidence[0]).unwrap();
    let id = ConversationId::new("call-2210").unwrap();
    assert!(
        matches!(&next.source, Source::Said { conversation, turns, .. } if *conversation == id && *turns == sample::range(6, 8))
    );
    let question = explanation
        .questions
        .iter()
        .find(|it| it.text.contains("call-2210"))
        .unwrap();
    assert!(question.text.contains("How long do your two planners need"));
    let whole = "How long do your two planners need in a week? Let us put numbers to it together.";
    assert!(
        action.text.contains(whole),
        "a quotation leaves nothing out"
    );
    assert!(!question.text.contains("Let us put"));
}

#[test]
fn nobody_is_quoted_for_a_call_that_nothing_known_is_like() {
    let quotes = |call: &Explanation| {
        let told = call.actions.iter().chain(&call.questions);
        told.filter(|it| it.text.contains("which was won")).count()
    };
    assert!(quotes(&sample::usual()) > 0);
    let foreign = sample::unlike_all();
    assert_eq!(quotes(&foreign), 0);
    assert!(
        foreign
            .actions
            .iter()
            .any(|it| it.text.starts_with("Write to the buyer")),
        "rules advise still"
    );
    assert!(
        foreign
            .summary
            .text
            .contains("unsure (no known call is much like it)")
    );
}

#[test]
fn rules_that_tell_nothing_on_labelled_calls_come_last() {
    let lift = |rule: &str, value: f64, low: f64| RuleLift {
        rule: rule.to_owned(),
        judged: 200,
        unjudged: 0,
        lost: 90,
        hits: 60,
        lost_hits: 30,
        lift: Some(Estimate {
            value,
            low,
            high: value + 0.2,
        }),
    };
    let known = [
        lift("no_next_step", 1.01, 0.9),
        lift("unanswered_objection", 1.4, 1.2),
    ];
    let explanation = sample::weighed(&known);
    let told = |explanation: &Explanation| -> Vec<String> {
        let warnings = explanation.reasons.iter();
        let rule = warnings.filter_map(|it| {
            let About::Warning { rule } = &it.about else {
                return None;
            };
            Some(rule.clone())
        });
        rule.collect()
    };
    let (before, after) = (told(&sample::usual()), told(&explanation));
    assert_eq!(before.first().unwrap(), "no_next_step");
    assert_eq!(after.first().unwrap(), "unanswered_objection");
    assert_eq!(after.last().unwrap(), "no_next_step");
    assert_eq!(before.len(), after.len());
    let sentence = |rule: &str| {
        let named =
            |it: &&Reason| matches!(&it.about, About::Warning { rule: name } if name == rule);
        let reason = explanation.reasons.iter().find(named);
        reason.unwrap().sentence.text.clone()
    };
    let worth = "were lost 1.40 [1.20, 1.60] times as often as all.";
    assert!(sentence("unanswered_objection").ends_with(worth));
    assert!(sentence("no_next_step").ends_with("as all, which is not shown to be more often."));
    let last = explanation.actions.last().unwrap();
    assert!(
        last.text.starts_with("Write to the buyer today"),
        "{last:?}"
    );
}

#[test]
fn json_names_the_version_of_its_form_and_has_a_schema() {
    let json: serde_json::Value = serde_json::from_str(&sample::tiny().to_json().unwrap()).unwrap();
    assert_eq!(json["schema"]["version"], 1);
    assert_eq!(json["evidence"][0]["id"], "e1");
    assert_eq!(json["evidence"][0]["source"], "model");
    assert_eq!(json["reasons"][0]["about"], "part");
    let schema = schemars::schema_for!(Explanation);
    let fields = schema.as_value()["properties"].as_object().unwrap();
    let told: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert!(
        told.iter()
            .all(|it| *it == "schema" || fields.contains_key(*it)),
        "{told:?}"
    );
}
