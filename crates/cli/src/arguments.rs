//! What may be typed: [`Arguments`], and the way from there to an exit code.

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::commands::{
    alerts, ask, bench, chat, compare, demo, embed, evaluate, explain, follow, forget, index,
    ingest, inspect, mcp, measures, model, predict, redact, schema, score, search, select, similar,
    simulate, split, train,
};
use crate::context::Context;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::printer::{Format, Printer};

const CODES: &str = "Exit codes: 0 done; 1 failed; 2 your input (also when some records were rejected); 130 after Ctrl-C.\n\
    Environment: UPTURN_CACHE (where pulled models are kept), HF_ENDPOINT (a mirror of the Hub), UPTURN_QDRANT_API_KEY (of the server at `--store`), UPTURN_CHAT_API_KEY (of the language model's provider), \
    UPTURN_MCP_KEY (what hosts show to `upturn mcp --http`), NO_COLOR.";

/// Learns from won and lost sales conversations.
///
/// upturn fine-tunes a text encoder on your calls and their outcomes, keeps their moments in a collection, and gives a
/// calibrated chance to win for any call, from its first turn on, with the comparable calls behind it.
///
/// Start with `upturn demo`.
#[derive(Debug, Parser)]
#[command(name = "upturn", version, max_term_width = 100, after_help = CODES)]
struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
struct Global {
    /// For people or for programs.
    #[arg(long, global = true, value_enum, default_value_t)]
    format: Format,
    /// Show no progress bars; they are never shown where standard error is no terminal.
    #[arg(long, global = true)]
    no_progress: bool,
    /// Say more on standard error: every stage and epoch as a line instead of a bar.
    #[arg(short, long, global = true)]
    verbose: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(subcommand)]
    Model(model::Command),
    Schema(schema::SchemaArgs),
    Simulate(simulate::SimulateArgs),
    Ingest(Box<ingest::IngestArgs>),
    Inspect(inspect::InspectArgs),
    Measures(measures::MeasuresArgs),
    Score(score::ScoreArgs),
    Redact(redact::RedactArgs),
    Split(split::SplitArgs),
    Train(train::TrainArgs),
    Embed(embed::EmbedArgs),
    Index(index::IndexArgs),
    Predict(predict::PredictArgs),
    Follow(follow::FollowArgs),
    Alerts(alerts::AlertsArgs),
    Explain(Box<explain::ExplainArgs>),
    Compare(compare::CompareArgs),
    Ask(Box<ask::AskArgs>),
    Chat(Box<chat::ChatArgs>),
    Mcp(Box<mcp::McpArgs>),
    Similar(similar::SimilarArgs),
    Search(Box<search::SearchArgs>),
    Forget(forget::ForgetArgs),
    Evaluate(Box<evaluate::EvaluateArgs>),
    Select(select::SelectArgs),
    #[command(subcommand)]
    Bench(bench::Command),
    Demo(demo::DemoArgs),
}

impl Command {
    fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self {
            Self::Model(command) => command.run(context),
            Self::Schema(args) => args.run(context),
            Self::Simulate(args) => args.run(context),
            Self::Ingest(args) => args.run(context),
            Self::Inspect(args) => args.run(context),
            Self::Measures(args) => args.run(context),
            Self::Score(args) => args.run(context),
            Self::Redact(args) => args.run(context),
            Self::Split(args) => args.run(context),
            Self::Train(args) => args.run(context),
            Self::Embed(args) => args.run(context),
            Self::Index(args) => args.run(context),
            Self::Predict(args) => args.run(context),
            Self::Follow(args) => args.run(context),
            Self::Alerts(args) => args.run(context),
            Self::Explain(args) => args.run(context),
            Self::Compare(args) => args.run(context),
            Self::Ask(args) => args.run(context),
            Self::Chat(args) => args.run(context),
            Self::Mcp(args) => args.run(context),
            Self::Similar(args) => args.run(context),
            Self::Search(args) => args.run(context),
            Self::Forget(args) => args.run(context),
            Self::Evaluate(args) => args.run(context),
            Self::Select(args) => args.run(context),
            Self::Bench(command) => command.run(context),
            Self::Demo(args) => args.run(context),
        }
    }
}

/// Runs the command that was typed; wrong usage ends the program with 2, `--help` and `--version` with 0.
pub(crate) fn run() -> ExitCode {
    let Arguments { global, command } = Arguments::parse();
    let environment = Environment::read();
    let printer = Printer::new(global.format, global.verbose, &environment);
    let context = Context {
        printer,
        environment,
        interrupt: Interrupt::default(),
        no_progress: global.no_progress,
    };
    let code = match command
        .run(&context)
        .map_err(context.unless_interrupted("nothing was finished"))
    {
        Ok(exit) => exit.code(),
        Err(failure) => {
            printer.failure(&failure);
            failure.exit_code()
        }
    };
    ExitCode::from(code)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_has_a_long_help_with_an_example() {
        for command in Arguments::command().get_subcommands() {
            let named: Vec<_> = std::iter::once(command)
                .chain(command.get_subcommands())
                .collect();
            assert!(
                named.iter().all(|command| command.get_about().is_some()),
                "{}",
                command.get_name()
            );
            let example = |command: &&&clap::Command| {
                command
                    .get_after_help()
                    .is_some_and(|help| help.to_string().contains("upturn "))
            };
            assert!(
                named.iter().any(|command| example(&command)),
                "{}",
                command.get_name()
            );
        }
    }

    #[test]
    fn an_unknown_corpus_is_refused_with_the_known_ones() {
        let error = Arguments::try_parse_from([
            "upturn", "train", "--data", "x", "--out", "y", "--corpus", "z",
        ])
        .unwrap_err();
        assert_eq!(error.exit_code(), 2);
        let text = error.to_string();
        for name in ["jsonl", "persuasion-for-good", "craigslist-bargain"] {
            assert!(text.contains(name), "{text}");
        }
    }
}
