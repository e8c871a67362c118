//! The same commands with a collection on a server.

use std::path::Path;

use serde_json::Value;

use super::bad_input::refused;
use super::search::found;
use super::{House, Said, done, json, run, train, upturn};
use crate::server::Server;

/// The house's model and calls, a server, and a ledger.
struct Remote {
    server: Server,
    ledger: String,
    model: String,
    calls: String,
    one: String,
}

impl Remote {
    fn new(name: &str) -> Self {
        let house = House::get();
        Self {
            server: Server::start(),
            ledger: house.path(name),
            model: house.model(),
            calls: house.calls(),
            one: house.one(),
        }
    }

    fn index(&self, model: &str, more: &[&str]) -> Said {
        let url = self.server.url();
        let basis: &[&str] = &[
            "index",
            "--model",
            model,
            "--data",
            &self.calls,
            "--store",
            &url,
        ];
        run(&[basis, &["--ledger", &self.ledger], more].concat())
    }

    fn ask(&self, command: &str, model: &str) -> Said {
        let (url, one) = (self.server.url(), &self.one);
        run(&[
            command, "--model", model, "--store", &url, "--call", one, "--format", "json",
        ])
    }

    fn forget(&self, more: &[&str]) -> Said {
        let url = self.server.url();
        let basis = ["forget", "--store", &url, "--ledger", &self.ledger];
        run(&[&basis, more].concat())
    }

    fn collections(&self) -> Vec<String> {
        let collections = self.server.state.collections.lock().unwrap();
        collections.keys().cloned().collect()
    }
}

fn good(said: &Said) -> &str {
    assert_eq!(said.code, Some(0), "{}", said.err);
    &said.out
}

#[test]
fn a_server_answers_as_a_folder_does_and_only_what_is_new_is_embedded() {
    let (house, remote) = (House::get(), Remote::new("remote-ledger"));
    let filled = remote.index(&remote.model, &[]);
    assert!(good(&filled).contains("48 new calls"), "{}", filled.out);
    assert!(
        good(&remote.index(&remote.model, &[])).contains(" 0 new calls, 0 changed, 48 unchanged")
    );
    for command in ["similar", "predict"] {
        let here = done(&house.asking(command, &["--format", "json"]));
        let there = remote.ask(command, &remote.model);
        near(&json(good(&there)), &json(&here));
    }
    let (here, there) = (house.store(), remote.server.url());
    for way in ["--words", "--meaning", "--per-call"] {
        let question = ["--text", "the price is too high", way, "--limit", "5"];
        near(&found(&there, &question), &found(&here, &question));
    }
    assert_eq!(remote.collections(), ["upturn-1"]);
    // The ledger of another collection notes what this one does not have.
    let empty = Remote {
        server: Server::start(),
        ..remote
    };
    let said = empty.index(&empty.model, &[]);
    refused(&said, 2, "points fewer than its ledger notes");
    assert!(said.err.contains("index --rebuild"), "{}", said.err);
    good(&empty.index(&empty.model, &["--rebuild"]));
    good(&empty.ask("similar", &empty.model));
    let url = empty.server.url();
    let (model, calls) = (&empty.model, &empty.calls);
    let nowhere = run(&["index", "--model", model, "--data", calls, "--store", &url]);
    refused(&nowhere, 2, "needs `--ledger DIR`");
}

/// Equal but for the last digits of numbers: a server keeps vectors as it likes.
fn near(one: &Value, other: &Value) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            assert!(one.keys().eq(other.keys()));
            one.values()
                .zip(other.values())
                .for_each(|(one, other)| near(one, other));
        }
        (Value::Array(one), Value::Array(other)) => {
            assert_eq!(one.len(), other.len());
            one.iter()
                .zip(other)
                .for_each(|(one, other)| near(one, other));
        }
        (Value::Number(one), Value::Number(other)) => {
            let (one, other) = (one.as_f64().unwrap(), other.as_f64().unwrap());
            assert!((one - other).abs() < 1e-4, "{one} {other}");
        }
        (one, other) => assert_eq!(one, other),
    }
}

#[test]
fn another_model_fills_the_next_generation_behind_the_name() {
    let (house, remote) = (House::get(), Remote::new("remote-anew"));
    good(&remote.index(&remote.model, &[]));
    let other = house.path("remote-other");
    let mut arguments = train(&house.calls(), &other, "0");
    arguments.extend(["--moment-tokens", "24"].map(str::to_owned));
    done(&arguments);
    let said = remote.index(&other, &[]);
    refused(&said, 2, "was filled by encoder");
    let (url, calls, ledger) = (remote.server.url(), &remote.calls, &remote.ledger);
    let command = format!(
        "`upturn index --rebuild --model {other} --data {calls} --store {url} --collection upturn --ledger {ledger}`"
    );
    assert!(said.err.contains(&command), "{}", said.err);
    assert!(good(&remote.index(&other, &["--rebuild"])).contains("48 new calls"));
    assert_eq!(remote.collections(), ["upturn-2"]);
    good(&remote.ask("similar", &other));
    refused(
        &remote.index(&remote.model, &[]),
        2,
        "was filled by encoder",
    );
    assert!(good(&remote.index(&other, &[])).contains("48 unchanged"));
    // The same model once more, with what was embedded thrown away.
    assert!(good(&remote.index(&other, &["--rebuild"])).contains("48 new calls"));
    assert_eq!(remote.collections(), ["upturn-3"]);
}

#[test]
fn what_is_forgotten_is_gone_from_the_server_and_does_not_come_back() {
    let remote = Remote::new("remote-forgets");
    good(&remote.index(&remote.model, &[]));
    let one = json(&fs_err::read_to_string(&remote.one).unwrap());
    let account = one["metadata"]["account"].as_str().unwrap();
    let calls = fs_err::read_to_string(&remote.calls).unwrap();
    let is_of = |call: &Value| call["metadata"]["account"] == account;
    let number = calls.lines().map(json).filter(is_of).count();
    let told = remote.forget(&["--account", account]);
    assert!(
        good(&told).starts_with(&format!("conversations {number}, ")),
        "{}",
        told.out
    );
    assert!(
        told.out.contains(": now 0 in store, 0 in ledger"),
        "{}",
        told.out
    );
    let audit = Path::new(&remote.ledger).join("ledger/forgotten.jsonl");
    let audit = fs_err::read_to_string(audit).unwrap();
    assert!(!audit.contains(account), "{audit}");
    let again = remote.index(&remote.model, &["--format", "json"]);
    let again = json(good(&again));
    assert_eq!(
        (&again["forgotten"], &again["new"]),
        (&number.into(), &0.into())
    );
    // A ledger that was lost knows nothing; the server does.
    fs_err::remove_dir_all(&remote.ledger).unwrap();
    let id = calls.lines().map(json).find(|call| !is_of(call)).unwrap();
    let told = remote.forget(&["--conversation", id["id"].as_str().unwrap()]);
    assert!(good(&told).starts_with("conversations 1, "), "{}", told.out);
    assert!(
        told.out.contains(": now 0 in store, 0 in ledger"),
        "{}",
        told.out
    );
}

#[test]
fn a_server_that_is_gone_costs_the_evidence_and_its_key_is_never_told() {
    let mut remote = Remote::new("remote-gone");
    good(&remote.index(&remote.model, &[]));
    let url = remote.server.url();
    remote.server.stop();
    let said: Said = upturn()
        .args([
            "predict",
            "--model",
            &remote.model,
            "--store",
            &url,
            "--call",
            &remote.one,
            "--format",
            "json",
            "--verbose",
        ])
        .env("UPTURN_QDRANT_API_KEY", "sesame")
        .output()
        .unwrap()
        .into();
    let report = json(good(&said));
    assert!(report["evidence_missing"].is_string(), "{report}");
    assert!(said.err.contains("evidence is missing"), "{}", said.err);
    assert!(!said.err.contains("sesame") && !said.out.contains("sesame"));
}
