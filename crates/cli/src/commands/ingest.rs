//! `upturn ingest`: from any files to calls that `train` takes.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Serialize;
use upturn::Date;
use upturn::datasets::{
    Card, CleaningOptions, ColumnMapping, Crm, CrmMapping, CrmOptions, DayOrder, Decimal,
    DuplicateOptions, Format, IngestSettings, IngestSummary, Ingested, LabelRules, LeakOptions,
    MetadataRedaction, PseudonymKey, ReadOptions, RedactionOptions, RoleRules, ingest,
    inspect_ingested,
};

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ingest_text::ingest_text;
use crate::today::today;
use crate::{balance, card_files, dataset, folders, pseudonym_key, rules_file};

const EXAMPLES: &str = "Examples:\n  upturn ingest recordings/ --out calls\n  \
    upturn ingest 'zoom/*.vtt' --roles roles.toml --crm deals.csv --labels labels.toml --out calls\n  \
    zcat export.csv.gz | upturn ingest - --from csv --out calls\n  \
    upturn train --data calls/calls.jsonl --out model";

/// Turn recordings, chats and exports into clean, labelled, redacted calls.
///
/// Reads JSON Lines, CSV, Parquet, subtitles, text, what transcription services write, and chat exports, plain or packed; what
/// a file is, is told from its name and its start. Writes `calls.jsonl`, `set-aside.jsonl` with the reason for each
/// record that became no call, with a CRM `unmatched.jsonl` with what has no counterpart on either side, and a card of what
/// the data hold, into a folder. A run that was stopped goes on where it was.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct IngestArgs {
    /// Files, folders, patterns, or `-` for standard input.
    #[arg(required = true, value_name = "PATH")]
    inputs: Vec<String>,
    /// Folder for the results: new, empty, or of a run of the same command that was stopped.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Form of all inputs, where it can't be told.
    #[arg(long, value_name = "FORM", value_parser = |name: &str| name.parse::<Format>())]
    from: Option<Format>,
    #[command(flatten)]
    tables: Tables,
    #[command(flatten)]
    labels: Labels,
    #[command(flatten)]
    privacy: Privacy,
    /// Who sells: TOML with `[labels]`, `seller_domains` and more.
    #[arg(long, value_name = "FILE")]
    roles: Option<PathBuf>,
    /// Leave the words as they are.
    #[arg(long)]
    no_cleaning: bool,
    /// Take out fillers such as `um`, which carry signal.
    #[arg(long, conflicts_with = "no_cleaning")]
    drop_fillers: bool,
    /// Keep calls that repeat another.
    #[arg(long)]
    keep_duplicates: bool,
    /// Records after which what is done is made safe.
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    checkpoint: u64,
}

/// Columns of CSV and Parquet files.
#[derive(Debug, Args)]
struct Tables {
    /// Columns of tables: TOML.
    #[arg(long, value_name = "FILE")]
    columns: Option<PathBuf>,
    /// A column of tables: `text=Utterance`; also `shape=turns` or `shape=calls`.
    #[arg(long, value_name = "FIELD=HEADER")]
    column: Vec<String>,
}

/// Deals and outcomes.
#[derive(Debug, Args)]
struct Labels {
    /// Exports of the CRM as CSV: those of `HubSpot`, Salesforce and Pipedrive are known.
    #[arg(long, value_name = "FILE")]
    crm: Vec<PathBuf>,
    /// Columns of another CRM: TOML.
    #[arg(long, value_name = "FILE", requires = "crm")]
    crm_columns: Option<PathBuf>,
    /// Order of day and month in the CRM's dates.
    #[arg(long, value_name = "ORDER", requires = "crm")]
    crm_days: Option<Days>,
    /// Decimal sign of the CRM's amounts.
    #[arg(long, value_name = "SIGN", requires = "crm")]
    crm_decimal: Option<Sign>,
    /// What won and lost mean: TOML. The CRM's own stages by default.
    #[arg(long = "labels", value_name = "FILE", requires = "crm")]
    rules: Option<PathBuf>,
    /// The day that counts as today, so that a run can be repeated. Today by default, or the day on which the run that goes
    /// on began.
    #[arg(long, value_name = "DAY")]
    as_of: Option<Date>,
}

/// Personal data.
#[derive(Debug, Args)]
struct Privacy {
    /// What personal data are, and how your own ids look: TOML with `kinds`, `name_fields`, `metadata` and `[[custom]]`.
    #[arg(long, value_name = "FILE", conflicts_with = "no_redaction")]
    redaction: Option<PathBuf>,
    /// Keep personal data.
    #[arg(long)]
    no_redaction: bool,
    /// Keep reps, accounts and other metadata as they are.
    #[arg(long)]
    keep_metadata: bool,
    /// Secret by which reps and accounts get the same pseudonym in every data set; made if it is not there.
    /// `pseudonym.key` in the results' folder by default.
    #[arg(long, value_name = "FILE")]
    pseudonym_key: Option<PathBuf>,
    /// Write the originals to `key.jsonl`; `upturn redact --restore` puts them back with it.
    #[arg(long)]
    keep_key: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Days {
    DayFirst,
    MonthFirst,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Sign {
    Comma,
    Point,
}

/// The answer, for programs.
#[derive(Debug, Serialize)]
struct IngestReport<'a> {
    out: &'a Path,
    as_of: Date,
    summary: &'a IngestSummary,
    resumed: u64,
    leaks: usize,
    fingerprint: &'a str,
}

impl IngestArgs {
    /// Ingests, and makes the card.
    ///
    /// # Errors
    ///
    /// If a rule file is wrong, an output can't be written, or no record became a call.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        folders::no_file("--out", &self.out)?;
        let settings = self.settings()?;
        let broken = settings.crm.as_ref().map(Crm::rejected);
        let broken = broken.unwrap_or_default().to_vec();
        dataset::report_rejected(&broken.into(), context.printer);
        context.watch_interrupt()?;
        let progress = context.progress();
        let done = ingest(&self.inputs, &self.out, &settings, &progress)
            .map_err(context.unless_interrupted("the same command goes on where it was"))?;
        let told = &done.summary;
        balance::check(told.read, told.written, told.all_set_aside())?;
        let calls = self.out.join("calls.jsonl");
        let (leaks, options) = (LeakOptions::default(), ReadOptions::default());
        let card = inspect_ingested(&calls, &done, leaks, &options, &progress)
            .map_err(context.unless_interrupted("the same command goes on where it was"))?
            .card;
        drop(progress);
        card_files::write(&card, &self.out)?;
        self.report(&done, &card, context)?;
        Ok(
            match done.summary.broken() + done.summary.broken_crm_rows() {
                0 => Exit::Done,
                _ => Exit::SomeRejected,
            },
        )
    }

    fn report(&self, done: &Ingested, card: &Card, context: &Context) -> Result<(), Failure> {
        let findings = card
            .about
            .leaks
            .as_ref()
            .map(|leaks| leaks.findings.as_slice());
        let findings = findings.unwrap_or_default();
        for finding in findings {
            context.printer.warning(&format!("a leak? {finding}"));
        }
        let report = IngestReport {
            out: &self.out,
            as_of: done.as_of,
            summary: &done.summary,
            resumed: done.resumed,
            leaks: findings.len(),
            fingerprint: card.fingerprint.as_str(),
        };
        let text = ingest_text(done, &self.out);
        context.printer.answer(&text, &report)
    }

    fn settings(&self) -> Result<IngestSettings, Failure> {
        fs_err::create_dir_all(&self.out).map_err(CliError::write(&self.out))?;
        let own = self.out.join("pseudonym.key");
        let key = self.privacy.pseudonym_key.as_deref().unwrap_or(&own);
        let key = pseudonym_key::read_or_make(key)?;
        let as_of = self.labels.as_of.unwrap_or_else(today);
        let mut settings = IngestSettings::new(as_of, key.clone());
        settings.as_of_is_today = self.labels.as_of.is_none();
        settings.format = self.from;
        settings.mapping = self.tables.mapping()?;
        let roles = rules_file::given(self.roles.as_deref(), RoleRules::from_toml)?;
        settings.roles = roles.unwrap_or_default();
        let cleaning = CleaningOptions::default().with_fillers(self.drop_fillers);
        settings.cleaning = (!self.no_cleaning).then_some(cleaning);
        settings.redaction = self.privacy.redaction(key)?;
        settings.keeps_key = self.privacy.keep_key;
        let duplicates = DuplicateOptions::default();
        settings.duplicates = (!self.keep_duplicates).then_some(duplicates);
        self.labels.add(&mut settings)?;
        settings.checkpoint = self.checkpoint;
        Ok(settings)
    }
}

impl Privacy {
    /// What the file says, and above it the flags.
    fn redaction(&self, key: PseudonymKey) -> Result<Option<RedactionOptions>, Failure> {
        if self.no_redaction {
            return Ok(None);
        }
        let file = self.redaction.as_deref();
        let options = rules_file::given(file, RedactionOptions::from_toml)?.unwrap_or_default();
        let mut options = options.with_key(key);
        if self.keep_metadata {
            options = options.with_metadata(MetadataRedaction::Keep);
        }
        Ok(Some(options))
    }
}

impl Tables {
    fn mapping(&self) -> Result<ColumnMapping, Failure> {
        let file = self.columns.as_deref();
        let mut mapping = rules_file::given(file, ColumnMapping::from_toml)?.unwrap_or_default();
        for column in &self.column {
            mapping = mapping.with_flag(column)?;
        }
        Ok(mapping)
    }
}

impl Labels {
    fn add(&self, settings: &mut IngestSettings) -> Result<(), Failure> {
        settings.labels = rules_file::given(self.rules.as_deref(), LabelRules::from_toml)?;
        if self.crm.is_empty() {
            return Ok(());
        }
        let mut options = CrmOptions::default();
        let columns = self.crm_columns.as_deref();
        if let Some(mapping) = rules_file::given(columns, CrmMapping::from_toml)? {
            options = options.with_mapping(mapping);
        }
        if let Some(days) = self.crm_days {
            options = options.with_day_order(match days {
                Days::DayFirst => DayOrder::DayFirst,
                Days::MonthFirst => DayOrder::MonthFirst,
            });
        }
        if let Some(sign) = self.crm_decimal {
            options = options.with_decimal(match sign {
                Sign::Comma => Decimal::Comma,
                Sign::Point => Decimal::Point,
            });
        }
        if let Some(rules) = &settings.labels {
            options = options.with_rules(rules.clone());
        }
        settings.crm = Some(Crm::read(&self.crm, &options)?);
        Ok(())
    }
}
