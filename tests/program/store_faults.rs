//! What befalls a collection: two who want it at once, a full disk, files of another kind. One sentence, and nothing is lost.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::bad_input::refused;
use super::copy;
use super::{House, Said, done, json, run, upturn};

const MANIFEST: &str = "ledger/manifest.jsonl";

pub(super) fn index(data: &str, store: &str) -> Vec<String> {
    let model = House::get().model();
    let options = ["index", "--model", &model, "--data", data, "--store", store];
    [&options[..], &["--format", "json"]]
        .concat()
        .iter()
        .map(|word| (*word).to_owned())
        .collect()
}

/// What `similar` answers, without how long it took.
fn similar(store: &str) -> Said {
    let house = House::get();
    let (model, call) = (house.model(), house.one());
    let options = [
        "similar", "--model", &model, "--store", store, "--call", &call,
    ];
    run(&[&options[..], &["--format", "json"]].concat())
}

fn answers_like_the_house(store: &str) {
    let said = similar(store);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(said.out, similar(&House::get().store()).out);
}

/// The first calls of the house, in a file of their own.
pub(super) fn some_calls(house: &House, name: &str, calls: usize) -> String {
    let all = fs_err::read_to_string(house.calls()).unwrap();
    let file = house.path(name);
    fs_err::write(
        &file,
        all.lines().take(calls).collect::<Vec<_>>().join("\n"),
    )
    .unwrap();
    file
}

pub(super) fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

#[test]
fn a_collection_that_is_being_filled_is_refused_to_others_and_loses_nothing() {
    let house = House::get();
    let store = house.path("taken");
    let arguments = index(&house.calls(), &store);
    let mut command = upturn();
    command
        .args(&arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut first = command.spawn().unwrap();
    let manifest = Path::new(&store).join(MANIFEST);
    let is_filling =
        || fs_err::read_to_string(&manifest).is_ok_and(|text| text.lines().count() > 1);
    while !is_filling() {
        assert!(first.try_wait().unwrap().is_none(), "it was too fast");
        std::thread::sleep(Duration::from_millis(1));
    }
    send("-STOP", &first);
    let others = [run(&arguments), similar(&store)];
    send("-CONT", &first);
    for said in others {
        refused_in_json(&said, "is open elsewhere", &store);
    }
    let said: Said = first.wait_with_output().unwrap().into();
    assert_eq!(said.code, Some(0), "{}", said.err);
    answers_like_the_house(&store);
}

fn refused_in_json(said: &Said, sentence: &str, what: &str) {
    assert_eq!(said.code, Some(1), "{}", said.err);
    let error = &json(said.err.lines().last().unwrap())["error"];
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains(sentence) && message.contains(what),
        "{message}"
    );
    assert!(error["hint"].is_string(), "{error}");
}

#[test]
fn of_two_that_make_one_collection_at_once_none_loses_anything() {
    let house = House::get();
    for number in 0..3 {
        let store = house.path(&format!("at-once-{number}"));
        let start = || {
            let mut command = upturn();
            command.args(index(&house.calls(), &store));
            command
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        };
        let both = [start(), start()].map(|child| Said::from(child.wait_with_output().unwrap()));
        assert!(both.iter().any(|said| said.code == Some(0)), "{both:?}");
        for said in both.iter().filter(|said| said.code != Some(0)) {
            refused_in_json(said, "is open elsewhere", &store);
        }
        let again = done(&index(&house.calls(), &store));
        assert_eq!(json(&again)["unchanged"], json!(48), "{again}");
        answers_like_the_house(&store);
    }
}

/// Runs the program with files of at most so many KiB.
fn limited(kib: u64, arguments: &[String]) -> Said {
    let script = format!("trap '' XFSZ; ulimit -f {kib}; exec \"$@\"");
    let mut shell = Command::new("bash");
    shell
        .args(["-c", &script, "bash", env!("CARGO_BIN_EXE_upturn")])
        .args(arguments);
    shell.output().unwrap().into()
}

fn for_people(mut arguments: Vec<String>) -> Vec<String> {
    arguments.truncate(arguments.len() - 2);
    arguments
}

/// A limit on the size of files stands for a full disk: the system refuses the write in the same place.
#[test]
fn a_collection_that_can_not_be_made_leaves_nothing_behind() {
    let house = House::get();
    let parent = house.path("no-room");
    fs_err::create_dir(&parent).unwrap();
    let store = format!("{parent}/store");
    let arguments = index(&house.calls(), &store);
    let said = limited(100, &for_people(arguments.clone()));
    refused(
        &said,
        1,
        &format!("the collection in `{store}` failed while being created"),
    );
    assert_eq!(fs_err::read_dir(&parent).unwrap().count(), 0);
    done(&arguments);
    answers_like_the_house(&store);
}

#[test]
fn a_collection_that_can_not_grow_keeps_what_it_has_and_goes_on_later() {
    let house = House::get();
    let store = house.path("no-growth");
    done(&index(&some_calls(house, "some.jsonl", 20), &store));
    let manifest = Path::new(&store).join(MANIFEST);
    let before = fs_err::read_to_string(&manifest).unwrap();
    let arguments = index(&house.calls(), &store);
    let said = limited(10, &for_people(arguments.clone()));
    refused(&said, 1, "File too large");
    assert!(
        said.err.contains("the same command goes on"),
        "{}",
        said.err
    );
    assert_eq!(fs_err::read_to_string(&manifest).unwrap(), before);
    let report = json(&done(&arguments));
    assert_eq!(
        [&report["unchanged"], &report["new"]],
        [&json!(20), &json!(28)]
    );
    answers_like_the_house(&store);
}

/// Puts another value into a JSON file of a collection.
fn alter(store: &str, file: &str, pointer: &str, value: Value) {
    let path = Path::new(store).join(file);
    let mut altered = json(&fs_err::read_to_string(&path).unwrap());
    *altered.pointer_mut(pointer).unwrap() = value;
    fs_err::write(&path, altered.to_string()).unwrap();
}

#[test]
fn a_collection_of_another_dimension_or_distance_is_told_and_put_right_from_its_ledger() {
    let house = House::get();
    let cases = [
        ("dimension", "upturn.json", "/dimension", json!(16)),
        (
            "distance",
            "edge_config.json",
            "/vectors/dense/distance",
            json!("Euclid"),
        ),
    ];
    for (name, file, pointer, value) in cases {
        for is_sealed in [true, false] {
            let store = house.path(&format!("other-{name}-{is_sealed}"));
            copy(&house.store(), &store);
            alter(&store, file, pointer, value.clone());
            if !is_sealed {
                fs_err::remove_file(format!("{store}/ledger/seal.json")).unwrap();
            }
            let said = run(&index(&house.calls(), &store));
            assert_eq!(said.code, Some(0), "{name}: {}", said.err);
            assert!(
                said.err.contains("put right from its ledger"),
                "{name}: {}",
                said.err
            );
            assert_eq!(json(&said.out)["unchanged"], json!(48), "{name}");
            answers_like_the_house(&store);
        }
    }
}

#[test]
fn a_collection_of_another_dimension_without_a_ledger_is_refused_and_stays() {
    let house = House::get();
    let store = house.path("other-dimension");
    copy(&house.store(), &store);
    fs_err::remove_dir_all(format!("{store}/ledger")).unwrap();
    alter(&store, "upturn.json", "/dimension", json!(16));
    let before = fs_err::read(format!("{store}/upturn.json")).unwrap();
    let said = run(&for_people(index(&house.calls(), &store)));
    refused(&said, 2, "has 16 dimensions");
    assert_eq!(
        fs_err::read(format!("{store}/upturn.json")).unwrap(),
        before
    );
    assert!(!Path::new(&store).join("ledger").exists());
}
