//! The leak guard on public corpora: what was made with its labels at hand is flagged, what people really said is not.
//!
//! Needs the folder `shared` beside the repository; says so and passes where it is missing.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests stop at the first surprise and say why they are skipped"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use upturn_core::Conversation;
use upturn_datasets::leakage::WordPlace;
use upturn_datasets::{Corpus, Finding, LeakGuard, LeakOptions, LeakReport, ReadOptions, read};

/// A folder of the corpora, if it is there.
fn shared(name: &str) -> Option<PathBuf> {
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    let folder = data.join(name);
    if !folder.is_dir() {
        eprintln!("skipped: {} is missing", folder.display());
        return None;
    }
    Some(folder)
}

fn report<'c>(calls: impl IntoIterator<Item = &'c Conversation>) -> LeakReport {
    let mut guard = LeakGuard::new(LeakOptions::default());
    calls.into_iter().for_each(|call| guard.observe(call, None));
    let report = guard.report();
    let words = report.words.unwrap();
    eprintln!(
        "{} of {} calls, {:?}: words {}, closing {}, earlier {}",
        report.sampled, report.calls, report.accounts, words.whole, words.closing, words.earlier
    );
    report
        .findings
        .iter()
        .for_each(|found| eprintln!("- {found}"));
    report
}

/// Rows of a CSV file as fields by name.
fn rows(file: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(file).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// The simulated calls; with all columns of their metrics as metadata, or with none.
fn leaky_simulations(folder: &Path, with_columns: bool) -> Vec<Conversation> {
    let mut turns: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for row in rows(&folder.join("conversation_turns.csv")) {
        let turn = json!({"speaker": row["speaker"].to_lowercase(), "text": row["message"]});
        turns
            .entry(row["simulation_id"].clone())
            .or_default()
            .push(turn);
    }
    let mut calls = Vec::new();
    for mut row in rows(&folder.join("simulation_metrics.csv")) {
        let id = row.remove("simulation_id").unwrap();
        let outcome = match row["outcome_label"].as_str() {
            "Success" => json!("won"),
            "Failure" => json!("lost"),
            _ => Value::Null,
        };
        let Some(turns) = turns.remove(&id) else {
            continue;
        };
        let metadata = if with_columns { json!(row) } else { json!({}) };
        let call = json!({"id": id, "turns": turns, "outcome": outcome, "metadata": metadata});
        calls.push(serde_json::from_value(call).unwrap());
    }
    calls
}

#[test]
fn simulated_calls_whose_closing_lines_print_the_label_are_flagged() {
    let Some(folder) = shared("leaky-simulations") else {
        return;
    };
    let report = report(&leaky_simulations(&folder, false));
    let is_closing = |found: &&Finding| matches!(found, Finding::Word { place: WordPlace::Closing, word, .. } if word.contains("schedule that"));
    assert!(report.findings.iter().any(|found| is_closing(&found)));
    assert!(
        report
            .findings
            .iter()
            .any(|found| matches!(found, Finding::Words { .. }))
    );
}

#[test]
fn columns_written_after_the_outcome_are_flagged() {
    let Some(folder) = shared("leaky-simulations") else {
        return;
    };
    let report = report(&leaky_simulations(&folder, true));
    for leak in ["outcome_binary", "outcome_label", "score"] {
        let is_it =
            |found: &Finding| matches!(found, Finding::Column { column, .. } if column == leak);
        assert!(report.findings.iter().any(is_it), "{leak}");
    }
    let harmless = |found: &&Finding| matches!(found, Finding::Column { column, .. } if column == "context_length");
    assert_eq!(report.findings.iter().filter(harmless).count(), 0);
}

#[test]
fn what_people_said_in_persuasion_for_good_is_not_flagged() {
    let Some(folder) = shared("persuasion-for-good") else {
        return;
    };
    let reading = read(Corpus::PersuasionForGood, &folder, &ReadOptions::default()).unwrap();
    assert!(report(&reading.conversations).is_clean());
}

#[test]
fn what_people_said_in_craigslist_bargain_is_not_flagged() {
    let Some(folder) = shared("craigslist-bargain") else {
        return;
    };
    let reading = read(Corpus::CraigslistBargain, &folder, &ReadOptions::default()).unwrap();
    let of_four = reading
        .conversations
        .iter()
        .filter(|call| call.turns().len() >= 4);
    assert!(report(of_four).is_clean());
}
