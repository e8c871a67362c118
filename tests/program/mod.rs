//! The program `upturn` as its users see it: exit code, standard output, standard error.

mod alerts;
mod bad_data;
mod bad_input;
mod chat_models;
mod data_set;
mod doors;
mod evaluation;
mod evidence;
mod explain;
mod folds;
mod follow;
mod forget;
mod full_disk;
mod ingest;
mod inspector;
mod interrupt;
mod kill;
mod known_share;
mod layout;
mod mcp_http;
mod measures;
mod memory;
mod rebuild;
mod recipes;
mod resume_evaluation;
mod score;
mod search;
mod segments;
mod select;
#[cfg(feature = "qdrant")]
mod server;
mod set_aside;
mod store_faults;
mod survival;
mod whole_way;
mod written;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;

/// A real encoder small enough to learn in seconds.
pub(crate) fn tiny_encoder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../encoder/tests/fixtures/tiny-bert")
}

pub(crate) fn upturn() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_upturn"));
    command.env_remove("NO_COLOR").env("RUST_BACKTRACE", "0");
    command
}

/// What a run said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

pub(crate) fn run<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Said {
    upturn().args(arguments).output().unwrap().into()
}

/// A run that must succeed.
pub(crate) fn done<S: AsRef<std::ffi::OsStr> + std::fmt::Debug>(arguments: &[S]) -> String {
    let said = run(arguments);
    assert_eq!(said.code, Some(0), "{arguments:?}: {}", said.err);
    said.out
}

pub(crate) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Simulated calls, a model learnt from them and a store filled with it, made once for all tests.
pub(crate) struct House {
    folder: tempfile::TempDir,
}

impl House {
    pub(crate) fn get() -> &'static Self {
        static HOUSE: OnceLock<House> = OnceLock::new();
        HOUSE.get_or_init(|| {
            let house = Self {
                folder: tempfile::tempdir().unwrap(),
            };
            let [calls, model, store, one] =
                [house.calls(), house.model(), house.store(), house.one()];
            done(&[
                "simulate",
                "--calls",
                "48",
                "--max-turns",
                "8",
                "--seed",
                "5",
                "--out",
                &calls,
            ]);
            done(&train(&calls, &model, "0"));
            done(&[
                "index", "--model", &model, "--data", &calls, "--store", &store,
            ]);
            let first = fs_err::read_to_string(&calls)
                .unwrap()
                .lines()
                .next()
                .unwrap()
                .to_owned();
            fs_err::write(&one, first).unwrap();
            house
        })
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn calls(&self) -> String {
        self.path("calls.jsonl")
    }

    pub(crate) fn model(&self) -> String {
        self.path("model")
    }

    pub(crate) fn store(&self) -> String {
        self.path("store")
    }

    /// A question to the model and the store about the first call.
    pub(crate) fn asking(&self, command: &str, options: &[&str]) -> Vec<String> {
        let (model, store, one) = (self.model(), self.store(), self.one());
        let fixed = [
            command, "--model", &model, "--store", &store, "--call", &one,
        ];
        fixed
            .iter()
            .chain(options)
            .map(ToString::to_string)
            .collect()
    }

    /// The first call, in a file of its own.
    pub(crate) fn one(&self) -> String {
        self.path("one.json")
    }
}

pub(crate) fn train(calls: &str, model: &str, epochs: &str) -> Vec<String> {
    let encoder = tiny_encoder().to_str().unwrap().to_owned();
    [
        "train",
        "--data",
        calls,
        "--out",
        model,
        "--encoder",
        &encoder,
        "--epochs",
        epochs,
        "--layers",
        "1",
        "--tuned-folds",
        "1",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// A folder with all that is in it.
pub(crate) fn copy(from: &str, to: &str) {
    fs_err::create_dir_all(to).unwrap();
    for entry in fs_err::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = format!("{to}/{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            copy(entry.path().to_str().unwrap(), &target);
        } else {
            fs_err::copy(entry.path(), target).unwrap();
        }
    }
}
