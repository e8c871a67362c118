//! `upturn bench faithfulness`: whether what is said to have moved predictions did.

use clap::Args;
use serde::Serialize;
use upturn::coaching::{Deletion, Faithfulness};
use upturn::training::Monitor as _;

use crate::context::Context;
use crate::dataset::DataArgs;
use crate::error::CliError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::sources::SourceArgs;

const EXAMPLES: &str = "Examples:\n  upturn bench faithfulness --model model --store store --data unseen.jsonl\n  \
    upturn bench faithfulness --model model --store store --data unseen.jsonl --share 0.3 --format json";

/// Measure whether what is said to have moved predictions did.
///
/// Of each call the moments that moved the logit most are deleted, and as many random ones; what is left is embedded and looked up
/// anew. The explanations are faithful where the first moves the logit more: the interval of the difference, by accounts, lies
/// above 0. The calls should not be among those that the model was trained on.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct FaithfulnessArgs {
    #[command(flatten)]
    sources: SourceArgs,
    #[command(flatten)]
    data: DataArgs,
    /// Share of the moments that are deleted; at least one is.
    #[arg(long, value_name = "SHARE", default_value_t = 0.2)]
    share: f64,
    /// Seed of the random deletions.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

/// What was measured.
#[derive(Debug, Serialize)]
struct FaithfulnessReport {
    share: f64,
    seed: u64,
    /// Calls that are too short.
    passed_over: usize,
    #[serde(flatten)]
    faithfulness: Faithfulness,
}

impl FaithfulnessArgs {
    /// Measures and prints.
    ///
    /// # Errors
    ///
    /// If the model, the collection or the data can't be used.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let data = self.data.read(context.printer)?;
        let predictor = self.sources.open(context)?.predictor()?;
        let progress = context.progress();
        progress.stage("deleting moments", data.conversations.len() as u64);
        let mut deletions = Vec::new();
        for (seed, call) in (self.seed..).zip(&data.conversations) {
            deletions.extend(Deletion::of(&predictor, call.whole(), self.share, seed)?);
            progress.advance(1);
        }
        progress.clear();
        let report = FaithfulnessReport {
            share: self.share,
            seed: self.seed,
            passed_over: data.conversations.len() - deletions.len(),
            faithfulness: Faithfulness::of(&deletions).ok_or(CliError::ShortCalls)?,
        };
        context.printer.answer(&text(&report), &report)?;
        Ok(data.exit())
    }
}

fn text(report: &FaithfulnessReport) -> String {
    let Faithfulness {
        calls,
        strongest,
        random,
        difference,
    } = report.faithfulness;
    format!(
        "{calls} calls, {} too short; {:.0} % of the moments deleted\nthe logit moves by {strongest} without the strongest, {random} without random ones: {difference} more",
        report.passed_over,
        100.0 * report.share,
    )
}
