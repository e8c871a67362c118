//! What the memory budget must not change.

use std::path::Path;

use super::*;
use crate::MemoryBudget;
use crate::examples::tiny_encoder;

/// Stops the run at a step, if asked to; at each it looks whether the scratch files can be seen.
struct Watch<'a> {
    folder: &'a Path,
    steps: Mutex<usize>,
    stop_at: Option<usize>,
}

impl Monitor for Watch<'_> {
    fn stage(&self, _name: &str, _steps: u64) {
        assert_eq!(names(self.folder), 0);
    }

    fn step(&self, _loss: Option<f64>) {
        *self.steps.lock().unwrap() += 1;
        assert_eq!(names(self.folder), 0);
    }

    fn stopped(&self) -> bool {
        self.stop_at
            .is_some_and(|at| *self.steps.lock().unwrap() >= at)
    }
}

fn names(folder: &Path) -> usize {
    folder.read_dir().map_or(0, Iterator::count)
}

/// How many files of `folder` are open, with a name or without. Linux says so.
fn open_files(folder: &Path) -> usize {
    let Ok(open) = fs_err::read_dir("/proc/self/fd") else {
        return 0;
    };
    let targets = open.filter_map(|entry| fs_err::read_link(entry.ok()?.path()).ok());
    targets.filter(|path| path.starts_with(folder)).count()
}

fn fit_within(
    memory_budget: MemoryBudget,
    config: &TrainingConfig,
    watch: &Watch<'_>,
) -> Result<TrainedModel, TrainingError> {
    let calls = calls(60);
    let encoder = CachedMoments::within(memory_budget, tiny_encoder());
    let trainer = Trainer {
        config,
        encoder: &encoder,
        stores: &memory,
        monitor: watch,
        checkpoints: None,
    };
    trainer.fit(&calls.iter().collect::<Vec<_>>())
}

#[test]
fn a_model_does_not_depend_on_the_memory_and_leaves_no_file() {
    for epochs in [0, 2] {
        let config = TrainingConfig { epochs, ..quick() };
        let folder = tempfile::tempdir().unwrap();
        let fitted = |memory: MemoryBudget| {
            let watch = Watch {
                folder: folder.path(),
                steps: Mutex::new(0),
                stop_at: None,
            };
            let model = fit_within(memory, &config, &watch).unwrap();
            let encoder = upturn_core::Embeddings::fingerprint(&model.encoder).clone();
            let predictor = serde_json::to_vec(&model.predictor).unwrap();
            (encoder, predictor, model.out_of_fold, model.epochs)
        };
        let in_memory = fitted(MemoryBudget::unlimited());
        assert_eq!(in_memory, fitted(MemoryBudget::new(64, folder.path())));
        assert_eq!(in_memory, fitted(MemoryBudget::new(0, folder.path())));
        assert_eq!((names(folder.path()), open_files(folder.path())), (0, 0));
    }
}

#[test]
fn a_run_that_is_stopped_leaves_no_file() {
    for stop_at in [1, 40, 70, 110] {
        let folder = tempfile::tempdir().unwrap();
        let watch = Watch {
            folder: folder.path(),
            steps: Mutex::new(0),
            stop_at: Some(stop_at),
        };
        let stopped = fit_within(MemoryBudget::new(0, folder.path()), &quick(), &watch);
        assert!(matches!(stopped, Err(TrainingError::Stopped)), "{stop_at}");
        assert_eq!((names(folder.path()), open_files(folder.path())), (0, 0));
    }
}

#[test]
fn no_place_for_scratch_ends_the_run_with_its_folder() {
    for epochs in [0, 1] {
        let config = TrainingConfig { epochs, ..quick() };
        let folder = tempfile::tempdir().unwrap();
        let watch = Watch {
            folder: folder.path(),
            steps: Mutex::new(0),
            stop_at: None,
        };
        let gone = folder.path().join("gone");
        let error = fit_within(MemoryBudget::new(0, &gone), &config, &watch).unwrap_err();
        let message = error.to_string();
        assert!(
            matches!(error, TrainingError::Scratch { .. })
                && message.contains(&*gone.to_string_lossy()),
            "{message}"
        );
    }
}
