//! `upturn select`: which encoder to take, measured on one's own calls.

mod candidate;
mod contest;
mod error;
mod recommendation;
mod report;
mod trials;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use upturn::Embeddings as _;
use upturn::training::TrainingConfig;

use super::evaluate::plan::Plan;
use super::evaluate::provenance::Provenance;
use crate::context::Context;
use crate::dataset::{DataArgs, Dataset};
use crate::exit::Exit;
use crate::failure::{Failure, chain};
use crate::inference::InferenceArgs;
use crate::recipe_kind::RecipeKind;
use crate::work_folder::{Identity, WorkArgs, WorkFolder, stopped};
use candidate::Candidate;
use contest::{Mode, Tried};
use report::SelectionReport;
use trials::{Trials, Wanted};

const EXAMPLES: &str = "Examples:\n  upturn select --data calls.jsonl --encoders all-MiniLM-L6-v2,./our-encoder\n  \
    upturn select --data calls.jsonl --encoders all-MiniLM-L6-v2,./our-encoder --epochs 2   # fine-tuned, too: hours\n  \
    upturn select --data calls.jsonl --encoders all-MiniLM-L6-v2,./our-encoder --format json";

const NOTHING: &str = "no encoder was measured to the end";

/// Compare encoders on your own calls: how well each predicts, how fast and how large it is.
///
/// The calls are cut into folds that no account crosses. For each fold, everything but the encoder is fitted on the others in
/// the same way, and predicts it. Each encoder is compared with the first one, and where it is fine-tuned with itself frozen,
/// on the same calls by the paired bootstrap; which to take is said in one sentence, and where the calls don't show it, it is
/// the fastest. One recipe is taken for all of them, and named.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SelectArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Encoders, the first of which the others are compared with: folders of the BERT family, or names that `upturn model
    /// pull` knows; pulled where the cache lacks them.
    #[arg(
        long,
        value_name = "FOLDERS_OR_NAMES",
        value_delimiter = ',',
        required = true
    )]
    encoders: Vec<String>,
    /// Try each fine-tuned, too, with so many passes over the calls at most: anew for every fold. Too few labelled calls for
    /// that (below 50) leave them frozen, and it is said. 0 by default, or 2 where `--recipe-kind` fine-tunes.
    #[arg(long, value_name = "N")]
    epochs: Option<usize>,
    /// How everything is learnt, the same for each encoder.
    #[arg(long, value_enum, value_name = "KIND", default_value_t)]
    recipe_kind: RecipeKind,
    /// CSV file with the columns `id` and `--fold-column`. Five folds drawn by `--seed` by default.
    #[arg(long, value_name = "FILE", requires = "fold_column")]
    folds: Option<PathBuf>,
    /// Column of the fold's number.
    #[arg(long, value_name = "COLUMN", requires = "folds")]
    fold_column: Option<String>,
    /// Seed of everything random.
    #[arg(long, value_name = "N", default_value_t = TrainingConfig::default().seed)]
    seed: u64,
    #[command(flatten)]
    inference: InferenceArgs,
    #[command(flatten)]
    work: WorkArgs,
}

impl SelectArgs {
    /// Compares.
    ///
    /// # Errors
    ///
    /// If the data or an encoder can't be used, two encoders are the same, or a training fails.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let began = Instant::now();
        self.wanted().check(self.encoders.len())?;
        context.watch_interrupt()?;
        let dataset = self.data.read(context.printer)?;
        let plan = self.plan(&dataset)?;
        plan.report(context.printer);
        let trials = self
            .wanted()
            .trials(plan.least_labels(), self.encoders.len())?;
        let kept = self.work_folder(&trials, context)?;
        let candidates = candidate::open(&self.encoders, &self.inference.options(), context)
            .map_err(context.unless_interrupted(NOTHING))?;
        self.begin(kept.as_ref(), &plan, &trials, &candidates)?;
        let mut tried = Vec::new();
        for candidate in &candidates {
            let cost = candidate.cost(&plan.calls)?;
            for config in &trials.configs {
                let one = contest::hold((candidate, cost), config, &plan, (context, kept.as_ref()));
                let kept = kept.as_ref();
                tried.push(one.map_err(|error| stopped(error, (context, kept), NOTHING))?);
            }
        }
        let spent = kept.as_ref().map(WorkFolder::spent).unwrap_or_default();
        let report = self.report(&plan, &trials, &tried, began.elapsed() + spent)?;
        context.printer.answer(&report.to_string(), &report)?;
        if let Some(Err(error)) = kept.as_ref().map(WorkFolder::remove) {
            context.printer.warning(&chain(&error));
        }
        Ok(dataset.exit())
    }

    /// Where finished folds are kept, if a folder is named.
    fn work_folder(
        &self,
        trials: &Trials,
        context: &Context,
    ) -> Result<Option<WorkFolder>, Failure> {
        let kept = self.work.open(None, false, context.printer)?;
        if kept.is_none() && trials.configs.iter().any(TrainingConfig::tunes) {
            context.printer.note(
                "no fold is kept if this run is killed; `--work FOLDER` keeps each, and `--resume` goes on",
            );
        }
        Ok(kept)
    }

    /// Begins or goes on, where anything is kept.
    fn begin(
        &self,
        kept: Option<&WorkFolder>,
        plan: &Plan<'_>,
        trials: &Trials,
        candidates: &[Candidate],
    ) -> Result<(), Failure> {
        let Some(kept) = kept else {
            return Ok(());
        };
        let encoders = candidates.iter();
        let encoders = encoders.map(|candidate| candidate.encoder.fingerprint().clone());
        let inference = format!("{:?}", self.inference);
        let options = ("select", &trials.configs, inference);
        let identity = Identity::of(&plan.calls, &plan.folds, encoders.collect(), &options)?;
        Ok(kept.begin(&identity)?)
    }

    fn plan<'a>(&self, dataset: &'a Dataset) -> Result<Plan<'a>, Failure> {
        match self.folds.as_deref().zip(self.fold_column.as_deref()) {
            Some((file, column)) => Plan::from_file(dataset, file, column),
            None => Plan::drawn(dataset, self.seed),
        }
    }

    const fn wanted(&self) -> Wanted {
        Wanted {
            kind: self.recipe_kind,
            epochs: self.epochs,
            seed: self.seed,
        }
    }

    fn report(
        &self,
        plan: &Plan<'_>,
        trials: &Trials,
        tried: &[Tried<'_>],
        spent: Duration,
    ) -> Result<SelectionReport, Failure> {
        Ok(SelectionReport {
            corpus: self.data.corpus.as_str(),
            data: self.data.data.clone(),
            folds: plan.summary(),
            recipe: trials.choice,
            too_few_to_fine_tune: trials.too_few,
            encoders: report::entries(tried)?,
            recommendation: recommendation::recommend(tried)?,
            provenance: Provenance::of(None, &plan.calls),
            seconds: spent.as_secs_f64(),
        })
    }
}

impl Mode {
    /// What a training's settings make of the encoder.
    const fn of(config: &TrainingConfig) -> Self {
        if config.epochs == 0 {
            Self::Frozen
        } else {
            Self::FineTuned
        }
    }
}
