//! A training that is killed, stopped, or told apart from another one.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::{House, done, json, run, train, upturn};

/// What decides a prediction, and what is said of it.
const FILES: [&str; 5] = [
    "model.safetensors",
    "head.safetensors",
    "predictor.json",
    "fingerprint.json",
    "metrics.json",
];

/// Calls from which a fold learns something and then nothing any more: it stops early, and the model itself is fine-tuned.
fn calls(house: &House, name: &str) -> String {
    let calls = house.path(&format!("{name}.jsonl"));
    let simulate = "simulate --calls 60 --max-turns 8 --seed 3 --out".split(' ');
    done(&simulate.chain([calls.as_str()]).collect::<Vec<_>>());
    calls
}

/// A training of some seconds, with a checkpoint every few steps.
fn long(calls: &str, model: &str, more: &[&str]) -> Vec<String> {
    let mut arguments = train(calls, model, "12");
    let batch = if more.contains(&"--recipe") {
        ""
    } else {
        "--batch 4 "
    };
    let options = format!("{batch}--recipe-kind joint --checkpoint-steps 5 --learning-rate 1e-3");
    arguments.extend(options.split(' ').map(str::to_owned));
    arguments.extend(more.iter().map(|one| (*one).to_owned()));
    arguments
}

fn spawn(arguments: &[String]) -> Child {
    upturn()
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn assert_same(one: &str, other: &str) {
    for file in FILES {
        let read = |model: &str| fs_err::read(Path::new(model).join(file)).unwrap();
        assert!(read(one) == read(other), "{file} differs");
    }
}

/// The lines of a file of metrics, without the times.
fn metrics(path: &str) -> Vec<serde_json::Value> {
    let text = fs_err::read_to_string(path).unwrap();
    let untimed = |line| {
        let mut line = json(line);
        for time in ["seconds", "tokens_per_second"] {
            line.as_object_mut().unwrap().remove(time);
        }
        line
    };
    text.lines().map(untimed).collect()
}

/// What lies in the folder of the checkpoints.
fn kept(model: &str) -> Vec<PathBuf> {
    let inside = |folder: &Path| fs_err::read_dir(folder).into_iter().flatten().flatten();
    let folders = inside(Path::new(&format!("{model}.training")));
    // A folder may be removed meanwhile.
    let entries = folders.flat_map(|folder| inside(&folder.path()).collect::<Vec<_>>());
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// Waits until something is written there; whether the training still runs then.
fn until_more_is_kept(model: &str, child: &mut Child) -> bool {
    let before = kept(model);
    while child.try_wait().unwrap().is_none() {
        if kept(model) != before {
            return true;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    false
}

#[test]
fn a_training_that_is_killed_again_and_again_ends_in_the_same_bytes() {
    let house = House::get();
    killed_again_and_again(&calls(house, "kill"), &house.path("killed"), &[]);
}

#[test]
fn a_training_with_every_phase_is_killed_and_ends_in_the_same_bytes() {
    let house = House::get();
    let recipe = house.path("recipe.json");
    let text = r#"{
        "adaptation": {"sampler": {"pairs": 8}, "tokens": 300},
        "contrast": {"pairs_per_call": 1, "pairs": 6},
        "sampler": {"type": "HardNegatives", "calls": 8}
    }"#;
    fs_err::write(&recipe, text).unwrap();
    // One in five without an outcome: only the adaptation learns from them.
    let all = fs_err::read_to_string(calls(house, "phases")).unwrap();
    let unlabelled = |line: &str| {
        let mut call = json(line);
        call.as_object_mut().unwrap().remove("outcome");
        call.to_string()
    };
    let lines = all.lines().enumerate().map(|(at, line)| match at % 5 {
        0 => unlabelled(line),
        _ => line.to_owned(),
    });
    let some = house.path("some-unlabelled.jsonl");
    fs_err::write(&some, lines.collect::<Vec<_>>().join("\n")).unwrap();
    let more = [
        "--recipe",
        &recipe,
        "--adapt-epochs",
        "3",
        "--lora-rank",
        "2",
        // A seed by which the encoder is better than the pre-trained one, which would be kept otherwise.
        "--seed",
        "1",
    ];
    let whole = killed_again_and_again(&some, &house.path("phases-killed"), &more);
    let card = fs_err::read_to_string(Path::new(&whole).join("card.md")).unwrap();
    for words in [
        "| epochs of next-turn adaptation | 3 |",
        "| epochs of contrastive pairs | 1 |",
        "| rank of the updates (LoRA) | 2 |",
    ] {
        assert!(card.contains(words), "{card}");
    }
}

/// A run that is killed, and goes on, until it is done: in the end `model` holds the files of one that was left alone, whose
/// folder is returned.
fn killed_again_and_again(calls: &str, model: &str, more: &[&str]) -> String {
    let (whole, parts) = (format!("{model}-never"), model.to_owned());
    let [whole_lines, parts_lines] = [&whole, &parts].map(|model| format!("{model}.jsonl"));
    done(&long(
        calls,
        &whole,
        &[&["--metrics", whole_lines.as_str()], more].concat(),
    ));
    let resume = ["--resume", "--metrics", parts_lines.as_str()];
    let arguments = long(calls, &parts, &[&resume, more].concat());
    let mut killed = 0;
    // In the midst of writing, of a step, of an epoch's end: no time stands for one of them.
    for milliseconds in [0, 37, 5, 90, 1, 61, 13, 140, 2, 23] {
        let mut child = spawn(&arguments);
        if !until_more_is_kept(&parts, &mut child) {
            break;
        }
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
        killed += 1;
    }
    let said = run(&arguments);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(killed > 2, "killed {killed} times only");
    assert_same(&whole, &parts);
    assert_eq!(metrics(&parts_lines), metrics(&whole_lines));
    assert!(!Path::new(&format!("{parts}.training")).exists());
    whole
}

#[test]
fn ctrl_c_keeps_a_checkpoint_and_says_how_to_go_on() {
    let house = House::get();
    let calls = calls(house, "stop");
    let (whole, parts) = (house.path("never-stopped"), house.path("stopped"));
    done(&long(&calls, &whole, &[]));
    let mut child = upturn()
        .args(long(&calls, &parts, &[]))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    assert!(until_more_is_kept(&parts, &mut child), "it was too fast");
    let interrupt = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(interrupt.success());
    let said: super::Said = child.wait_with_output().unwrap().into();
    assert_eq!(said.code, Some(130), "{}", said.err);
    for words in [
        "no model was published",
        "the same command with `--resume` goes on from the checkpoint in",
        "stopped.training",
    ] {
        assert!(said.err.contains(words), "{}", said.err);
    }

    let refused = run(&long(&calls, &parts, &[]));
    assert_eq!(refused.code, Some(2), "{}", refused.err);
    for words in ["that was interrupted", "`--resume`", "`--restart`"] {
        assert!(refused.err.contains(words), "{}", refused.err);
    }
    let other = run(&long(&calls, &parts, &["--resume", "--seed", "1"]));
    assert_eq!(other.code, Some(2), "{}", other.err);
    assert!(other.err.contains("has other settings"), "{}", other.err);

    let resumed = run(&long(&calls, &parts, &["--resume"]));
    assert_eq!(resumed.code, Some(0), "{}", resumed.err);
    assert!(
        resumed.err.contains("goes on after step"),
        "{}",
        resumed.err
    );
    assert_same(&whole, &parts);
}

#[test]
fn a_training_that_diverges_says_at_which_step_and_what_to_do() {
    let house = House::get();
    let model = house.path("diverged");
    let mut arguments = train(&house.calls(), &model, "2");
    arguments.extend(["--learning-rate", "1e30"].map(str::to_owned));
    let said = run(&arguments);
    assert_eq!(said.code, Some(1), "{}", said.err);
    for words in [
        "not finite at step",
        "the state before it is kept in",
        "hint: begin anew with `--restart` and a smaller `--learning-rate`",
    ] {
        assert!(said.err.contains(words), "{}", said.err);
    }
    assert!(!Path::new(&model).exists());
    let mut arguments = train(&house.calls(), &model, "0");
    arguments
        .extend(["--adapt-epochs", "1", "--learning-rate", "1e4", "--restart"].map(str::to_owned));
    let said = run(&arguments);
    assert_eq!(said.code, Some(1), "{}", said.err);
    let grew = "the weights grew to more than 100 times their size at step";
    assert!(said.err.contains(grew), "{}", said.err);
    let mut arguments = train(&house.calls(), &model, "2");
    arguments.push("--restart".to_owned());
    done(&arguments);
}

#[test]
fn curves_are_written_for_each_fine_tuning() {
    let house = House::get();
    let (model, curves) = (house.path("drawn"), house.path("curves"));
    let mut arguments = train(&house.calls(), &model, "2");
    arguments.extend(["--tensorboard", &curves].map(str::to_owned));
    done(&arguments);
    let folder = Path::new(&curves).join("fold-1");
    let entries = fs_err::read_dir(folder).unwrap();
    let files: Vec<_> = entries.map(|entry| entry.unwrap()).collect();
    assert_eq!(files.len(), 1);
    assert!(files[0].metadata().unwrap().len() > 500);
}

#[test]
fn the_help_says_where_checkpoints_are_and_how_to_go_on() {
    let help = done(&["train", "--help"]);
    for words in [
        "--resume",
        "--restart",
        "--checkpoint-steps <N>",
        "--checkpoint-minutes <M>",
        "--metrics <FILE>",
        "--tensorboard <DIR>",
        "MODEL.training",
    ] {
        assert!(help.contains(words), "{words} is missing in {help}");
    }
}
