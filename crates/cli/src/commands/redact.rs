//! `upturn redact`: calls without personal data, and back.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use upturn::datasets::{
    CallStream, FileRedaction, IngestMonitor, KeyFile, MetadataRedaction, ReadOptions,
    RedactionOptions, Redactor, SetAside, redact_file, restore_file,
};

use crate::balance::Balance;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::key_part::KeyPart;
use crate::output_file::OutputFile;
use crate::progress::Progress;
use crate::{dataset, folders, pseudonym_key};

const EXAMPLES: &str = "Examples:\n  upturn redact --data calls.jsonl --out safe.jsonl --pseudonym-key secret.key\n  \
    upturn redact --data calls.jsonl --out safe.jsonl --pseudonym-key secret.key --key originals.jsonl\n  \
    upturn redact --data safe.jsonl --out calls.jsonl --restore originals.jsonl\n  \
    upturn redact --data calls.jsonl --out safe.jsonl --pseudonym-key secret.key --pattern 'POLICY=PL-\\d{6}'";

/// Take personal data out of calls, or put them back.
///
/// Names given in the metadata or introduced in the talk, e-mail addresses, telephone, card and account numbers, addresses,
/// links and your own patterns become placeholders such as `[PERSON_1]`, the same within a call. Counts are printed,
/// never contents. Rules find what has a form; they are no promise that nothing personal is left.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RedactArgs {
    /// File of calls, one conversation a line; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// Where to write them.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Secret by which reps and accounts get the same pseudonym in every data set; made if it is not there.
    #[arg(long, value_name = "FILE", required_unless_present = "restore")]
    pseudonym_key: Option<PathBuf>,
    /// Write the originals to this file, which must be new.
    #[arg(long, value_name = "FILE", conflicts_with = "restore")]
    key: Option<PathBuf>,
    /// Put the originals of this file back.
    #[arg(long, value_name = "FILE")]
    restore: Option<PathBuf>,
    /// An id of your own, by a regular expression.
    #[arg(long, value_name = "NAME=REGEX", conflicts_with = "restore")]
    pattern: Vec<String>,
    /// Keep reps, accounts and other metadata as they are.
    #[arg(long, conflicts_with = "restore")]
    keep_metadata: bool,
}

/// The answer, for programs.
#[derive(Debug, Serialize)]
struct RedactReport<'a> {
    written: u64,
    rejected: u64,
    records: &'a Balance,
    redacted: &'a upturn::datasets::RedactionCounts,
}

impl RedactArgs {
    /// Redacts or restores.
    ///
    /// # Errors
    ///
    /// If a file can't be read or written, or no record is a call; then nothing is replaced.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        folders::file_target("--out", &self.out)?;
        context.watch_interrupt()?;
        let (done, records) = self
            .work(&context.progress())
            .map_err(context.unless_interrupted("nothing was written"))?;
        dataset::report_rejected(&done.rejected, context.printer);
        let report = RedactReport {
            written: done.written,
            rejected: done.rejected.count(),
            records: &records,
            redacted: &done.counts,
        };
        let text = format!(
            "written  {} calls\nredacted {}\nrecords  {records}",
            done.written, done.counts
        );
        context.printer.answer(&text, report)?;
        Ok(if done.rejected.is_empty() {
            Exit::Done
        } else {
            Exit::SomeRejected
        })
    }

    fn work(&self, progress: &Progress) -> Result<(FileRedaction, Balance), Failure> {
        match &self.restore {
            Some(key) => self.restored(key, progress),
            None => self.redacted(progress),
        }
    }

    /// The calls, and how many bytes they are if that is known.
    fn input<'p>(&self, stage: &str, progress: &'p Progress) -> Result<CallStream<'p>, Failure> {
        let options = ReadOptions::default();
        if self.data == Path::new("-") {
            IngestMonitor::stage(progress, stage, None);
            let name = Path::new("standard input");
            return Ok(CallStream::new(std::io::stdin(), name, &options, progress)?);
        }
        let input = CallStream::open(&self.data, &options, progress)?;
        let size = fs_err::metadata(&self.data).map(|told| told.len());
        IngestMonitor::stage(progress, stage, size.ok());
        Ok(input)
    }

    fn redacted(&self, progress: &Progress) -> Result<(FileRedaction, Balance), Failure> {
        let input = self.input("redacting", progress)?;
        let redactor = Redactor::new(self.options()?)?;
        let mut out = OutputFile::create(&self.out)?;
        let mut key = self.key.as_deref().map(KeyPart::create).transpose()?;
        let writer = key.as_mut().map(KeyPart::writer);
        let done = redact_file(&redactor, input, &mut out, writer)?;
        let records = balance(&done)?;
        // The key goes first: without it nothing could be restored.
        out.flush().map_err(CliError::write(&self.out))?;
        key.map(KeyPart::publish).transpose()?;
        out.publish()?;
        Ok((done, records))
    }

    fn restored(
        &self,
        key: &Path,
        progress: &Progress,
    ) -> Result<(FileRedaction, Balance), Failure> {
        let input = self.input("restoring", progress)?;
        let key = KeyFile::read(key)?;
        let mut out = OutputFile::create(&self.out)?;
        let done = restore_file(&key, input, &mut out)?;
        let records = balance(&done)?;
        out.publish()?;
        Ok((done, records))
    }

    fn options(&self) -> Result<RedactionOptions, Failure> {
        let mut options = RedactionOptions::default();
        if let Some(key) = &self.pseudonym_key {
            options = options.with_key(pseudonym_key::read_or_make(key)?);
        }
        if self.keep_metadata {
            options = options.with_metadata(MetadataRedaction::Keep);
        }
        for pattern in &self.pattern {
            let (name, regex) = pattern.split_once('=').unwrap_or((pattern, ""));
            options = options.with_custom(name, regex);
        }
        Ok(options)
    }
}

fn balance(done: &FileRedaction) -> Result<Balance, CliError> {
    Balance::new(done.read, done.written, &done.rejected, SetAside::default())
}
