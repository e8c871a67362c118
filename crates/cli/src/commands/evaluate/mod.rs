//! `upturn evaluate`: how good, how sure, and better than what, on calls that were held out.

mod column;
mod encoder_alone;
mod fold;
mod known_share;
mod learning;
mod map;
mod not_compared;
mod out_of_fold;
mod pages;
pub(super) mod plan;
mod protocol;
pub(super) mod provenance;
mod report;
mod retrieval;
mod rivals;
mod segments;
mod situation;
mod splits;
mod trust;
mod work;
mod written;
mod written_report;

use std::path::PathBuf;
use std::time::Instant;

use clap::{Arg, Args};
use upturn::Conversation;
use upturn::eval::{Predictions, Protocol};
use upturn::training::{CachedMoments, TrainingConfig};

use crate::context::Context;
use crate::dataset::{DataArgs, Dataset};
use crate::error::CliError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::held_out::HeldOut;
use crate::inference::InferenceArgs;
use crate::printer::Printer;
use crate::training_options::{TrainingArgs, share};
use crate::work_folder::{WorkArgs, WorkFolder, stopped};
use fold::FoldWork;
use learning::Share;
use not_compared::NotCompared;
use out_of_fold::Method;
use pages::Pages;
use plan::Plan;
use provenance::Provenance;
use report::{EvaluationReport, PrefixReport};
use rivals::Rivals;
use segments::{Field, SegmentReport};
use situation::Situation;
use splits::Cut;

const EXAMPLES: &str = "Examples:\n  upturn evaluate --data calls.jsonl\n  upturn evaluate --data calls.jsonl --epochs 2 --prefix 1.0,0.5\n  \
    upturn evaluate --data persuasion-for-good --corpus persuasion-for-good --folds folds.csv --fold-column seed0 \\\n    \
    --compare predictions.csv --format json\n  \
    upturn evaluate --data calls.jsonl --learning-curve 0.1,0.25,0.5,0.75 --report report\n  \
    upturn evaluate --data calls.jsonl --splits 20 --cut random\n  \
    upturn evaluate --data calls.jsonl --segments stage,rep\n  \
    upturn evaluate --data calls.jsonl --from seed0.csv,seed1.csv,seed2.csv --compare theirs.csv --report report";

/// Epochs unless some are asked for: fine-tuning in every fold takes an hour or so for a thousand calls on two cores (an estimate).
const FROZEN: usize = 0;

const NOTHING: &str = "no fold's result is kept";

/// Measure on calls that training has not seen, and compare with other methods.
///
/// The calls are cut into folds that no account crosses. For each fold a model is trained on the others and predicts it,
/// with neighbours out of the others only. Metrics come with bootstrap intervals; against each method in `--compare` the
/// paired difference on the same calls, which is what decides which is better.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, mut_args = of_a_training)]
pub(crate) struct EvaluateArgs {
    #[command(flatten)]
    data: DataArgs,
    /// CSV file with the columns `id` and `--fold-column`. Five folds drawn by `--seed` by default.
    #[arg(long, value_name = "FILE", requires = "fold_column")]
    folds: Option<PathBuf>,
    /// Column of the fold's number.
    #[arg(long, value_name = "COLUMN", requires = "folds")]
    fold_column: Option<String>,
    /// Train and ask for these folds alone, numbered from 0: several machines share the work, and the `--predictions` of all
    /// runs, one behind the other, are what one run would have written.
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',')]
    only_folds: Vec<usize>,
    /// Shares of the turns that are known when predicting.
    #[arg(long, value_name = "SHARES", value_delimiter = ',', default_value = "1.0,0.75,0.5", value_parser = share)]
    prefix: Vec<f64>,
    /// Let each of these shares have a model that knows it, as every baseline and most rivals have: the fair comparison of
    /// methods. A live call does not know its share; without this one model answers at all of them. Costs as much as a model
    /// for each share below 1.
    #[arg(long, conflicts_with_all = ["learn_prefixes", "calibration_prefixes", "learning_curve", "splits"])]
    known_share: bool,
    /// CSV file with the predictions of other methods: `id,prefix,seed,label` and a column for each.
    #[arg(long, value_name = "PREDICTIONS")]
    compare: Option<PathBuf>,
    /// Which of its seeds to compare with. The digits of a fold column such as `seed0`, else `--seed`, by default.
    #[arg(long, value_name = "N")]
    compare_seed: Option<u64>,
    /// Write our predictions, and those of what we are compared with here, in the same form.
    #[arg(long, value_name = "OUT")]
    predictions: Option<PathBuf>,
    /// Train nothing: report on what earlier runs wrote with `--predictions`, on all their folds and seeds together. A mean over
    /// seeds has the interval of the choice of calls; `--compare` is asked for the same seeds.
    #[arg(long, value_name = "PREDICTIONS", value_delimiter = ',', conflicts_with_all = [
        "folds", "fold_column", "only_folds", "prefix", "compare_seed", "predictions", "no_baselines", "situation", "learning_curve", "segments",
        "splits", "known_share", "precision", "device", "work", "resume", "restart",
    ])]
    from: Vec<PathBuf>,
    /// Leave out the baselines: base rate, length, bag of words, generic embeddings and their stack, fitted in every fold.
    /// Comparable calls are measured all the same.
    #[arg(long)]
    no_baselines: bool,
    /// Field of the metadata that names the situation of a call, such as `stage`, or one of your own: the rank of the first
    /// call of the same situation, of another account, is measured among the comparable calls. `industry` by default.
    #[arg(long, value_name = "FIELD", value_parser = situation::field)]
    situation: Option<Situation>,
    /// Write a report with pictures into this folder, new or empty: `report.html`, `report.md`, `report.json`.
    #[arg(long, value_name = "FOLDER")]
    report: Option<PathBuf>,
    #[command(flatten)]
    training: TrainingArgs,
    #[command(flatten)]
    inference: InferenceArgs,
    /// Learn from these shares of the training accounts as well, each by the recipe that its labels bear, and say what more
    /// labelled calls would buy. The whole is always measured; each share costs as much as a model of so many calls in every
    /// fold.
    #[arg(long, value_name = "SHARES", value_delimiter = ',', value_parser = share, conflicts_with = "only_folds")]
    learning_curve: Vec<f64>,
    /// Say for each value of these columns of the calls, such as `stage,industry,rep`, whether probabilities hold there. Those
    /// who sold, `rep`, are also put in an order, if they have 30 calls or more.
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    segments: Vec<String>,
    /// Draw so many random splits by account instead of folds: 70 % training and 15 % validation, both learnt from, and 15 %
    /// test. Prints mean and standard deviation over them.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000), conflicts_with_all = [
        "folds", "fold_column", "only_folds", "prefix", "compare", "compare_seed", "predictions", "no_baselines", "situation", "report", "learning_curve",
        "segments", "work", "resume", "restart",
    ])]
    splits: Option<u16>,
    /// How much of a test call is known, with `--splits`.
    #[arg(long, value_enum, default_value_t, requires = "splits")]
    cut: Cut,
    #[command(flatten)]
    work: WorkArgs,
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
        self.check_targets()?;
        context.watch_interrupt()?;
        let dataset = self.data.read(context.printer)?;
        if let Some(answered) = self.without_folds(&config, &dataset, context) {
            return answered;
        }
        let plan = self.plan(&dataset, context)?;
        let fields = Field::of(&self.segments, &plan.calls)?;
        let (config, shares) = self.recipes(&plan, &config, context.printer);
        let prefixes = self.prefixes();
        let rivals = self.rivals(&plan, &prefixes)?;
        let situation = self.situation(&plan, context.printer)?;
        let kept = self.work_folder(config.tunes(), context.printer)?;
        let (out_of_fold, provenance) =
            self.held_out(&prefixes, &config, (context, kept.as_ref()), |held_out| {
                let work = self.fold_work(held_out, situation.as_ref(), &shares);
                self.begin(kept.as_ref(), &plan, &work)?;
                let said =
                    out_of_fold::predictions(&plan, &work, self.report.is_some(), kept.as_ref())?;
                let encoder = work.held_out.encoder.encoder();
                Ok((said, Provenance::of(Some(encoder), &plan.calls)))
            })?;
        NotCompared::warn(&out_of_fold.not_compared, context.printer);
        let measured = PrefixReport::all(&prefixes, &out_of_fold.methods, rivals.as_ref())?;
        let ours = ours(&out_of_fold.methods);
        let segments = SegmentReport::all(&fields, &plan.calls, &prefixes, &ours);
        let spent = kept.as_ref().map(WorkFolder::spent).unwrap_or_default();
        let seconds = (began.elapsed() + spent).as_secs_f64();
        let pages = Pages {
            data: &self.data.data,
            prefixes: &prefixes,
            out_of_fold: &out_of_fold,
            rivals: rivals.as_ref(),
            segments: &segments,
        };
        let protocol = self.protocol_of_folds(plan.count, &config, &provenance, seconds);
        let written = self.write(&pages, protocol);
        let report = EvaluationReport {
            corpus: self.data.corpus.as_str(),
            data: self.data.data.clone(),
            records: dataset.counts,
            folds: plan.summary(),
            known_share: self.known_share,
            encoder_moved: out_of_fold.moved,
            prefixes: measured,
            segments,
            not_compared: out_of_fold.not_compared,
            trust: out_of_fold.trust,
            retrieval: out_of_fold.retrieval,
            learning_curve: out_of_fold.learning,
            config: &config,
            provenance,
            seconds,
        };
        // Hours of work are told even if the disk is full.
        context.printer.answer(&report.to_string(), &report)?;
        work::finish(kept.as_ref(), written, context.printer)?;
        Ok(dataset.exit())
    }

    /// What is measured otherwise: by random splits, or of what was said before.
    fn without_folds(
        &self,
        config: &TrainingConfig,
        dataset: &Dataset,
        context: &Context,
    ) -> Option<Result<Exit, Failure>> {
        if !self.from.is_empty() {
            return Some(self.run_written(dataset, context));
        }
        let splits = self.splits?;
        Some(self.run_splits(splits.into(), config, dataset, context))
    }

    /// How to learn from each fold's training calls and from shares of them; says what was chosen and why.
    fn recipes(
        &self,
        plan: &Plan<'_>,
        config: &TrainingConfig,
        printer: Printer,
    ) -> (TrainingConfig, Vec<Share>) {
        let choose = |labels| self.training.asked().choose_for_folds(labels, config);
        let choice = choose(plan.least_labels());
        printer.note(&choice.to_string());
        let in_train = self.training.asked().choose(plan.least_labels(), config);
        if in_train.recipe != choice.recipe {
            printer.note(&format!(
                "`upturn train` takes `{0}` for so many calls; `--recipe-kind {0}` measures that, and costs a fine-tuning in every fold",
                in_train.recipe
            ));
        }
        let settings = |labels| choose(labels).settings(config.clone());
        let shares = learning::shares(&self.learning_curve, plan, config.seed, settings);
        (choice.settings(config.clone()), shares)
    }

    /// What to ask in each fold.
    const fn fold_work<'a>(
        &self,
        held_out: HeldOut<'a>,
        situation: Option<&'a Situation>,
        shares: &'a [Share],
    ) -> FoldWork<'a> {
        FoldWork {
            held_out,
            known_share: self.known_share,
            with_baselines: !self.no_baselines,
            situation,
            shares,
        }
    }

    /// Writes what was asked for; where one file can't be written, the others are.
    fn write(&self, pages: &Pages<'_>, protocol: Protocol) -> Result<(), Failure> {
        let predictions = self.predictions.as_deref().map_or(Ok(()), |path| {
            let methods = &pages.out_of_fold.methods;
            out_of_fold::write(path, pages.prefixes, methods, self.seed())
        });
        let report = self.report.as_deref();
        let report = report.map_or(Ok(()), |folder| pages.write(folder, protocol));
        predictions.and(report)
    }

    /// Does something with what can be fitted and asked.
    fn held_out<T>(
        &self,
        prefixes: &[f64],
        config: &TrainingConfig,
        (context, kept): (&Context, Option<&WorkFolder>),
        work: impl FnOnce(HeldOut<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
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
            checkpoints: None,
        };
        work(held_out).map_err(|error| stopped(error, (context, kept), NOTHING))
    }

    fn plan<'a>(&self, dataset: &'a Dataset, context: &Context) -> Result<Plan<'a>, Failure> {
        let plan = match self.folds.as_deref().zip(self.fold_column.as_deref()) {
            Some((file, column)) => Plan::from_file(dataset, file, column)?,
            None => Plan::drawn(dataset, self.training.seed())?,
        };
        let plan = plan.of_folds(&self.only_folds)?;
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
        let asked: Vec<&Conversation> = plan.calls_asked().collect();
        let only = (asked.len() < plan.calls.len())
            .then(|| asked.iter().map(|call| call.id().clone()).collect());
        let rivals = Rivals::read(path, vec![self.compare_seed()?], only)?;
        rivals.check(&asked, prefixes)?;
        Ok(Some(rivals))
    }

    /// What names the situation of a call; says so if nothing does.
    fn situation(&self, plan: &Plan<'_>, printer: Printer) -> Result<Option<Situation>, Failure> {
        let found = Situation::of_calls(self.situation.as_ref(), &plan.calls)?;
        if found.is_none() {
            printer.note(&format!(
                "no call has the field `{}`, so the rank of calls of the same situation is not measured; `--situation FIELD` names \
                 another field",
                situation::DEFAULT
            ));
        }
        Ok(found)
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

/// Where nothing is trained no option of a training is passed over in silence, whichever there are.
fn of_a_training(option: Arg) -> Arg {
    if option.get_help_heading() == Some("Training") {
        option.conflicts_with("from")
    } else {
        option
    }
}

/// What we said at each prefix.
fn ours(methods: &[Method]) -> Vec<Predictions> {
    let at = methods.first().map_or(&[][..], |method| &method.at);
    at.iter()
        .filter_map(|runs| runs.all().first().cloned())
        .collect()
}
