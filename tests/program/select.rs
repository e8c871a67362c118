//! `upturn select`: encoders compared on one's own calls.

use super::bad_input::refused;
use super::{House, done, json, run, tiny_encoder, train};

fn tiny() -> String {
    tiny_encoder().to_str().unwrap().to_owned()
}

/// Another encoder: the tiny one with shorter moments.
fn other(house: &House, name: &str) -> String {
    let model = house.path(name);
    let mut arguments = train(&house.calls(), &model, "0");
    arguments.extend(["--moment-tokens", "24"].map(str::to_owned));
    done(&arguments);
    model
}

fn select(house: &House, encoders: &[&str], more: &[&str]) -> Vec<String> {
    let mut arguments = vec!["select".to_owned(), "--data".to_owned(), house.calls()];
    arguments.extend(["--encoders".to_owned(), encoders.join(",")]);
    arguments.extend(more.iter().map(|more| (*more).to_owned()));
    arguments
}

#[test]
fn each_encoder_is_measured_and_compared_with_the_first() {
    let house = House::get();
    let other = other(house, "other-encoder");
    let said = json(&done(&select(
        house,
        &[&tiny(), &other],
        &["--format", "json"],
    )));
    assert_eq!(said["schema"]["version"], 1);
    assert_eq!(said["recipe"]["recipe"], "few");
    assert_eq!(said["too_few_to_fine_tune"], false);
    let encoders = said["encoders"].as_array().unwrap();
    let names: Vec<&str> = encoders
        .iter()
        .map(|one| one["encoder"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["tiny-bert", "other-encoder"]);
    for one in encoders {
        assert_eq!(
            (&one["mode"], &one["dimension"]),
            (&"frozen".into(), &32.into())
        );
        assert_eq!(one["parameters"], 40_512);
        assert!(one["training_seconds"].as_f64() > Some(0.0), "{one}");
        assert!(one["bytes"].as_u64() > Some(100_000), "{one}");
        assert!(
            one["seconds_per_thousand_tokens"].as_f64() > Some(0.0),
            "{one}"
        );
        for metric in ["auc", "brier"] {
            let value = one[metric]["value"].as_f64();
            assert!(one[metric]["low"].as_f64() <= value && value <= one[metric]["high"].as_f64());
        }
    }
    assert_eq!(encoders[0]["comparisons"].as_array().unwrap().len(), 0);
    let compared = encoders[1]["comparisons"].as_array().unwrap();
    assert_eq!(compared.len(), 2);
    for one in compared {
        let (low, high) = (&one["difference"]["low"], &one["difference"]["high"]);
        let includes_zero = low.as_f64() <= Some(0.0) && high.as_f64() >= Some(0.0);
        let verdict = one["verdict"].as_str().unwrap();
        assert_eq!(verdict.starts_with("not shown"), includes_zero, "{one}");
        assert!(verdict.contains("`tiny-bert` (frozen)"), "{one}");
        assert_eq!(one["against"], "`tiny-bert` (frozen)");
    }
    let advice = &said["recommendation"];
    assert!(
        names.contains(&advice["encoder"].as_str().unwrap()),
        "{advice}"
    );
    let sentence = advice["sentence"].as_str().unwrap();
    assert_eq!(
        sentence.starts_with("not shown"),
        advice["shown"] == false,
        "{advice}"
    );
}

#[test]
fn an_encoder_may_be_compared_with_itself_fine_tuned() {
    let house = House::get();
    let more = ["--recipe-kind", "joint", "--epochs", "1"];
    let said = done(&select(house, &[&tiny()], &more));
    for word in [
        "recipe `joint` for",
        "words, shape, neighbours and head are fitted alike on each encoder, frozen or fine-tuned",
        "training s",
        "s/1,000 tokens",
        "40,512",
        "`tiny-bert` (fine-tuned), AUC: ",
        "`tiny-bert` (fine-tuned), Brier score: ",
        "`tiny-bert` (frozen",
    ] {
        assert!(said.contains(word), "`{word}` is not in {said}");
    }
}

#[test]
fn so_few_labels_that_an_encoder_learns_nothing_leave_all_of_them_frozen() {
    let house = House::get();
    let other = other(house, "another-encoder");
    let said = done(&select(house, &[&tiny(), &other], &["--epochs", "1"]));
    for word in [
        "recipe `few` for",
        "fewer than 50",
        "frozen ones are compared alone",
        "base rate and neighbours are fitted alike",
    ] {
        assert!(said.contains(word), "`{word}` is not in {said}");
    }
    assert!(!said.contains("fine-tuned"), "{said}");
    let alone = run(&select(house, &[&tiny()], &["--epochs", "1"]));
    refused(&alone, 2, "labelled calls are too few");
    let opposite = ["--recipe-kind", "frozen", "--epochs", "1"];
    let said = run(&select(house, &[&tiny(), &other], &opposite));
    refused(
        &said,
        2,
        "`--recipe-kind frozen` leaves the encoder as it is",
    );
}

#[test]
fn what_makes_no_comparison_is_refused_before_anything_is_measured() {
    let house = House::get();
    let empty = house.path("no-encoder");
    fs_err::create_dir_all(&empty).unwrap();
    let again = format!("{}/../tiny-bert", tiny());
    for (encoders, sentence) in [
        (vec![tiny(), empty], "has no `config.json`"),
        (vec![tiny(), again], "are the same encoder"),
        (
            vec![tiny(), "no-such-encoder".to_owned()],
            "no model `no-such-encoder` is known",
        ),
        (
            vec![tiny(), "no/such/encoder".to_owned()],
            "no/such/encoder",
        ),
        (vec![tiny()], "names one encoder"),
    ] {
        let encoders: Vec<&str> = encoders.iter().map(String::as_str).collect();
        refused(&run(&select(house, &encoders, &[])), 2, sentence);
    }
    let mut nothing = select(house, &[&tiny(), &tiny()], &[]);
    nothing[2] = "no/such/calls.jsonl".to_owned();
    refused(&run(&nothing), 2, "no/such/calls.jsonl");
}
