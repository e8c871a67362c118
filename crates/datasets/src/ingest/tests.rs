use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;
use upturn_core::Date;

use super::*;
use crate::{Corpus, PseudonymKey, ReadOptions, read};

mod acquaintance;
mod leaks;
mod plan;
mod reports;
mod resuming;

fn settings() -> IngestSettings {
    let key = PseudonymKey::new(*b"sixteen or more bytes").unwrap();
    IngestSettings::new(Date::constant(2026, 11, 22), key)
}

/// `calls` calls, some of them duplicates, broken, or of one side only.
fn input(calls: usize) -> String {
    let line = |at: usize| match at % 7 {
        3 => "{\"id\":\"broken\"\n".to_owned(),
        5 => {
            format!(r#"{{"id":"one-{at}","turns":[{{"speaker":"seller","text":"hello {at}"}}]}}"#)
                + "\n"
        }
        _ => {
            let (said, id) = (at / 2, at - at % 11 / 10);
            format!(
                r#"{{"id":"call-{id}","turns":[{{"speaker":"seller","text":"hello number {said}, write to jane{said}@example.com"}},{{"speaker":"buyer","text":"thanks, I will think about offer {said}"}}],"outcome":"won","metadata":{{"date":"2026-01-02"}}}}"#
            ) + "\n"
        }
    };
    (0..calls).map(line).collect()
}

/// Stops after some batches.
struct StopAfter(AtomicU64);

impl IngestMonitor for StopAfter {
    fn stage(&self, _: &str, _: Option<u64>) {}

    fn advance(&self, _: u64) {}

    fn stopped(&self) -> bool {
        self.0.fetch_sub(1, Ordering::Relaxed) == 0
    }
}

fn bytes(folder: &std::path::Path) -> Vec<Vec<u8>> {
    [
        "calls.jsonl",
        "set-aside.jsonl",
        "unmatched.jsonl",
        "key.jsonl",
        "ingest.json",
    ]
    .map(|name| fs_err::read(folder.join(name)).unwrap_or_default())
    .into()
}

#[test]
fn every_fixture_becomes_calls_that_are_read_again() {
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/formats");
    let out = tempfile::tempdir().unwrap();
    let out = out.path().join("out");
    let mut settings = settings();
    settings.roles.guess = true;
    let done = ingest(&[fixtures.to_owned()], &out, &settings, &()).unwrap();
    let summary = &done.summary;
    assert!(summary.balances(), "{summary:?}");
    for format in [
        "vtt",
        "srt",
        "text",
        "jsonl",
        "csv",
        "parquet",
        "whisper",
        "deepgram",
        "assemblyai",
        "gong",
        "chat",
    ] {
        assert!(
            summary.formats.contains_key(format),
            "{format}: {summary:?}"
        );
    }
    let calls = read(
        Corpus::Jsonl,
        &out.join("calls.jsonl"),
        &ReadOptions::default(),
    )
    .unwrap();
    assert_eq!(calls.conversations.len() as u64, summary.written);
    assert!(calls.rejected.is_empty(), "{:?}", calls.rejected);
    let aside = fs_err::read_to_string(out.join("set-aside.jsonl")).unwrap();
    assert_eq!(aside.lines().count() as u64, summary.all_set_aside());
}

#[test]
fn personal_data_are_gone_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (folder.path().join("calls.jsonl"), folder.path().join("out"));
    fs_err::write(&file, input(9)).unwrap();
    ingest(&[file.display().to_string()], &out, &settings(), &()).unwrap();
    for entry in fs_err::read_dir(&out).unwrap() {
        let text = fs_err::read_to_string(entry.unwrap().path()).unwrap();
        assert!(!text.contains("jane"), "{text}");
    }
}

#[test]
fn another_data_set_is_not_overwritten_and_the_same_is_not_made_twice() {
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (folder.path().join("calls.jsonl"), folder.path().join("out"));
    fs_err::write(&file, input(20)).unwrap();
    let inputs = [file.display().to_string()];
    let first = ingest(&inputs, &out, &settings(), &()).unwrap();
    assert_eq!(ingest(&inputs, &out, &settings(), &()).unwrap(), first);
    let mut other = settings();
    other.keeps_key = true;
    let error = ingest(&inputs, &out, &other, &()).unwrap_err();
    assert!(matches!(error, IngestError::InUse { .. }), "{error}");
}

#[test]
fn nothing_usable_is_an_error_that_leaves_the_reasons() {
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (folder.path().join("calls.jsonl"), folder.path().join("out"));
    fs_err::write(&file, "{}\n{\"id\":1}\n").unwrap();
    let inputs = [file.display().to_string()];
    let error = ingest(&inputs, &out, &settings(), &()).unwrap_err();
    assert!(
        matches!(error, IngestError::NothingUsable { read: 2 }),
        "{error}"
    );
    let reasons = fs_err::read_to_string(out.join("set-aside.jsonl")).unwrap();
    assert_eq!(reasons.lines().count(), 2);
    fs_err::write(&file, input(9)).unwrap();
    let again = ingest(&inputs, &out, &settings(), &()).unwrap();
    assert!(again.summary.written > 0, "{:?}", again.summary);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    /// As if it was killed: what was written after the last checkpoint stays behind as rubbish.
    #[test]
    fn a_stopped_run_goes_on_to_the_same_bytes(
        calls in 1usize..600,
        checkpoint in 20u64..300,
        stop in 0u64..6,
        rubbish in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("calls.jsonl");
        fs_err::write(&file, input(calls)).unwrap();
        let inputs = [file.display().to_string()];
        let mut settings = settings();
        settings.checkpoint = checkpoint;
        settings.keeps_key = true;
        let (whole, parts) = (folder.path().join("whole"), folder.path().join("parts"));
        let undisturbed = ingest(&inputs, &whole, &settings, &()).unwrap();
        prop_assert!(undisturbed.summary.balances());
        let stopped = ingest(&inputs, &parts, &settings, &StopAfter(AtomicU64::new(stop)));
        if let Err(error) = stopped {
            let is_stop = matches!(error, IngestError::Stopped { .. });
            prop_assert!(is_stop, "{}", error);
            for name in ["calls.jsonl", "set-aside.jsonl", "ids", "sketches", "key.jsonl"] {
                let path = parts.join(".ingest").join(name);
                let mut left = fs_err::read(&path).unwrap();
                left.extend_from_slice(&rubbish);
                fs_err::write(&path, left).unwrap();
            }
        }
        ingest(&inputs, &parts, &settings, &()).unwrap();
        prop_assert_eq!(bytes(&parts), bytes(&whole));
    }
}
