//! `upturn evaluate`: how good, how sure, and better than what, on calls that were held out.

mod out_of_fold;
mod pages;
pub(super) mod plan;
mod report;
mod rivals;

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use upturn::eval::Protocol;
use upturn::training::{CachedMoments, Recipe, RecipeChoice, TrainingConfig};

use crate::context::Context;
use crate::dataset::{DataArgs, Dataset};
use crate::error::CliError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::folders;
use crate::held_out::HeldOut;
use crate::inference::InferenceArgs;
use crate::printer::Printer;
use crate::training_options::{TrainingArgs, share};
use out_of_fold::Method;
use plan::Plan;
use report::{EvaluationReport, PrefixReport};
use rivals::Rivals;

const EXAMPLES: &str = "Examples:\n  upturn evaluate --data calls.jsonl\n  upturn evaluate --data calls.jsonl --epochs 2 --prefix 1.0,0.5\n  \
    upturn evaluate --data persuasion-for-good --corpus persuasion-for-good --folds folds.csv --fold-column seed0 \\\n    \
    --compare predictions.csv --format json";

/// Epochs unless some are asked for: fine-tuning in every fold takes an hour or so for a thousand calls on two cores (an estimate).
const FROZEN: usize = 0;

const NOTHING: &str = "no fold's result is kept";

/// Measure on calls that training has not seen, and compare with other methods.
///
/// The calls are cut into folds that no account crosses. For each fold a model is trained on the others and predicts it,
/// with neighbours out of the others only. Metrics come with bootstrap intervals; against each method in `--compare` the
/// paired difference on the same calls, which is what decides which is better.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct EvaluateArgs {
    #[command(flatten)]
    data: DataArgs,
    /// CSV file with the columns `id` and `--fold-column`. Five folds drawn by `--seed` by default.
    #[arg(long, value_name = "FILE", requires = "fold_column")]
    folds: Option<PathBuf>,
    /// Column of the fold's number.
    #[arg(long, value_name = "COLUMN", requires = "folds")]
    fold_column: Option<String>,
    /// Shares of the turns that are known when predicting.
    #[arg(long, value_name = "SHARES", value_delimiter = ',', default_value = "1.0,0.75,0.5", value_parser = share)]
    prefix: Vec<f64>,
    /// CSV file with the predictions of other methods: `id,prefix,seed,label` and a column for each.
    #[arg(long, value_name = "PREDICTIONS")]
    compare: Option<PathBuf>,
    /// Which of its seeds to compare with. The digits of a fold column such as `seed0`, else `--seed`, by default.
    #[arg(long, value_name = "N")]
    compare_seed: Option<u64>,
    /// Write our predictions in the same form.
    #[arg(long, value_name = "OUT")]
    predictions: Option<PathBuf>,
    /// Leave out the baselines: base rate, length, bag of words, generic embeddings and their stack, fitted in every fold.
    #[arg(long)]
    no_baselines: bool,
    /// Write a report with pictures into this folder, new or empty: `report.html`, `report.md`, `report.json`.
    #[arg(long, value_name = "FOLDER")]
    report: Option<PathBuf>,
    #[command(flatten)]
    training: TrainingArgs,
    #[command(flatten)]
    inference: InferenceArgs,
}

impl EvaluateArgs {
    /// Evaluates.
    ///
    /// # Errors
    ///
    /// If a file can't be used, the methods don't pair, or a training fails.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let began = Instant::now();
        let config = self.training.config(FROZEN)?;
        self.predictions
            .as_deref()
            .map_or(Ok(()), |path| folders::file_target("--predictions", path))?;
        self.report
            .as_deref()
            .map_or(Ok(()), |path| folders::free("--report", path))?;
        context.watch_interrupt()?;
        let dataset = self.data.read(context.printer)?;
        let plan = self.plan(&dataset, context)?;
        let choice = self
            .training
            .asked()
            .choose_for_folds(plan.least_labels(), &config);
        context.printer.note(&choice.to_string());
        let config = choice.settings(config);
        let prefixes = self.prefixes();
        let rivals = self.rivals(&plan, &prefixes)?;
        let methods = self.predict(&plan, &prefixes, &config, context)?;
        if let Some((path, ours)) = self.predictions.as_ref().zip(methods.first()) {
            out_of_fold::write(path, &prefixes, &ours.at, self.seed())?;
        }
        let measured = prefixes.iter().enumerate().filter_map(|(place, prefix)| {
            PrefixReport::of(*prefix, place, &methods, rivals.as_ref()).transpose()
        });
        let report = EvaluationReport {
            corpus: self.data.corpus.as_str(),
            data: self.data.data.clone(),
            records: dataset.counts,
            folds: plan.summary(),
            prefixes: measured.collect::<Result<_, Failure>>()?,
            config: &config,
            seconds: began.elapsed().as_secs_f64(),
        };
        if let Some(folder) = &self.report {
            pages::write(
                folder,
                &self.data.data,
                &prefixes,
                &methods,
                self.protocol(&report),
            )?;
        }
        context.printer.answer(&report.to_string(), &report)?;
        Ok(dataset.exit())
    }

    /// Our predictions and the baselines'.
    fn predict(
        &self,
        plan: &Plan<'_>,
        prefixes: &[f64],
        config: &TrainingConfig,
        context: &Context,
    ) -> Result<Vec<Method>, Failure> {
        let progress = context.progress();
        let encoder = self
            .training
            .open_encoder(context, &progress, &self.inference.options())
            .map_err(context.unless_interrupted(NOTHING))?;
        let held_out = HeldOut {
            config,
            encoder: &CachedMoments::new(encoder),
            prefixes,
            progress: &progress,
        };
        let baselines = !self.no_baselines && bears_baselines(config, context.printer);
        out_of_fold::predictions(plan, &held_out, baselines)
            .map_err(context.unless_interrupted(NOTHING))
    }

    /// How the report was made.
    fn protocol(&self, report: &EvaluationReport<'_>) -> Protocol {
        Protocol {
            command: Some(std::env::args().collect::<Vec<_>>().join(" ")),
            data: Some(self.data.data.display().to_string()),
            folds: Some(report.folds.count as u64),
            seeds: vec![self.seed()],
            seconds: Some(report.seconds),
            ..Protocol::default()
        }
    }

    fn plan<'a>(&self, dataset: &'a Dataset, context: &Context) -> Result<Plan<'a>, Failure> {
        let plan = match self.folds.as_deref().zip(self.fold_column.as_deref()) {
            Some((file, column)) => Plan::from_file(dataset, file, column)?,
            None => Plan::drawn(dataset, self.training.seed())?,
        };
        plan.report(context.printer);
        Ok(plan)
    }

    /// Those typed, each once.
    fn prefixes(&self) -> Vec<f64> {
        let mut prefixes: Vec<f64> = Vec::new();
        for share in &self.prefix {
            if !prefixes.iter().any(|known| known.total_cmp(share).is_eq()) {
                prefixes.push(*share);
            }
        }
        prefixes
    }

    fn rivals(&self, plan: &Plan<'_>, prefixes: &[f64]) -> Result<Option<Rivals>, Failure> {
        let Some(path) = &self.compare else {
            return Ok(None);
        };
        let rivals = Rivals::read(path, self.compare_seed()?)?;
        rivals.check(&plan.calls, prefixes)?;
        Ok(Some(rivals))
    }

    fn compare_seed(&self) -> Result<u64, CliError> {
        let drawn = || self.folds.is_none().then(|| self.training.seed());
        let seed = self
            .compare_seed
            .or_else(|| plan::seed_of(self.fold_column.as_deref()?))
            .or_else(drawn);
        seed.ok_or(CliError::NoCompareSeed)
    }

    /// The seed that our predictions are written under.
    fn seed(&self) -> u64 {
        self.compare_seed().unwrap_or(self.training.seed())
    }
}

/// Whether the training calls are enough to fit baselines; says so where they are not.
fn bears_baselines(config: &TrainingConfig, printer: Printer) -> bool {
    let few = |choice: RecipeChoice| choice.recipe == Recipe::FewLabels;
    let too_few = config.recipe.is_some_and(few);
    if too_few {
        printer.warning("no baselines: the labelled calls are too few to fit them");
    }
    !too_few
}
