//! `upturn bench doubts`: how often a verdict is unsure, and why.

use std::collections::BTreeMap;

use clap::Args;
use serde::Serialize;
use upturn::training::Monitor as _;
use upturn::{Doubt, Prediction, Predictor as _, Verdict};

use crate::context::Context;
use crate::dataset::DataArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::numbers::share;
use crate::sources::{SourceArgs, warn_of_missing};
use crate::table::Table;

const EXAMPLES: &str = "Examples:\n  upturn bench doubts --model model --store store --data held-out.jsonl\n  \
    upturn bench doubts --model model --store store --data tests/foreign.jsonl";

/// Measure how often a verdict is unsure, and why.
///
/// Predicts every call as over, and counts verdicts and doubts by `metadata.source`. Of calls like those that were learnt from
/// few should be unlike all known ones; of what is no such call, a poem or another language, nearly all.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DoubtsArgs {
    #[command(flatten)]
    sources: SourceArgs,
    #[command(flatten)]
    data: DataArgs,
}

/// How many calls, and of how many there is which doubt.
#[derive(Debug, Default, Serialize)]
struct Doubts {
    calls: usize,
    unsure: usize,
    near_the_line: usize,
    neighbours_disagree: usize,
    nothing_like_it: usize,
}

impl Doubts {
    fn count(&mut self, prediction: &Prediction) {
        self.calls += 1;
        self.unsure += usize::from(prediction.verdict == Verdict::Unsure);
        for doubt in &prediction.doubts {
            match doubt {
                Doubt::NearTheLine => self.near_the_line += 1,
                Doubt::NeighboursDisagree { .. } => self.neighbours_disagree += 1,
                Doubt::NothingLikeIt { .. } => self.nothing_like_it += 1,
                _ => {}
            }
        }
    }
}

/// The answer, for programs.
#[derive(Debug, Serialize)]
struct DoubtsReport {
    by_source: BTreeMap<String, Doubts>,
    all: Doubts,
}

impl DoubtsArgs {
    /// Counts and prints.
    ///
    /// # Errors
    ///
    /// If the model, the collection or the data can't be used.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let data = self.data.read(context.printer)?;
        let sources = self.sources.open(context)?;
        if let Some(reason) = sources.missing() {
            warn_of_missing(context, reason);
        }
        let predictor = sources.predictor()?;
        let progress = context.progress();
        progress.stage("predicting", data.conversations.len() as u64);
        let mut report = DoubtsReport {
            by_source: BTreeMap::new(),
            all: Doubts::default(),
        };
        for call in &data.conversations {
            let prediction = predictor.predict(call.whole())?;
            let source = call.metadata().source.clone().unwrap_or_default();
            report
                .by_source
                .entry(source)
                .or_default()
                .count(&prediction);
            report.all.count(&prediction);
            progress.advance(1);
        }
        progress.clear();
        context.printer.answer(&text(&report), &report)?;
        Ok(data.exit())
    }
}

fn text(report: &DoubtsReport) -> String {
    let mut table = Table::new([
        "source",
        "calls",
        "unsure",
        "near the line",
        "neighbours disagree",
        "nothing like it",
    ]);
    let all = std::iter::once(("all", &report.all));
    let by_source = report.by_source.iter();
    let by_source = by_source.map(|(source, doubts)| (source.as_str(), doubts));
    for (source, doubts) in by_source
        .filter(|(source, _)| !source.is_empty())
        .chain(all)
    {
        let of = |count| share(count, doubts.calls);
        table.row([
            source.to_owned(),
            doubts.calls.to_string(),
            of(doubts.unsure),
            of(doubts.near_the_line),
            of(doubts.neighbours_disagree),
            of(doubts.nothing_like_it),
        ]);
    }
    table.to_string()
}
