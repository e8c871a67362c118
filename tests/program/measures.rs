//! Measures of calls, as people and as programs see them.

use std::path::Path;

use super::{done, json, run};

const CALLS: &str = r#"{"id":"a","turns":[{"speaker":"seller","text":"How do you plan routes today?"},{"speaker":"buyer","text":"By hand. Routely is too expensive for us."},{"speaker":"seller","text":"I see. Shall we schedule a call with your CEO on Tuesday, and talk about the price?"},{"speaker":"buyer","text":"Sure, that works. The CEO has the final say."}],"outcome":"won","metadata":{"account":"one","stage":"Demo"}}
{"id":"b","turns":[{"speaker":"seller","text":"You get 20% off today."},{"speaker":"buyer","text":"No. It is not a priority."}],"outcome":"lost","metadata":{"account":"two","stage":"Demo","contacts":1}}
{"id":"c","turns":[{"speaker":"seller","text":"Hello."},{"speaker":"buyer","text":"We have no budget."}],"outcome":"lost","metadata":{"account":"three","stage":"Close"}}
"#;

fn calls(folder: &Path) -> String {
    let path = folder.join("calls.jsonl").display().to_string();
    fs_err::write(&path, CALLS).unwrap();
    path
}

#[test]
fn one_call_stands_beside_the_others_with_its_warnings() {
    let folder = tempfile::tempdir().unwrap();
    let calls = calls(folder.path());
    let of_b = ["measures", "--data", &calls, "--call", "b", "--least", "1"];
    assert_eq!(done(&of_b), ONE);
    let few = done(&["measures", "--data", &calls, "--call", "b"]);
    assert!(
        few.contains("not compared, for want of 30 won and 30 lost calls\n"),
        "{few}"
    );
    for (measure, value) in [("talk_share", "0.45"), ("discount_offered", "yes")] {
        let line = few.lines().find(|line| line.starts_with(measure)).unwrap();
        assert_eq!(
            line.split_whitespace().collect::<Vec<_>>(),
            [measure, value],
            "it is measured all the same"
        );
    }
}

const ONE: &str = r"b (lost, 2 turns)

each value, and the shares of won and of lost calls below it with 95 % intervals

measure                   value          won below         lost below                     compared with
turns                      2.00  0.00 [0.00, 0.79]  0.50 [0.05, 0.95]  1 won, 1 lost: all calls (wider)
words                     11.00  0.00 [0.00, 0.79]  1.00 [0.21, 1.00]  1 won, 1 lost: all calls (wider)
talk_share                 0.45  0.00 [0.00, 0.79]  1.00 [0.21, 1.00]  1 won, 1 lost: all calls (wider)
longest_monologue          5.00  0.00 [0.00, 0.79]  1.00 [0.21, 1.00]  1 won, 1 lost: all calls (wider)
longest_buyer_monologue    6.00  0.00 [0.00, 0.79]  1.00 [0.21, 1.00]  1 won, 1 lost: all calls (wider)
interactivity              9.09  1.00 [0.21, 1.00]  0.00 [0.00, 0.79]  1 won, 1 lost: all calls (wider)
seller_turns_since_buyer   0.00  0.50 [0.05, 0.95]  0.50 [0.05, 0.95]  1 won, 1 lost: all calls (wider)
seller_questions           0.00  0.00 [0.00, 0.79]  0.50 [0.05, 0.95]  1 won, 1 lost: all calls (wider)
seller_open_questions      0.00  0.00 [0.00, 0.79]  0.50 [0.05, 0.95]  1 won, 1 lost: all calls (wider)
seller_closed_questions    0.00  0.00 [0.00, 0.79]  0.50 [0.05, 0.95]  1 won, 1 lost: all calls (wider)
seller_probing_questions   0.00  0.50 [0.05, 0.95]  0.50 [0.05, 0.95]  1 won, 1 lost: all calls (wider)
buyer_questions            0.00  0.50 [0.05, 0.95]  0.50 [0.05, 0.95]  1 won, 1 lost: all calls (wider)
seller_fillers             0.00  0.50 [0.05, 0.95]  0.50 [0.05, 0.95]  1 won, 1 lost: all calls (wider)
seller_hedges              0.00  0.50 [0.05, 0.95]  0.50 [0.05, 0.95]  1 won, 1 lost: all calls (wider)
buyer_fillers              0.00  0.50 [0.05, 0.95]  0.50 [0.05, 0.95]  1 won, 1 lost: all calls (wider)
buyer_hedges               0.00  0.50 [0.05, 0.95]  0.50 [0.05, 0.95]  1 won, 1 lost: all calls (wider)
buyer_sentiment           -0.30  0.00 [0.00, 0.79]  0.50 [0.05, 0.95]  1 won, 1 lost: all calls (wider)
next_step_proposed           no  0.00 [0.00, 0.79]  0.50 [0.05, 0.95]  1 won, 1 lost: all calls (wider)
next_step_agreed             no  0.00 [0.00, 0.79]  0.50 [0.05, 0.95]  1 won, 1 lost: all calls (wider)
price_mentioned             yes  0.50 [0.05, 0.95]  0.50 [0.05, 0.95]  1 won, 1 lost: all calls (wider)
price_first_at             0.00  0.00 [0.00, 0.79]  0.00 [0.00, 0.79]  1 won, 1 lost: all calls (wider)
discount_offered            yes  1.00 [0.21, 1.00]  1.00 [0.21, 1.00]  1 won, 1 lost: all calls (wider)
decision_mentions          0.00  0.00 [0.00, 0.79]  0.50 [0.05, 0.95]  1 won, 1 lost: all calls (wider)
objections                 1.00  0.50 [0.05, 0.95]  0.50 [0.05, 0.95]  1 won, 1 lost: all calls (wider)
price_objections           0.00  0.00 [0.00, 0.79]  0.00 [0.00, 0.79]  1 won, 1 lost: all calls (wider)
timing_objections          0.00  0.50 [0.05, 0.95]  0.50 [0.05, 0.95]  1 won, 1 lost: all calls (wider)
authority_objections       0.00  0.50 [0.05, 0.95]  0.50 [0.05, 0.95]  1 won, 1 lost: all calls (wider)
need_objections            1.00  1.00 [0.21, 1.00]  1.00 [0.21, 1.00]  1 won, 1 lost: all calls (wider)
trust_objections           0.00  0.50 [0.05, 0.95]  0.50 [0.05, 0.95]  1 won, 1 lost: all calls (wider)
competitor_objections      0.00  0.50 [0.05, 0.95]  0.50 [0.05, 0.95]  1 won, 1 lost: all calls (wider)
unanswered_objections      1.00  1.00 [0.21, 1.00]  0.50 [0.05, 0.95]  1 won, 1 lost: all calls (wider)

not compared, for want of 1 won and 1 lost calls

measure            value
discount_first_at   0.00

warning no_next_step: the call ended without a next step that the buyer agreed to
  next_step_agreed = no (turns 1-2)
  write to the buyer today and propose one act with a day
warning single_threaded: only one person of the buyer is in the deal
  contacts = 1
  ask who else is affected, and invite them to the next call
warning no_decision_maker: it was not said who decides, or how
  decision_mentions = 0 (turns 1-2)
  ask how a decision like this is made and who has to agree
warning unanswered_objection: an objection was not answered
  unanswered_objections = 1 (turn 2)
  come back to it
warning discount_early: the seller offered a discount in the first third
  discount_offered = yes (turn 1)
  discount_first_at = 0 (turn 1)
  speak of value first, and give only for something in return

not judged: stalled needs days_in_stage; ghosted needs days_since_buyer; competitor_late needs competitor_named, competitor_first_at
";

#[test]
fn all_calls_give_the_spread_of_each_measure_and_the_worth_of_each_rule() {
    let folder = tempfile::tempdir().unwrap();
    let calls = calls(folder.path());
    let said = done(&["measures", "--data", &calls, "--competitor", "routely"]);
    let line = |start: &str| {
        let mut lines = said.lines();
        let line = lines.find(|line| line.starts_with(start));
        line.unwrap_or_else(|| panic!("{said}"))
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(
        line("next_step_agreed"),
        "next_step_agreed yes or no 1 100.0 % 2 0.0 %"
    );
    assert_eq!(
        line("competitor_named"),
        "competitor_named yes or no 1 100.0 % 2 0.0 %"
    );
    assert_eq!(
        line("single_threaded"),
        "single_threaded 1 1 100.0 % 100.0 % - (below 20 calls)"
    );
}

#[test]
fn programs_get_a_line_for_each_call_and_one_for_all() {
    let folder = tempfile::tempdir().unwrap();
    let calls = calls(folder.path());
    let said = done(&["measures", "--data", &calls, "--format", "json"]);
    let lines: Vec<_> = said.lines().map(json).collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[0]["type"], "call");
    assert_eq!(
        lines[0]["measures"]["next_step"]["agreements"][0]["turns"]["start"],
        3
    );
    assert_eq!(lines[1]["warnings"][0]["rule"], "no_next_step");
    assert_eq!(
        (&lines[3]["type"], &lines[3]["won"]),
        (&"summary".into(), &1.into())
    );
}

#[test]
fn the_printed_rules_can_be_edited_and_a_typo_is_named_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let calls = calls(folder.path());
    let rules = folder.path().join("rules.toml").display().to_string();
    let shipped = done(&["schema", "rules"]);
    fs_err::write(&rules, &shipped).unwrap();
    done(&["measures", "--data", &calls, "--rules", &rules]);
    fs_err::write(
        &rules,
        shipped.replace("next_step_agreed", "next_step_agred"),
    )
    .unwrap();
    let said = run(&["measures", "--data", &calls, "--rules", &rules]);
    assert_eq!(said.code, Some(2));
    let place =
        "column 20 of the rules: unknown variant `next_step_agred`, expected one of `turns`";
    assert!(said.err.contains(place), "{}", said.err);
    let missing = run(&["measures", "--data", &calls, "--call", "z"]);
    assert_eq!(missing.code, Some(2));
    assert!(
        missing.err.contains("no call has the id `z`"),
        "{}",
        missing.err
    );
}
