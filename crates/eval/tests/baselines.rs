//! The metrics against the baselines' own numbers, which scikit-learn computed from the same predictions.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test"
)]

use std::path::{Path, PathBuf};

use serde_json::Value;
use upturn_core::Probability;
use upturn_eval::{Bootstrap, Metric, PredictionTable, Predictions, compare};

const CORPORA: [&str; 3] = [
    "persuasion-for-good",
    "craigslist-bargain",
    "craigslist-bargain-4",
];
const SEEDS: [u64; 3] = [0, 1, 2];

/// The folder of the baselines, or none, said on stderr.
fn baselines() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/baselines");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!(
        "skipped: the baselines' predictions are not at {}",
        folder.display()
    );
    None
}

fn table(folder: &Path, corpus: &str) -> PredictionTable {
    PredictionTable::read(folder.join(format!("predictions/{corpus}.csv"))).unwrap()
}

fn predictions(table: &PredictionTable, method: &str, prefix: f64, seed: u64) -> Predictions {
    table
        .predictions(method, prefix, seed, &|id| id.to_owned())
        .unwrap()
}

fn of(metric: Metric, predictions: &Predictions) -> f64 {
    let rows = predictions.rows().iter();
    let (probabilities, won): (Vec<f64>, Vec<bool>) = rows
        .map(|row| (Probability::value(row.probability), row.won))
        .unzip();
    metric.of(&probabilities, &won).unwrap()
}

#[test]
fn every_baseline_has_the_numbers_of_its_report() {
    let Some(folder) = baselines() else { return };
    let report = fs_err::read_to_string(folder.join("quality.json")).unwrap();
    let report: Vec<Value> = serde_json::from_str(&report).unwrap();
    let mut checked = 0;
    for corpus in CORPORA {
        let table = table(&folder, corpus);
        for entry in report.iter().filter(|entry| entry["corpus"] == corpus) {
            let method = entry["method"].as_str().unwrap();
            let prefix = entry["prefix"].as_f64().unwrap();
            for metric in [Metric::Auc, Metric::Brier, Metric::LogLoss] {
                // The report sets the AUC of the base rate to one half: its values differ between folds only.
                if metric == Metric::Auc && method == "base_rate" {
                    continue;
                }
                let values =
                    SEEDS.map(|seed| of(metric, &predictions(&table, method, prefix, seed)));
                let mean = values.iter().sum::<f64>() / SEEDS.len() as f64;
                let expected = entry[metric.as_str()].as_f64().unwrap();
                assert!(
                    (mean - expected).abs() <= 0.5e-4 + 1e-9,
                    "{corpus} {prefix} {method} {metric}: {mean}, the report has {expected}"
                );
                checked += 1;
            }
        }
    }
    // 3 corpora, 3 prefixes, 5 methods, 3 metrics, less the AUC of the base rate.
    assert_eq!(checked, 3 * 3 * (5 * 3 - 1));
}

#[test]
fn the_stack_is_surely_better_than_length_on_real_conversations() {
    let Some(folder) = baselines() else { return };
    let plan = Bootstrap::new(300, 0.95, 0).unwrap();
    for corpus in CORPORA {
        let table = table(&folder, corpus);
        let stack = predictions(&table, "stack", 1.0, 0);
        let length = predictions(&table, "length", 1.0, 0);
        let auc = compare(Metric::Auc, &stack, &length, &plan)
            .unwrap()
            .unwrap();
        assert!(auc.difference.low > 0.0, "{corpus}: {auc:?}");
        let brier = compare(Metric::Brier, &stack, &length, &plan)
            .unwrap()
            .unwrap();
        assert!(brier.difference.high < 0.0, "{corpus}: {brier:?}");
    }
}
