//! Ingesting as its users see it: folders of small files, a CRM that is not in order, rules, and what comes of the fixtures.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::{House, done, json, run, train, upturn};

fn datasets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../datasets/fixtures")
}

fn text(folder: &str, name: &str) -> String {
    fs_err::read_to_string(Path::new(folder).join(name)).unwrap()
}

/// A folder of this test, and the paths below it.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs_err::create_dir_all(Path::new(&path).parent().unwrap()).unwrap();
        fs_err::write(&path, text).unwrap();
        path
    }
}

fn call(id: &str, outcome: &str, said: &str) -> String {
    format!(
        r#"{{"id":"{id}","turns":[{{"speaker":"seller","text":"hello, {said}"}},{{"speaker":"buyer","text":"{said}, I see"}}],"outcome":"{outcome}"}}"#
    )
}

#[test]
fn a_killed_ingest_of_a_folder_of_small_files_goes_on_to_the_same_bytes() {
    let place = Place::new();
    for number in 0..600 {
        let (lot, part) = (number * 7 % 997, number * 31 % 991);
        let said = format!("lot {lot} with part {part} for {number}");
        let file = format!("in/{number:03}.jsonl");
        place.write(&file, &call(&format!("c{number}"), "won", &said));
    }
    let (input, secret) = (place.path("in"), place.path("secret.key"));
    let ingest = |out: &str| {
        let mut command = upturn();
        command.args(["ingest", &input, "--out", out, "--checkpoint", "20"]);
        command.args(["--pseudonym-key", &secret, "--as-of", "2026-11-22"]);
        command.args(["--format", "json"]);
        command
    };
    let (whole, parts) = (place.path("whole"), place.path("parts"));
    assert!(ingest(&whole).output().unwrap().status.success());
    let mut child = ingest(&parts).stdout(Stdio::null()).spawn().unwrap();
    let journal = Path::new(&parts).join(".ingest/journal.json");
    while !journal.exists() && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let output = ingest(&parts).output().unwrap();
    let report = json(&String::from_utf8(output.stdout).unwrap());
    let resumed = report["resumed"].as_u64().unwrap();
    assert!((1..600).contains(&resumed), "{report}");
    for name in ["calls.jsonl", "set-aside.jsonl", "ingest.json", "card.md"] {
        assert!(text(&parts, name) == text(&whole, name), "{name} differs");
    }
}

#[test]
fn broken_rows_of_the_crm_are_told_and_change_the_exit_code() {
    let place = Place::new();
    let calls = place.write("calls.jsonl", &call("c1", "won", "two ovens"));
    let deals = place.write(
        "deals.csv",
        "deal_id,stage,created,closed\n1,Offer,2026-01-01,\n2,Offer,2026-01-01,soon\n",
    );
    let out = place.path("out");
    let arguments = ["ingest", &calls, "--crm", &deals, "--out", &out];
    // The second time nothing is left to do, and the answer is the same.
    for _ in 0..2 {
        let said = run(&arguments);
        assert_eq!(said.code, Some(2), "{}", said.err);
        let told = "deals.csv:3: `closed` is not a day";
        assert!(said.err.contains(told), "{}", said.err);
        let line = "unmatched    1 call, 1 crm-row, 1 deal";
        assert!(said.out.contains(line), "{}", said.out);
        assert_eq!(text(&out, "unmatched.jsonl").lines().count(), 3);
    }
    fs_err::write(
        &deals,
        "deal_id,stage,created,closed\n1,Offer,2026-01-01,\n",
    )
    .unwrap();
    let said = run(&arguments);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains("holds another data set"), "{}", said.err);
}

#[test]
fn own_ids_are_redacted_by_a_file_of_rules() {
    let place = Place::new();
    let said = "policy PL-123456 of jane@example.com";
    let calls = place.write("calls.jsonl", &call("c1", "won", said));
    let rules = "kinds = []\n[[custom]]\nname = \"POLICY\"\npattern = 'PL-\\d{6}'\n";
    let rules = place.write("redaction.toml", rules);
    let out = place.path("out");
    done(&["ingest", &calls, "--redaction", &rules, "--out", &out]);
    let written = text(&out, "calls.jsonl");
    let expected = "policy [POLICY_1] of jane@example.com";
    assert!(written.contains(expected), "{written}");
    fs_err::write(&rules, "kind = []\n").unwrap();
    let other = place.path("other");
    let said = run(&["ingest", &calls, "--redaction", &rules, "--out", &other]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    let told = "redaction.toml`: line 1 of the redaction options";
    assert!(said.err.contains(told), "{}", said.err);
}

#[test]
fn folders_named_after_the_outcome_are_reported_as_a_leak() {
    let place = Place::new();
    for number in 0..80 {
        let outcome = ["won", "lost"][number % 2];
        let said = format!("lot {} with part {}", number * 7 % 83, number * 31 % 97);
        let id = (number * 48_271 % 7919).to_string();
        let file = format!("in/{outcome}/{number}.jsonl");
        place.write(&file, &call(&id, outcome, &said));
    }
    let (input, out) = (place.path("in"), place.path("out"));
    let said = run(&["ingest", &input, "--keep-duplicates", "--out", &out]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let told = "a leak? `won` stands in the file names of 100.0 % of the accounts won";
    assert!(said.err.contains(told), "{}", said.err);
}

/// The fixtures of all forms, and three copies of each call of the worked example with deals that end in both ways.
#[test]
fn what_comes_of_the_fixtures_is_learnt_from() {
    let (place, house) = (Place::new(), House::get());
    let mut table = "call_id,deal_ids,date\n".to_owned();
    let mut deals = "deal_id,stage,status,created,closed\n".to_owned();
    for number in 0..24 {
        let original = format!("worked-example/calls/{}.vtt", 7101 + number / 3);
        let original = fs_err::read_to_string(datasets().join(original)).unwrap();
        place.write(&format!("calls/r{number}.vtt"), &original);
        writeln!(table, "r{number},{number},2026-02-{:02}", 1 + number).unwrap();
        let status = ["won", "lost"][number % 2];
        writeln!(deals, "{number},Offer,{status},2026-01-01,2026-06-01").unwrap();
    }
    let (calls, fixtures) = (place.path("calls"), datasets().join("formats"));
    let (table, deals) = (
        place.write("table.csv", &table),
        place.write("deals.csv", &deals),
    );
    let roles = datasets().join("worked-example/roles.toml");
    let out = place.path("out");
    let said = run(&[
        "ingest",
        &calls,
        fixtures.to_str().unwrap(),
        "--roles",
        roles.to_str().unwrap(),
        "--crm",
        &deals,
        "--crm",
        &table,
        "--keep-duplicates",
        "--out",
        &out,
        "--format",
        "json",
    ]);
    // Some of the fixtures are broken, as they should be.
    assert_eq!(said.code, Some(2), "{}", said.err);
    let report = json(&said.out);
    let summary = &report["summary"];
    assert_eq!(summary["joined"]["call-id"], 24, "{report}");
    assert_eq!(summary["formats"]["parquet"], 5, "{report}");
    let written = summary["written"].as_u64().unwrap();
    assert!(written > 34, "{report}");
    let data = format!("{out}/calls.jsonl");
    // Every line is a call that training takes: none is rejected, which would be an exit code of 2.
    done(&train(&data, &house.path("of-fixtures"), "0"));
}
