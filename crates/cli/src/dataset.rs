//! The data of a command: [`DataArgs`] and what came of it, [`Dataset`].

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde::Serialize;
use upturn::datasets::{Corpus, ReadOptions, Rejections, SetAside, read};
use upturn::{Conversation, Outcome};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::numbers::count;
use crate::printer::Printer;

/// Which data.
#[derive(Debug, Clone, Args)]
pub(crate) struct DataArgs {
    /// File or folder with the calls.
    #[arg(long, value_name = "PATH")]
    pub(crate) data: PathBuf,
    /// The form of the data; your own calls are `jsonl`, one conversation a line.
    #[arg(long, value_name = "NAME", default_value = Corpus::Jsonl.as_str(), value_parser = corpus())]
    pub(crate) corpus: Corpus,
}

fn corpus() -> impl TypedValueParser<Value = Corpus> {
    PossibleValuesParser::new(Corpus::ALL.map(Corpus::as_str))
        .try_map(|name| name.parse::<Corpus>())
}

/// Calls that can be used, and how many could not.
#[derive(Debug)]
pub(crate) struct Dataset {
    /// What can be used; never empty.
    pub(crate) conversations: Vec<Conversation>,
    /// The others.
    pub(crate) counts: Counts,
}

/// How many records were read, for programs.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Counts {
    /// Usable conversations.
    pub(crate) conversations: usize,
    /// Broken records.
    pub(crate) rejected: usize,
    /// Sound records that a rule of the corpus leaves out.
    pub(crate) set_aside: usize,
}

impl DataArgs {
    /// Reads the data and reports every record that can't be used.
    ///
    /// # Errors
    ///
    /// That of the reading, if nothing can be used.
    pub(crate) fn read(&self, printer: Printer) -> Result<Dataset, Failure> {
        let reading = read(self.corpus, &self.data, &ReadOptions::default())?;
        let counts = Counts {
            conversations: reading.conversations.len(),
            rejected: reading.rejected.len(),
            set_aside: reading.set_aside.total(),
        };
        report_rejected(&reading.rejected.into(), printer);
        report_set_aside(reading.set_aside, printer);
        Ok(Dataset {
            conversations: reading.conversations,
            counts,
        })
    }
}

impl Dataset {
    /// Those whose outcome is known.
    pub(crate) fn labelled(&self) -> Vec<&Conversation> {
        self.conversations
            .iter()
            .filter(|call| call.outcome().is_some())
            .collect()
    }

    /// How the command ends that used it.
    pub(crate) const fn exit(&self) -> Exit {
        if self.counts.rejected == 0 {
            Exit::Done
        } else {
            Exit::SomeRejected
        }
    }
}

/// How many of the calls were won.
pub(crate) fn won(calls: &[&Conversation]) -> usize {
    calls
        .iter()
        .filter(|call| call.outcome() == Some(Outcome::Won))
        .count()
}

/// Reports records that are not used: the first of them one by one, all of them by their number.
pub(crate) fn report_rejected(rejected: &Rejections, printer: Printer) {
    for record in rejected.shown() {
        printer.warning(&record.to_string());
    }
    if rejected.more() > 0 {
        printer.warning(&format!("and {} more", count_of(rejected.more())));
    }
    if !rejected.is_empty() {
        let records = records(rejected.count());
        printer.warning(&format!("{records} rejected, they are not used"));
    }
}

/// Reports sound records that are not used.
pub(crate) fn report_set_aside(set_aside: SetAside, printer: Printer) {
    for (number, why) in [
        (set_aside.duplicates, "they repeat others"),
        (set_aside.nothing_said, "nothing is said in them"),
    ] {
        if number > 0 {
            let records = records(number as u64);
            printer.note(&format!("{records} set aside: {why}"));
        }
    }
}

fn records(number: u64) -> String {
    if number == 1 {
        "1 record".to_owned()
    } else {
        format!("{} records", count_of(number))
    }
}

fn count_of(number: u64) -> String {
    usize::try_from(number).map_or_else(|_| number.to_string(), count)
}
