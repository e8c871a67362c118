//! `upturn select`: which encoder to take, measured on one's own calls.

mod candidate;
mod contest;
mod error;
mod recommendation;
mod report;

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use upturn::training::{Labels, Recipe, RecipeChoice, TrainingConfig};

use super::evaluate::plan::Plan;
use crate::context::Context;
use crate::dataset::{DataArgs, Dataset};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::inference::InferenceArgs;
use contest::{Mode, Tried};
use error::SelectError;
use report::SelectionReport;

const EXAMPLES: &str = "Examples:\n  upturn select --data calls.jsonl --encoders all-MiniLM-L6-v2,./our-encoder\n  \
    upturn select --data calls.jsonl --encoders all-MiniLM-L6-v2,./our-encoder --epochs 2   # fine-tuned, too: hours\n  \
    upturn select --data calls.jsonl --encoders all-MiniLM-L6-v2,./our-encoder --format json";

const NOTHING: &str = "no encoder was measured to the end";

/// Compare encoders on your own calls: how well each predicts, how fast and how large it is.
///
/// The calls are cut into folds that no account crosses. For each fold, everything but the encoder is fitted on the others in
/// the same way, and predicts it. Each encoder is compared with the first one on the same calls by the paired bootstrap;
/// which to take is said in one sentence, and where the calls don't show it, it is the fastest.
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
    /// Try each fine-tuned, too, with so many passes over the calls at most: anew for every fold.
    #[arg(long, value_name = "N", default_value_t = 0)]
    epochs: usize,
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
}

impl SelectArgs {
    /// Compares.
    ///
    /// # Errors
    ///
    /// If the data or an encoder can't be used, two encoders are the same, or a training fails.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let began = Instant::now();
        if self.encoders.len() < 2 && self.epochs == 0 {
            return Err(SelectError::Alone.into());
        }
        context.watch_interrupt()?;
        let dataset = self.data.read(context.printer)?;
        let plan = self.plan(&dataset)?;
        plan.report(context.printer);
        let labels = plan.least_labels();
        let candidates = candidate::open(&self.encoders, &self.inference.options(), context)
            .map_err(context.unless_interrupted(NOTHING))?;
        let mut tried = Vec::new();
        for candidate in &candidates {
            let cost = candidate.cost(&plan.calls)?;
            for config in self.configs(labels, context)? {
                let one = contest::hold((candidate, cost), &config, &plan, context);
                tried.push(one.map_err(context.unless_interrupted(NOTHING))?);
            }
        }
        let report = self.report(&plan, &tried, began)?;
        context.printer.answer(&report.to_string(), &report)?;
        Ok(dataset.exit())
    }

    fn plan<'a>(&self, dataset: &'a Dataset) -> Result<Plan<'a>, Failure> {
        match self.folds.as_deref().zip(self.fold_column.as_deref()) {
            Some((file, column)) => Plan::from_file(dataset, file, column),
            None => Plan::drawn(dataset, self.seed),
        }
    }

    /// How each encoder is tried: as it is, and fine-tuned as `train` would do it if that was asked for.
    fn configs(&self, labels: Labels, context: &Context) -> Result<Vec<TrainingConfig>, Failure> {
        let plain = TrainingConfig {
            seed: self.seed,
            epochs: self.epochs,
            ..TrainingConfig::default()
        };
        let chosen = RecipeChoice::for_labels(labels);
        let as_it_is = if chosen.recipe.fine_tunes() {
            RecipeChoice::asked(Recipe::Frozen, labels)
        } else {
            context.printer.detail(&chosen.to_string());
            chosen
        };
        let mut configs = vec![as_it_is.settings(plain.clone())];
        if self.epochs > 0 {
            let tuned = if chosen.recipe.fine_tunes() {
                chosen
            } else {
                RecipeChoice::asked(Recipe::Joint, labels)
            };
            configs.push(tuned.settings(plain));
        }
        for config in &configs {
            config.check()?;
        }
        Ok(configs)
    }

    fn report(
        &self,
        plan: &Plan<'_>,
        tried: &[Tried<'_>],
        began: Instant,
    ) -> Result<SelectionReport, Failure> {
        Ok(SelectionReport {
            corpus: self.data.corpus.as_str(),
            data: self.data.data.clone(),
            folds: plan.summary(),
            encoders: report::entries(tried)?,
            recommendation: recommendation::recommend(tried)?,
            seconds: began.elapsed().as_secs_f64(),
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
