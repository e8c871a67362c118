use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use upturn_core::{Conversation, Embeddings};

use super::*;
use crate::examples::{cached, calls, memory};
use crate::{
    Adaptation, Divergence, Monitor, TrainedModel, Trainer, TrainingConfig, TrainingError,
    TrainingEvent,
};

/// Wants to stop after so many steps, and writes down what it is told.
struct Watch {
    left: AtomicUsize,
    told: Mutex<Vec<String>>,
}

impl Watch {
    fn stop_after(steps: usize) -> Self {
        Self {
            left: AtomicUsize::new(steps),
            told: Mutex::default(),
        }
    }

    fn told(&self, word: &str) -> usize {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.iter().filter(|line| line.starts_with(word)).count()
    }
}

impl Monitor for Watch {
    fn event(&self, event: &TrainingEvent<'_>) {
        if matches!(event, TrainingEvent::Step(_)) {
            self.left.fetch_sub(1, Ordering::SeqCst);
        }
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.push(format!("{event:?}"));
    }

    fn stopped(&self) -> bool {
        self.left.load(Ordering::SeqCst) == 0
    }
}

mod divergence;
mod runs;
use runs::{alike, config, impatient, mining, pairs_alone, thorough, useless};

const NEVER: usize = usize::MAX;

fn fit_on(
    conversations: &[Conversation],
    config: &TrainingConfig,
    checkpoints: Option<&Checkpoints>,
    monitor: &dyn Monitor,
) -> Result<TrainedModel, TrainingError> {
    let encoder = cached();
    let trainer = Trainer {
        config,
        encoder: &encoder,
        stores: &memory,
        monitor,
        checkpoints,
    };
    trainer.fit(&conversations.iter().collect::<Vec<_>>())
}

fn fit(
    checkpoints: Option<&Checkpoints>,
    monitor: &dyn Monitor,
) -> Result<TrainedModel, TrainingError> {
    fit_on(&calls(40), &config(), checkpoints, monitor)
}

fn at(folder: &Path, start: Start) -> Checkpoints {
    Checkpoints::open(folder.join("model.training"), start).unwrap()
}

fn assert_same(one: &TrainedModel, other: &TrainedModel, when: &str) {
    assert_eq!(
        Embeddings::fingerprint(&one.encoder),
        Embeddings::fingerprint(&other.encoder),
        "{when}"
    );
    assert_eq!(one.predictor, other.predictor, "{when}");
    assert_eq!(one.epochs, other.epochs, "{when}");
    assert_eq!(one.out_of_fold, other.out_of_fold, "{when}");
    assert_eq!(one.passes, other.passes, "{when}");
}

#[test]
fn a_run_that_is_stopped_at_every_step_ends_in_the_same_bits() {
    let ordinary = [config(), impatient(), mining()];
    let phases = [thorough(), pairs_alone(), useless(), alike()];
    for config in ordinary.into_iter().chain(phases) {
        let calls = calls(40);
        let watch = Watch::stop_after(NEVER);
        let whole = fit_on(&calls, &config, None, &watch).unwrap();
        let early = watch.told("StoppedEarly");
        let folder = tempfile::tempdir().unwrap();
        let (mut stops, mut skipped, mut stopped_early) = (0, 0, 0);
        let folds = config.tuned_folds;
        let parts = loop {
            let watch = Watch::stop_after(1);
            let checkpoints = at(folder.path(), Start::Resume);
            let result = fit_on(&calls, &config, Some(&checkpoints), &watch);
            skipped = skipped.max(watch.told("Skipped"));
            stopped_early += watch.told("StoppedEarly");
            match result {
                Ok(model) => break model,
                Err(TrainingError::Stopped) => stops += 1,
                Err(other) => panic!("{other:?}"),
            }
        };
        assert_eq!(stops, watch.told("Step"));
        assert!(skipped >= folds, "all folds are skipped in the end");
        assert_eq!(stopped_early, early);
        assert_same(&parts, &whole, "stopped at every step");
    }
}

#[test]
fn the_runs_of_these_tests_have_what_makes_resuming_hard() {
    let (calls, watch) = (calls(40), Watch::stop_after(NEVER));
    let model = fit_on(&calls, &config(), None, &watch).unwrap();
    let of_the_fold = config().epochs;
    assert!(
        model.epochs.len() > of_the_fold,
        "the model itself is fine-tuned"
    );
    let model = fit_on(&calls, &impatient(), None, &watch).unwrap();
    assert!(watch.told("StoppedEarly") > 0, "{:?}", model.epochs);
    let kept = |config: &TrainingConfig| {
        let model = fit_on(&calls, config, None, &watch).unwrap();
        let worth = model.passes.last().unwrap().worth;
        assert_eq!(worth.keeps_tuned(), model.encoder_changed());
        (worth.keeps_tuned(), worth.fault)
    };
    assert_eq!(kept(&thorough()), (true, None));
    assert_eq!(kept(&pairs_alone()), (true, None));
    assert_eq!(kept(&useless()), (false, None));
    assert_eq!(kept(&alike()), (false, Some(Divergence::Alike)));
}

#[test]
fn a_run_that_is_killed_ends_in_the_same_bits() {
    let watch = Watch::stop_after(NEVER);
    let whole = fit(None, &watch).unwrap();
    let steps = watch.told("Step");
    for step in (1..steps).step_by(3) {
        let folder = tempfile::tempdir().unwrap();
        let checkpoints = at(folder.path(), Start::New).with_steps(Some(2));
        let stopped = fit(Some(&checkpoints), &Watch::stop_after(step));
        assert!(matches!(stopped, Err(TrainingError::Stopped)));
        forget_the_last(&checkpoints);
        let checkpoints = at(folder.path(), Start::Resume);
        let parts = fit(Some(&checkpoints), &Watch::stop_after(NEVER)).unwrap();
        assert_same(&parts, &whole, &format!("killed after step {step}"));
        checkpoints.remove().unwrap();
        assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 0);
    }
}

/// A killed run has no time for the last checkpoint.
fn forget_the_last(checkpoints: &Checkpoints) {
    for folder in fs_err::read_dir(checkpoints.folder()).unwrap() {
        let folder = folder.unwrap().path();
        let checkpoints = checkpoints_of(&folder);
        if let Some(last) = checkpoints.last() {
            fs_err::remove_dir_all(last).unwrap();
        }
    }
}

#[test]
fn a_run_with_phases_that_is_killed_ends_in_the_same_bits() {
    let (calls, config, watch) = (calls(40), thorough(), Watch::stop_after(NEVER));
    let whole = fit_on(&calls, &config, None, &watch).unwrap();
    let begun: Vec<usize> = ["adaptation", "distillation", "contrast", "fine-tuning"]
        .map(|name| watch.told(&format!("Begins {{ name: \"{name}\"")))
        .to_vec();
    assert_eq!(begun, [2; 4], "each phase of the fold and of the model");
    for step in (1..watch.told("Step")).step_by(4) {
        let folder = tempfile::tempdir().unwrap();
        let checkpoints = at(folder.path(), Start::New).with_steps(Some(2));
        let stopped = fit_on(
            &calls,
            &config,
            Some(&checkpoints),
            &Watch::stop_after(step),
        );
        assert!(matches!(stopped, Err(TrainingError::Stopped)));
        forget_the_last(&checkpoints);
        let checkpoints = at(folder.path(), Start::Resume);
        let watch = Watch::stop_after(NEVER);
        let parts = fit_on(&calls, &config, Some(&checkpoints), &watch).unwrap();
        assert_same(&parts, &whole, &format!("killed after step {step}"));
        // What the phases left is removed with what they were for.
        for name in [
            "fold-1-adaptation",
            "fold-1-distillation",
            "fold-1-contrast",
            "final-adaptation",
        ] {
            assert!(!checkpoints.folder().join(name).exists(), "{name}");
        }
    }
}

fn checkpoints_of(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut paths: Vec<_> = fs_err::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains("checkpoint-"))
        .collect();
    paths.sort();
    paths
}

#[test]
fn the_last_two_are_kept_and_a_damaged_one_is_passed_over() {
    let whole = fit(None, &Watch::stop_after(NEVER)).unwrap();
    for damaged in 1..=2 {
        let folder = tempfile::tempdir().unwrap();
        let checkpoints = at(folder.path(), Start::New).with_steps(Some(1));
        fit(Some(&checkpoints), &Watch::stop_after(5)).unwrap_err();
        let kept = checkpoints_of(&checkpoints.folder().join("fold-1"));
        assert_eq!(kept.len(), 2);
        for path in kept.iter().rev().take(damaged) {
            let file = path.join("tensors.safetensors");
            let mut bytes = fs_err::read(&file).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs_err::write(&file, bytes).unwrap();
        }
        let watch = Watch::stop_after(NEVER);
        let parts = fit(Some(&at(folder.path(), Start::Resume)), &watch).unwrap();
        assert_eq!(watch.told("CheckpointDamaged"), damaged);
        assert_same(&parts, &whole, &format!("{damaged} damaged"));
    }
}

#[test]
fn a_run_that_was_interrupted_is_neither_forgotten_nor_mixed_with_another() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoints = at(folder.path(), Start::New);
    assert!(!checkpoints.is_begun());
    fit(Some(&checkpoints), &Watch::stop_after(4)).unwrap_err();
    assert!(checkpoints.is_begun());
    let path = checkpoints.folder();
    let new = Checkpoints::open(path, Start::New);
    assert!(matches!(new, Err(TrainingError::Interrupted { .. })));

    let resumed = Checkpoints::open(path, Start::Resume).unwrap();
    let other = |conversations: &[Conversation], config: &TrainingConfig| {
        let refused = fit_on(
            conversations,
            config,
            Some(&resumed),
            &Watch::stop_after(NEVER),
        );
        match refused {
            Err(TrainingError::OtherRun { has, .. }) => has,
            other => panic!("{other:?}"),
        }
    };
    let settings = TrainingConfig {
        seed: 1,
        ..config()
    };
    assert_eq!(other(&calls(40), &settings), "other settings");
    assert_eq!(other(&calls(44), &config()), "other calls");
    let mut reordered = calls(40);
    reordered.swap(0, 1);
    assert_eq!(other(&reordered, &config()), "other calls");

    let restarted = Checkpoints::open(path, Start::Restart).unwrap();
    let watch = Watch::stop_after(NEVER);
    fit_on(&calls(40), &settings, Some(&restarted), &watch).unwrap();
    assert_eq!(watch.told("Skipped"), 0);
}

#[test]
fn a_folder_with_something_else_is_refused_and_never_removed() {
    let folder = tempfile::tempdir().unwrap();
    let notes = folder.path().join("notes.txt");
    fs_err::write(&notes, "mine").unwrap();
    for start in [Start::New, Start::Resume, Start::Restart] {
        let refused = Checkpoints::open(folder.path(), start);
        assert!(matches!(
            refused,
            Err(TrainingError::NoTrainingFolder { .. })
        ));
    }
    assert!(notes.is_file());
}

#[test]
fn checkpoints_that_cannot_be_written_do_not_stop_the_training() {
    let whole = fit(None, &Watch::stop_after(NEVER)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let checkpoints = at(folder.path(), Start::New);
    fs_err::create_dir(checkpoints.folder()).unwrap();
    // Where a folder should be made, there is a file.
    fs_err::write(checkpoints.folder().join("fold-2"), "").unwrap();
    let watch = Watch::stop_after(NEVER);
    let model = fit(Some(&checkpoints), &watch).unwrap();
    // Two epochs, the fine-tuning and the answers of this one fold.
    assert_eq!(watch.told("CheckpointFailed"), 4);
    assert_same(&model, &whole, "without checkpoints");
}
