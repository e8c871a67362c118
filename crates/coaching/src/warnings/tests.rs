//! Rules, their faults and their lift.

use serde_json::json;
use upturn_core::{
    Conversation, ConversationId, Metadata, Outcome, Prefix, Speaker, Turn, TurnRange,
};

use super::*;
use crate::{LabelledCall, Measures, Meter};

fn call(lines: &[(Speaker, &str)], metadata: Metadata) -> Conversation {
    let turns = lines
        .iter()
        .map(|(speaker, text)| Turn::new(*speaker, *text));
    Conversation::new(ConversationId::new("c").unwrap(), turns.collect())
        .unwrap()
        .with_metadata(metadata)
}

fn names(judgement: &Judgement) -> Vec<&str> {
    judgement
        .warnings
        .iter()
        .map(|it| it.rule.as_str())
        .collect()
}

fn judge(lines: &[(Speaker, &str)], metadata: Metadata) -> Judgement {
    let call = call(lines, metadata);
    let measures = Meter::default()
        .with_competitors(["Acme"])
        .measure(call.whole());
    Rules::default().judge(&measures, call.metadata())
}

const S: Speaker = Speaker::Seller;
const B: Speaker = Speaker::Buyer;

#[test]
fn the_shipped_rules_are_all_there() {
    assert_eq!(
        Rules::default().names().collect::<Vec<_>>(),
        [
            "no_next_step",
            "single_threaded",
            "no_decision_maker",
            "price_not_mentioned",
            "stalled",
            "put_off",
            "ghosted",
            "no_answer",
            "long_monologue",
            "unanswered_objection",
            "competitor_late",
            "discount_early",
        ]
    );
    assert_eq!(Rules::from_toml(Rules::DEFAULT), Ok(Rules::default()));
}

#[test]
fn each_shipped_rule_holds_where_it_should() {
    let long = "and it also does this ".repeat(50);
    let extra = [
        ("contacts".to_owned(), json!(["Jo"])),
        ("days_in_stage".to_owned(), json!("45")),
    ];
    let bad = judge(
        &[
            (S, "You get 20% off if you sign today."),
            (B, "No. It is not a priority, and not now."),
            (S, "Ok."),
            (B, &long),
            (S, &long),
            (B, "We rather like Acme."),
            (S, "Hello?"),
            (S, "Still there?"),
            (S, "Hm."),
        ],
        Metadata {
            extra: extra.into_iter().collect(),
            ..Metadata::default()
        },
    );
    let mut expected: Vec<_> = Rules::default().names().map(str::to_owned).collect();
    // 20 % off is a price, too, and nobody knows how many days the buyer has been silent.
    expected.retain(|name| !["price_not_mentioned", "ghosted"].contains(&name.as_str()));
    assert_eq!(names(&bad), expected);
    assert_eq!(bad.unjudged.len(), 1);

    let good = judge(
        &[
            (S, "Who decides, and what would a delay cost you?"),
            (B, "Our CEO decides."),
            (S, "Shall we schedule a call with her on Monday?"),
            (B, "Yes, sounds good."),
        ],
        Metadata::default(),
    );
    assert!(good.warnings.is_empty(), "{good:?}");
    let unjudged: Vec<_> = good
        .unjudged
        .iter()
        .map(|it| (it.rule.as_str(), it.missing.as_slice()))
        .collect();
    let missing = |name: &str| vec![name.to_owned()];
    assert_eq!(
        unjudged,
        [
            ("single_threaded", missing("contacts").as_slice()),
            ("stalled", missing("days_in_stage").as_slice()),
            ("ghosted", missing("days_since_buyer").as_slice()),
        ]
    );
}

#[test]
fn a_warning_cites_the_turns_it_rests_on() {
    let judged = judge(
        &[(S, "Hi."), (B, "It is too expensive."), (S, "Ok.")],
        Metadata::default(),
    );
    let objection = judged
        .warnings
        .iter()
        .find(|it| it.rule == "unanswered_objection")
        .unwrap();
    let cite = &objection.evidence[0];
    assert_eq!(cite.turns, [TurnRange { start: 1, end: 2 }]);
    assert_eq!(
        (cite.about.as_str(), cite.value.to_string()),
        ("unanswered_objections", "1".to_owned())
    );
    let absent = judged
        .warnings
        .iter()
        .find(|it| it.rule == "no_decision_maker")
        .unwrap();
    assert_eq!(
        absent.evidence[0].turns,
        [TurnRange { start: 0, end: 3 }],
        "all that was looked through"
    );
}

#[test]
fn what_may_still_happen_is_no_warning_of_a_live_call() {
    let call = call(&[(S, "Hi."), (B, "Hello.")], Metadata::default());
    let live = Meter::default().measure(Prefix::first(&call, 2));
    assert!(names(&Rules::default().judge(&live, call.metadata())).is_empty());
    let over = Meter::default().measure(call.whole());
    let judged = Rules::default().judge(&over, call.metadata());
    assert_eq!(
        names(&judged),
        ["no_next_step", "no_decision_maker", "price_not_mentioned"]
    );
}

const HEAD: &str = "[[rule]]\nname = \"a\"\nsays = \"b\"\n";

fn fault_of(text: &str) -> String {
    Rules::from_toml(text).unwrap_err().to_string()
}

#[test]
fn faults_of_a_rule_are_named_with_their_place_and_what_was_expected() {
    for (text, expected) in [
        ("[[rule]\n", "line 1, column "),
        (
            "[[rules]]\nname = \"a\"",
            "line 1, column 3 of the rules: unknown field `rules`, expected `rule`",
        ),
        (
            "[[rule]]\nname = \"a\"\nsay = \"b\"",
            "line 3, column 1 of the rules: unknown field `say`, expected one of `name`, `says`",
        ),
        (
            "[[rule]]\nname = \"a\"",
            "line 1, column 1 of the rules: missing field `says`",
        ),
        (
            "[[rule]]\nname = \"a\"\nsays = \"b\"\nwhen = \"over\"\nall = []",
            "line 4, column 8 of the rules: unknown variant `over`, expected `always` or `finished`",
        ),
        (
            HEAD,
            "line 1, column 1 of the rules: the rule has no condition, expected one in `all` or in `any`",
        ),
        (
            "[[rule]]\nname = \" \"\nsays = \"b\"\nall = []",
            "line 2, column 8 of the rules: `name` is empty",
        ),
    ] {
        let said = fault_of(text);
        assert!(said.starts_with(expected), "{text}\n{said}\n{expected}");
    }
}

#[test]
fn faults_of_a_condition_are_named_with_their_place_and_what_was_expected() {
    let comparisons =
        "expected one of `at_least`, `at_most`, `above`, `below`, `is`, `equals` in a condition";
    for (condition, column, expected) in [
        (
            "{ measure = \"talk\", above = 1 }",
            20,
            "unknown variant `talk`, expected one of `turns`",
        ),
        (
            "{ measure = \"talk_share\", abov = 1 }",
            34,
            "unknown field `abov`, expected one of `measure`, `metadata`, `at_least`",
        ),
        (
            "{ above = 1 }",
            8,
            "expected either `measure` or `metadata` in a condition",
        ),
        (
            "{ measure = \"turns\", metadata = \"stage\", above = 1 }",
            8,
            "expected either",
        ),
        (
            "{ measure = \"turns\" }",
            8,
            &format!("{comparisons}, got 0"),
        ),
        (
            "{ measure = \"turns\", above = 1, below = 3 }",
            8,
            &format!("{comparisons}, got 2"),
        ),
        (
            "{ measure = \"turns\", is = true }",
            8,
            "`turns` is a number, expected `at_least`",
        ),
        (
            "{ measure = \"price_mentioned\", above = 0 }",
            8,
            "`price_mentioned` is yes or no, expected `is = true`",
        ),
    ] {
        let said = fault_of(&format!("{HEAD}all = [{condition}]\n"));
        let expected = format!("line 4, column {column} of the rules: {expected}");
        assert!(
            said.starts_with(&expected),
            "{condition}\n{said}\n{expected}"
        );
    }
}

#[test]
fn a_limit_is_a_number() {
    for (condition, column, expected) in [
        (
            "{ measure = \"turns\", above = nan }",
            8,
            "a limit is not finite, expected a number",
        ),
        (
            "{ measure = \"turns\", above = \"one\" }",
            37,
            "invalid type: string \"one\", expected f64",
        ),
    ] {
        let said = fault_of(&format!("{HEAD}all = [{condition}]\n"));
        let expected = format!("line 4, column {column} of the rules: {expected}");
        assert!(said.starts_with(&expected), "{said}");
    }
}

#[test]
fn a_name_stands_for_one_rule() {
    let twice = format!("{HEAD}all = [{{ measure = \"turns\", above = 1 }}]\n").repeat(2);
    let expected =
        "line 6, column 8 of the rules: `name` stands twice, expected another name for each rule";
    assert_eq!(fault_of(&twice), expected);
}

#[test]
fn any_and_all_are_judged_by_what_is_known() {
    let rules = |any: &str| {
        let text = format!(
            "[[rule]]\nname = \"a\"\nsays = \"b\"\nall = [{{ metadata = \"stage\", equals = \" Demo\" }}]\nany = [{any}]"
        );
        Rules::from_toml(&text).unwrap()
    };
    let metadata = Metadata {
        stage: Some("demo ".into()),
        amount: Some(10.0),
        ..Metadata::default()
    };
    let call = call(&[(S, "Hi.")], metadata);
    let measures = Meter::default().measure(call.whole());
    let judge = |any: &str| {
        let judged = rules(any).judge(&measures, call.metadata());
        (judged.warnings.len(), judged.unjudged.len())
    };
    assert_eq!(judge(""), (1, 0));
    assert_eq!(judge("{ metadata = \"region\", is = true }"), (0, 1));
    assert_eq!(
        judge("{ metadata = \"region\", is = true }, { metadata = \"amount\", at_least = 10 }"),
        (1, 0)
    );
    assert_eq!(judge("{ metadata = \"amount\", below = 10 }"), (0, 0));
    assert_eq!(
        judge("{ metadata = \"stage\", above = 1 }"),
        (0, 1),
        "a text is no number"
    );
}

/// So many calls of a length, with accounts of their own.
fn labelled(calls: &[(bool, bool)]) -> (Vec<Conversation>, Vec<Measures>) {
    let calls: Vec<_> = calls
        .iter()
        .enumerate()
        .map(|(id, (asks, lost))| {
            let text = if *asks { "Why?" } else { "Buy." };
            let outcome = if *lost { Outcome::Lost } else { Outcome::Won };
            Conversation::new(
                ConversationId::new(id.to_string()).unwrap(),
                vec![Turn::new(S, text)],
            )
            .unwrap()
            .with_outcome(Some(outcome))
        })
        .collect();
    let measures = calls
        .iter()
        .map(|call| Meter::default().measure(call.whole()))
        .collect();
    (calls, measures)
}

fn lift_of(calls: &[(bool, bool)]) -> RuleLift {
    let rules = Rules::from_toml(
        "[[rule]]\nname = \"a\"\nsays = \"b\"\nall = [{ measure = \"seller_questions\", at_most = 0 }]",
    )
    .unwrap();
    let (calls, measures) = labelled(calls);
    let calls: Vec<_> = calls
        .iter()
        .zip(&measures)
        .filter_map(|(call, it)| LabelledCall::new(call, it))
        .collect();
    rules.lift(&calls).remove(0)
}

#[test]
fn lift_is_the_rate_of_losses_where_a_rule_holds_by_that_of_all() {
    // 40 calls without a question, 30 of them lost; 60 with one, 20 of them lost.
    let calls: Vec<_> = (0..100)
        .map(|i| (i >= 40, if i < 40 { i < 30 } else { i < 60 }))
        .collect();
    let lift = lift_of(&calls);
    assert_eq!(
        (lift.judged, lift.lost, lift.hits, lift.lost_hits),
        (100, 50, 40, 30)
    );
    let estimate = lift.lift.unwrap();
    assert!((estimate.value - 1.5).abs() < 1e-12);
    assert!(1.0 < estimate.low && estimate.high < 2.1, "{estimate}");
}

#[test]
fn a_rule_that_seldom_holds_has_no_lift() {
    let calls: Vec<_> = (0..100)
        .map(|i| (i >= RuleLift::LEAST_HITS - 1, i % 2 == 0))
        .collect();
    let lift = lift_of(&calls);
    assert_eq!((lift.hits, lift.lift), (19, None));
    let never_lost: Vec<_> = (0..100).map(|_| (false, false)).collect();
    assert_eq!(lift_of(&never_lost).lift, None);
}
