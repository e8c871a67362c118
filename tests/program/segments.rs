//! Whether probabilities hold in each part of the calls, and who is ranked: `evaluate --segments`.

use serde_json::Value;

use super::evaluation::Calls;
use super::{json, run};

#[test]
fn every_segment_is_checked_and_nobody_with_few_calls_is_ranked() {
    // So few that a model is learnt in no time.
    let calls = Calls::simulated("49");
    let path = calls.path("calls.jsonl");
    let mut lines = String::new();
    for (place, line) in fs_err::read_to_string(&path).unwrap().lines().enumerate() {
        let mut call = json(line);
        // Of every four calls three are Ada's, and the last five have nobody.
        call["metadata"]["rep"] = match place {
            44.. => Value::Null,
            _ if place.is_multiple_of(4) => "Bo".into(),
            _ => "Ada".into(),
        };
        call["metadata"]["pilot"] = (place < 25).into();
        lines += &call.to_string();
        lines.push('\n');
    }
    fs_err::write(&path, lines).unwrap();
    let base = ["--prefix", "1.0,0.5", "--no-baselines", "--segments"];
    let said = calls.evaluated(&[&base[..], &["rep,pilot,rep"]].concat());
    let [by_rep, by_pilot] = said["segments"].as_array().unwrap().as_slice() else {
        panic!("{said}");
    };
    assert_eq!(
        (&by_rep["field"], &by_rep["without"]),
        (&"rep".into(), &5.into())
    );
    assert_eq!(by_rep["segments"][0]["segment"], "Ada");
    let counts = |report: &Value| {
        let segments = report["segments"].as_array().unwrap().iter();
        segments
            .map(|one| one["won"]["calls"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (counts(by_rep), counts(by_pilot)),
        (vec![33, 11], vec![24, 25])
    );
    let ada = &by_rep["segments"][0];
    let off = ada["p_value"].as_f64() < Some(0.05);
    assert_eq!(ada["beyond_chance"], off);
    let persons = &by_rep["persons"];
    assert_eq!(
        (&persons["prefix"], &persons["least_calls"]),
        (&0.5.into(), &30.into())
    );
    assert_eq!(persons["ranked"][0]["person"], "Ada");
    assert_eq!(persons["ranked"][0]["won"]["low"], ada["won"]["low"]);
    assert_eq!(persons["not_ranked"][0]["person"], "Bo");
    assert!(by_pilot.get("persons").is_none());
}

#[test]
fn a_field_that_no_call_has_is_refused_before_anything_is_learnt() {
    let calls = Calls::simulated("30");
    let said = run(&calls.evaluate(&["--segments", "stage"]));
    assert_eq!(said.code, Some(2));
    assert!(
        said.err
            .contains("none of the 30 calls says a `stage` to cut them by"),
        "{}",
        said.err
    );
    assert!(
        said.err
            .contains("they say `account`, `industry`, `language`, `rep`, `source`"),
        "{}",
        said.err
    );
}
