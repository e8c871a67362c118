//! `upturn evaluate` and `upturn select`, killed with SIGKILL between and within folds: the same command with `--resume` goes on, and
//! says what an undisturbed run says.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

use super::bad_input::refused;
use super::evaluation::Calls;
use super::store_faults::send;
use super::{Said, done, json, run, tiny_encoder, upturn};

/// A process is killed after at most so many changes that were seen in its folder since a fold was finished.
const MOST_CHANGES: usize = 6;

/// An evaluation that fine-tunes in every fold, and all it writes.
struct Evaluation {
    calls: Calls,
}

impl Evaluation {
    fn new() -> Self {
        Self {
            calls: calls_of_three_folds(),
        }
    }

    fn report(&self) -> String {
        self.calls.path("report")
    }

    /// Unasked, beside the report.
    fn kept(&self) -> String {
        self.calls.path("report.folds")
    }

    fn words(&self, more: &[&str]) -> Vec<String> {
        let (report, predictions) = (self.report(), self.calls.path("ours.csv"));
        let folds = self.calls.path("folds.csv");
        let fixed = "--epochs 2 --layers 1 --tuned-folds 1 --learning-rate 1e-3 --prefix 1.0,0.5 --fold-column seed0 --folds";
        let files = [&folds, "--report", &report, "--predictions", &predictions];
        let fixed: Vec<&str> = fixed.split(' ').chain(files).collect();
        self.calls.evaluate(&[&fixed, more].concat())
    }

    fn spawn(&self, more: &[&str]) -> Child {
        let mut command = upturn();
        command.args(self.words(more));
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    /// The answer as people read it, which a refusal is.
    fn refused(&self, more: &[&str], sentence: &str) {
        let mut words = self.words(more);
        words.retain(|word| word != "--format" && word != "json");
        refused(&run(&words), 2, sentence);
    }

    /// What was answered and written, without times; what was written is moved away.
    fn results(&self, answer: &str, aside: &str) -> BTreeMap<&'static str, String> {
        let read = |path: String| fs_err::read_to_string(path).unwrap();
        let report = self.report();
        let untimed = |text: &str| {
            let mut report = json(text);
            report["seconds"] = Value::Null;
            report["protocol"]["seconds"] = Value::Null;
            report.to_string()
        };
        let page = read(format!("{report}/report.md"));
        let page: Vec<&str> = page
            .lines()
            .filter(|line| !line.starts_with("| Seconds |"))
            .collect();
        let found = BTreeMap::from([
            ("answer", untimed(answer)),
            ("report", untimed(&read(format!("{report}/report.json")))),
            ("page", page.join("\n")),
            ("predictions", read(self.calls.path("ours.csv"))),
        ]);
        fs_err::rename(&report, self.calls.path(aside)).unwrap();
        found
    }
}

/// Simulated calls and, beside them in `folds.csv`, three folds, which are enough.
fn calls_of_three_folds() -> Calls {
    let calls = Calls::simulated("60");
    let mut folds = "id,seed0\n".to_owned();
    for line in fs_err::read_to_string(calls.path("calls.jsonl"))
        .unwrap()
        .lines()
    {
        let call = json(line);
        let account = call["metadata"]["account"].as_str().unwrap();
        let fold = account.bytes().map(usize::from).sum::<usize>() % 3;
        writeln!(folds, "{},{fold}", call["id"].as_str().unwrap()).unwrap();
    }
    fs_err::write(calls.path("folds.csv"), folds).unwrap();
    calls
}

/// How many finished folds are kept.
fn sealed(folder: &str) -> usize {
    let entries = fs_err::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().into_string().unwrap());
    names
        .filter(|name| name.ends_with(".sealed") && !name.starts_with('.'))
        .count()
}

/// The names and lengths of all files below a folder. Files may come and go meanwhile.
fn look(folder: &Path) -> BTreeMap<String, u64> {
    let mut seen = BTreeMap::new();
    for entry in fs_err::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let length = entry.metadata().map_or(0, |about| about.len());
        if path.is_dir() {
            seen.extend(look(&path));
        }
        seen.insert(path.to_str().unwrap().to_owned(), length);
    }
    seen
}

/// Waits for something; whether it came before the process ended.
fn until(child: &mut Child, mut is_there: impl FnMut() -> bool) -> bool {
    while child.try_wait().unwrap().is_none() {
        if is_there() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    false
}

fn killed(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn an_evaluation_killed_again_and_again_says_what_an_undisturbed_one_says() {
    let evaluation = Evaluation::new();
    let kept = evaluation.kept();
    let curve = ["--learning-curve", "0.8"];
    let undisturbed = evaluation.results(&done(&evaluation.words(&curve)), "undisturbed");
    assert!(!Path::new(&kept).exists());
    let resume = [&curve[..], &["--resume"]].concat();
    let mut dice = ChaCha8Rng::seed_from_u64(5);
    for folds in [0, 1, 1, 2] {
        let mut child = evaluation.spawn(&resume);
        let mut changes = dice.random_range(1..=MOST_CHANGES);
        let mut last = look(Path::new(&kept));
        let is_time = || {
            if sealed(&kept) < folds {
                return false;
            }
            let now = look(Path::new(&kept));
            changes -= usize::from(now != last);
            last = now;
            changes == 0
        };
        assert!(until(&mut child, is_time), "it was too fast");
        killed(&mut child);
        assert!(sealed(&kept) >= folds);
    }
    let said = run(&evaluation.words(&resume));
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.err.contains("goes on: `"), "{}", said.err);
    assert_eq!(evaluation.results(&said.out, "resumed"), undisturbed);
    assert!(!Path::new(&kept).exists());
}

#[test]
fn a_fold_goes_on_from_its_checkpoint_and_a_damaged_one_is_measured_anew() {
    let evaluation = Evaluation::new();
    let kept = evaluation.kept();
    let undisturbed = evaluation.results(&done(&evaluation.words(&[])), "undisturbed");
    let mut child = evaluation.spawn(&[]);
    let is_kept = |name: &str| {
        look(Path::new(&kept))
            .keys()
            .any(|path| path.contains(name))
    };
    let within = |fold: &str| {
        let model = format!("/{fold}/model/");
        let paths = look(Path::new(&kept)).into_keys();
        paths
            .filter(|path| path.contains(&model))
            .any(|path| path.contains("/checkpoint-"))
    };
    assert!(until(&mut child, || sealed(&kept) == 1 && within("fold-1")));
    killed(&mut child);
    assert!(is_kept("fold-0.sealed"));

    let mut child = evaluation.spawn(&["--resume"]);
    assert!(until(&mut child, || sealed(&kept) >= 2));
    send("-INT", &child);
    let said: Said = child.wait_with_output().unwrap().into();
    assert_eq!(said.code, Some(130), "{}", said.err);
    for words in [
        "goes on after step",
        "keeps 2 finished folds and what was learnt of the next",
        "the same command with `--resume` goes on",
    ] {
        assert!(said.err.contains(words), "{words}: {}", said.err);
    }

    let seal = format!("{kept}/fold-0.sealed");
    let mut bytes = fs_err::read(&seal).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs_err::write(&seal, bytes).unwrap();
    let said = run(&evaluation.words(&["--resume"]));
    assert_eq!(said.code, Some(0), "{}", said.err);
    let damaged = "fold-0.sealed` is damaged: `fold-0` is measured anew";
    assert!(said.err.contains(damaged), "{}", said.err);
    assert_eq!(evaluation.results(&said.out, "resumed"), undisturbed);
}

#[test]
fn only_the_run_that_was_interrupted_goes_on() {
    let evaluation = Evaluation::new();
    let kept = evaluation.kept();
    let mut child = evaluation.spawn(&[]);
    assert!(until(&mut child, || sealed(&kept) == 1));
    killed(&mut child);
    let before = look(Path::new(&kept));
    evaluation.refused(
        &[],
        "keeps the finished folds of a run that was interrupted",
    );
    for (more, has) in [
        (&["--no-baselines"][..], "has other options"),
        (&["--cut-share", "0.25"], "has other options"),
        (&["--seed", "1"], "has other options"),
        (&["--moment-tokens", "24"], "has another encoder"),
    ] {
        evaluation.refused(&[&["--resume"], more].concat(), has);
    }
    let with = |file: &str, change: &dyn Fn(&str) -> String, has: &str| {
        let path = evaluation.calls.path(file);
        let all = fs_err::read_to_string(&path).unwrap();
        fs_err::write(&path, change(&all)).unwrap();
        evaluation.refused(&["--resume"], has);
        fs_err::write(&path, all).unwrap();
    };
    let words = |all: &str| all.replace(". ", "! ");
    with("calls.jsonl", &words, "has other calls");
    let exchanged = |all: &str| {
        let aside = all.replace(",0\n", ",-\n").replace(",1\n", ",0\n");
        aside.replace(",-\n", ",1\n")
    };
    with("folds.csv", &exchanged, "has other folds");
    assert_eq!(look(Path::new(&kept)), before, "nothing was touched");
    // A run that was killed while it wrote its report left a part of that.
    fs_err::create_dir(evaluation.report()).unwrap();
    fs_err::write(evaluation.report() + "/report.html", "torn").unwrap();
    evaluation.refused(&["--restart"], "is not empty");
    done(&evaluation.words(&["--resume"]));
}

#[test]
fn nothing_is_kept_unasked_of_a_frozen_encoder_and_where_is_said() {
    let calls = Calls::simulated("40");
    let work = calls.path("work");
    let inside = format!("{work}/report");
    let text = |more: &[&str]| {
        let mut words = calls.evaluate(&[&["--prefix", "1.0", "--no-baselines"], more].concat());
        words.retain(|word| word != "--format" && word != "json");
        words
    };
    refused(
        &run(&text(&["--resume"])),
        2,
        "no option says where it was kept",
    );
    let within = ["--work", &work, "--report", &inside];
    refused(&run(&text(&within)), 2, "which is removed at the end");
    refused(
        &run(&text(&["--work", calls.path("").as_str()])),
        2,
        "exists and holds no interrupted run",
    );
    let (report, folds) = (calls.path("report"), calls.path("report.folds"));
    let mut child = upturn()
        .args(text(&["--report", &report]))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let kept = until(&mut child, || Path::new(&folds).exists());
    assert!(!kept && child.wait().unwrap().success());
    let mut child = upturn()
        .args(text(&["--work", &work]))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    assert!(
        until(&mut child, || sealed(&work) > 0),
        "a folder that was named keeps them"
    );
    killed(&mut child);
    done(&text(&["--work", &work, "--resume"]));
    assert!(!Path::new(&work).exists());
}

#[test]
fn a_selection_that_was_killed_goes_on_within_an_encoder() {
    let calls = calls_of_three_folds();
    let [data, folds, work] = ["calls.jsonl", "folds.csv", "work"].map(|name| calls.path(name));
    let encoder = tiny_encoder();
    let words = |more: &[&str]| {
        let fixed = [
            "select",
            "--data",
            &data,
            "--encoders",
            encoder.to_str().unwrap(),
        ];
        let options = "--recipe-kind joint --epochs 1 --format json --fold-column seed0 --folds";
        let fixed =
            fixed
                .into_iter()
                .chain(options.split(' '))
                .chain([folds.as_str(), "--work", &work]);
        fixed
            .chain(more.iter().copied())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let measured = |answer: &str| {
        let encoders = json(answer)["encoders"].as_array().unwrap().clone();
        let of = |one: Value| ["auc", "brier", "comparisons", "mode"].map(|part| one[part].clone());
        encoders.into_iter().map(of).collect::<Vec<_>>()
    };
    let undisturbed = measured(&done(&words(&[])));
    let mut child = upturn()
        .args(words(&[]))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // All three of the frozen encoder, and one of the fine-tuned one.
    assert!(until(&mut child, || sealed(&work) >= 4));
    killed(&mut child);
    let kept = format!("keeps {} finished folds", sealed(&work));
    let other = run(&words(&["--resume", "--seed", "3"]));
    assert_eq!(other.code, Some(2), "{}", other.err);
    assert!(other.err.contains("has other options"), "{}", other.err);
    let said = run(&words(&["--resume"]));
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.err.contains(&kept), "{}", said.err);
    assert_eq!(measured(&said.out), undisturbed);
    assert!(!Path::new(&work).exists());
}
