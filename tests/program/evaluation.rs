//! What `evaluate` shows besides metrics: encoders alone, comparable calls, more labels, random splits.

use serde_json::Value;

use super::bad_input::refused;
use super::{done, json, run, tiny_encoder};

/// So many simulated calls in a folder of their own.
pub(super) struct Calls {
    folder: tempfile::TempDir,
}

impl Calls {
    pub(super) fn simulated(calls: &str) -> Self {
        let made = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        done(&[
            "simulate",
            "--calls",
            calls,
            "--max-turns",
            "6",
            "--seed",
            "3",
            "--out",
            &made.path("calls.jsonl"),
        ]);
        made
    }

    pub(super) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    pub(super) fn evaluate(&self, more: &[&str]) -> Vec<String> {
        let (data, encoder) = (self.path("calls.jsonl"), tiny_encoder());
        let first = ["evaluate", "--data", &data, "--encoder"];
        let rest = [encoder.to_str().unwrap(), "--format", "json"];
        let all = first.iter().chain(&rest).chain(more);
        all.map(|word| (*word).to_owned()).collect()
    }

    /// A report on predictions that were made before: no encoder has a part in it.
    pub(super) fn reported(&self, from: &str, more: &[&str]) -> Vec<String> {
        let data = self.path("calls.jsonl");
        let fixed = ["evaluate", "--data", &data, "--from", from];
        let all = fixed.iter().chain(more);
        all.map(|word| (*word).to_owned()).collect()
    }

    pub(super) fn evaluated(&self, more: &[&str]) -> Value {
        json(&done(&self.evaluate(more)))
    }

    pub(super) fn report(&self, folder: &str) -> Value {
        json(&fs_err::read_to_string(self.path(folder) + "/report.json").unwrap())
    }
}

#[test]
fn fine_tuning_is_compared_with_the_generic_encoder_alone_and_by_what_it_finds() {
    let calls = Calls::simulated("70");
    let pages = calls.path("a report");
    let said = calls.evaluated(&["--epochs", "1", "--prefix", "1.0,0.5", "--report", &pages]);
    for prefix in said["prefixes"].as_array().unwrap() {
        let alone = prefix["encoder_alone"].as_array().unwrap();
        assert_eq!(alone.len(), 2, "AUC and Brier score");
        for one in alone {
            assert_eq!(one["method"], "encoder alone, generic");
            let [low, high] = ["low", "high"].map(|end| one["difference"][end].as_f64().unwrap());
            let verdict = one["verdict"].as_str().unwrap();
            let refuses = verdict.starts_with("not shown to be better");
            assert_eq!(refuses, low <= 0.0 && high >= 0.0, "{verdict}");
            assert!(one["p_value"].as_f64().is_some());
        }
        let compared = prefix["comparisons"].as_array().unwrap();
        for name in ["encoder alone, fine-tuned", "encoder alone, generic"] {
            assert!(compared.iter().any(|one| one["method"] == name), "{name}");
        }
    }
    let moved = said["encoder_moved"].as_u64().unwrap();
    let same = said["retrieval"]["generic"] == said["retrieval"]["fine_tuned"];
    assert_eq!(
        moved == 0,
        same,
        "{moved} folds moved, and calls are found alike: {same}"
    );
    for encoder in ["generic", "fine_tuned"] {
        let found = &said["retrieval"][encoder];
        assert_eq!(found["answered"], 70, "{encoder}");
        let above =
            found["precision"]["value"].as_f64().unwrap() - found["base_rate"].as_f64().unwrap();
        assert!((above - found["above_base_rate"]["value"].as_f64().unwrap()).abs() < 1e-9);
    }
    let report = calls.report("a report");
    let views: Vec<&str> = report["embedding_map"]["views"]
        .as_array()
        .unwrap()
        .iter()
        .map(|view| view["name"].as_str().unwrap())
        .collect();
    // One epoch may be worse than none; then the encoder stays as it is.
    let (tuned, kept): (&[&str], &[&str]) = (
        &["before fine-tuning", "after fine-tuning"],
        &["generic encoder"],
    );
    assert!(views == tuned || views == kept, "{views:?}");
    assert_eq!(report["retrieval"], said["retrieval"]["fine_tuned"]);
    assert_eq!(report["generic_retrieval"], said["retrieval"]["generic"]);
    let duel = &report["prefixes"][0]["duels"][0];
    assert_eq!(duel["method"], "encoder alone, fine-tuned");
    assert_eq!(
        duel["comparisons"][0]["difference"]["difference"]["value"],
        said["prefixes"][0]["encoder_alone"][0]["difference"]["value"]
    );
    let command = report["protocol"]["command"].as_str().unwrap();
    assert!(command.contains(&format!("'{pages}'")), "{command}");
    is_told_whence_it_is(&said, &report, &pages);
}

/// Program, encoder, data, recipe and settings stand in every form of a report.
fn is_told_whence_it_is(said: &Value, report: &Value, pages: &str) {
    let (provenance, protocol) = (&said["provenance"], &report["protocol"]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let [encoder, data] = [
        &provenance["encoder"]["fingerprint"],
        &provenance["data_fingerprint"],
    ]
    .map(text);
    assert_eq!((encoder.len(), data.len()), (64, 64));
    assert_eq!(provenance["encoder"]["name"], "tiny-bert");
    assert_eq!(protocol["encoder"], format!("tiny-bert ({encoder})"));
    assert_eq!(protocol["data_fingerprint"], data);
    let program = format!("upturn {}", text(&provenance["upturn"]));
    assert_eq!(program, text(&protocol["program"]));
    assert_eq!(protocol["settings"], said["config"]);
    let recipe = text(&protocol["recipe"]);
    assert!(recipe.starts_with("recipe `contrastive` for "), "{recipe}");
    for page in ["/report.md", "/report.html"] {
        let page = fs_err::read_to_string(pages.to_owned() + page).unwrap();
        for word in [&encoder, &data, &program, "labelled calls ("] {
            assert!(page.contains(word), "{word}");
        }
    }
}

#[test]
fn an_encoder_as_it_is_has_no_rival_of_its_own() {
    let calls = Calls::simulated("70");
    let said = calls.evaluated(&["--prefix", "1.0"]);
    let recipe = &said["config"]["recipe"];
    assert_eq!(
        [&recipe["recipe"], &recipe["reason"]],
        ["frozen", "every_fold"]
    );
    assert_eq!(
        said["prefixes"][0]["encoder_alone"],
        Value::Array(Vec::new())
    );
    assert!(said["retrieval"]["generic"]["precision"]["value"].is_f64());
    assert!(said["retrieval"]["fine_tuned"].is_null());
    assert!(said["encoder_moved"].is_null());
    let trust = &said["trust"][0];
    assert!(trust["calibration"]["error"].as_f64() >= Some(0.0));
    let doubts = trust["doubts"].as_array().unwrap();
    let counts: Vec<u64> = doubts
        .iter()
        .filter_map(|one| one["calls"].as_u64())
        .collect();
    assert_eq!(
        (counts.len(), counts[0] + counts[1]),
        (5, 70),
        "none and any"
    );
    let bare = calls.evaluated(&["--prefix", "1.0", "--no-baselines"]);
    assert_eq!(bare["retrieval"], said["retrieval"]);
    assert!(bare["learning_curve"].is_null());
    assert_eq!(bare["prefixes"][0]["comparisons"], Value::Array(Vec::new()));
}

#[test]
fn the_brier_score_is_taken_apart_without_a_report() {
    let calls = Calls::simulated("60");
    let more = ["--prefix", "1.0,0.5", "--no-baselines"];
    let said = calls.evaluated(&more);
    let mut lines = Vec::new();
    for prefix in said["prefixes"].as_array().unwrap() {
        let parts = &prefix["brier_decomposition"];
        let [reliability, resolution, uncertainty] =
            ["reliability", "resolution", "uncertainty"].map(|part| parts[part].as_f64().unwrap());
        let brier = prefix["metrics"]["brier"]["value"].as_f64().unwrap();
        assert!(
            (reliability - resolution + uncertainty - brier).abs() < 1e-9,
            "{prefix}"
        );
        lines.push(format!(
            "brier {brier:.4} = reliability {reliability:.4} (what"
        ));
    }
    let mut words = calls.evaluate(&more);
    words.retain(|word| word != "--format" && word != "json");
    let text = done(&words);
    for line in lines {
        assert!(text.contains(&line), "{line} is missing in {text}");
    }
}

#[test]
fn the_rank_of_calls_of_the_same_situation_is_measured_against_a_draw_by_lot() {
    let calls = Calls::simulated("70");
    let pages = calls.path("pages");
    let said = calls.evaluated(&["--prefix", "1.0", "--report", &pages]);
    let ranks = &said["retrieval"]["generic"]["situation"];
    assert_eq!(ranks["situation"], "industry");
    let asked = ranks["queries"].as_u64().unwrap();
    assert!((1..=70).contains(&asked), "{asked}");
    let [rank, lot, above] = [
        &ranks["mean_reciprocal_rank"]["value"],
        &ranks["by_lot"],
        &ranks["above_lot"]["value"],
    ]
    .map(|number| number.as_f64().unwrap());
    assert!((0.0..=1.0).contains(&rank) && lot > 0.0);
    assert!((rank - lot - above).abs() < 1e-9);
    assert_eq!(calls.report("pages")["retrieval"]["situation"], *ranks);
    for page in ["/report.md", "/report.html"] {
        let page = fs_err::read_to_string(pages.clone() + page).unwrap();
        assert!(page.contains("mean reciprocal rank of the first call of the same industry"));
    }
    // All of them are English, so the first one found is, and so it is by lot.
    let english = calls.evaluated(&["--prefix", "1.0", "--situation", "language"]);
    let ranks = &english["retrieval"]["generic"]["situation"];
    assert_eq!(ranks["by_lot"], 1.0);
    assert_eq!(ranks["mean_reciprocal_rank"]["value"], 1.0);
    let mut words = calls.evaluate(&["--prefix", "1.0", "--situation", "stage"]);
    words.retain(|word| word != "--format" && word != "json");
    refused(
        &run(&words),
        2,
        "no call has the field `stage` that `--situation` names",
    );
}

#[test]
fn a_learning_curve_ends_at_our_own_prediction_and_refuses_where_it_cannot_say() {
    let calls = Calls::simulated("120");
    let more = [
        "--prefix",
        "1.0,0.5",
        "--no-baselines",
        "--learning-curve",
        "0.7,0.5",
    ];
    let said = calls.evaluated(&more);
    let curve = &said["learning_curve"];
    let points = curve["points"].as_array().unwrap();
    let shares: Vec<f64> = points
        .iter()
        .map(|point| point["share"].as_f64().unwrap())
        .collect();
    assert_eq!(shares, [0.5, 0.7, 1.0]);
    let sizes: Vec<u64> = points
        .iter()
        .map(|point| point["calls"].as_u64().unwrap())
        .collect();
    assert!(sizes.is_sorted() && sizes[2] == 96, "{sizes:?}");
    let fitted: Vec<&Value> = points.iter().map(|point| &point["fitted"]).collect();
    assert_eq!(fitted, [false, true, true]);
    // Half of the calls are fewer than 50.
    let recipes: Vec<&Value> = points.iter().map(|point| &point["recipe"]).collect();
    assert_eq!(recipes, ["few", "frozen", "frozen"], "{sizes:?}");
    for metric in ["auc", "brier"] {
        assert_eq!(points[2][metric], said["prefixes"][0]["metrics"][metric]);
    }
    for one in curve["curves"].as_array().unwrap() {
        assert_eq!(one["identified"], false);
        let sentence = one["sentence"].as_str().unwrap();
        assert!(
            sentence.contains("cannot be said: it takes at least four sizes"),
            "{sentence}"
        );
        // Of one recipe alone.
        let sizes_of_curve = one["points"].as_array().unwrap().iter();
        let sizes_of_curve: Vec<&Value> = sizes_of_curve.map(|point| &point["calls"]).collect();
        assert_eq!(sizes_of_curve, [&points[1]["calls"], &points[2]["calls"]]);
        assert_eq!(one["points"][0]["replicates"].as_array().unwrap().len(), 5);
    }
}

#[test]
fn a_share_that_is_too_small_to_learn_from_is_named() {
    let calls = Calls::simulated("60");
    let mut words = calls.evaluate(&["--no-baselines", "--learning-curve", "0.02,0.5"]);
    words.retain(|word| word != "--format" && word != "json");
    let said = run(&words);
    refused(&said, 2, "learning from 2.0 % of the training accounts");
    assert!(
        said.err.contains("leave 0.02 out of `--learning-curve`"),
        "{}",
        said.err
    );
}

#[test]
fn the_report_shows_the_methods_of_a_file_too() {
    let calls = Calls::simulated("60");
    let (file, pages) = (calls.path("ours.csv"), calls.path("report"));
    calls.evaluated(&["--prefix", "1.0", "--no-baselines", "--predictions", &file]);
    calls.evaluated(&[
        "--prefix",
        "1.0",
        "--no-baselines",
        "--compare",
        &file,
        "--report",
        &pages,
    ]);
    let report = calls.report("report");
    let compared = &report["prefixes"][0]["comparisons"][0];
    assert_eq!(compared["against"], "upturn (file)");
    // The file keeps fewer digits.
    let apart = compared["difference"]["difference"]["value"]
        .as_f64()
        .unwrap();
    assert!(apart.abs() < 1e-3, "{apart}");
}

#[test]
fn random_splits_repeat_and_differ_from_each_other() {
    let calls = Calls::simulated("80");
    let more = ["--splits", "2", "--cut", "random"];
    let [one, again] = [0, 1].map(|_| calls.evaluated(&more));
    assert_eq!(one["splits"], again["splits"]);
    let splits = one["splits"].as_array().unwrap();
    assert_eq!(splits.len(), 2);
    assert_ne!(splits[0]["ours"], splits[1]["ours"]);
    for split in splits {
        let sizes = ["learnt_from", "tested_on"].map(|part| split[part].as_u64().unwrap());
        assert_eq!(sizes.iter().sum::<u64>(), 80);
        assert!((9..=15).contains(&sizes[1]), "{sizes:?}");
    }
    let measured = one["measured"].as_array().unwrap();
    let metrics: Vec<&Value> = measured.iter().map(|one| &one["metric"]).collect();
    assert_eq!(metrics, ["brier", "auc", "log_loss"]);
    for spread in [&measured[0]["ours"], &measured[0]["base_rate"]] {
        assert!(spread["mean"].as_f64().unwrap() > 0.0);
        assert!(spread["standard_deviation"].is_f64());
    }
    let whole = calls.evaluated(&["--splits", "2"]);
    assert_ne!(one["splits"][0]["ours"], whole["splits"][0]["ours"]);
}

#[test]
fn splits_and_folds_exclude_each_other() {
    let calls = Calls::simulated("20");
    for (more, word) in [
        (
            vec![
                "--splits",
                "2",
                "--folds",
                "f.csv",
                "--fold-column",
                "seed0",
            ],
            "--folds",
        ),
        (vec!["--splits", "2", "--prefix", "0.5"], "--prefix"),
        (vec!["--splits", "0"], "0"),
        (vec!["--cut", "random"], "--splits"),
    ] {
        let said = run(&calls.evaluate(&more));
        assert_eq!(said.code, Some(2), "{more:?}");
        assert!(said.err.contains(word), "{}", said.err);
    }
}
