//! Which folds are asked about, and what can be held out.

use super::bad_input::refused;
use super::evaluation::Calls;
use super::{json, run};

#[test]
fn runs_over_some_folds_are_together_one_run() {
    let calls = Calls::simulated("60");
    let lines = |name: &str, more: &[&str]| {
        let file = calls.path(name);
        let given = [
            "--prefix",
            "1.0,0.5",
            "--no-baselines",
            "--predictions",
            &file,
        ];
        let said = calls.evaluated(&[&given[..], more].concat());
        let text = fs_err::read_to_string(&file).unwrap();
        let lines: Vec<String> = text.lines().skip(1).map(str::to_owned).collect();
        (said["folds"]["calls"].as_u64().unwrap(), lines)
    };
    let (calls_of_all, mut whole) = lines("whole.csv", &[]);
    let (some, first) = lines("first.csv", &["--only-folds", "3,0"]);
    let (others, second) = lines("second.csv", &["--only-folds", "1,2,4"]);
    assert_eq!(some + others, calls_of_all);
    let mut both = [first, second].concat();
    both.sort();
    whole.sort();
    assert_eq!(both, whole);
    let (of_all, seed) = (calls.path("whole.csv"), ["--compare-seed", "0"]);
    let more = [
        "--only-folds",
        "3,0",
        "--prefix",
        "1.0,0.5",
        "--compare",
        &of_all,
    ];
    let said = calls.evaluated(&[&more[..], &seed, &["--no-baselines"]].concat());
    for prefix in said["prefixes"].as_array().unwrap() {
        let rivals = prefix["comparisons"].as_array().unwrap();
        assert_eq!(
            rivals.len(),
            2,
            "of the file, whose other calls are not asked about"
        );
        for rival in rivals {
            assert_eq!(rival["difference"]["value"], 0.0, "it is ourselves");
        }
    }
}

#[test]
fn calls_of_one_account_hold_nothing_out() {
    let calls = Calls::simulated("20");
    let file = calls.path("calls.jsonl");
    let all = fs_err::read_to_string(&file).unwrap();
    let one = all.lines().map(|line| {
        let mut call = json(line);
        call["metadata"]["account"] = "one".into();
        call.to_string() + "\n"
    });
    let one: String = one.collect();
    fs_err::write(&file, one).unwrap();
    let mut words = calls.evaluate(&[]);
    words.retain(|word| word != "--format" && word != "json");
    refused(&run(&words), 2, "all 20 labelled calls are of one account");
}

#[test]
fn a_fold_that_is_not_there_is_refused() {
    let calls = Calls::simulated("60");
    let mut words = calls.evaluate(&["--only-folds", "5"]);
    words.retain(|word| word != "--format" && word != "json");
    let said = run(&words);
    refused(&said, 2, "there is no fold 5: 5 are numbered from 0");
}
