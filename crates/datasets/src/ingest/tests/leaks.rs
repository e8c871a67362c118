//! The leak guard knows where the calls came from.

use super::*;
use crate::{LeakOptions, inspect_ingested};

/// The findings for calls with ids of their own in two folders.
fn findings(folders: [&str; 2]) -> Vec<String> {
    let root = tempfile::tempdir().unwrap();
    for call in 0..80 {
        let is_won = call % 2 == 0;
        let outcome = if is_won { "won" } else { "lost" };
        let folder = root.path().join("in").join(folders[usize::from(!is_won)]);
        fs_err::create_dir_all(&folder).unwrap();
        let (a, b) = (call * 7 % 83, call * 31 % 97);
        let line = format!(
            r#"{{"id":"{}","turns":[{{"speaker":"seller","text":"lot {a} with part {b}"}},{{"speaker":"buyer","text":"part {b} and lot {a}, number {call}"}}],"outcome":"{outcome}"}}"#,
            call * 48_271 % 7919
        );
        fs_err::write(folder.join(format!("{call}.jsonl")), line).unwrap();
    }
    let inputs = [root.path().join("in").display().to_string()];
    let out = root.path().join("out");
    let mut settings = settings();
    settings.duplicates = None;
    let done = ingest(&inputs, &out, &settings, &()).unwrap();
    assert_eq!(done.sources.len(), 80);
    // A second time from what is on disk.
    let again = ingest(&inputs, &out, &settings, &()).unwrap();
    assert_eq!(again, done);
    let calls = out.join("calls.jsonl");
    let (leaks, options) = (LeakOptions::default(), ReadOptions::default());
    let found = inspect_ingested(&calls, &again, leaks, &options, &()).unwrap();
    let leaks = found.card.about.leaks.unwrap();
    assert!(leaks.is_checked);
    let shown = leaks.findings.iter().map(ToString::to_string);
    shown.collect()
}

#[test]
fn folders_that_tell_the_outcome_are_flagged_though_the_calls_have_ids_of_their_own() {
    let found = findings(["won", "lost"]);
    for word in ["won", "lost"] {
        let finding = format!("`{word}` stands in the file names of");
        let is_found = found.iter().any(|told| told.starts_with(&finding));
        assert!(is_found, "{word}: {found:?}");
    }
    assert_eq!(findings(["calls", "calls"]), Vec::<String>::new());
}
