//! A comparison in which we, too, are told which share of a call is known.

use super::evaluation::Calls;
use super::run;

#[test]
fn each_share_is_answered_by_a_model_of_that_share_alone() {
    let calls = Calls::simulated("60");
    let probabilities = |name: &str, more: &[&str]| {
        let file = calls.path(name);
        let given = ["--no-baselines", "--predictions", &file];
        let said = calls.evaluated(&[&given[..], more].concat());
        let text = fs_err::read_to_string(&file).unwrap();
        let mut lines: Vec<String> = text.lines().skip(1).map(str::to_owned).collect();
        lines.sort();
        (said["known_share"].as_bool().unwrap(), lines)
    };
    let (known, together) = probabilities("told.csv", &["--known-share", "--prefix", "1.0,0.5"]);
    assert!(known);
    let (known, finished) = probabilities("finished.csv", &["--prefix", "1.0"]);
    assert!(!known);
    let half = ["--learn-prefixes", "0.5", "--calibration-prefixes", "0.5"];
    let (_, half) = probabilities("half.csv", &[&half[..], &["--prefix", "0.5"]].concat());
    let mut apart = [finished, half].concat();
    apart.sort();
    assert_eq!(together, apart);
}

#[test]
fn who_is_told_the_share_chooses_none_to_learn_from() {
    let calls = Calls::simulated("20");
    let words = calls.evaluate(&["--known-share", "--learn-prefixes", "0.5"]);
    let said = run(&words);
    assert_eq!(said.code, Some(2), "{}", said.err);
    let refusal = "'--known-share' cannot be used with '--learn-prefixes <SHARES>'";
    assert!(said.err.contains(refusal), "{}", said.err);
}
