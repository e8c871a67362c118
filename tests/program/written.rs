//! Reports on predictions that earlier runs wrote.

use serde_json::Value;

use super::bad_input::refused;
use super::evaluation::Calls;
use super::{done, json, run};

fn metric<'a>(said: &'a Value, prefix: usize, name: &str) -> &'a Value {
    &said["prefixes"][prefix]["metrics"][name]
}

/// What a run says, which writes its predictions into this file.
fn ran(calls: &Calls, file: &str, more: &[&str]) -> Value {
    let path = calls.path(file);
    let given = ["--prefix", "1.0,0.5", "--predictions", &path];
    calls.evaluated(&[&given[..], more].concat())
}

#[test]
fn predictions_are_measured_as_by_the_runs_that_made_them() {
    let calls = Calls::simulated("60");
    let whole = ran(&calls, "whole.csv", &[]);
    ran(&calls, "first.csv", &["--only-folds", "3,0"]);
    ran(&calls, "second.csv", &["--only-folds", "1,2,4"]);
    let [file, first, second] = ["whole.csv", "first.csv", "second.csv"].map(|it| calls.path(it));
    for from in [file, format!("{first},{second}")] {
        let said = json(&done(&calls.reported(&from, &["--format", "json"])));
        assert_eq!(said["calls"], 60);
        for prefix in [0, 1] {
            for name in ["auc", "brier", "ece"] {
                let (ours, theirs) = (metric(&said, prefix, name), metric(&whole, prefix, name));
                let [ours, theirs] = [ours, theirs].map(|it| it["value"].as_f64().unwrap());
                assert!((ours - theirs).abs() < 1e-9, "{name}: {ours} {theirs}");
            }
            let [ours, theirs] =
                [&said, &whole].map(|it| it["prefixes"][prefix]["comparisons"].as_array().unwrap());
            assert_eq!(ours.len(), theirs.len(), "baselines are written, too");
        }
    }
}

#[test]
fn over_seeds_a_metric_is_their_mean_and_rivals_are_asked_for_the_same_seeds() {
    let calls = Calls::simulated("60");
    let seed = |seed: &str| {
        ran(
            &calls,
            &format!("{seed}.csv"),
            &["--seed", seed, "--no-baselines"],
        )
    };
    let runs = ["0", "1"].map(seed);
    let both = format!("{},{}", calls.path("0.csv"), calls.path("1.csv"));
    let pages = calls.path("report");
    let words = calls.reported(&both, &["--report", &pages, "--format", "json"]);
    let said = json(&done(&words));
    assert_eq!(said["seeds"], serde_json::json!([0, 1]));
    let brier = |said: &Value| metric(said, 1, "brier")["value"].as_f64().unwrap();
    let mean = runs.iter().map(brier).sum::<f64>() / 2.0;
    assert!(
        (brier(&said) - mean).abs() < 1e-9,
        "{} {mean}",
        brier(&said)
    );
    assert!(fs_err::exists(format!("{pages}/report.html")).unwrap());
    let one = calls.path("1.csv");
    let words = calls.reported(&both, &["--compare", &one]);
    refused(&run(&words), 2, "seed 0");
}

#[test]
fn predictions_of_other_calls_and_calls_predicted_twice_are_refused() {
    let calls = Calls::simulated("60");
    ran(&calls, "whole.csv", &["--no-baselines"]);
    let file = calls.path("whole.csv");
    let twice = format!("{file},{file}");
    let refusal = |from: &str, sentence: &str| {
        refused(&run(&calls.reported(from, &[])), 2, sentence);
    };
    refusal(&twice, "has two predictions");
    let text = fs_err::read_to_string(&file).unwrap();
    let (header, lines) = text.split_once('\n').unwrap();
    let foreign = format!("{header}\nelsewhere-1,1,0,1,0.5\n{lines}");
    fs_err::write(&file, foreign).unwrap();
    refusal(&file, "`--from` speaks of call `elsewhere-1`");
}

#[test]
fn options_of_a_training_are_refused_where_nothing_is_trained() {
    let calls = Calls::simulated("20");
    for option in [
        &["--epochs", "2"][..],
        &["--recipe", "recipe.json"],
        &["--recipe-kind", "frozen"],
        &["--layers", "1"],
        &["--encoder", "tiny"],
        &["--seed", "0"],
        &["--precision", "int8"],
        &["--device", "cpu"],
    ] {
        let said = run(&calls.reported("no-such-file.csv", option));
        assert_eq!(said.code, Some(2), "{option:?}: {}", said.err);
        let first = said.err.lines().next().unwrap();
        for word in ["cannot be used with", "--from <PREDICTIONS>", option[0]] {
            assert!(first.contains(word), "{word}: {}", said.err);
        }
    }
}

#[test]
fn a_base_rate_is_said_to_rank_nothing_in_every_form() {
    let calls = Calls::simulated("60");
    let (pages, file) = (calls.path("pages"), calls.path("ours.csv"));
    let more = [
        "--prefix",
        "1.0",
        "--report",
        &pages,
        "--predictions",
        &file,
    ];
    let mut words = calls.evaluate(&more);
    words.retain(|word| word != "--format" && word != "json");
    let text = done(&words);
    let why = "so it puts none before another, and its AUC is 0.5";
    assert!(text.contains(why), "{text}");
    let is_auc = |one: &&Value| one["metric"] == "auc";
    let compared = calls.report("pages")["prefixes"][0]["comparisons"].clone();
    let compared = compared.as_array().unwrap().iter();
    let mut of_base_rate = compared.filter(|one| one["against"] == "base_rate");
    let difference = &of_base_rate.find(is_auc).unwrap()["difference"];
    assert_eq!(difference["theirs"]["value"], 0.5);
    let said = json(&done(&calls.reported(&file, &["--format", "json"])));
    let compared = said["prefixes"][0]["comparisons"].as_array().unwrap();
    let mut of_base_rate = compared.iter().filter(|one| one["method"] == "base_rate");
    let again = of_base_rate.find(is_auc).unwrap();
    assert_eq!(again["theirs"]["value"], 0.5);
    let page = fs_err::read_to_string(pages + "/report.html").unwrap();
    assert!(page.contains(why));
}
