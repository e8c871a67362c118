//! `upturn simulate`: conversations whose true win probability is known.

use std::num::NonZeroUsize;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde::Serialize;
use upturn::eval::Metric;
use upturn::simulator::{SimulatedCall, SimulatorConfig, Trade, simulate};

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::folders;
use crate::numbers::{count, measure, share};
use crate::output_file::OutputFile;

const EXAMPLES: &str = "Examples:\n  upturn simulate --calls 400 --out calls.jsonl\n  \
    upturn simulate --trade insurance --seed 7 --truth truth.csv > calls.jsonl";

/// Write simulated sales conversations.
///
/// One conversation a line, with outcome, account and date. Whether a simulated buyer converts is drawn from the state
/// that the talk has brought them to, so nobody can know the outcome better than that state does: its AUC is printed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SimulateArgs {
    /// How many.
    #[arg(long, value_name = "N", default_value = "1000")]
    calls: NonZeroUsize,
    /// Seed of everything random: the same seed gives the same bytes.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Only this trade. All three in turn by default.
    #[arg(long, value_name = "NAME", value_parser = trade())]
    trade: Option<Trade>,
    /// Shortest conversation in turns, from 6 to 400; 100 turns are some 2,000 words.
    #[arg(long, value_name = "N", default_value_t = *SimulatorConfig::TURNS.start())]
    min_turns: usize,
    /// Longest conversation in turns, from 6 to 400. 80 by default, or the shortest if that is longer.
    #[arg(long, value_name = "N")]
    max_turns: Option<usize>,
    /// Where to write the conversations. Standard output by default.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the true win probabilities too, as CSV with the columns `id,win_probability`.
    #[arg(long, value_name = "FILE")]
    truth: Option<PathBuf>,
}

fn trade() -> impl TypedValueParser<Value = Trade> {
    PossibleValuesParser::new(Trade::ALL.map(Trade::as_str)).try_map(|name| name.parse::<Trade>())
}

/// What was simulated.
#[derive(Debug, Default, Serialize)]
struct SimulationReport {
    calls: usize,
    won: usize,
    best_auc: Option<f64>,
}

/// True probabilities and outcomes so far.
#[derive(Debug, Default)]
struct Drawn {
    probabilities: Vec<f64>,
    won: Vec<bool>,
}

impl SimulateArgs {
    /// Writes the conversations.
    ///
    /// # Errors
    ///
    /// If a file or standard output can't be written; then no file is replaced.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let mut out = create("--out", self.out.as_deref())?;
        let mut truth = create("--truth", self.truth.as_deref())?;
        if let Some(truth) = &mut truth {
            truth.line("id,win_probability")?;
        }
        let config = SimulatorConfig::new(self.calls.get())
            .with_seed(self.seed)
            .with_trade(self.trade)
            .with_turns(self.turns());
        let mut drawn = Drawn::default();
        for call in simulate(&config) {
            let line = serde_json::to_string(&call.conversation).map_err(CliError::Json)?;
            match &mut out {
                Some(out) => out.line(&line)?,
                None => context.printer.line(&line)?,
            }
            if let Some(truth) = &mut truth {
                truth.line(&format!(
                    "{},{}",
                    call.conversation.id(),
                    call.win_probability.value()
                ))?;
            }
            drawn.add(&call);
        }
        publish(out)?;
        publish(truth)?;
        report(&drawn.report(), self.out.is_some(), context)
    }
}

impl SimulateArgs {
    /// The shortest and the longest conversation.
    fn turns(&self) -> RangeInclusive<usize> {
        let longest = self.min_turns.max(*SimulatorConfig::TURNS.end());
        self.min_turns..=self.max_turns.unwrap_or(longest)
    }
}

impl Drawn {
    fn add(&mut self, call: &SimulatedCall) {
        self.probabilities.push(call.win_probability.value());
        self.won.push(
            call.conversation
                .outcome()
                .is_some_and(upturn::Outcome::is_won),
        );
    }

    fn report(&self) -> SimulationReport {
        SimulationReport {
            calls: self.won.len(),
            won: self.won.iter().filter(|won| **won).count(),
            best_auc: Metric::Auc.of(&self.probabilities, &self.won),
        }
    }
}

fn create(flag: &'static str, path: Option<&Path>) -> Result<Option<OutputFile>, Failure> {
    let Some(path) = path else { return Ok(None) };
    folders::file_target(flag, path)?;
    Ok(Some(OutputFile::create(path)?))
}

fn publish(file: Option<OutputFile>) -> Result<(), CliError> {
    file.map_or(Ok(()), OutputFile::publish)
}

/// In the text form, and where the conversations themselves are the data, the report is talk.
fn report(
    report: &SimulationReport,
    into_a_file: bool,
    context: &Context,
) -> Result<Exit, Failure> {
    let SimulationReport {
        calls,
        won,
        best_auc,
    } = report;
    let (calls, won) = (count(*calls), share(*won, *calls));
    if into_a_file && context.printer.is_json() {
        context.printer.answer("", report)?;
    } else {
        let best = measure(*best_auc);
        context.printer.note(&format!(
            "{calls} calls, {won} won; knowing every true probability gives AUC {best}"
        ));
    }
    Ok(Exit::Done)
}
