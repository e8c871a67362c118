//! `upturn split`: parts between which nothing crosses.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Serialize;
use upturn::Conversation;
use upturn::datasets::{
    PartSummary, Split, SplitBy, SplitInto, SplitOptions, SplitPart, SplitRow, SplitSummary, split,
};

use crate::context::Context;
use crate::dataset::DataArgs;
use crate::error::CliError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::folders;
use crate::output_file::OutputFile;

const EXAMPLES: &str = "Examples:\n  upturn split --data calls.jsonl --out parts\n  \
    upturn split --data calls.jsonl --out parts --by time-and-group --gap-days 7\n  \
    upturn split --data calls.jsonl --out parts --folds 5 --inner-folds 4 --group account,rep";

/// Split calls so that no account and no later day crosses.
///
/// Writes a file of calls for each part, `parts.csv` with the part of each call, `split.json` with counts and base rates,
/// and for folds `folds.csv`, which `upturn evaluate --folds` takes. Open deals are kept for prediction, apart.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SplitArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Folder for the parts: new or empty.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// What must not cross.
    #[arg(long, value_name = "WHAT", default_value = "group")]
    by: By,
    /// Columns whose values must not cross.
    #[arg(
        long,
        value_name = "COLUMNS",
        value_delimiter = ',',
        default_value = "account"
    )]
    group: Vec<String>,
    /// Share of the labelled calls for tests.
    #[arg(long, value_name = "SHARE", default_value_t = 0.2)]
    test: f64,
    /// Share of the labelled calls for validation.
    #[arg(long, value_name = "SHARE", default_value_t = 0.1)]
    validation: f64,
    /// So many folds instead of a holdout.
    #[arg(long, value_name = "N", conflicts_with_all = ["test", "validation"])]
    folds: Option<u16>,
    /// Folds within each training part, to tune on.
    #[arg(long, value_name = "N", default_value_t = 0)]
    inner_folds: u16,
    /// Days before validation and before test from which no call is taken.
    #[arg(long, value_name = "DAYS", default_value_t = 0)]
    gap_days: u32,
    /// Decides among equal choices.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum By {
    Group,
    Time,
    TimeAndGroup,
}

/// The answer, for programs.
#[derive(Debug, Serialize)]
struct SplitReport<'a> {
    out: &'a Path,
    split: &'a SplitSummary,
}

impl SplitArgs {
    /// Splits.
    ///
    /// # Errors
    ///
    /// If the calls can't be split like that, or a file can't be written.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        folders::free("--out", &self.out)?;
        let options = self.options();
        let data = self.data.read(context.printer)?;
        let calls = &data.conversations;
        let rows: Vec<SplitRow> = calls
            .iter()
            .map(|call| SplitRow::new(call, &options))
            .collect();
        let split = split(&rows, &options)?;
        fs_err::create_dir_all(&self.out).map_err(CliError::write(&self.out))?;
        self.write(&split, calls)?;
        let report = SplitReport {
            out: &self.out,
            split: split.summary(),
        };
        context.printer.answer(&text(split.summary()), report)?;
        Ok(data.exit())
    }

    fn options(&self) -> SplitOptions {
        let holdout = SplitInto::Holdout {
            validation: self.validation,
            test: self.test,
        };
        SplitOptions::default()
            .with_by(match self.by {
                By::Group => SplitBy::Group,
                By::Time => SplitBy::Time,
                By::TimeAndGroup => SplitBy::TimeAndGroup,
            })
            .with_into(self.folds.map_or(holdout, SplitInto::Folds))
            .with_groups(self.group.clone())
            .with_inner_folds(self.inner_folds)
            .with_gap_days(self.gap_days)
            .with_seed(self.seed)
    }

    fn write(&self, split: &Split, calls: &[Conversation]) -> Result<(), Failure> {
        let mut parts: BTreeMap<String, OutputFile> = BTreeMap::new();
        for call in calls {
            let part = split.part_of(call.id().as_str());
            let name = part.map_or_else(|| "unknown".to_owned(), |part| part.to_string());
            let path = self.out.join(format!("{name}.jsonl"));
            let file = match parts.entry(name) {
                std::collections::btree_map::Entry::Occupied(file) => file.into_mut(),
                std::collections::btree_map::Entry::Vacant(place) => {
                    place.insert(OutputFile::create(&path)?)
                }
            };
            file.line(&serde_json::to_string(call).map_err(CliError::Json)?)?;
        }
        for file in parts.into_values() {
            file.publish()?;
        }
        self.table("parts.csv", |file| split.write_parts(file))?;
        if split
            .parts()
            .iter()
            .any(|part| matches!(part, SplitPart::Fold(_)))
        {
            self.table("folds.csv", |file| split.write_folds(file))?;
        }
        let summary = serde_json::to_string_pretty(split.summary()).map_err(CliError::Json)?;
        let mut file = OutputFile::create(&self.out.join("split.json"))?;
        file.line(&summary)?;
        Ok(file.publish()?)
    }

    fn table(
        &self,
        name: &str,
        write: impl Fn(&mut OutputFile) -> std::io::Result<()>,
    ) -> Result<(), CliError> {
        let path = self.out.join(name);
        let mut file = OutputFile::create(&path)?;
        write(&mut file).map_err(CliError::write(&path))?;
        file.publish()
    }
}

/// A line for each part: `train  812 calls, 41.3 % won`.
fn text(summary: &SplitSummary) -> String {
    let part = |part: &PartSummary| {
        let rate = part
            .base_rate
            .map(|rate| format!(", {:.1} % won", rate * 100.0));
        let (name, rate) = (part.part.to_string(), rate.unwrap_or_default());
        format!("{name:<12} {} calls{rate}", part.rows)
    };
    let parts: Vec<String> = summary.parts.iter().map(part).collect();
    parts.join("\n")
}
