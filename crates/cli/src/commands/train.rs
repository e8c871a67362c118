//! `upturn train`: from calls to a model folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use serde::Serialize;
use upturn::eval::Metric;
use upturn::predict::Stage;
use upturn::training::{
    CachedMoments, Checkpoints, EpochReport, FirstLook, Labels, MemoryBudget, Trainer,
    TrainingConfig, publish,
};
use upturn::{Fingerprint, Model};

use crate::checkpoint_options::CheckpointArgs;
use crate::context::Context;
use crate::dataset::{Counts, DataArgs};
use crate::exit::Exit;
use crate::failure::{Failure, chain};
use crate::folders;
use crate::held_out::trainer;
use crate::inference::DeviceArgs;
use crate::monitoring_options::MonitoringArgs;
use crate::numbers::{count, measure, share};
use crate::printer::Printer;
use crate::training_options::TrainingArgs;

const EXAMPLES: &str = "Examples:\n  upturn train --data calls.jsonl --out model\n  \
    upturn train --data calls.jsonl --out model --epochs 0     # a frozen encoder: minutes become seconds\n  \
    upturn train --data calls.jsonl --out model --recipe-kind distilled --device cuda   # the encoder learns most: for a card\n  \
    upturn train --data calls.jsonl --out model --adapt-epochs 1 --lora-rank 8 --learning-rate 5e-4\n  \
    upturn train --data calls.jsonl --out model --recipe-kind few   # a handful of calls: what is chosen below 50\n  \
    upturn train --data calls.jsonl --out model --resume       # after a crash, a kill or Ctrl-C\n  \
    upturn train --data calls.jsonl --out model --tensorboard curves && tensorboard --logdir curves";

const UNTOUCHED: &str = "no model was published, and what was there before is untouched";

/// Learn from calls whose outcome is known, and write a model.
///
/// Fine-tunes the upper layers of a pre-trained encoder, fits words, head, neighbours and shape, and calibrates them on
/// calls that they have not seen. How much of that is done depends on how many calls have an outcome, and is said
/// (`--recipe-kind`). Calls without an outcome are left out, but for `--adapt-epochs`. A model that is at `--out` is replaced in one
/// step at the very end: Ctrl-C or a full disk leave it as it is.
///
/// While an encoder is fine-tuned, checkpoints are kept beside the model, in `MODEL.training`: after every epoch, every
/// few minutes, and on Ctrl-C. After a crash or a kill the same command with `--resume` goes on, and ends with the model
/// that an uninterrupted run gives, bit for bit on the same CPU (a GPU repeats itself but for rounding). The folder is removed once the model is there. If a
/// checkpoint can't be written, you are told, the ones before are kept, and training goes on.
///
/// A record that can't be used is reported and left out; then the exit code is 2, although the model is made.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TrainArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Where to write the model: a folder that is new, empty, or holds a model.
    #[arg(long, value_name = "MODEL")]
    out: PathBuf,
    #[command(flatten)]
    training: TrainingArgs,
    #[command(flatten)]
    device: DeviceArgs,
    #[command(flatten)]
    checkpoints: CheckpointArgs,
    #[command(flatten)]
    monitoring: MonitoringArgs,
    /// Memory in MiB for what is computed from the calls and grows with them: vectors, outputs of frozen layers, rows of
    /// fits, neighbours. The rest waits in scratch files beside the model; they have no name and are gone when the run ends,
    /// however it ends. The calls' text, the encoder and a training step take memory besides. It changes no bit of the
    /// model.
    #[arg(long, value_name = "MIB", default_value_t = MemoryBudget::DEFAULT_MIB, help_heading = "Resources")]
    memory: usize,
}

/// What was trained, and a first look at how good it is.
#[derive(Debug, Serialize)]
struct TrainingReport<'a> {
    model: PathBuf,
    model_fingerprint: Fingerprint,
    calls: usize,
    won: usize,
    records: Counts,
    out_of_fold: BTreeMap<Stage, FirstLook>,
    epochs: &'a [EpochReport],
    config: &'a TrainingConfig,
    seconds: f64,
}

impl TrainArgs {
    /// Trains, publishes, opens what was published, and says what it is.
    ///
    /// # Errors
    ///
    /// Whatever keeps the model from being made; nothing is published then.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let began = Instant::now();
        let config = self.training.config(TrainingConfig::default().epochs)?;
        folders::model_target("--out", &self.out)?;
        let checkpoints = self.checkpoints.open(&self.out, context.printer)?;
        self.monitoring.check()?;
        context.watch_interrupt()?;
        let dataset = self.data.read(context.printer)?;
        let config = self.recipe(config, Labels::of(&dataset.labelled()), context.printer);
        let progress = context.progress();
        let encoder = self
            .training
            .open_encoder(context, &progress, &self.device.options())
            .map_err(context.unless_interrupted(UNTOUCHED))?;
        let config = config.for_encoder(&encoder);
        let memory = MemoryBudget::new(self.memory, beside(&self.out));
        let encoder = CachedMoments::within(memory, encoder);
        let watchers = self
            .monitoring
            .open(self.checkpoints.resumes() && checkpoints.is_begun())?;
        let monitor = watchers.with(&progress);
        let trainer = Trainer {
            checkpoints: Some(&checkpoints),
            ..trainer(&config, &encoder, &monitor)
        };
        let model = trainer.fit(&dataset.conversations.iter().collect::<Vec<_>>());
        progress.clear();
        watchers.finish(context.printer);
        let model =
            model.map_err(|error| context.unless_interrupted(&stands(&checkpoints))(error))?;
        publish(&model, &config, &self.out).inspect_err(|_| {
            if let Some(kept) = kept(&checkpoints, progress.checkpoint_failed()) {
                context.printer.note(&kept);
            }
        })?;
        if let Err(error) = checkpoints.remove() {
            context.printer.warning(&chain(&error));
        }
        let report = TrainingReport {
            model_fingerprint: Model::open(&self.out)?.fingerprint().clone(),
            model: self.out,
            calls: model.labels.total(),
            won: model.labels.won,
            records: dataset.counts,
            out_of_fold: model.first_look(),
            epochs: &model.epochs,
            config: &config,
            seconds: began.elapsed().as_secs_f64(),
        };
        if config.tunes() && !model.encoder_changed() {
            context.printer.note(
                "the encoder stays as it was: fine-tuning made it no better on calls it had not seen",
            );
        }
        context.printer.success("trained");
        context.printer.answer(&text(&report), &report)?;
        Ok(dataset.exit())
    }
}

impl TrainArgs {
    /// The settings of the recipe for these labels; says which was chosen and why.
    fn recipe(&self, config: TrainingConfig, labels: Labels, printer: Printer) -> TrainingConfig {
        let asked = self.training.asked();
        let choice = asked.choose(labels, &config);
        printer.note(&choice.to_string());
        choice.settings(config)
    }
}

/// The folder that the model's folder will lie in, or the nearest one above that is there.
fn beside(model: &Path) -> &Path {
    let above = model.ancestors().skip(1);
    let mut there = above.filter(|folder| folder.is_dir());
    there.next().unwrap_or_else(|| Path::new("."))
}

/// What stands after Ctrl-C, and how to go on.
fn stands(checkpoints: &Checkpoints) -> String {
    if checkpoints.is_begun() {
        let folder = checkpoints.folder().display();
        format!(
            "{UNTOUCHED}; the same command with `--resume` goes on from the checkpoint in `{folder}`"
        )
    } else {
        UNTOUCHED.to_owned()
    }
}

/// What is left of a model that can't be written, and what `--resume` does; none where nothing is. If `some_failed` to be
/// kept, as on a disk that was full before the end, so much is done again.
fn kept(checkpoints: &Checkpoints, some_failed: bool) -> Option<String> {
    let folder = checkpoints.folder().display();
    checkpoints.is_begun().then(|| {
        if some_failed {
            format!(
                "`{folder}` keeps a part of what was learnt: the same command with `--resume` repeats what could not be kept there, \
                 then publishes it"
            )
        } else {
            format!(
                "what was learnt is kept in `{folder}`: the same command with `--resume` publishes it without fine-tuning again"
            )
        }
    })
}

fn text(report: &TrainingReport<'_>) -> String {
    let looks: Vec<String> = report.out_of_fold.iter().map(look).collect();
    format!(
        "model        {} ({})\nlearnt from  {} calls, {} won\nout of fold  {}; a first look, `upturn evaluate` \
         measures\nseconds      {:.1}",
        report.model.display(),
        report.model_fingerprint.short(),
        count(report.calls),
        share(report.won, report.calls),
        looks.join("; "),
        report.seconds,
    )
}

fn look((stage, look): (&Stage, &FirstLook)) -> String {
    let metric = |metric: Metric| measure(look.metrics.get(metric.as_str()).copied().flatten());
    format!(
        "{stage}: AUC {}, Brier {} on {} prefixes",
        metric(Metric::Auc),
        metric(Metric::Brier),
        count(look.prefixes)
    )
}

#[cfg(test)]
mod tests {
    use upturn::training::Start;

    use super::*;

    #[test]
    fn scratch_lies_where_the_model_will() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(beside(&root.path().join("new/model")), root.path());
        assert_eq!(beside(Path::new("model")), Path::new("."));
    }

    #[test]
    fn what_is_kept_is_not_said_to_be_all_where_a_checkpoint_failed() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("model.training");
        let said = |some_failed| {
            let checkpoints = Checkpoints::open(&folder, Start::Resume).unwrap();
            kept(&checkpoints, some_failed)
        };
        assert_eq!([said(false), said(true)], [None, None]);
        fs_err::create_dir(&folder).unwrap();
        fs_err::write(folder.join("run.json"), "{}").unwrap();
        let [all, some] = [false, true].map(|failed| said(failed).unwrap());
        assert!(
            all.contains("publishes it without fine-tuning again"),
            "{all}"
        );
        assert!(some.contains("repeats what could not be kept"), "{some}");
    }
}
