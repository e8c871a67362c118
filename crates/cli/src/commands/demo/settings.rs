//! How the demo runs, and how to run the same by hand: [`Settings`].

use std::path::PathBuf;

use upturn::training::TrainingConfig;

use super::DemoReport;
use super::material::MAX_TURNS;
use crate::error::CliError;
use crate::failure::Failure;
use crate::folders;

/// Everything the demo decides.
#[derive(Debug)]
pub(super) struct Settings {
    /// How many calls are simulated.
    pub(super) calls: usize,
    /// Seed of everything random.
    pub(super) seed: u64,
    /// Where everything goes; exists.
    pub(super) folder: PathBuf,
    /// Little enough for two cores and five minutes.
    pub(super) config: TrainingConfig,
}

impl Settings {
    /// Makes the folder.
    ///
    /// # Errors
    ///
    /// [`CliError::IsAFile`], [`CliError::NotEmpty`], [`CliError::Write`].
    pub(super) fn of(calls: usize, seed: u64, folder: Option<PathBuf>) -> Result<Self, Failure> {
        let folder = match folder {
            Some(folder) => {
                folders::free("--dir", &folder)?;
                fs_err::create_dir_all(&folder).map_err(CliError::write(&folder))?;
                folder
            }
            None => temporary()?,
        };
        let default = TrainingConfig::default();
        let config = TrainingConfig {
            epochs: 2,
            trainable_layers: 1,
            tuned_folds: 1,
            least_unseen: 0,
            prefixes: vec![0.5, 1.0],
            seed,
            ..default
        };
        Ok(Self {
            calls,
            seed,
            folder,
            config,
        })
    }

    /// The model's folder.
    pub(super) fn model(&self) -> PathBuf {
        self.folder.join("model")
    }

    /// The collection's folder.
    pub(super) fn store(&self) -> PathBuf {
        self.folder.join("store")
    }

    /// All calls.
    pub(super) fn all(&self) -> PathBuf {
        self.folder.join("calls.jsonl")
    }

    /// The calls learnt from.
    pub(super) fn training(&self) -> PathBuf {
        self.folder.join("training.jsonl")
    }

    /// The call that is followed, without its outcome.
    pub(super) fn call(&self) -> PathBuf {
        self.folder.join("call.json")
    }

    /// The commands that do the same.
    pub(super) fn by_hand(&self, report: &DemoReport) -> String {
        let Self {
            calls,
            seed,
            config,
            ..
        } = self;
        let (all, training, model, store, call) = (
            self.all(),
            self.training(),
            self.model(),
            self.store(),
            self.call(),
        );
        let (all, training, model, store, call) = (
            all.display(),
            training.display(),
            model.display(),
            store.display(),
            call.display(),
        );
        let shares: Vec<String> = config.prefixes.iter().map(f64::to_string).collect();
        format!(
            "\n{:.0} s in all. The same by hand:\n\
             \x20 upturn simulate --calls {calls} --seed {seed} --max-turns {MAX_TURNS} --out {all}\n\
             \x20 upturn train --data {training} --out {model} --seed {seed} --epochs {} --layers {} --tuned-folds {} \
             --learn-prefixes {}\n\
             \x20 upturn index --model {model} --data {training} --store {store}\n\
             \x20 upturn predict --model {model} --store {store} --call {call} --turns {}\n\
             \x20 upturn similar --model {model} --store {store} --call {call} --outcome won\n\
             \x20 upturn evaluate --data {all}        # all folds instead of one: takes longer and tells more\n\
             With your own calls: `upturn schema conversation` prints the form of a line.",
            report.seconds,
            config.epochs,
            config.trainable_layers,
            config.tuned_folds,
            shares.join(","),
            report.live.turns().div_ceil(2),
        )
    }
}

fn temporary() -> Result<PathBuf, CliError> {
    let place = std::env::temp_dir();
    let folder = tempfile::Builder::new()
        .prefix("upturn-demo-")
        .tempdir_in(&place);
    Ok(folder.map_err(CliError::write(&place))?.keep())
}
