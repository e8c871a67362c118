//! `upturn alerts`: when to say that a call is at risk.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use upturn::coaching::Trajectory;
use upturn::predict::{
    AlertPolicy, AlertReport, AlertSearch, ConversionPredictor, FollowedCall, Share, TunedAlerts,
};
use upturn::training::Monitor as _;
use upturn::{Conversation, Outcome, Prefix};

use crate::context::Context;
use crate::dataset::{DataArgs, Dataset};
use crate::error::CliError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::numbers::percent;
use crate::output_file::OutputFile;
use crate::seen;
use crate::sources::SourceArgs;

const EXAMPLES: &str = "Examples:\n  upturn alerts --model model --store store --data held-out.jsonl --out alerts.json\n  \
    upturn alerts --model model --store store --data held-out.jsonl --test others.jsonl --budget 0.05\n  \
    upturn follow --model model --store store --alerts alerts.json";

/// Tune when a call is said to be at risk, within a budget of false alarms.
///
/// Follows labelled calls that the model has not seen, turn by turn, and looks for the line, the turns in a row and the first turn
/// that find most lost calls while at most the budget of won calls ever raises, with the confidence asked for. With `--test`, says
/// what that does on other calls: false alarms, recall of lost calls, and how many turns before the end. Calls that the model
/// learnt from, and others of their accounts, are left out.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AlertsArgs {
    #[command(flatten)]
    sources: SourceArgs,
    #[command(flatten)]
    data: DataArgs,
    /// Other calls of the same form, to report on.
    #[arg(long, value_name = "PATH")]
    test: Option<PathBuf>,
    /// Share of won calls that may ever raise.
    #[arg(long, value_name = "SHARE", default_value_t = AlertSearch::default().budget)]
    budget: f64,
    /// How sure that must be.
    #[arg(long, value_name = "SHARE", default_value_t = AlertSearch::default().confidence)]
    confidence: f64,
    /// Write the policy, for `upturn follow --alerts`.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The answer, for programs.
#[derive(Debug, Serialize)]
struct AlertsReport {
    /// None if no policy is shown to keep the budget and finds a lost call.
    tuned: Option<TunedAlerts>,
    /// On other calls.
    test: Option<AlertReport>,
    calls: usize,
    test_calls: usize,
}

impl AlertsArgs {
    /// Tunes, writes and reports.
    ///
    /// # Errors
    ///
    /// If the model, the collection or the data can't be used, or there are too few calls to show anything.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let data = self.data.read(context.printer)?;
        let others = self.others(context)?;
        let sources = self.sources.open(context)?;
        let predictor = sources.predictor()?;
        let unseen = |calls| seen::unseen(&sources.model, calls, context.printer);
        let calls = followed(&predictor, &unseen(data.labelled())?, context)?;
        let search = AlertSearch {
            budget: self.budget,
            confidence: self.confidence,
            ..AlertSearch::default()
        };
        let tuned = search.tune(&calls)?;
        let others = match &others {
            Some(others) => followed(&predictor, &unseen(others.labelled())?, context)?,
            None => Vec::new(),
        };
        let policy = tuned.map(|tuned| tuned.policy);
        let report = AlertsReport {
            tuned,
            test: policy
                .filter(|_| !others.is_empty())
                .map(|policy| AlertReport::of(policy, &others)),
            calls: calls.len(),
            test_calls: others.len(),
        };
        if let (Some(path), Some(tuned)) = (&self.out, &report.tuned) {
            let mut file = OutputFile::create(path)?;
            let text = serde_json::to_string_pretty(tuned).map_err(CliError::Json)?;
            writeln!(file, "{text}").map_err(CliError::write(path))?;
            file.publish()?;
        }
        context.printer.answer(&text(&report), &report)?;
        Ok(data.exit())
    }

    fn others(&self, context: &Context) -> Result<Option<Dataset>, Failure> {
        let Some(path) = &self.test else {
            return Ok(None);
        };
        let data = DataArgs {
            data: path.clone(),
            corpus: self.data.corpus,
        };
        Ok(Some(data.read(context.printer)?))
    }
}

/// The chance after every turn of calls whose end is known.
fn followed(
    predictor: &ConversionPredictor,
    calls: &[&Conversation],
    context: &Context,
) -> Result<Vec<FollowedCall>, Failure> {
    let progress = context.progress();
    progress.stage("following calls", calls.len() as u64);
    let mut all = Vec::with_capacity(calls.len());
    for call in calls {
        // As if it still went on after its last turn.
        let going_on = Prefix::first(call, call.turns().len());
        let (Trajectory(waypoints), _) = Trajectory::of(predictor, going_on, usize::MAX)?;
        all.push(FollowedCall {
            probabilities: waypoints.iter().map(|it| it.probability.value()).collect(),
            won: call.outcome() == Some(Outcome::Won),
            group: call.group().to_owned(),
        });
        progress.advance(1);
    }
    progress.clear();
    Ok(all)
}

fn text(report: &AlertsReport) -> String {
    let Some(tuned) = &report.tuned else {
        return format!(
            "{} calls: no policy is shown to keep the budget and finds a lost call; nothing is written",
            report.calls
        );
    };
    let AlertPolicy {
        raise_below,
        clear_above,
        in_a_row,
        not_before,
    } = tuned.policy;
    let on_test = report.test.map_or_else(String::new, |test| {
        format!("\non {} other calls: {}", report.test_calls, found(&test))
    });
    format!(
        "at risk: below {raise_below:.2} for {in_a_row} turns in a row, not before turn {not_before}; no more above {clear_above:.2}\n\
        false alarms are at most {} of won calls at a confidence of {}\non {} calls it was tuned on: {}{on_test}",
        percent(tuned.at_most),
        percent(tuned.confidence),
        report.calls,
        found(&tuned.tuned_on),
    )
}

/// `false alarms 4.1 % [1.2 %, 9.0 %], recall 23.0 % […], 8 turns before the end`.
fn found(report: &AlertReport) -> String {
    let share = |share: Option<Share>| {
        share.map_or_else(
            || "-".to_owned(),
            |it| {
                let [value, low, high] = [it.value, it.low, it.high].map(percent);
                format!("{value} [{low}, {high}]")
            },
        )
    };
    let lead = report.lead_time.map_or_else(String::new, |lead| {
        let within = lead
            .interval
            .map(|(low, high)| format!(" [{low:.0}, {high:.0}]"))
            .unwrap_or_default();
        format!(", {:.0}{within} turns before the end", lead.median)
    });
    format!(
        "false alarms {}, recall {}{lead}",
        share(report.false_alarms),
        share(report.recall)
    )
}
