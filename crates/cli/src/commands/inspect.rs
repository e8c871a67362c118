//! `upturn inspect`: what a data set holds, and whether it leaks.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use upturn::datasets::{
    CardContext, Finding, Inspection, LeakOptions, ReadOptions, SetAside, inspect_watched,
};

use crate::balance::Balance;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::today::today;
use crate::{card_files, dataset, folders};

const EXAMPLES: &str = "Examples:\n  upturn inspect --data calls.jsonl\n  \
    upturn inspect --data calls/ --card card    # card/card.html has the charts";

/// Say what a data set holds, and whether it leaks its labels.
///
/// Looks for columns that know the outcome better than anything knowable at call time should, for closing phrases that
/// stand in one class only, and for words of the label in ids and file names. The card says how many calls there are, how
/// many were won over time and by segment, how long they are, who speaks how much, and what was set aside.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct InspectArgs {
    /// File or folder of calls, one conversation a line.
    #[arg(long, value_name = "PATH")]
    data: PathBuf,
    /// Write `card.html`, `card.md` and `card.json` into this folder.
    #[arg(long, value_name = "FOLDER")]
    card: Option<PathBuf>,
    /// A column that may know the outcome: the leak guard passes over it.
    #[arg(long, value_name = "COLUMN")]
    ignore: Vec<String>,
    /// Fail if anything looks like a leak.
    #[arg(long)]
    strict: bool,
}

/// The answer, for programs.
#[derive(Debug, Serialize)]
struct InspectReport<'a> {
    card: &'a upturn::datasets::Card,
    records: Balance,
    rejected: u64,
}

impl InspectArgs {
    /// Reads the data once.
    ///
    /// # Errors
    ///
    /// If nothing can be read or used, or a file of the card not be written.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        if let Some(folder) = &self.card {
            folders::no_file("--card", folder)?;
        }
        let Inspection {
            card,
            rejected,
            read,
            calls,
            ..
        } = self.inspect(context)?;
        dataset::report_rejected(&rejected, context.printer);
        let records = Balance::new(read, calls, &rejected, SetAside::default())?;
        if let Some(folder) = &self.card {
            fs_err::create_dir_all(folder).map_err(CliError::write(folder))?;
            card_files::write(&card, folder)?;
        }
        let report = InspectReport {
            card: &card,
            records,
            rejected: rejected.count(),
        };
        context
            .printer
            .answer(card.to_markdown().trim_end(), report)?;
        let leaks = card.about.leaks.as_ref();
        let findings = leaks.map(|leaks| leaks.findings.as_slice());
        Ok(self.exit(findings.unwrap_or_default(), rejected.is_empty()))
    }

    fn inspect(&self, context: &Context) -> Result<Inspection, Failure> {
        let leaks = self
            .ignore
            .iter()
            .fold(LeakOptions::default(), |leaks, column| {
                leaks.with_ignored_column(column)
            });
        let about = CardContext {
            made_on: Some(today().to_string()),
            ..CardContext::default()
        };
        context.watch_interrupt()?;
        let (reading, progress) = (ReadOptions::default(), context.progress());
        inspect_watched(&self.data, about, leaks, &reading, &progress)
            .map_err(context.unless_interrupted("nothing was written"))
    }

    fn exit(&self, findings: &[Finding], all_used: bool) -> Exit {
        if all_used && (findings.is_empty() || !self.strict) {
            Exit::Done
        } else {
            Exit::SomeRejected
        }
    }
}
