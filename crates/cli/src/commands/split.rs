//! `upturn split`: parts between which nothing crosses.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Serialize;
use upturn::datasets::{
    PartSummary, ReadOptions, Split, SplitBy, SplitInto, SplitOptions, SplitPart, SplitRows,
    SplitSummary, split,
};

use crate::balance::Balance;
use crate::context::Context;
use crate::dataset::{self, DataArgs};
use crate::error::CliError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output_file::OutputFile;
use crate::part_files::PartFiles;
use crate::printer::Printer;
use crate::progress::Progress;

/// The file that stands for a split that is whole.
const SUMMARY: &str = "split.json";

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
    records: &'a Balance,
}

impl SplitArgs {
    /// Splits.
    ///
    /// # Errors
    ///
    /// If the calls can't be split like that, or a file can't be written; then no part is there.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        PartFiles::check("--out", &self.out)?;
        context.watch_interrupt()?;
        let (split, rows, records) = self
            .work(&context.progress(), context.printer)
            .map_err(context.unless_interrupted("no part was written"))?;
        let report = SplitReport {
            out: &self.out,
            split: split.summary(),
            records: &records,
        };
        let text = text(split.summary(), &records);
        context.printer.answer(&text, report)?;
        Ok(if rows.rejected().is_empty() {
            Exit::Done
        } else {
            Exit::SomeRejected
        })
    }

    /// Reads the rows, then copies each call to its part.
    fn work(
        &self,
        progress: &Progress,
        printer: Printer,
    ) -> Result<(Split, SplitRows, Balance), Failure> {
        let (options, reading) = (self.options(), ReadOptions::default());
        let DataArgs { data, corpus } = &self.data;
        let rows = SplitRows::read(*corpus, data, &options, &reading, progress)?;
        // Before anything can fail for want of the calls that were rejected.
        progress.clear();
        dataset::report_rejected(rows.rejected(), printer);
        dataset::report_set_aside(rows.set_aside(), printer);
        let split = split(rows.rows(), &options)?;
        let records = self.write(&split, &rows, progress)?;
        Ok((split, rows, records))
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

    fn write(
        &self,
        split: &Split,
        rows: &SplitRows,
        progress: &Progress,
    ) -> Result<Balance, Failure> {
        let mut files = PartFiles::begin(&self.out)?;
        let mut written = 0;
        rows.lines(progress, |row, line| {
            let Some(part) = split.parts().get(row) else {
                return Ok::<(), Failure>(());
            };
            written += 1;
            Ok(files.file(&format!("{part}.jsonl"))?.line(line)?)
        })?;
        let read = rows.read_records();
        let records = Balance::new(read, written, rows.rejected(), rows.set_aside())?;
        self.table(&mut files, "parts.csv", |file| split.write_parts(file))?;
        let is_fold = |part: &SplitPart| matches!(part, SplitPart::Fold(_));
        if split.parts().iter().any(is_fold) {
            self.table(&mut files, "folds.csv", |file| split.write_folds(file))?;
        }
        let summary = serde_json::to_string_pretty(split.summary()).map_err(CliError::Json)?;
        files.file(SUMMARY)?.line(&summary)?;
        files.publish(SUMMARY)?;
        Ok(records)
    }

    fn table(
        &self,
        files: &mut PartFiles,
        name: &str,
        write: impl Fn(&mut OutputFile) -> std::io::Result<()>,
    ) -> Result<(), CliError> {
        write(files.file(name)?).map_err(CliError::write(&self.out.join(name)))
    }
}

/// A line for each part, `train        812 calls, 41.3 % won`, and one for the records.
fn text(summary: &SplitSummary, records: &Balance) -> String {
    let part = |part: &PartSummary| {
        let rate = part
            .base_rate
            .map(|rate| format!(", {:.1} % won", rate * 100.0));
        let (name, rate) = (part.part.to_string(), rate.unwrap_or_default());
        format!("{name:<12} {} calls{rate}", part.rows)
    };
    let mut lines: Vec<String> = summary.parts.iter().map(part).collect();
    lines.push(format!("{:<12} {records}", "records"));
    lines.join("\n")
}
