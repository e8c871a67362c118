//! Every example of this folder runs offline, and the README's ten lines are the example of that name.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "the functions between the tests are tests too"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use upturn::simulator::{SimulatorConfig, simulate};

/// The examples, in an order in which each finds what it needs: the first one makes a model and a store.
const EXAMPLES: [(&str, &str); 6] = [
    ("ten_lines", env!("CARGO_BIN_EXE_ten_lines")),
    ("deal_chat", env!("CARGO_BIN_EXE_deal_chat")),
    ("deal_agent", env!("CARGO_BIN_EXE_deal_agent")),
    ("explain_call", env!("CARGO_BIN_EXE_explain_call")),
    ("live_call", env!("CARGO_BIN_EXE_live_call")),
    ("own_store", env!("CARGO_BIN_EXE_own_store")),
];

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A folder with simulated calls, the last of them by itself, and an encoder small enough to learn in seconds.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let config = SimulatorConfig::new(60).with_seed(5).with_turns(1..=8);
    let lines: Vec<String> = simulate(&config)
        .map(|call| serde_json::to_string(&call.conversation).unwrap())
        .collect();
    fs_err::write(folder.path().join("calls.jsonl"), lines.join("\n")).unwrap();
    fs_err::write(folder.path().join("call.jsonl"), lines.last().unwrap()).unwrap();
    let encoder = here("../crates/encoder/tests/fixtures/tiny-bert");
    copy(&encoder, &folder.path().join("all-MiniLM-L6-v2"));
    folder
}

fn copy(from: &Path, to: &Path) {
    fs_err::create_dir(to).unwrap();
    for entry in fs_err::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs_err::copy(entry.path(), target).unwrap();
        }
    }
}

/// What an example prints, run in a folder.
fn printed(folder: &Path, name: &str, arguments: &[&str]) -> String {
    let (_, program) = EXAMPLES.into_iter().find(|(it, _)| *it == name).unwrap();
    let mut command = Command::new(program);
    let run = command.args(arguments).current_dir(folder).output();
    let run = run.unwrap();
    let complaint = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{name}: {complaint}");
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn every_example_runs_offline() {
    let folder = folder();
    let folder = folder.path();
    let said = printed(folder, "ten_lines", &[]);
    let (prediction, answer) = said.split_once('\n').unwrap();
    assert!(prediction.starts_with("won 0."), "{said}");
    assert!(answer.contains(" [e") && answer.contains("turn"), "{said}");

    let asked = ["model", "store", "call.jsonl"];
    let said = printed(folder, "deal_chat", &asked);
    let (without, with) = said.split_once("in the words of `a script`").unwrap();
    for question in ["stall?", "that we won", "ask next?"] {
        assert!(
            without.contains(question) && with.contains(question),
            "{said}"
        );
    }
    assert!(without.contains(" [e") && with.contains(" [e"), "{said}");
    assert!(
        with.contains("sentences of the model that were dropped: 1"),
        "{said}"
    );
    assert!(!said.contains("certain to close"), "{said}");

    let said = printed(folder, "deal_agent", &asked);
    for told in [
        "may it call explain_prediction? yes",
        "may it call predict_outcome? no: only this deal is talked about",
        " [e",
        "stopped by its budget of steps after 3 calls of the model",
        "messages that the memory recalls: ",
    ] {
        assert!(said.contains(told), "`{told}` is not in: {said}");
    }

    let said = printed(
        folder,
        "explain_call",
        &["model", "store", "call.jsonl", "page.html"],
    );
    assert!(said.contains("sentences on why it might stall"), "{said}");
    let page = fs_err::read_to_string(folder.join("page.html")).unwrap();
    assert!(page.contains("<html"), "{page}");

    let said = printed(folder, "live_call", &asked);
    assert!(
        said.contains("turn  2  0.") && said.contains("over     0."),
        "{said}"
    );

    let said = printed(folder, "own_store", &["all-MiniLM-L6-v2"]);
    assert_eq!(said.lines().count(), 2, "{said}");
}

/// `UPTURN_GGUF` names a small model, `.ci/smollm2` fetches one; without it nothing is tested, which the test says.
#[test]
fn the_conversation_runs_on_a_model_in_process_too() {
    let Some(file) = std::env::var("UPTURN_GGUF")
        .ok()
        .filter(|it| !it.is_empty())
    else {
        eprintln!("\n**** SKIPPED: `UPTURN_GGUF` is not set, `.ci/smollm2` fetches a model ****\n");
        return;
    };
    let folder = folder();
    printed(folder.path(), "ten_lines", &[]);
    let asked = ["model", "store", "call.jsonl", &file];
    let said = printed(folder.path(), "deal_chat", &asked);
    let (_, with) = said.split_once("\nin the words of `").unwrap();
    assert!(!with.starts_with("a script"), "{with}");
    assert_eq!(with.matches("that were dropped").count(), 3, "{with}");
}

/// The name of an example and its text, of every one in a folder: a file, or a folder with a `main.rs`.
fn examples(folder: &Path) -> Vec<(String, String)> {
    let Ok(entries) = fs_err::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    let found = paths.filter_map(|path| {
        let name = path.file_stem()?.to_str()?.to_owned();
        let is_rust = path.extension().is_some_and(|it| it == "rs");
        let file = if is_rust { path } else { path.join("main.rs") };
        Some((name, fs_err::read_to_string(file).ok()?))
    });
    let mut found: Vec<_> = found.collect();
    found.sort();
    found
}

/// What it shows, what it needs and how to run it.
fn opens_as_examples_do(name: &str, text: &str, run: &str) {
    let form = ["//! Demonstrates ", "\n//! Requires", "\n//! Run it ", run];
    let header = text.split("\n\n").next().unwrap_or_default();
    for opening in form {
        assert!(
            header.contains(opening),
            "`{name}` does not say `{opening}`"
        );
    }
    assert!(
        header.starts_with(form[0]),
        "`{name}` opens with something else"
    );
}

#[test]
fn no_example_is_forgotten_and_each_says_what_it_shows_what_it_needs_and_how_to_run_it() {
    let found = examples(&here("."));
    for (name, text) in &found {
        let run = format!("cargo run --release -p upturn-examples --bin {name}");
        opens_as_examples_do(name, text, &run);
    }
    let mut known = EXAMPLES.map(|(name, _)| name);
    known.sort_unstable();
    assert!(found.iter().map(|(name, _)| name).eq(known));
}

#[test]
fn the_examples_of_the_crates_say_so_too() {
    let mut found = 0;
    for rooms in ["../crates", "../crates/adapters", "../vectorstore", ".."] {
        for room in fs_err::read_dir(here(rooms)).unwrap() {
            for (name, text) in examples(&room.unwrap().path().join("examples")) {
                opens_as_examples_do(&name, &text, &format!("--example {name}"));
                found += 1;
            }
        }
    }
    assert!(found >= 11, "{found} of them");
}

/// The lines of `main` but for its end, and what it uses.
fn ten_lines() -> Vec<String> {
    let text = fs_err::read_to_string(here("ten_lines.rs")).unwrap();
    let code = text
        .lines()
        .filter(|it| !it.starts_with("//!") && !it.starts_with("#!"));
    let code = code.filter(|it| !it.is_empty() && !it.starts_with("fn main") && *it != "}");
    let code = code.map(|it| it.trim_start().to_owned());
    code.filter(|it| it != "Ok(())").collect()
}

#[test]
fn the_ten_lines_of_the_readme_are_compiled_and_run() {
    let lines = ten_lines();
    assert_eq!(lines.len(), 10, "{lines:#?}");
    let readme = fs_err::read_to_string(here("../README.md")).unwrap();
    let code = readme.split_once("```rust\n").unwrap().1;
    let code = code.split_once("```").unwrap().0;
    let shown: Vec<&str> = code.lines().filter(|it| !it.is_empty()).collect();
    assert_eq!(shown, lines);
}
