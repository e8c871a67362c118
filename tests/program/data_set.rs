//! From files of any origin to a split data set, and on after a kill.

use std::path::Path;
use std::process::Stdio;

use super::{House, done, json, run, train, upturn};

/// Calls written by the simulator into a folder of this test.
fn simulated(folder: &Path, calls: &str) -> String {
    let path = folder.join("simulated.jsonl").display().to_string();
    done(&[
        "simulate",
        "--calls",
        calls,
        "--max-turns",
        "12",
        "--out",
        &path,
    ]);
    path
}

fn text(folder: &Path, name: &str) -> String {
    fs_err::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn what_was_ingested_is_inspected_split_and_learnt_from() {
    let folder = tempfile::tempdir().unwrap();
    let (calls, house) = (simulated(folder.path(), "120"), House::get());
    let place = |name: &str| folder.path().join(name).display().to_string();
    let out = place("out");
    let said = done(&["ingest", &calls, "--out", &out, "--format", "json"]);
    let report = json(&said);
    assert_eq!(report["summary"]["read"], 120, "{report}");
    assert_eq!(report["summary"]["written"], 120, "{report}");
    for name in ["card.html", "card.md", "card.json", "ingest.json"] {
        assert!(!text(Path::new(&out), name).is_empty(), "{name}");
    }
    let data = format!("{out}/calls.jsonl");
    let card = json(&done(&["inspect", "--data", &data, "--format", "json"]));
    assert_eq!(card["card"]["about"]["written"], 120, "{card}");
    let split = json(&done(&[
        "split",
        "--data",
        &data,
        "--out",
        &place("parts"),
        "--format",
        "json",
    ]));
    assert_eq!(split["split"]["rows"], 120, "{split}");
    done(&train(
        &place("parts/train.jsonl"),
        &house.path("ingested"),
        "0",
    ));
}

#[test]
fn redacted_calls_can_be_restored_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).display().to_string();
    let call = r#"{"id":"a","turns":[{"speaker":"seller","text":"Hi Jane, is jane@example.com right?"},{"speaker":"buyer","text":"Yes, call 555-0142."}],"outcome":"won","metadata":{"account":"acme","rep":"Ann Lee"}}"#;
    fs_err::write(place("calls.jsonl"), format!("{call}\n")).unwrap();
    let (calls, safe, back) = (
        place("calls.jsonl"),
        place("safe.jsonl"),
        place("back.jsonl"),
    );
    let (secret, key) = (place("secret.key"), place("originals.jsonl"));
    done(&[
        "redact",
        "--data",
        &calls,
        "--out",
        &safe,
        "--pseudonym-key",
        &secret,
        "--key",
        &key,
    ]);
    let redacted = text(folder.path(), "safe.jsonl");
    assert!(
        !redacted.contains("jane@") && !redacted.contains("Ann"),
        "{redacted}"
    );
    done(&["redact", "--data", &safe, "--out", &back, "--restore", &key]);
    assert_eq!(
        text(folder.path(), "back.jsonl"),
        text(folder.path(), "calls.jsonl")
    );
}

#[test]
fn a_killed_ingest_goes_on_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let calls = simulated(folder.path(), "1500");
    let place = |name: &str| folder.path().join(name).display().to_string();
    let secret = place("secret.key");
    let ingest = |out: &str| {
        let mut command = upturn();
        command.args(["ingest", &calls, "--out", out, "--checkpoint", "100"]);
        command.args(["--pseudonym-key", &secret, "--as-of", "2026-11-22"]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let (whole, parts) = (place("whole"), place("parts"));
    assert!(ingest(&whole).status().unwrap().success());
    let mut child = ingest(&parts).spawn().unwrap();
    let journal = Path::new(&parts).join(".ingest/journal.json");
    while !journal.exists() && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(ingest(&parts).status().unwrap().success());
    for name in ["calls.jsonl", "set-aside.jsonl", "ingest.json", "card.md"] {
        let (parts, whole) = (Path::new(&parts), Path::new(&whole));
        assert!(text(parts, name) == text(whole, name), "{name} differs");
    }
}

#[test]
fn the_worked_example_gives_what_its_readme_prints() {
    let folder = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../datasets/fixtures/worked-example");
    let given = |name: &str| example.join(name).display().to_string();
    let data = folder.path().join("data").display().to_string();
    let said = done(&[
        "ingest",
        &given("calls"),
        "--roles",
        &given("roles.toml"),
        "--crm",
        &given("deals.csv"),
        "--crm",
        &given("calls.csv"),
        "--as-of",
        "2026-07-15",
        "--out",
        &data,
    ]);
    let calls = format!("{data}/calls.jsonl");
    let parts = folder.path().join("parts").display().to_string();
    let split = done(&[
        "split",
        "--data",
        &calls,
        "--out",
        &parts,
        "--test",
        "0.3",
        "--validation",
        "0",
    ]);
    let readme = text(&example.join("../.."), "README.md");
    for line in said
        .lines()
        .chain(split.lines())
        .filter(|line| !line.contains(&data))
    {
        assert!(readme.contains(line), "not in the README: {line}");
    }
}

#[test]
fn a_wrong_rule_file_is_told_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("roles.toml");
    fs_err::write(&rules, "[labels]\njane = \"vendor\"\n").unwrap();
    let (rules, calls) = (rules.display().to_string(), simulated(folder.path(), "2"));
    let out = folder.path().join("out").display().to_string();
    let said = run(&["ingest", &calls, "--out", &out, "--roles", &rules]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains("roles.toml"), "{}", said.err);
}
