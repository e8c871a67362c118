//! A call that is followed turn by turn.

use std::io::{BufRead, BufReader, Write as _};
use std::process::Stdio;

use serde_json::Value;

use super::bad_input::refused;
use super::evidence::ruined;
use super::{House, Said, copy, json, run, upturn};

/// What a run says of turns on standard input.
pub(super) fn told(options: &[&str], turns: &str) -> Said {
    let house = House::get();
    let (model, store) = (house.model(), house.store());
    let mut command = upturn();
    command.args(["follow", "--model", &model, "--store", &store]);
    command.args(options).stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(turns.as_bytes()).unwrap();
    drop(input);
    child.wait_with_output().unwrap().into()
}

fn lines(said: &Said) -> Vec<Value> {
    said.out.lines().map(json).collect()
}

pub(super) const TURNS: &str = "seller: hello, what do you need?\nbuyer: a price for ten people\n\
    {\"speaker\":\"seller\",\"text\":\"it is 40 a month\"}\nbuyer: that is too much\n";

#[test]
fn every_turn_is_answered_as_predict_answers_the_turns_so_far() {
    let said = told(&["--id", "asked", "--format", "json", "--over"], TURNS);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let answers = lines(&said);
    assert_eq!(answers.len(), 5);
    let house = House::get();
    let call = house.path("asked.json");
    let turns = r#"{"id":"asked","turns":[{"speaker":"seller","text":"hello, what do you need?"},{"speaker":"buyer","text":"a price for ten people"},{"speaker":"seller","text":"it is 40 a month"},{"speaker":"buyer","text":"that is too much"}]}"#;
    fs_err::write(&call, turns).unwrap();
    let (model, store) = (house.model(), house.store());
    for (at, answer) in answers.iter().enumerate() {
        let mut asked = vec![
            "predict", "--model", &model, "--store", &store, "--call", &call,
        ];
        asked.extend(["--format", "json"]);
        let so_far = (at + 1).to_string();
        if at < 4 {
            asked.extend(["--turns", &so_far]);
        }
        let predicted = json(&run(&asked).out);
        assert_eq!(answer["turns"], predicted["turns"]);
        assert_eq!(answer["finished"] == true, at == 4);
        let logit = |of: &Value| of["logit"].as_f64().unwrap();
        assert!(
            (logit(answer) - logit(&predicted)).abs() < 1e-6,
            "turn {at}"
        );
        assert_eq!(answer["verdict"], predicted["verdict"]);
    }
}

#[test]
fn people_get_a_line_a_turn() {
    let said = told(&[], TURNS);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let lines: Vec<&str> = said.out.lines().collect();
    assert_eq!(lines.len(), 4);
    assert!(lines[0].starts_with("turn   1  won 0."), "{}", said.out);
    assert!(
        lines[3].ends_with("buyer: that is too much"),
        "{}",
        said.out
    );
}

#[test]
fn what_is_known_of_the_deal_takes_part_from_the_first_turn_on() {
    let house = House::get();
    let known = r#"{"stage":"Demo","amount":9000.0,"industry":"insurance"}"#;
    let file = house.path("known.json");
    fs_err::write(&file, known).unwrap();
    let said = told(
        &["--id", "known", "--metadata", &file, "--format", "json"],
        TURNS,
    );
    assert_eq!(said.code, Some(0), "{}", said.err);
    let call = house.path("known-call.json");
    let turns = r#"{"id":"known","turns":[{"speaker":"seller","text":"hello, what do you need?"},{"speaker":"buyer","text":"a price for ten people"}],"metadata":KNOWN}"#;
    fs_err::write(&call, turns.replace("KNOWN", known)).unwrap();
    let (model, store) = (house.model(), house.store());
    let predicted = json(
        &run(&[
            "predict", "--model", &model, "--store", &store, "--call", &call, "--turns", "2",
            "--format", "json",
        ])
        .out,
    );
    let logit = |of: &Value| of["logit"].as_f64().unwrap();
    assert!((logit(&lines(&said)[1]) - logit(&predicted)).abs() < 1e-6);
    fs_err::write(&file, "{\"amount\": \"much\"}").unwrap();
    let said = told(&["--metadata", &file], TURNS);
    refused(
        &said,
        2,
        "it is no metadata of a call: invalid type: string \"much\"",
    );
}

#[test]
fn turns_out_of_order_are_told_once() {
    let at =
        |start: u32| format!("{{\"speaker\":\"buyer\",\"text\":\"well\",\"start_ms\":{start}}}\n");
    let turns: String = [5, 9, 3, 1].map(at).concat();
    let said = told(&[], &turns);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(
        said.err.matches("turn 3 began before").count(),
        1,
        "{}",
        said.err
    );
    assert_eq!(said.err.matches("began before").count(), 1, "{}", said.err);
}

#[test]
fn an_answer_comes_before_the_next_turn_is_said() {
    let house = House::get();
    let (model, store) = (house.model(), house.store());
    let mut command = upturn();
    command.args(["follow", "--model", &model, "--store", &store]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for turn in TURNS.lines() {
        writeln!(input, "{turn}").unwrap();
        input.flush().unwrap();
        assert!(answers.next().unwrap().unwrap().contains("won 0."));
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn rubbish_is_named_and_passed_over() {
    let turns = format!("what is this\n{TURNS}{{\"speaker\":\"dog\"}}\n\n");
    let said = told(&["--format", "json"], &turns);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert_eq!(lines(&said).len(), 4);
    assert!(
        said.err.contains("line 1 does not say who speaks"),
        "{}",
        said.err
    );
    assert!(
        said.err
            .contains("line 6 is no turn: unknown variant `dog`"),
        "{}",
        said.err
    );
    assert!(!said.err.contains("price for ten"), "{}", said.err);
}

#[test]
fn silence_is_no_call() {
    for turns in ["", "\n\n", "buyer:\n", "buyer:\nseller: \n"] {
        let said = told(&[], turns);
        assert_eq!(said.code, Some(2), "{turns:?}: {}", said.err);
        assert!(said.err.contains("nobody said anything"), "{}", said.err);
    }
}

#[test]
fn a_file_is_read_to_its_end_if_asked_to() {
    let house = House::get();
    let file = house.path("turns.txt");
    fs_err::write(&file, TURNS.trim_end()).unwrap();
    let (model, store) = (house.model(), house.store());
    let fixed = ["follow", "--model", &model, "--store", &store];
    let asked = [&fixed[..], &["--turns", &file, "--once"]].concat();
    let said = run(&asked);
    assert_eq!(
        (said.code, said.out.lines().count()),
        (Some(0), 4),
        "{}",
        said.err
    );
    let said = run(&[&fixed[..], &["--turns", "nowhere.txt"]].concat());
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("nowhere.txt"), "{}", said.err);
}

#[test]
fn a_turn_in_which_nothing_is_said_is_none() {
    let turns = format!("{TURNS}seller:\n{{\"speaker\":\"buyer\",\"text\":\"\"}}\n");
    let said = told(&["--format", "json"], &turns);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert_eq!(lines(&said).len(), 4);
    for line in [5, 6] {
        let named = format!("warning: line {line} says nothing; it is passed over");
        assert!(said.err.contains(&named), "{}", said.err);
    }
}

#[test]
fn a_file_that_is_replaced_or_cut_short_is_not_followed_on() {
    let house = House::get();
    let (model, store) = (house.model(), house.store());
    for (name, replace) in [
        (
            "cut.txt",
            (|file| fs_err::write(file, "buyer: hi\n").unwrap()) as fn(&str),
        ),
        ("moved.txt", |file| {
            let other = format!("{file}.new");
            fs_err::write(&other, format!("{TURNS}{TURNS}")).unwrap();
            fs_err::rename(other, file).unwrap();
        }),
        ("gone.txt", |file| fs_err::remove_file(file).unwrap()),
    ] {
        let file = house.path(name);
        fs_err::write(&file, TURNS).unwrap();
        let mut command = upturn();
        command.args([
            "follow", "--model", &model, "--store", &store, "--turns", &file,
        ]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
        for _ in TURNS.lines() {
            answers.next().unwrap().unwrap();
        }
        replace(&file);
        let said: Said = child.wait_with_output().unwrap().into();
        assert_eq!(said.code, Some(2), "{name}: {}", said.err);
        let sentence =
            format!("{name}` was replaced, cut short or taken away while it was followed");
        assert!(said.err.contains(&sentence), "{}", said.err);
        assert!(answers.next().is_none());
    }
}

#[test]
fn a_collection_that_is_put_right_during_the_call_is_asked_again() {
    let house = House::get();
    let store = ruined(house, "ruined-at-first");
    let model = house.model();
    let mut command = upturn();
    command.args([
        "follow", "--model", &model, "--store", &store, "--format", "json",
    ]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said = |turn: &str| {
        writeln!(input, "{turn}").unwrap();
        input.flush().unwrap();
        json(&answers.next().unwrap().unwrap())
    };
    let alone = said("seller: hello, what do you need?");
    assert!(alone["evidence_missing"].is_string(), "{alone}");
    fs_err::remove_dir_all(&store).unwrap();
    copy(&house.store(), &store);
    let again = said("buyer: a price for ten people");
    assert!(again["evidence_missing"].is_null(), "{again}");
    assert!(again["support"]["calls"].as_u64() > Some(0), "{again}");
    drop(input);
    let told: Said = child.wait_with_output().unwrap().into();
    assert!(
        told.err.contains("the collection can be asked again"),
        "{}",
        told.err
    );
}
