//! When a call is said to be at risk.

use super::bad_input::refused;
use super::follow::{TURNS, told};
use super::{House, json, run};

/// The calls of the house under other ids and accounts.
fn unseen(house: &House, name: &str) -> String {
    let all = fs_err::read_to_string(house.calls()).unwrap();
    let renamed = all.lines().map(|line| {
        let mut call = json(line);
        for field in ["/id", "/metadata/account"] {
            if let Some(known) = call.pointer_mut(field) {
                *known = format!("new {}", known.as_str().unwrap()).into();
            }
        }
        call.to_string() + "\n"
    });
    let path = house.path(name);
    fs_err::write(&path, renamed.collect::<String>()).unwrap();
    path
}

/// Below 1 is every call: at risk after the second turn.
const POLICY: &str = r#"{"policy":{"raise_below":1.0,"clear_above":1.0,"in_a_row":2,"not_before":2},"budget":0.1,"confidence":0.95,"at_most":0.1,"tuned_on":{"false_alarms":null,"recall":null,"lead_time":null}}"#;

#[test]
fn a_policy_is_tuned_written_and_followed() {
    let house = House::get();
    let (model, store) = (house.model(), house.store());
    let calls = unseen(house, "unseen.jsonl");
    let out = house.path("alerts.json");
    let mut asked = vec![
        "alerts", "--model", &model, "--store", &store, "--data", &calls,
    ];
    asked.extend(["--budget", "0.6", "--confidence", "0.5", "--test", &calls]);
    asked.extend(["--out", &out, "--format", "json"]);
    let said = run(&asked);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let report = json(&said.out);
    assert_eq!(report["calls"], 48);
    let tuned = &report["tuned"];
    assert!(tuned["at_most"].as_f64().unwrap() <= 0.6, "{tuned}");
    assert_eq!(report["test"], tuned["tuned_on"]);
    let said = told(&["--alerts", &out], TURNS);
    assert_eq!(said.code, Some(0), "{}", said.err);
}

#[test]
fn a_call_is_at_risk_when_the_policy_says_so_and_once() {
    let policy = House::get().path("policy.json");
    fs_err::write(&policy, POLICY).unwrap();
    let said = told(&["--alerts", &policy, "--format", "json"], TURNS);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let alerts: Vec<_> = said
        .out
        .lines()
        .map(|line| json(line)["alert"].clone())
        .collect();
    assert_eq!(
        alerts,
        [
            serde_json::Value::Null,
            "raised".into(),
            serde_json::Value::Null,
            serde_json::Value::Null
        ]
    );
    let text = told(&["--alerts", &policy], TURNS).out;
    assert!(
        text.lines()
            .nth(1)
            .unwrap()
            .ends_with("at risk from here on"),
        "{text}"
    );
}

#[test]
fn too_few_calls_and_a_file_that_is_no_policy_are_named() {
    let house = House::get();
    let (model, store) = (house.model(), house.store());
    let calls = unseen(house, "unseen-too.jsonl");
    let asked = [
        "alerts", "--model", &model, "--store", &store, "--data", &calls,
    ];
    let said = run(&[&asked[..], &["--budget", "0.001"]].concat());
    assert_eq!(said.code, Some(2), "{}", said.out);
    assert!(said.err.contains("hint:"), "{}", said.err);
    let said = told(&["--alerts", &calls], TURNS);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("no policy of alerts"), "{}", said.err);
}

#[test]
fn nothing_is_tuned_on_calls_that_the_model_learnt_from() {
    let house = House::get();
    let (model, store, learnt) = (house.model(), house.store(), house.calls());
    let both = house.path("both.jsonl");
    let new = fs_err::read_to_string(unseen(house, "unseen-three.jsonl")).unwrap();
    let old = fs_err::read_to_string(&learnt).unwrap();
    fs_err::write(&both, new + &old).unwrap();
    let tune = |data: &str| {
        run(&[
            "alerts",
            "--model",
            &model,
            "--store",
            &store,
            "--data",
            data,
            "--budget",
            "0.6",
            "--confidence",
            "0.5",
        ])
    };
    let said = tune(&learnt);
    refused(&said, 2, "the model learnt from all 48 calls");
    let said = tune(&both);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(
        said.err.contains("48 of 96 calls are left out"),
        "{}",
        said.err
    );
    assert!(
        said.out.contains("on 48 calls it was tuned on"),
        "{}",
        said.out
    );
}
