//! A collection is filled anew while searches go on in the old one.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use super::bad_input::refused;
use super::{House, Said, copy, done, run, train, upturn};

/// A model whose encoder is another one, made once for these tests.
fn other(house: &House, name: &str) -> String {
    let model = house.path(name);
    let mut arguments = train(&house.calls(), &model, "0");
    arguments.extend(["--moment-tokens", "24"].map(str::to_owned));
    done(&arguments);
    model
}

fn rebuild<'a>(model: &'a str, calls: &'a str, store: &'a str) -> [&'a str; 8] {
    [
        "index",
        "--rebuild",
        "--model",
        model,
        "--data",
        calls,
        "--store",
        store,
    ]
}

fn similar(house: &House, model: &str, store: &str) -> Said {
    run(&[
        "similar",
        "--model",
        model,
        "--store",
        store,
        "--call",
        &house.one(),
    ])
}

fn spawn(arguments: &[&str]) -> Child {
    upturn()
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn beside(root: &str) -> usize {
    fs_err::read_dir(root).unwrap().count()
}

/// Files of points in the ledger of the next generation; more than none are there once some calls are embedded.
fn written(part: &Path) -> usize {
    let entries = fs_err::read_dir(part.join("ledger")).into_iter().flatten();
    entries.count()
}

#[test]
fn the_refusal_names_the_command_that_fills_it_anew() {
    let house = House::get();
    let (root, calls) = (house.path("anew"), house.calls());
    let store = format!("{root}/store");
    let model = other(house, "anew-model");
    copy(&house.store(), &store);
    let command =
        format!("`upturn index --rebuild --model {model} --data {calls} --store {store}`");
    let ordinary = [
        "index", "--model", &model, "--data", &calls, "--store", &store,
    ];
    let said = run(&ordinary);
    refused(&said, 2, "was filled by encoder");
    assert!(said.err.contains(&command), "{}", said.err);
    refused(&similar(house, &model, &store), 2, "was filled by encoder");
    done(&rebuild(&model, &calls, &store));
    let anew = similar(house, &model, &store);
    assert_eq!(anew.code, Some(0), "{}", anew.err);
    refused(
        &similar(house, &house.model(), &store),
        2,
        "was filled by encoder",
    );
    assert_eq!(beside(&root), 1);
    let fresh = house.path("anew-fresh");
    done(&[
        "index", "--model", &model, "--data", &calls, "--store", &fresh,
    ]);
    assert_eq!(similar(house, &model, &fresh).out, anew.out);
}

#[test]
fn searches_go_on_in_the_old_generation() {
    let house = House::get();
    let (root, calls, model) = (house.path("meanwhile"), house.calls(), house.model());
    let store = format!("{root}/store");
    copy(&house.store(), &store);
    let expected = similar(house, &model, &store).out;
    let mut child = spawn(&rebuild(&model, &calls, &store));
    let mut meanwhile = 0;
    while child.try_wait().unwrap().is_none() {
        let said = similar(house, &model, &store);
        // For a moment while it is put in place, the folder is held.
        let is_held = said.err.contains("is open elsewhere");
        assert!(is_held || said.out == expected, "{}", said.err);
        meanwhile += usize::from(said.out == expected);
    }
    assert!(child.wait().unwrap().success());
    assert!(meanwhile > 0);
    assert_eq!(similar(house, &model, &store).out, expected);
    assert_eq!(beside(&root), 1);
}

#[test]
fn one_that_is_killed_leaves_the_old_generation_and_goes_on() {
    let house = House::get();
    let (root, calls, model) = (house.path("killed-anew"), house.calls(), house.model());
    let store = format!("{root}/store");
    copy(&house.store(), &store);
    let expected = similar(house, &model, &store).out;
    let part = Path::new(&root).join(".store.rebuild");
    let mut unfinished = 0;
    for milliseconds in [0, 40, 150, 400, 800] {
        let before = written(&part);
        let mut child = spawn(&rebuild(&model, &calls, &store));
        while written(&part) == before && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
        unfinished += usize::from(part.exists());
        let said = similar(house, &model, &store);
        assert_eq!(said.out, expected, "{milliseconds} ms: {}", said.err);
    }
    assert!(unfinished > 0, "it was never killed in the midst");
    done(&rebuild(&model, &calls, &store));
    assert_eq!(similar(house, &model, &store).out, expected);
    assert_eq!(beside(&root), 1);
}

#[test]
fn what_was_forgotten_is_not_in_the_new_generation_and_the_record_is() {
    let house = House::get();
    let (root, calls, model) = (house.path("anew-without"), house.calls(), house.model());
    let store = format!("{root}/store");
    copy(&house.store(), &store);
    let one = super::json(&fs_err::read_to_string(house.one()).unwrap());
    let id = one["id"].as_str().unwrap();
    done(&["forget", "--store", &store, "--conversation", id]);
    // A filling that was killed holds texts, too: it goes with the next `forget`.
    let said = run(&rebuild(&model, &calls, &store));
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(
        said.err.contains("1 call was forgotten and is passed over"),
        "{}",
        said.err
    );
    assert!(said.out.contains("47 new calls"), "{}", said.out);
    assert!(Path::new(&store).join("ledger/forgotten.jsonl").is_file());
    let few = house.path("few.jsonl");
    let lines = fs_err::read_to_string(&calls).unwrap();
    let lines: Vec<_> = lines.lines().take(20).collect();
    fs_err::write(&few, lines.join("\n")).unwrap();
    let said = run(&rebuild(&model, &few, &store));
    assert!(
        said.err
            .contains("28 calls of the old generation are not in the data"),
        "{}",
        said.err
    );
}
