//! Calls that are forgotten are gone, proved, recorded, and do not come back.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use super::{House, copy, done, json, run, upturn};

/// An account, how many calls it has, and something that was said in one of them and in no other call.
fn an_account(house: &House) -> (String, usize, String) {
    let calls = all(house);
    let account = |call: &Value| call["metadata"]["account"].as_str().unwrap().to_owned();
    for one in &calls {
        let is_other = |call: &&Value| call["id"] != one["id"];
        let others: Vec<_> = calls
            .iter()
            .filter(is_other)
            .map(Value::to_string)
            .collect();
        let said = one["turns"].as_array().unwrap().iter();
        let mut said = said.map(|turn| turn["text"].as_str().unwrap());
        let own = said.find(|said| !others.iter().any(|other| other.contains(said)));
        if let Some(own) = own {
            let (account, own) = (account(one), own.to_owned());
            let number = calls
                .iter()
                .filter(|call| call["metadata"]["account"] == *account);
            return (account.clone(), number.count(), own);
        }
    }
    panic!("every sentence is said twice");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs_err::read_dir(folder).unwrap().map(Result::unwrap);
    let below = entries.flat_map(|entry| match entry.path() {
        path if path.is_dir() => files(&path),
        path => vec![path],
    });
    below.collect()
}

/// Which files hold a text as it is; the engine's log does.
fn holders(folder: &str, text: &str) -> Vec<PathBuf> {
    let mut all = files(Path::new(folder));
    all.retain(|file| {
        let bytes = String::from_utf8_lossy(&fs_err::read(file).unwrap()).into_owned();
        bytes.contains(text)
    });
    all
}

fn records(store: &str) -> Vec<Value> {
    let text = fs_err::read_to_string(format!("{store}/ledger/forgotten.jsonl")).unwrap();
    text.lines().map(json).collect()
}

fn index(house: &House, store: &str) -> (Value, String) {
    let (model, calls) = (house.model(), house.calls());
    let said = run(&[
        "index", "--model", &model, "--data", &calls, "--store", store, "--format", "json",
    ]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    (json(&said.out), said.err)
}

#[test]
fn an_account_is_gone_and_proved_and_indexing_passes_it_over() {
    let house = House::get();
    let store = house.path("forgetful");
    copy(&house.store(), &store);
    let (account, number, said) = an_account(house);
    assert!(!holders(&store, &said).is_empty());
    let forget = |more: &[&str]| {
        let basis = ["forget", "--store", &store, "--account", &account];
        done(&[&basis, more].concat())
    };
    let would = forget(&["--dry-run"]);
    assert!(
        would.starts_with(&format!("conversations {number}, points ")),
        "{would}"
    );
    assert!(would.contains("nothing was deleted"), "{would}");
    assert_eq!(index(house, &store).0["unchanged"], 48);
    let models = house.path("models-of-forget");
    copy(&house.model(), &format!("{models}/new"));
    copy(&house.model(), &format!("{models}/old"));
    fs_err::remove_file(format!("{models}/old/trained_on.json")).unwrap();
    let told = forget(&["--models", &models]);
    assert!(
        told.starts_with(&format!("conversations {number}, points ")),
        "{told}"
    );
    assert!(told.contains(": now 0 in store, 0 in ledger\n"), "{told}");
    assert!(
        told.contains(&format!("new: learnt from {number} of these calls")),
        "{told}"
    );
    assert!(told.contains("old: unknown"), "{told}");
    assert_eq!(holders(&store, &said), Vec::<PathBuf>::new());
    assert_eq!(holders(&store, &account), Vec::<PathBuf>::new());
    let record = &records(&store)[0];
    assert_eq!(record["conversations"], number);
    assert_eq!(record["after"]["store"], 0);
    assert_eq!(record["before"]["store"], record["before"]["ledger"]);
    assert_eq!(record["models"][0]["learnt_from"], number);
    assert_eq!(record["names"][0]["kind"], "account");
    let (report, talk) = index(house, &store);
    assert_eq!(report["forgotten"], number);
    assert_eq!((&report["new"], &report["changed"]), (&0.into(), &0.into()));
    assert!(talk.contains("forgotten and"), "{talk}");
    assert_eq!(holders(&store, &account), Vec::<PathBuf>::new());
    let again = forget(&[]);
    assert!(
        again.starts_with("conversations 0, points 0: now 0"),
        "{again}"
    );
    assert_eq!(records(&store).len(), 2);
}

fn all(house: &House) -> Vec<Value> {
    let calls = fs_err::read_to_string(house.calls()).unwrap();
    calls.lines().map(json).collect()
}

#[test]
fn persons_and_calls_are_counted_without_being_deleted_and_nobody_is_refused() {
    let house = House::get();
    let store = house.path("forgets-persons");
    copy(&house.store(), &store);
    let calls = all(house);
    let rep = calls[0]["metadata"]["rep"].as_str().unwrap();
    let id = calls[7]["id"].as_str().unwrap();
    let is_asked = |call: &&Value| call["metadata"]["rep"] == rep || call["id"] == id;
    let expected = calls.iter().filter(is_asked).count();
    let basis: &[&str] = &["forget", "--store", &store];
    let names = ["--person", rep, "--conversation", id];
    let would = [basis, &names, &["--dry-run", "--format", "json"]].concat();
    let would = json(&done(&would));
    assert_eq!(would["conversations"], expected, "{would}");
    assert_eq!(would["after"], Value::Null);
    assert!(!Path::new(&store).join("ledger/tombstones.json").exists());
    let nobody = run(basis);
    assert_eq!(nobody.code, Some(2), "{}", nobody.err);
    let nowhere = house.path("nowhere");
    let nowhere = run(&["forget", "--store", &nowhere, "--account", "x"]);
    assert_eq!(nowhere.code, Some(2), "{}", nowhere.err);
}

#[test]
fn the_pseudonyms_of_a_name_are_found_with_their_key() {
    let house = House::get();
    let (key, data) = (house.path("pseudonym.key"), house.path("veiled.jsonl"));
    let (model, store, calls) = (house.model(), house.path("veiled-store"), house.calls());
    let redact = ["redact", "--data", &calls, "--out", &data];
    done(&[&redact[..], &["--pseudonym-key", &key]].concat());
    done(&[
        "index", "--model", &model, "--data", &data, "--store", &store,
    ]);
    let calls = all(house);
    let rep = calls[0]["metadata"]["rep"].as_str().unwrap();
    let forget = |more: &[&str]| {
        let basis = [
            "forget", "--store", &store, "--person", rep, "--format", "json",
        ];
        json(&done(&[&basis, more].concat()))
    };
    assert_eq!(forget(&["--dry-run"])["conversations"], 0);
    let told = forget(&["--pseudonym-key", &key]);
    let is_his = |call: &&Value| call["metadata"]["rep"] == rep;
    assert_eq!(
        told["conversations"],
        calls.iter().filter(is_his).count(),
        "{told}"
    );
}

#[test]
fn a_forgetting_that_is_killed_is_finished_by_the_same_command() {
    let house = House::get();
    let (account, number, said) = an_account(house);
    let root = house.path("killed-forgets");
    let store = format!("{root}/store");
    let mark = Path::new(&store).join("ledger/forgetting.json");
    let mut interrupted = 0;
    // In the midst of the ledger, of the store, of the proof: no time stands for one of them.
    for milliseconds in [0, 4, 15, 40, 90, 200] {
        copy(&house.store(), &store);
        let mut child = upturn()
            .args(["forget", "--store", &store, "--account", &account])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while !mark.exists() && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
        interrupted += usize::from(mark.exists());
        let told = done(&["forget", "--store", &store, "--account", &account]);
        assert!(told.contains(": now 0 in store, 0 in ledger"), "{told}");
        let of = |record: &Value| usize::try_from(record["conversations"].as_u64().unwrap());
        let all: usize = records(&store)
            .iter()
            .map(|record| of(record).unwrap())
            .sum();
        assert_eq!(all, number, "{milliseconds} ms: {told}");
        assert_eq!(
            holders(&root, &said),
            Vec::<PathBuf>::new(),
            "{milliseconds} ms"
        );
        assert_eq!(index(house, &store).0["forgotten"], number);
        assert_eq!(fs_err::read_dir(&root).unwrap().count(), 1);
        fs_err::remove_dir_all(&root).unwrap();
    }
    assert!(interrupted > 0, "it was never killed in the midst");
}
