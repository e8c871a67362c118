//! From simulated calls to a prediction with its evidence.

use std::path::Path;

use super::{House, done, json, run, tiny_encoder, train};

#[test]
fn the_parts_of_a_prediction_add_up_and_the_evidence_is_cited() {
    let house = House::get();
    let said = json(&done(&house.asking("predict", &["--format", "json"])));
    assert_eq!(said["schema"]["version"], 1);
    let parts: f64 = said["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["logit"].as_f64().unwrap())
        .sum();
    let logit = said["logit"].as_f64().unwrap();
    assert!((parts - logit).abs() < 1e-6, "{parts} {logit}");
    let probability = said["probability"].as_f64().unwrap();
    assert!((probability - 1.0 / (1.0 + (-logit).exp())).abs() < 1e-9);
    assert!(["won", "lost", "unsure"].contains(&said["verdict"].as_str().unwrap()));
    assert!(
        said["interval"].is_null()
            || said["interval"]["low"].as_f64() <= said["interval"]["high"].as_f64()
    );
    assert!(said["model_fingerprint"].as_str().unwrap().len() == 64);
    let neighbours = said["neighbours"].as_array().unwrap();
    assert!(!neighbours.is_empty());
    for neighbour in neighbours {
        assert!(["won", "lost"].contains(&neighbour["outcome"].as_str().unwrap()));
        assert!(neighbour["score"].as_f64().unwrap() <= 1.0 + 1e-4);
        assert!(neighbour["turns"]["end"].as_u64() > neighbour["turns"]["start"].as_u64());
        assert!(!neighbour["text"].as_str().unwrap().is_empty());
    }
}

#[test]
fn neighbours_are_never_of_the_same_call_or_account() {
    let house = House::get();
    let calls = fs_err::read_to_string(house.calls()).unwrap();
    let account = |id: &str| {
        let line = calls
            .lines()
            .map(json)
            .find(|call| call["id"] == id)
            .unwrap();
        line["metadata"]["account"].as_str().unwrap().to_owned()
    };
    for line in calls.lines().take(12) {
        let (file, own) = (
            house.path("neighbours.json"),
            json(line)["id"].as_str().unwrap().to_owned(),
        );
        fs_err::write(&file, line).unwrap();
        let said = json(&done(&[
            "predict",
            "--model",
            &house.model(),
            "--store",
            &house.store(),
            "--call",
            &file,
            "--format",
            "json",
        ]));
        for neighbour in said["neighbours"].as_array().unwrap() {
            let id = neighbour["id"].as_str().unwrap();
            assert_ne!(id, own);
            assert_ne!(account(id), account(&own), "{id} {own}");
        }
    }
}

#[test]
fn a_live_call_is_predicted_from_its_first_turns_only() {
    let house = House::get();
    let whole = json(&fs_err::read_to_string(house.one()).unwrap());
    let mut cut = whole.clone();
    cut["turns"].as_array_mut().unwrap().truncate(4);
    cut.as_object_mut().unwrap().remove("outcome");
    let file = house.path("cut.json");
    fs_err::write(&file, cut.to_string()).unwrap();
    let predict = |call: &str, turns: &str| {
        json(&done(&[
            "predict",
            "--model",
            &house.model(),
            "--store",
            &house.store(),
            "--call",
            call,
            "--turns",
            turns,
            "--format",
            "json",
        ]))
    };
    assert_eq!(predict(&house.one(), "4"), predict(&file, "4"));
}

/// Words after `upturn similar` on the house's store.
fn similar(house: &House, words: &[&str]) -> String {
    let (model, store, call) = (house.model(), house.store(), house.one());
    let basis = [
        "similar", "--model", &model, "--store", &store, "--call", &call,
    ];
    done(&[&basis, words].concat())
}

#[test]
fn similar_calls_of_both_outcomes_come_with_the_turns_that_match_and_how_they_went_on() {
    let house = House::get();
    let report: serde_json::Value =
        serde_json::from_str(&similar(house, &["--limit", "3", "--format", "json"])).unwrap();
    for outcome in ["won", "lost"] {
        let near = report[outcome].as_array().unwrap();
        assert_eq!(near.len(), 3, "{outcome}: {report}");
        for call in near {
            let (turns, like) = (&call["turns"], &call["like"]);
            assert!(turns["end"].as_u64() > turns["start"].as_u64(), "{call}");
            assert!(like["end"].as_u64() <= report["turns"].as_u64(), "{call}");
            if let Some(next) = call.get("said_next") {
                assert!(
                    next["turns"]["start"].as_u64() >= turns["end"].as_u64(),
                    "{call}"
                );
            }
        }
    }
    let text = similar(house, &["--outcome", "won", "--limit", "2"]);
    assert!(text.starts_with("nearest won\n"), "{text}");
    assert!(!text.contains("nearest lost"), "{text}");
}

#[test]
fn similar_calls_are_looked_for_among_those_that_are_asked_for() {
    let house = House::get();
    let none = similar(house, &["--before", "1990-01-01"]);
    assert_eq!(none.matches("no such call").count(), 2, "{none}");
    let some = similar(house, &["--since", "1990-01-01", "--language", "de,en"]);
    assert!(some.contains("; like turn"), "{some}");
    let none = similar(house, &["--rep", "nobody, really"]);
    assert_eq!(none.matches("no such call").count(), 2, "{none}");
}

#[test]
fn indexing_twice_changes_nothing() {
    let house = House::get();
    let store = house.path("twice");
    let ask = || {
        done(&[
            "index",
            "--model",
            &house.model(),
            "--data",
            &house.calls(),
            "--store",
            &store,
        ]);
        done(&[
            "similar",
            "--model",
            &house.model(),
            "--store",
            &store,
            "--call",
            &house.one(),
            "--format",
            "json",
        ])
    };
    assert_eq!(ask(), ask());
}

#[test]
fn a_damaged_collection_is_put_right_without_the_calls() {
    let house = House::get();
    let store = house.path("damaged-store");
    let (model, calls, one) = (house.model(), house.calls(), house.one());
    let fill = || {
        done(&[
            "index", "--model", &model, "--data", &calls, "--store", &store,
        ])
    };
    let ask = || {
        run(&[
            "similar", "--model", &model, "--store", &store, "--call", &one,
        ])
    };
    assert!(fill().contains(" 0 unchanged"));
    let before = ask();
    fs_err::remove_dir_all(std::path::Path::new(&store).join("segments")).unwrap();
    let after = ask();
    assert_eq!(after.code, Some(0), "{}", after.err);
    assert!(
        after.err.contains("put right from its ledger"),
        "{}",
        after.err
    );
    assert_eq!(after.out, before.out);
    assert!(!ask().err.contains("ledger"));
    assert!(fill().contains(" 0 new calls, 0 changed"));
}

#[test]
fn equal_seeds_give_the_same_model() {
    let house = House::get();
    let models = ["one-model", "again"].map(|name| house.path(name));
    for model in &models {
        done(&train(&house.calls(), model, "1"));
    }
    let files = |model: &String| {
        let found = fs_err::read_dir(model).unwrap();
        let files = found
            .map(|file| file.unwrap().path())
            .filter(|file| file.is_file());
        let mut named: Vec<_> = files
            .map(|file| {
                (
                    file.file_name().unwrap().to_owned(),
                    fs_err::read(&file).unwrap(),
                )
            })
            .collect();
        named.sort();
        named
    };
    let [one, again] = models.each_ref().map(files);
    let names: Vec<_> = one.iter().map(|(name, _)| name).collect();
    for file in ["model.safetensors", "predictor.json", "fingerprint.json"] {
        assert!(names.iter().any(|name| *name == file), "{file}");
    }
    for (one, again) in one.iter().zip(&again) {
        assert!(one == again, "{:?}", one.0);
    }
    assert_eq!(one.len(), again.len());
}

#[test]
fn evaluation_measures_each_prefix_with_intervals() {
    let house = House::get();
    let encoder = tiny_encoder();
    let pages = house.path("report");
    let said = json(&done(&[
        "evaluate",
        "--data",
        &house.calls(),
        "--encoder",
        encoder.to_str().unwrap(),
        "--epochs",
        "0",
        "--prefix",
        "1.0,0.5",
        "--format",
        "json",
        "--report",
        &pages,
    ]));
    for page in ["report.html", "report.md", "report.json"] {
        assert!(Path::new(&pages).join(page).is_file(), "{page}");
    }
    let compared = said["prefixes"][0]["comparisons"].as_array().unwrap();
    for baseline in [
        "base_rate",
        "length",
        "bag_of_words",
        "generic_embeddings",
        "stack",
    ] {
        let found = compared
            .iter()
            .find(|one| one["method"] == baseline && one["metric"] == "brier");
        let found = found.unwrap_or_else(|| panic!("{baseline} is missing"));
        let (low, high) = (&found["difference"]["low"], &found["difference"]["high"]);
        let includes_zero = low.as_f64().unwrap() <= 0.0 && high.as_f64().unwrap() >= 0.0;
        let verdict = found["verdict"].as_str().unwrap();
        let refuses =
            verdict.starts_with("not shown to be better") && verdict.contains("includes zero");
        assert_eq!(refuses, includes_zero, "{verdict}");
    }
    let text = said.to_string();
    for word in [
        "auc",
        "average_precision",
        "brier",
        "log_loss",
        "ece",
        "low",
        "high",
    ] {
        assert!(text.contains(word), "{word} is missing in {text}");
    }
}

#[test]
fn schemas_are_json_schemas_of_the_canonical_form() {
    let schema = json(&done(&["schema", "conversation"]));
    assert_eq!(schema["required"], serde_json::json!(["id", "turns"]));
    assert_eq!(schema["additionalProperties"], false);
    let text = schema.to_string();
    for word in [
        "seller", "buyer", "other", "won", "lost", "start_ms", "account",
    ] {
        assert!(text.contains(word), "{word}");
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = super::upturn()
        .args(["simulate", "--calls", "3000"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn help_and_version_are_data() {
    assert!(done(&["--help"]).contains("evaluate"));
    assert!(done(&["--version"]).starts_with("upturn "));
    assert_eq!(run(&["no-such-command"]).code, Some(2));
}

#[test]
fn a_text_on_the_command_line_and_a_line_of_input_have_the_same_vector() {
    let encoder = tiny_encoder().display().to_string();
    let embed = |more: &[&str]| {
        let mut command = vec!["embed", "--format", "json", "--encoder", &encoder];
        command.extend(more);
        json(&done(&command))
    };
    let typed = embed(&["what does it cost?", "no"]);
    assert_eq!(typed["schema"]["version"], 1);
    let vectors = typed["embeddings"].as_array().unwrap();
    assert_eq!(vectors.len(), 2);
    let numbers: Vec<f64> = vectors[0]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(serde_json::Value::as_f64)
        .collect();
    assert_eq!(Some(numbers.len() as u64), typed["dimension"].as_u64());
    assert!((numbers.iter().map(|x| x * x).sum::<f64>() - 1.0).abs() < 1e-5);
    let rounded = embed(&["--precision", "int8", "what does it cost?"]);
    assert_ne!(rounded["embeddings"][0], typed["embeddings"][0]);
    assert_eq!(rounded["encoder_fingerprint"], typed["encoder_fingerprint"]);
}

#[test]
fn the_benchmark_has_the_keys_of_its_baseline() {
    let said = json(&done(&[
        "bench",
        "encoder",
        "--encoder",
        &tiny_encoder().display().to_string(),
        "--limit",
        "2",
        "--inference",
        "1x8,ragged",
        "--training",
        "2x8,ragged",
        "--format",
        "json",
    ]));
    assert_eq!(said["ragged_dialogues"], 2);
    assert!(said["threads"].as_u64() > Some(0));
    for (part, name, shape) in [
        ("inference", "upturn_f32", "1x8"),
        ("inference", "upturn_int8", "ragged"),
        ("training", "upturn", "2x8"),
        ("training", "upturn", "ragged"),
    ] {
        assert!(
            said[part][name][shape].as_u64() > Some(0),
            "{part} {name} {shape}"
        );
    }
}
