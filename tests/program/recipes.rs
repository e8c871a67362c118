//! What is learnt depends on how much there is to learn from, and is said.

use serde_json::Value;

use super::bad_input::refused;
use super::{House, Said, done, json, run, tiny_encoder};

/// The first calls of each outcome, in a file of their own.
fn some(house: &House, name: &str, [won, lost]: [usize; 2]) -> String {
    let calls = fs_err::read_to_string(house.calls()).unwrap();
    let of = |outcome: &'static str, count: usize| {
        let is = move |line: &&str| json(line)["outcome"] == outcome;
        calls
            .lines()
            .filter(is)
            .take(count)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let lines = [of("won", won), of("lost", lost)].concat();
    assert_eq!(lines.len(), won + lost);
    let file = house.path(name);
    fs_err::write(&file, lines.join("\n")).unwrap();
    file
}

/// `train` or `evaluate` with the tiny encoder, and JSON as the answer.
fn learn(command: &str, data: &str, more: &[&str]) -> Said {
    let encoder = tiny_encoder();
    let mut arguments = vec![
        command,
        "--data",
        data,
        "--encoder",
        encoder.to_str().unwrap(),
    ];
    arguments.extend(["--format", "json"]);
    arguments.extend(more);
    run(&arguments)
}

fn recipe(said: &Said) -> (Value, Value) {
    assert_eq!(said.code, Some(0), "{}", said.err);
    let chosen = &json(&said.out)["config"]["recipe"];
    (chosen["recipe"].clone(), chosen["reason"].clone())
}

#[test]
fn fourteen_calls_make_a_model_and_the_user_is_told_how_little_that_is() {
    let house = House::get();
    let (calls, model) = (
        some(house, "fourteen.jsonl", [8, 6]),
        house.path("fourteen"),
    );
    let said = learn("train", &calls, &["--out", &model]);
    assert_eq!(recipe(&said), ("few".into(), "few_labels".into()));
    assert!(
        said.err
            .contains("recipe `few` for 14 labelled calls (8 won, 6 lost)")
            && said.err.contains("fewer than 50"),
        "{}",
        said.err
    );
    let store = house.path("fourteen-store");
    done(&[
        "index", "--model", &model, "--data", &calls, "--store", &store,
    ]);
    let predicted = json(&done(&[
        "predict",
        "--model",
        &model,
        "--store",
        &store,
        "--call",
        &house.one(),
        "--format",
        "json",
    ]));
    assert!(predicted["interval"].is_null(), "{predicted}");
    let parts = predicted["parts"].as_array().unwrap();
    for part in parts {
        let silent = ["words", "encoder_head", "shape", "metadata"]
            .contains(&part["name"].as_str().unwrap());
        assert!(!silent || part["logit"] == 0.0, "{part}");
    }
    assert!(!predicted["neighbours"].as_array().unwrap().is_empty());
}

#[test]
fn two_calls_of_each_outcome_are_enough_and_one_is_not() {
    let house = House::get();
    let model = house.path("four");
    let said = learn(
        "train",
        &some(house, "four.jsonl", [2, 2]),
        &["--out", &model],
    );
    assert_eq!(recipe(&said).0, "few");
    let model = house.path("three");
    let said = learn(
        "train",
        &some(house, "three.jsonl", [2, 1]),
        &["--out", &model],
    );
    assert_eq!(said.code, Some(2));
    assert!(
        said.err.contains("at least 2 calls of each outcome"),
        "{}",
        said.err
    );
    assert!(!std::path::Path::new(&model).exists());
}

#[test]
fn what_was_typed_wins_over_what_is_chosen() {
    let house = House::get();
    let model = house.path("asked");
    for (typed, expected, reason, words) in [
        (
            ["--recipe-kind", "frozen"],
            "frozen",
            "asked",
            "as asked for",
        ),
        (
            ["--epochs", "0"],
            "frozen",
            "implied",
            "which follows from `--epochs`",
        ),
        (["--recipe-kind", "few"], "few", "asked", "as asked for"),
    ] {
        let said = learn(
            "train",
            &house.calls(),
            &[&typed[..], &["--out", &model]].concat(),
        );
        assert_eq!(recipe(&said), (expected.into(), reason.into()));
        assert!(said.err.contains(words), "{}", said.err);
    }
    let few = some(house, "few.jsonl", [8, 6]);
    let model = house.path("never-made");
    let base = |more: &[&str]| {
        let encoder = tiny_encoder();
        let mut arguments = vec!["train", "--data", &few, "--out", &model];
        arguments.extend(["--encoder", encoder.to_str().unwrap()]);
        arguments.extend(more);
        run(&arguments)
    };
    refused(
        &base(&["--recipe-kind", "few", "--epochs", "2"]),
        2,
        "`--epochs 2` fine-tunes it",
    );
    refused(
        &base(&["--recipe-kind", "joint", "--epochs", "0"]),
        2,
        "leaves it as it is",
    );
    let said = base(&["--recipe-kind", "frozen"]);
    refused(&said, 2, "at least 10 calls of each outcome");
    assert!(
        said.err.contains("`--recipe-kind few` takes 2 of each"),
        "{}",
        said.err
    );
    assert!(!std::path::Path::new(&model).exists());
}

#[test]
fn epochs_mean_one_thing_in_training_and_in_evaluation() {
    let house = House::get();
    // A fold of five learns from 56.
    let calls = house.path("seventy.jsonl");
    done(&[
        "simulate",
        "--calls",
        "70",
        "--max-turns",
        "4",
        "--out",
        &calls,
    ]);
    let few = some(house, "few-epochs.jsonl", [20, 20]);
    let one_fold = ["--only-folds", "0", "--prefix", "1.0", "--no-baselines"];
    for (calls, epochs, kind) in [
        (&calls, 1, "contrastive"),
        (&calls, 0, "frozen"),
        (&few, 1, "joint"),
        (&few, 0, "frozen"),
    ] {
        let (model, epochs_typed) = (house.path("so-many-epochs"), epochs.to_string());
        let typed = ["--epochs", &epochs_typed];
        let trained = learn("train", calls, &[&typed[..], &["--out", &model]].concat());
        let measured = learn("evaluate", calls, &[&typed[..], &one_fold].concat());
        assert_eq!(recipe(&trained).0, kind, "{epochs}");
        assert_eq!(recipe(&trained), recipe(&measured), "{epochs}");
        let [trained, measured] =
            [&trained.out, &measured.out].map(|out| json(out)["config"].clone());
        for settled in ["epochs", "loss", "sampler", "trainable_layers", "predictor"] {
            assert_eq!(trained[settled], measured[settled], "{epochs}: {settled}");
        }
        assert_eq!(trained["epochs"], epochs);
    }
}

#[test]
fn the_recipe_that_did_best_has_a_name() {
    let house = House::get();
    let [named, spelled] = ["named", "spelled"].map(|name| house.path(name));
    let options = "--recipe-kind joint --layers 2 --distil-epochs 4 --epochs 3 --learning-rate 2e-5 --contrastive-weight 0 \
                   --cut-share 0";
    let options: Vec<&str> = options.split_whitespace().collect();
    for (model, typed) in [
        (&named, &["--recipe-kind", "distilled"][..]),
        (&spelled, &options),
    ] {
        let said = learn(
            "train",
            &house.calls(),
            &[typed, &["--out", model]].concat(),
        );
        assert_eq!(recipe(&said).0, "joint", "{}", said.err);
        let learnt = &json(&said.out)["config"];
        assert_eq!(learnt["trainable_layers"], 2);
        let named = said.err.contains("asked for as `distilled`");
        assert_eq!(named, typed.len() == 2, "{}", said.err);
    }
    for file in ["model.safetensors", "predictor.json"] {
        let bytes = |model: &str| fs_err::read(std::path::Path::new(model).join(file)).unwrap();
        assert!(bytes(&named) == bytes(&spelled), "{file} differs");
    }
    let encoder = tiny_encoder().to_str().unwrap().to_owned();
    let said = run(&[
        "select",
        "--data",
        &house.calls(),
        "--encoders",
        &encoder,
        "--recipe-kind",
        "distilled",
    ]);
    refused(
        &said,
        2,
        "`--recipe-kind distilled` settles layers, rates and losses",
    );
}

#[test]
fn an_evaluation_of_few_calls_measures_what_training_would_make_of_them_against_all_baselines() {
    let house = House::get();
    let said = learn("evaluate", &some(house, "twenty.jsonl", [10, 10]), &[]);
    assert_eq!(recipe(&said).0, "few");
    let answer = json(&said.out);
    let brier = &answer["prefixes"][0]["metrics"]["brier"]["value"];
    // Neither sure nor far off: the base rate has 0.25.
    assert!((0.1..0.35).contains(&brier.as_f64().unwrap()), "{brier}");
    let compared = answer["prefixes"][0]["comparisons"].as_array().unwrap();
    assert_eq!(compared.len(), 10, "five baselines by AUC and Brier score");
    assert_eq!(answer["not_compared"], Value::Array(Vec::new()));
}

#[test]
fn a_baseline_that_can_not_be_fitted_is_named_with_the_reason() {
    let house = House::get();
    let (mut calls, mut folds) = (Vec::new(), vec!["id,fold".to_owned()]);
    // In each fold one account has all won calls: an inner fold that holds it out leaves lost calls only.
    let half = [
        ("a", "won"),
        ("a", "won"),
        ("a", "lost"),
        ("b", "lost"),
        ("b", "lost"),
    ];
    for (number, (account, outcome)) in [half, half].concat().into_iter().enumerate() {
        let fold = number / 5;
        let turns = [
            serde_json::json!({"speaker": "seller", "text": format!("offer {number}")}),
            serde_json::json!({"speaker": "buyer", "text": format!("answer {number}")}),
        ];
        let account = serde_json::json!({"account": format!("{account}{fold}")});
        let call = serde_json::json!({"id": number.to_string(), "turns": turns, "outcome": outcome, "metadata": account});
        calls.push(call.to_string());
        folds.push(format!("{number},{fold}"));
    }
    let (data, file) = (house.path("one-sided.jsonl"), house.path("one-sided.csv"));
    fs_err::write(&data, calls.join("\n")).unwrap();
    fs_err::write(&file, folds.join("\n")).unwrap();
    let more = [
        "--folds",
        &file,
        "--fold-column",
        "fold",
        "--compare-seed",
        "0",
        "--prefix",
        "1.0",
    ];
    let said = learn("evaluate", &data, &more);
    assert_eq!(recipe(&said).0, "few");
    let unfitted = "no comparison with `length`, `bag_of_words`, `generic_embeddings`, `stack`, which fold 0 can't fit where \
                    100 % of the turns are known: learning needs won and lost conversations, got 0 won and 2 lost";
    assert!(said.err.contains(unfitted), "{}", said.err);
    let answer = json(&said.out);
    assert_eq!(
        answer["not_compared"][0]["methods"]
            .as_array()
            .unwrap()
            .len(),
        4
    );
    let compared = answer["prefixes"][0]["comparisons"].as_array().unwrap();
    assert_eq!(compared.len(), 2, "by AUC and Brier score");
    assert_eq!(compared[0]["method"], "base_rate");
}

#[test]
fn more_layers_than_the_encoder_has_are_refused_before_anything_is_written() {
    let house = House::get();
    let (model, curves) = (house.path("nine-layers"), house.path("nine-curves"));
    let encoder = tiny_encoder().to_str().unwrap().to_owned();
    let calls = house.calls();
    let train = ["train", "--out", &model, "--tensorboard", &curves];
    for command in [&train[..], &["evaluate"], &["evaluate", "--splits", "2"]] {
        let more = ["--data", &calls, "--encoder", &encoder, "--layers", "9"];
        let said = run(&[command, &more].concat());
        refused(
            &said,
            2,
            "`trainable_layers` is 9, and the encoder `tiny-bert` has 2",
        );
        assert!(said.err.contains("hint: `--layers 2` trains all of them"));
    }
    for name in ["nine-layers", "nine-layers.training", "nine-curves"] {
        assert!(!std::path::Path::new(&house.path(name)).exists(), "{name}");
    }
}
