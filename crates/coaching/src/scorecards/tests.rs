//! Rubrics, their faults, the cards they give, and agreement with people.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;
use upturn_core::{
    Conversation, ConversationId, Diagnostic, Metadata, Prefix, Probability, Speaker, Turn,
    TurnRange,
};

use super::*;
use crate::{Meter, Rules, Tracked, TrackerHit};

const S: Speaker = Speaker::Seller;
const B: Speaker = Speaker::Buyer;

fn call(lines: &[(Speaker, &str)]) -> Conversation {
    let turns = lines
        .iter()
        .map(|(speaker, text)| Turn::new(*speaker, *text));
    Conversation::new(ConversationId::new("c").unwrap(), turns.collect()).unwrap()
}

fn short_call() -> Conversation {
    call(&[
        (S, "How do you plan routes today?"),
        (B, "By hand, and it takes a day."),
        (S, "Shall we schedule a call on Tuesday?"),
        (B, "Yes, sounds good."),
    ])
}

fn score(rubric: &Rubric, prefix: Prefix<'_>, tracked: Option<&Tracked>) -> Scorecard {
    let measures = Meter::default().measure(prefix);
    let rules = Rules::default();
    let facts = CallFacts::new(&measures, prefix.conversation().metadata(), &rules);
    let facts = tracked.map_or(facts, |tracked| facts.with_tracked(tracked));
    rubric.score(&facts)
}

fn points(card: &Scorecard) -> Vec<(&str, f64)> {
    let answers = card.answers.iter();
    answers
        .map(|it| (it.question.as_str(), it.points))
        .collect()
}

fn why(card: &Scorecard) -> Vec<(&str, String)> {
    let unanswered = card.unanswered.iter();
    unanswered
        .map(|it| (it.question.as_str(), it.why.to_string()))
        .collect()
}

#[test]
fn the_shipped_rubric_scores_a_call_and_says_what_it_cannot_answer() {
    assert_eq!(Rubric::from_toml(Rubric::DEFAULT), Ok(Rubric::default()));
    let card = score(&Rubric::default(), short_call().whole(), None);
    assert_eq!(
        points(&card),
        [
            ("asks", 1.0),
            ("asks_openly", 0.5),
            ("listens", 2.0),
            ("keeps_it_short", 1.0),
            ("answers_objections", 2.0),
            ("names_the_price", 0.0),
            ("who_decides", 0.0),
            ("next_step", 3.0),
        ]
    );
    assert_eq!(
        why(&card),
        [
            ("waits", "needs patience".to_owned()),
            ("more_than_one_person", "needs contacts".to_owned()),
        ]
    );
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
    close(card.score.unwrap(), 9.5 / 13.0);
    close(card.answered, 13.0 / 15.0);
    close(card.lowest, 9.5 / 15.0);
    close(card.highest, 11.5 / 15.0);
}

#[test]
fn every_answer_cites_what_it_rests_on() {
    let card = score(&Rubric::default(), short_call().whole(), None);
    for answer in &card.answers {
        assert!(!answer.evidence.is_empty(), "{answer:?}");
        let turns = answer.evidence.iter().flat_map(|it| &it.turns);
        assert!(turns.clone().count() > 0, "{answer:?}");
        assert!(turns.clone().all(|it| it.start < it.end && it.end <= 4));
        assert_eq!(answer.advice.is_some(), answer.points < answer.most);
    }
    let asks = &card.answers[0].evidence[0];
    let at = |start| TurnRange {
        start,
        end: start + 1,
    };
    assert_eq!(
        (asks.about.as_str(), asks.turns.as_slice()),
        ("seller_questions", [at(0), at(2)].as_slice())
    );
}

#[test]
fn a_call_that_goes_on_is_not_scored_by_its_end() {
    let call = short_call();
    let card = score(&Rubric::default(), Prefix::first(&call, 2), None);
    let waiting: Vec<_> = why(&card)
        .into_iter()
        .filter(|(_, why)| why == "the call goes on")
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        waiting,
        [
            "answers_objections",
            "names_the_price",
            "who_decides",
            "next_step"
        ]
    );
}

const TRACKER: &str = "[[question]]\nname = \"a\"\nasks = \"b\"\ntracker = \"pilot\"\n";

#[test]
fn trackers_answer_where_they_have_looked() {
    let rubric = Rubric::from_toml(TRACKER).unwrap();
    let call = short_call();
    let none = score(&rubric, call.whole(), None);
    assert_eq!(
        why(&none),
        [("a", "no tracker named pilot has looked".to_owned())]
    );
    assert_eq!(
        (none.score, none.answered.to_bits()),
        (None, 0.0_f64.to_bits())
    );

    let mut tracked = Tracked {
        looked_for: vec!["pilot".to_owned()],
        hits: Vec::new(),
    };
    let missed = score(&rubric, call.whole(), Some(&tracked));
    assert_eq!(points(&missed), [("a", 0.0)]);
    let all = TurnRange { start: 0, end: 4 };
    assert_eq!(
        missed.answers[0].evidence[0].turns,
        [all],
        "all that was looked through"
    );

    let turns = TurnRange { start: 1, end: 2 };
    tracked.hits.push(TrackerHit {
        tracker: "pilot".to_owned(),
        turns,
        probability: Probability::new(0.9).unwrap(),
        text: "By hand.".to_owned(),
    });
    let found = score(&rubric, call.whole(), Some(&tracked));
    assert_eq!(points(&found), [("a", 1.0)]);
    assert_eq!(found.answers[0].evidence[0].turns, [turns]);
}

#[test]
fn rules_and_metadata_answer() {
    let text = "[[question]]\nname = \"a\"\nasks = \"b\"\nrule = \"single_threaded\"\n\
        [[question]]\nname = \"c\"\nasks = \"d\"\nrule = \"no_such\"\n\
        [[question]]\nname = \"e\"\nasks = \"f\"\nmetadata = \"stage\"\nequals = \"demo\"\n\
        [[question]]\nname = \"g\"\nasks = \"h\"\nmetadata = \"stage\"\nabove = 1\n";
    let rubric = Rubric::from_toml(text).unwrap();
    let of = |contacts: usize| {
        let metadata = Metadata {
            stage: Some("Demo".into()),
            extra: [("contacts".to_owned(), json!(contacts))].into(),
            ..Metadata::default()
        };
        let call = short_call().with_metadata(metadata);
        score(&rubric, call.whole(), None)
    };
    assert_eq!(points(&of(1)), [("a", 0.0), ("e", 1.0)]);
    let two = of(2);
    assert_eq!(points(&two), [("a", 1.0), ("e", 1.0)]);
    assert_eq!(two.answers[0].evidence[0].about, "contacts");
    assert_eq!(
        why(&two),
        [
            ("c", "no rule is named no_such".to_owned()),
            (
                "g",
                "stage is Demo, which the question does not compare".to_owned()
            ),
        ]
    );
}

#[test]
fn a_name_that_nothing_bears_is_a_typo_where_names_are_known() {
    let of = |subject: &str| format!("[[question]]\nname = \"a\"\nasks = \"b\"\n{subject}");
    let known = KnownNames {
        rules: Some(vec!["ghosted".to_owned(), "stalled".to_owned()]),
        trackers: Some(Vec::new()),
    };
    for (subject, said) in [
        (
            "rule = \"stalld\"",
            "line 4, column 8 of the rubric: there is no rule `stalld`, expected one of `ghosted`, `stalled`",
        ),
        (
            "tracker = \"pilot\"",
            "line 4, column 11 of the rubric: there is no tracker `pilot`, expected none: there are none",
        ),
        (
            "rule = \" \"",
            "line 4, column 8 of the rubric: `rule` is empty",
        ),
    ] {
        let fault = Rubric::from_toml_knowing(&of(subject), &known).unwrap_err();
        assert_eq!(fault.to_string(), said);
    }
    assert!(Rubric::from_toml_knowing(&of("rule = \"stalled\""), &known).is_ok());
    assert!(Rubric::from_toml(&of("tracker = \"pilot\"")).is_ok());
}

#[test]
fn a_typo_is_told_with_its_place_and_what_was_expected() {
    let base = "[[question]]\nname = \"a\"\nasks = \"b\"\n";
    let bands = |bands: &str| format!("{base}points = 2\nmeasure = \"turns\"\nbands = [{bands}]");
    for (text, said) in [
        (
            String::new(),
            "line 1, column 1 of the rubric: the rubric asks nothing, expected a `[[question]]`",
        ),
        (
            base.replace("asks", "ask"),
            "line 3, column 1 of the rubric: unknown field `ask`, expected one of `name`, `asks`, `advice`, `points`",
        ),
        (
            format!("{base}rule = \"long_monologue\"\ntracker = \"b\""),
            "line 1, column 1 of the rubric: expected one of `measure`, `metadata`, `rule`, `tracker` in a question, got 2",
        ),
        (
            base.to_owned(),
            "line 1, column 1 of the rubric: expected one of `measure`, `metadata`, `rule`, `tracker` in a question, got 0",
        ),
        (
            format!("{base}rule = \" \""),
            "line 4, column 8 of the rubric: `rule` is empty",
        ),
        (
            format!("{base}measure = \"turns\""),
            "line 1, column 1 of the rubric: expected either `bands` or one comparison such as `at_least` in a question",
        ),
        (
            format!("{}\nabove = 3", bands("{ above = 1 }")),
            "line 1, column 1 of the rubric: expected either `bands` or one comparison",
        ),
        (
            format!("{base}points = 0"),
            "line 4, column 10 of the rubric: `points` is out of range, expected a number above 0",
        ),
        (
            bands("{ above = 1, points = 3 }"),
            "line 6, column 32 of the rubric: `points` is out of range, expected a number from 0 to the `points`",
        ),
        (
            bands("{ points = 1 }"),
            "line 6, column 10 of the rubric: expected one of `at_least`, `at_most`, `above`, `below`, `is`, `equals` in a band, got 0",
        ),
        (
            bands("{ is = true }"),
            "line 6, column 10 of the rubric: `turns` is a number, expected `at_least`, `at_most`, `above` or `below`",
        ),
        (
            bands("{ above = inf }"),
            "line 6, column 10 of the rubric: a limit is not finite, expected a number",
        ),
        (
            TRACKER.repeat(2),
            "line 6, column 8 of the rubric: `name` stands twice, expected another name for each question",
        ),
    ] {
        let error = Rubric::from_toml(&text).unwrap_err();
        assert!(error.to_string().starts_with(said), "{error}");
        assert!(error.hint().is_some());
    }
}

proptest! {
    #[test]
    fn what_is_unanswered_lies_between_nothing_and_all(
        texts in prop::collection::vec(("[a-z ?.]{1,30}", any::<bool>()), 1..8),
        turns in 1usize..8,
    ) {
        let lines: Vec<_> = texts
            .iter()
            .map(|(text, seller)| (if *seller { S } else { B }, text.as_str()))
            .chain([(S, "Hello.")])
            .collect();
        let call = call(&lines);
        for prefix in [call.whole(), Prefix::first(&call, turns)] {
            let card = score(&Rubric::default(), prefix, None);
            let names = card.answers.len() + card.unanswered.len();
            prop_assert_eq!(names, Rubric::default().names().count());
            prop_assert!((0.0..=1.0).contains(&card.answered));
            prop_assert!(card.answers.iter().all(|it| (0.0..=it.most).contains(&it.points)));
            if let Some(score) = card.score {
                prop_assert!(card.lowest <= score + 1e-12 && score <= card.highest + 1e-12);
            }
            let written = serde_json::to_string(&card).unwrap();
            let read: Scorecard = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(read.answers.len(), card.answers.len());
            prop_assert_eq!(read.unanswered, card.unanswered);
        }
    }
}

#[test]
fn people_are_compared_with_where_both_have_an_answer() {
    let card = score(&Rubric::default(), short_call().whole(), None);
    let human = |id: &str, scores: &[(&str, f64)]| HumanScores {
        conversation: ConversationId::new(id).unwrap(),
        scores: scores
            .iter()
            .map(|(name, points)| ((*name).to_owned(), *points))
            .collect::<BTreeMap<_, _>>(),
    };
    let first = human(
        "a",
        &[
            ("asks", 1.0),
            ("next_step", 0.0),
            ("waits", 1.0),
            ("typo", 1.0),
        ],
    );
    let second = human("b", &[("asks", 0.0), ("next_step", 3.0)]);
    let agreement = RubricAgreement::of([("a", &card, &first), ("b", &card, &second)]);
    assert_eq!((agreement.all.items, agreement.unanswered), (2, 1));
    assert_eq!(agreement.unknown, ["typo"]);
    let names: Vec<_> = agreement
        .questions
        .iter()
        .map(|it| it.question.as_str())
        .collect();
    assert_eq!(names, ["asks", "next_step"]);
    // By shares: 4/5 against 1/5 and 3/5.
    let off = agreement.all.absolute_difference.unwrap();
    assert!((off.value - 0.4).abs() < 1e-12, "{off}");
    let asks = agreement.questions[0].agreement;
    assert!((asks.difference.unwrap().value - 0.5).abs() < 1e-12);
}
