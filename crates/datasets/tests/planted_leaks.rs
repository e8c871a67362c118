//! Leaks that were planted are found, each by its name; the same calls without them raise no alarm.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_sign_loss,
    clippy::cast_possible_truncation,
    clippy::print_stderr,
    reason = "tests stop at the first surprise"
)]

mod invented;

use std::path::{Path, PathBuf};

use invented::Invented;
use upturn_datasets::leakage::WordPlace;
use upturn_datasets::{Finding, LeakGuard, LeakOptions, LeakReport};

fn report(calls: &[Invented]) -> LeakReport {
    report_of_files(calls, |_| None)
}

fn report_of_files(calls: &[Invented], file: impl Fn(&Invented) -> Option<PathBuf>) -> LeakReport {
    let mut guard = LeakGuard::new(LeakOptions::default());
    for call in calls {
        guard.observe(&call.conversation(), file(call).as_deref());
    }
    guard.report()
}

/// 200 calls, each changed.
fn planted(change: impl Fn(usize, &mut Invented)) -> Vec<Invented> {
    let mut calls = invented::calls(200, 5);
    calls
        .iter_mut()
        .enumerate()
        .for_each(|(at, call)| change(at, call));
    calls
}

/// The place and word of every word found.
fn words(report: &LeakReport) -> Vec<(WordPlace, String)> {
    let mut words = Vec::new();
    for found in &report.findings {
        if let Finding::Word { place, word, .. } = found {
            words.push((place.clone(), word.clone()));
        }
    }
    words
}

fn columns(report: &LeakReport) -> Vec<&str> {
    let mut columns = Vec::new();
    for found in &report.findings {
        if let Finding::Column { column, .. } = found {
            columns.push(column.as_str());
        }
    }
    columns
}

#[test]
fn invented_calls_without_a_leak_are_clean() {
    let report = report(&planted(|_, _| {}));
    assert!(report.is_clean(), "{:#?}", report.findings);
    let words = report.words.unwrap();
    assert!(
        words.whole.value > 0.55,
        "the honest signal is not seen: {}",
        words.whole
    );
}

#[test]
fn a_score_that_was_given_afterwards_is_found() {
    let calls = planted(|at, call| {
        let noise = (at % 7) as f64;
        call.set("quality", if call.is_won { 6.0 } else { 2.0 } + noise / 2.0);
    });
    assert_eq!(columns(&report(&calls)), ["quality"]);
}

#[test]
fn a_category_that_was_set_afterwards_is_found_although_ids_of_accounts_are_not() {
    let calls = planted(|at, call| {
        let (good, bad) = (["green", "lime"][at % 2], ["red", "pink"][at % 2]);
        call.set("colour", if call.is_won { good } else { bad });
        call.set(
            "deal",
            format!("deal of {}", call.json["metadata"]["account"]),
        );
    });
    assert_eq!(columns(&report(&calls)), ["colour"]);
}

#[test]
fn a_name_of_the_account_knows_nothing_about_other_accounts() {
    // All calls of an account end alike, so that its name would tell everything to whoever has seen the others.
    let mut calls = invented::calls(360, 5);
    for (at, call) in calls.iter_mut().enumerate() {
        let (account, is_won) = (at / 6, at / 6 % 3 == 0);
        call.is_won = is_won;
        call.json["outcome"] = if is_won { "won" } else { "lost" }.into();
        call.set("account", format!("account {account}"));
        call.set("deal", format!("deal of {account}"));
        call.set("number", format!("no {account}"));
    }
    assert_eq!(columns(&report(&calls)), Vec::<&str>::new());
}

#[test]
fn a_column_that_only_one_class_has_is_found_by_its_presence() {
    // Only lost deals have a reason, and only 60 % of them: the AUC stays below the bar, the concentration does not.
    let calls = planted(|at, call| {
        if !call.is_won && at % 5 < 3 {
            call.set("note", format!("free text {at}"));
        }
    });
    let report = report(&calls);
    let present = (WordPlace::Column("note".to_owned()), "(present)".to_owned());
    assert!(words(&report).contains(&present), "{:?}", report.findings);
}

#[test]
fn a_template_that_prints_the_label_is_found() {
    let calls = planted(|_, call| {
        call.close(if call.is_won {
            "Outcome: WON."
        } else {
            "Outcome: lost."
        });
    });
    let report = report(&calls);
    for phrase in ["outcome won", "outcome lost"] {
        let found = (WordPlace::Closing, phrase.to_owned());
        assert!(words(&report).contains(&found), "{:?}", report.findings);
    }
    assert!(
        report
            .findings
            .iter()
            .any(|found| matches!(found, Finding::Words { .. }))
    );
}

#[test]
fn a_phrase_in_a_fifth_of_one_class_is_found() {
    let calls = planted(|at, call| {
        if call.is_won && at % 5 == 0 {
            call.close("the paperwork is on its way to you");
        }
    });
    let report = report(&calls);
    let is_it = |found: &(WordPlace, String)| found.1.contains("paperwork");
    assert!(words(&report).iter().any(is_it), "{:?}", report.findings);
}

#[test]
fn label_words_in_ids_file_names_and_values_are_found() {
    let mark = |won: bool| if won { "won" } else { "lost" };
    let calls = planted(|at, call| {
        let id = call.json["id"].as_str().unwrap().to_owned();
        call.json["id"] = format!("{id}-{}", u8::from(call.is_won)).into();
        // In a quarter of the calls only, and once in a while wrong.
        let told = if at % 40 == 0 {
            !call.is_won
        } else {
            call.is_won
        };
        let folder = if at % 4 == 0 {
            format!("closed {}", mark(told))
        } else {
            "open".to_owned()
        };
        call.set("board", folder);
    });
    let file =
        |call: &Invented| Some(Path::new("calls").join(format!("{}Call.vtt", mark(call.is_won))));
    let report = report_of_files(&calls, file);
    let found = words(&report);
    for (place, word) in [
        (WordPlace::Id, "(ends in 1)"),
        (WordPlace::Id, "(ends in 0)"),
        (WordPlace::Path, "won"),
        (WordPlace::Path, "lost"),
        (WordPlace::Column("board".to_owned()), "lost"),
    ] {
        assert!(
            found.contains(&(place.clone(), word.to_owned())),
            "{place} {word}: {found:?}"
        );
    }
}

#[test]
fn a_phrase_of_one_large_account_is_no_leak() {
    // A third of the won calls are of one account that always says goodbye in its own way.
    let mut left = 30;
    let mut calls = invented::calls(200, 5);
    for call in calls.iter_mut().filter(|call| call.is_won) {
        if left > 0 {
            left -= 1;
            call.set("account", "great house");
            call.close("greetings from the great house");
        }
    }
    let report = report(&calls);
    assert!(report.is_clean(), "{:?}", report.findings);
}

#[test]
fn few_accounts_are_told_to_be_too_few() {
    let report = report(&invented::calls(20, 1));
    assert!(!report.is_checked && !report.is_clean() && report.findings.is_empty());
    assert_eq!((report.calls, report.labelled), (20, 20));
}

#[test]
fn the_order_of_the_calls_does_not_matter_and_a_report_survives_its_json() {
    let mut calls = planted(|_, call| call.close(if call.is_won { "done" } else { "bye" }));
    let forwards = report(&calls);
    calls.reverse();
    assert_eq!(report(&calls), forwards);
    let json = serde_json::to_string(&forwards).unwrap();
    assert_eq!(serde_json::from_str::<LeakReport>(&json).unwrap(), forwards);
}

#[test]
fn a_leak_is_found_in_a_sample_of_a_large_data_set() {
    let mut guard = LeakGuard::new(LeakOptions::default().with_sample_per_outcome(60));
    for call in planted(|_, call| call.close(if call.is_won { "done" } else { "bye" })) {
        guard.observe(&call.conversation(), None);
    }
    let report = guard.report();
    assert_eq!((report.calls, report.sampled), (200, 120));
    assert!(
        report
            .findings
            .iter()
            .any(|found| matches!(found, Finding::Word { .. }))
    );
}

/// How many of so many clean data sets raise an alarm.
fn false_alarms(draws: u64, calls: usize) -> usize {
    let is_alarm = |seed: &u64| {
        let report = report(&invented::calls(calls, 1_000 + seed));
        report
            .findings
            .iter()
            .for_each(|found| eprintln!("{seed}: {found}"));
        report.is_checked && !report.findings.is_empty()
    };
    (0..draws).filter(is_alarm).count()
}

#[test]
fn clean_data_raise_no_alarm() {
    assert_eq!(false_alarms(8, 120), 0);
}

#[test]
#[ignore = "measures the rate of false alarms: minutes; run it in release"]
fn false_alarms_are_rare() {
    for calls in [60, 120, 300, 1_000] {
        let alarms = false_alarms(500, calls);
        eprintln!("{calls} calls: {alarms} of 500 data sets");
        assert!(alarms <= 5);
    }
}
