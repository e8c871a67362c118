//! A disk that is really full, mounted for the test. Only who may mount one can try: others need user namespaces.

use std::process::Command;

use serde_json::{Value, json};

use super::store_faults::{index, some_calls};
use super::{House, Said, json, tiny_encoder};

/// Runs a script with these words behind the folder of a disk of 200 MiB; none where no disk can be mounted, which is told.
fn on_a_disk(disk: &str, script: &str, words: &[String]) -> Option<Said> {
    fs_err::create_dir(disk).unwrap();
    let mount = r#"mount -t tmpfs -o size=200m upturn-test "$1" 2>/dev/null || exit 77
        cd "$1" || exit 1
        fill() { head -c $(($(df --output=avail -B1 . | tail -1) - (30 << 20))) /dev/zero >taken; }"#;
    let script = format!("{mount}\n{script}");
    let mut shell = Command::new("unshare");
    shell.args([
        "--user",
        "--map-root-user",
        "--mount",
        "bash",
        "-c",
        &script,
    ]);
    let said = shell.args(["bash", disk]).args(words).output();
    let said = said.ok().map(Said::from);
    let said = said.filter(|said| said.code != Some(77) && !said.err.starts_with("unshare:"));
    if said.is_none() {
        eprintln!("\n**** SKIPPED: no disk can be mounted here, a full one was not tried ****\n");
    }
    said
}

/// The program with these arguments as a shell takes it.
fn line(arguments: &[String]) -> String {
    let program = [env!("CARGO_BIN_EXE_upturn").to_owned()];
    let words = program.iter().chain(arguments);
    let quoted: Vec<String> = words.map(|word| format!("'{word}'")).collect();
    quoted.join(" ")
}

fn almost_full(message: &Value, store: &str) {
    let message = message.as_str().unwrap();
    assert!(
        message.contains("almost full") && message.contains(store),
        "{message}"
    );
}

#[test]
fn a_disk_that_is_almost_full_is_told_before_the_system_ends_the_program() {
    let house = House::get();
    let disk = house.path("disk");
    let store = format!("{disk}/store");
    let some = index(&some_calls(house, "first.jsonl", 20), &store);
    let all = index(&house.calls(), &store);
    // 200 MiB are enough to begin, and 170 of them are then taken by somebody else.
    let script = r#"
        some=$2 && all=$3
        eval "$some" >/dev/null || exit 2
        fill || exit 3
        eval "$all" >refused 2>&1; code=$?
        rm taken
        eval "$all" >report || exit 4
        cat report; tail -1 refused; exit $((100 + code))"#;
    let Some(said) = on_a_disk(&disk, script, &[line(&some), line(&all)]) else {
        return;
    };
    assert_eq!(said.code, Some(101), "{} {}", said.out, said.err);
    let lines: Vec<Value> = said.out.lines().map(json).collect();
    assert_eq!(
        [&lines[0]["unchanged"], &lines[0]["new"]],
        [&json!(20), &json!(28)]
    );
    let error = &lines[1]["error"];
    almost_full(&error["message"], &store);
    assert_eq!(error["hint"], "free some space; the same command goes on");
}

#[test]
fn what_an_evaluation_measured_is_told_though_its_files_can_not_be_written() {
    let house = House::get();
    let disk = house.path("full-disk");
    let encoder = tiny_encoder().display().to_string();
    let (calls, file) = (house.calls(), format!("{disk}/ours.csv"));
    let words = [
        "evaluate",
        "--data",
        &calls,
        "--encoder",
        &encoder,
        "--prefix",
        "1.0",
        "--no-baselines",
        "--format",
        "json",
        "--predictions",
        &file,
    ];
    let evaluate = line(&words.map(str::to_owned));
    let script = r#"
        head -c 300M /dev/zero >taken 2>/dev/null
        eval "$2"; exit $((100 + $?))"#;
    let Some(said) = on_a_disk(&disk, script, &[evaluate]) else {
        return;
    };
    assert_eq!(said.code, Some(101), "{} {}", said.out, said.err);
    assert!(json(&said.out)["prefixes"][0]["metrics"]["brier"]["value"].is_f64());
    assert!(said.err.contains("ours.csv"), "{}", said.err);
}

#[test]
fn a_store_is_not_put_right_on_a_disk_that_is_almost_full_and_predictions_go_on() {
    let house = House::get();
    let disk = house.path("narrow-disk");
    let store = format!("{disk}/store");
    let ask = |command: &str| {
        let mut words = house.asking(command, &["--format", "json"]);
        words[4].clone_from(&store);
        line(&words)
    };
    // A store without its segments is filled again, one without its seal is compared point by point.
    let script = r#"
        eval "$2" >/dev/null || exit 2
        rm -r store/segments/*
        for what in filled compared; do
            rm -f taken && fill || exit 4
            eval "$3" >predicted 2>>talk || exit 5
            eval "$4" >similar 2>refused; code=$?
            test $code = 1 && test -z "$(cat similar)" || exit 6
            cat predicted; tail -1 refused; ls -A | grep -c refill
            rm taken
            eval "$4" >similar 2>talk && grep -c 'put right' talk
            eval "$4" >again || exit 7
            cmp similar again || exit 8
            rm store/ledger/seal.json
        done"#;
    let words = [
        line(&index(&house.calls(), &store)),
        ask("predict"),
        ask("similar"),
    ];
    let Some(said) = on_a_disk(&disk, script, &words) else {
        return;
    };
    assert_eq!(said.code, Some(0), "{} {}", said.out, said.err);
    let lines: Vec<Value> = said.out.lines().map(json).collect();
    assert_eq!(lines.len(), 8, "{}", said.out);
    for (lines, was_put_right) in lines.chunks(4).zip([1, 0]) {
        let [predicted, refused, left, put_right] = lines else {
            unreachable!("four lines each");
        };
        almost_full(&predicted["evidence_missing"], &store);
        assert!(predicted["probability"].is_number(), "{predicted}");
        almost_full(&refused["error"]["message"], &store);
        let hint = &refused["error"]["hint"];
        assert_eq!(hint, "free some space; the same command goes on");
        assert_eq!([left, put_right], [&json!(0), &json!(was_put_right)]);
    }
}
