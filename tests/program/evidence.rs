//! A collection that can't be put right costs the evidence, not the prediction.

use std::path::Path;

use super::{House, copy, json, run};

/// A store whose engine and ledger are both past help.
pub(super) fn ruined(house: &House, name: &str) -> String {
    let store = house.path(name);
    copy(&house.store(), &store);
    let ledger = Path::new(&store).join("ledger");
    for entry in fs_err::read_dir(&ledger).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|word| word == "parquet") {
            fs_err::write(path, "gone").unwrap();
        }
    }
    fs_err::remove_dir_all(Path::new(&store).join("segments")).unwrap();
    store
}

#[test]
fn without_its_collection_a_prediction_says_that_evidence_is_missing_and_why() {
    let house = House::get();
    let store = ruined(house, "ruined");
    let (model, one) = (house.model(), house.one());
    let ask = |format: &str| {
        run(&[
            "predict", "--model", &model, "--store", &store, "--call", &one, "--format", format,
        ])
    };
    let said = ask("json");
    assert_eq!(said.code, Some(0), "{}", said.err);
    let warnings = said
        .err
        .lines()
        .filter(|line| line.contains("evidence is missing"));
    assert_eq!(warnings.count(), 1, "{}", said.err);
    let report = json(&said.out);
    let reason = report["evidence_missing"].as_str().unwrap();
    assert!(reason.contains("ledger is damaged"), "{reason}");
    assert_eq!(report["neighbours"].as_array().unwrap().len(), 0);
    let parts = report["parts"].as_array().unwrap();
    let logit = |part: &serde_json::Value| part["logit"].as_f64().unwrap();
    let sum: f64 = parts.iter().map(logit).sum();
    assert!((sum - report["logit"].as_f64().unwrap()).abs() < 1e-6);
    let neighbours = parts.iter().find(|part| part["name"] == "neighbours");
    assert!(logit(neighbours.unwrap()).abs() < 1e-12);
    let text = ask("text");
    assert!(
        text.out.contains("nearest: evidence is missing"),
        "{}",
        text.out
    );
}

#[test]
fn a_collection_that_is_not_there_is_still_refused_and_similar_needs_it() {
    let house = House::get();
    let store = ruined(house, "ruined-too");
    let (model, one) = (house.model(), house.one());
    let ask = |command: &str, store: &str| {
        run(&[command, "--model", &model, "--store", store, "--call", &one])
    };
    let nowhere = house.path("nowhere");
    assert_eq!(ask("predict", &nowhere).code, Some(2));
    let said = ask("similar", &store);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains("upturn index --rebuild"), "{}", said.err);
}

#[test]
fn with_its_collection_nothing_is_said_of_missing_evidence() {
    let house = House::get();
    let said = run(&house.asking("predict", &["--format", "json"]));
    assert!(!said.err.contains("missing") && !said.out.contains("evidence_missing"));
}

#[test]
fn a_collection_in_which_nobody_may_vote_is_told_and_counts_for_nothing() {
    let house = House::get();
    let (model, one) = (house.model(), house.one());
    let store = house.path("own-call-only");
    let filled = run(&[
        "index", "--model", &model, "--data", &one, "--store", &store,
    ]);
    assert_eq!(filled.code, Some(0), "{}", filled.err);
    for more in [&[][..], &["--turns", "3"]] {
        let ask = [
            "predict", "--model", &model, "--store", &store, "--call", &one, "--format", "json",
        ];
        let said = run(&[&ask[..], more].concat());
        assert_eq!(said.code, Some(0), "{}", said.err);
        let why = "nobody in the collection may vote, as calls of another account with a known outcome do";
        assert!(said.err.contains(why), "{}", said.err);
        let report = json(&said.out);
        assert_eq!(report["evidence_missing"], why);
        let parts = report["parts"].as_array().unwrap();
        let neighbours = parts
            .iter()
            .find(|part| part["name"] == "neighbours")
            .unwrap();
        assert!(neighbours["logit"].as_f64().unwrap().abs() < 1e-12);
    }
}

#[test]
fn a_call_that_the_model_learnt_from_is_no_new_call() {
    let house = House::get();
    let new = house.path("new-one.json");
    let one = fs_err::read_to_string(house.one()).unwrap();
    let mut call = json(&one);
    call["id"] = "never seen".into();
    fs_err::write(&new, call.to_string()).unwrap();
    let warned = "it is memory, surer and better than of a new call";
    for command in ["predict", "explain"] {
        let asked = house.asking(command, &["--format", "json"]);
        let said = run(&asked);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert_eq!(json(&said.out)["learnt_from"], true);
        assert_eq!(said.err.matches(warned).count(), 1, "{}", said.err);
        let asked = asked
            .iter()
            .map(|word| if *word == house.one() { &new } else { word });
        let said = run(&asked.collect::<Vec<_>>());
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(json(&said.out).get("learnt_from").is_none());
        assert!(!said.err.contains(warned), "{}", said.err);
    }
}
