//! Bad input gets one clear sentence, a hint, the right exit code, and nothing is lost.

use super::{House, Said, copy, done, run, tiny_encoder, train};

const CALL: &str = r#"{"id":"a","turns":[{"speaker":"seller","text":"hello"},{"speaker":"buyer","text":"hi"}],"outcome":"won"}"#;

/// The one sentence and the hint, each on a line of its own.
pub(super) fn refused(said: &Said, code: i32, sentence: &str) {
    assert_eq!(said.code, Some(code), "{}", said.err);
    let errors: Vec<&str> = said
        .err
        .lines()
        .filter(|line| line.starts_with("error: "))
        .collect();
    assert_eq!(errors.len(), 1, "{}", said.err);
    assert!(
        errors[0].contains(sentence),
        "`{sentence}` is not in: {}",
        said.err
    );
    assert!(
        said.err.lines().any(|line| line.starts_with("hint: ")),
        "no hint: {}",
        said.err
    );
    assert!(!said.err.contains("panicked"), "{}", said.err);
}

fn predict(house: &House, call: &[u8]) -> Said {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs_err::write(file.path(), call).unwrap();
    let file = file.path().to_str().unwrap();
    run(&[
        "predict",
        "--model",
        &house.model(),
        "--store",
        &house.store(),
        "--call",
        file,
    ])
}

#[test]
fn a_call_that_is_none_is_refused_by_name() {
    let house = House::get();
    for (call, sentence) in [
        (b"".as_slice(), "empty"),
        (b"\xff\xfe\x00hello", "UTF-8"),
        (br#"{"id":"a","turns":[]}"#, "turns"),
        (br#"{"id":"a","turns":[{"speaker":"seller","text":"x"},{"speaker":"buyer","text":"y"}],"outcome":"maybe"}"#, "`maybe`"),
        (br#"{"id":"a","turns":["#, "not JSON at column"),
    ] {
        refused(&predict(house, call), 2, sentence);
    }
}

#[test]
fn a_call_of_one_side_or_one_turn_has_just_begun() {
    let house = House::get();
    for call in [
        br#"{"id":"a","turns":[{"speaker":"seller","text":"hello"}]}"#.as_slice(),
        br#"{"id":"a","turns":[{"speaker":"seller","text":"hello"},{"speaker":"seller","text":"hello?"}]}"#,
    ] {
        let said = predict(house, call);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(said.out.contains("verdict: "), "{}", said.out);
    }
}

#[test]
fn a_line_of_200_megabytes_is_refused_and_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("long.jsonl");
    fs_err::write(
        &data,
        [CALL.as_bytes(), b"\n", &vec![b'x'; 200 << 20], b"\n"].concat(),
    )
    .unwrap();
    let (data, model) = (data.to_str().unwrap(), folder.path().join("model"));
    let said = run(&train(data, model.to_str().unwrap(), "0"));
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains("long.jsonl:2: "), "{}", said.err);
    assert!(!model.exists());
}

#[test]
fn a_bad_record_is_named_set_aside_and_changes_the_exit_code() {
    let house = House::get();
    let (data, store) = (house.path("with-bad.jsonl"), house.path("with-bad"));
    let calls = fs_err::read_to_string(house.calls()).unwrap();
    fs_err::write(&data, format!("{calls}{{\"id\":\"bad\",\"turns\":[]}}\n")).unwrap();
    let said = run(&[
        "index",
        "--model",
        &house.model(),
        "--data",
        &data,
        "--store",
        &store,
    ]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(said.err.contains("with-bad.jsonl:49: "), "{}", said.err);
    let similar = |store: &str| {
        done(&[
            "similar",
            "--model",
            &house.model(),
            "--store",
            store,
            "--call",
            &house.one(),
            "--format",
            "json",
        ])
    };
    assert_eq!(similar(&store), similar(&house.store()));
}

#[test]
fn data_that_is_not_there_or_of_another_kind_is_refused() {
    let house = House::get();
    let model = house.path("never");
    refused(
        &run(&train("no/such/file.jsonl", &model, "0")),
        2,
        "no/such/file.jsonl",
    );
    let mut foreign = train(&house.calls(), &model, "0");
    foreign.extend(["--corpus", "persuasion-for-good"].map(str::to_owned));
    refused(&run(&foreign), 2, "full_info.csv");
    assert!(!std::path::Path::new(&model).exists());
}

#[test]
fn a_broken_model_folder_names_the_broken_file() {
    let house = House::get();
    let broken = house.path("broken");
    let ask = || {
        run(&[
            "predict",
            "--model",
            &broken,
            "--store",
            &house.store(),
            "--call",
            &house.one(),
        ])
    };
    refused(&ask(), 2, "broken");
    for (file, sentence) in [
        ("model.safetensors", "model.safetensors"),
        ("predictor.json", "predictor.json"),
        ("tokenizer.json", "tokenizer.json"),
    ] {
        copy(&house.model(), &broken);
        fs_err::remove_file(format!("{broken}/{file}")).unwrap();
        refused(&ask(), 2, sentence);
        copy(&house.model(), &broken);
        let bytes = fs_err::read(format!("{broken}/{file}")).unwrap();
        fs_err::write(format!("{broken}/{file}"), &bytes[..bytes.len() / 2]).unwrap();
        refused(&ask(), 2, sentence);
    }
    // An encoder is no trained model.
    let encoder = tiny_encoder();
    let said = run(&[
        "predict",
        "--model",
        encoder.to_str().unwrap(),
        "--store",
        &house.store(),
        "--call",
        &house.one(),
    ]);
    refused(&said, 2, "predictor.json");
}

#[test]
fn a_collection_of_another_encoder_is_refused_and_stays() {
    let house = House::get();
    let other = house.path("other-model");
    let mut arguments = train(&house.calls(), &other, "0");
    arguments.extend(["--moment-tokens", "24"].map(str::to_owned));
    done(&arguments);
    refused(
        &run(&[
            "predict",
            "--model",
            &other,
            "--store",
            &house.store(),
            "--call",
            &house.one(),
        ]),
        2,
        "was filled by encoder",
    );
    refused(
        &run(&[
            "index",
            "--model",
            &other,
            "--data",
            &house.calls(),
            "--store",
            &house.store(),
        ]),
        2,
        "was filled by encoder",
    );
    done(&house.asking("predict", &[]));
}

/// A limit on the size of files stands for a full disk: the system refuses the write in the same place.
#[test]
fn a_model_that_can_not_be_written_leaves_the_old_one() {
    let house = House::get();
    let kept = house.path("kept");
    copy(&house.model(), &kept);
    let script = "trap '' XFSZ; ulimit -f 100; exec \"$@\"";
    let mut shell = std::process::Command::new("bash");
    shell
        .args(["-c", script, "bash", env!("CARGO_BIN_EXE_upturn")])
        .args(train(&house.calls(), &kept, "0"));
    let said: Said = shell.output().unwrap().into();
    refused(&said, 1, "could not be written");
    assert!(said.err.contains("untouched"), "{}", said.err);
    let read = |model: &str| fs_err::read(format!("{model}/predictor.json")).unwrap();
    assert!(read(&kept) == read(&house.model()));
    done(&[
        "predict",
        "--model",
        &kept,
        "--store",
        &house.store(),
        "--call",
        &house.one(),
    ]);
    let left = fs_err::read_dir(house.path("")).unwrap().filter(|entry| {
        entry
            .as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .starts_with(".kept")
    });
    assert_eq!(left.count(), 0);
}

#[test]
fn errors_for_programs_are_json() {
    let said = run(&[
        "predict", "--model", "no-such", "--store", "no-such", "--call", "no-such", "--format",
        "json",
    ]);
    assert_eq!(said.code, Some(2));
    let error = super::json(said.err.lines().last().unwrap());
    assert!(
        error["error"]["message"].is_string() && error["error"]["hint"].is_string(),
        "{error}"
    );
}

#[test]
fn a_file_is_no_collection_and_no_turn_is_no_call() {
    let house = House::get();
    let rules = house.path("rules.toml");
    fs_err::write(&rules, "").unwrap();
    let (model, one) = (house.model(), house.one());
    let said = run(&[
        "predict", "--model", &model, "--store", &rules, "--call", &one,
    ]);
    refused(&said, 2, "rules.toml` is a file, `--store` names a folder");
    let hint = "hint: it is the folder that `upturn index` fills";
    assert!(said.err.contains(hint), "{}", said.err);

    let said = run(&house.asking("predict", &["--turns", "0"]));
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
    let sentence = "before the first turn there is nothing to go by: 1 is the least";
    assert!(said.err.contains(sentence), "{}", said.err);
}
