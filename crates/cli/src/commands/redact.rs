//! `upturn redact`: calls without personal data, and back.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use upturn::datasets::{
    FileRedaction, KeyFile, KeyFileWriter, MetadataRedaction, ReadOptions, RedactionOptions,
    Redactor, redact_file, restore_file,
};

use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output_file::OutputFile;
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
    rejected: usize,
    redacted: &'a upturn::datasets::RedactionCounts,
}

impl RedactArgs {
    /// Redacts or restores.
    ///
    /// # Errors
    ///
    /// If a file can't be read or written; then nothing is replaced.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        folders::file_target("--out", &self.out)?;
        let input = self.input()?;
        let mut out = OutputFile::create(&self.out)?;
        let done = match &self.restore {
            Some(key) => self.restored(key, input, &mut out)?,
            None => self.redacted(input, &mut out)?,
        };
        out.publish()?;
        dataset::report_rejected(&done.rejected, context.printer);
        let report = RedactReport {
            written: done.written,
            rejected: done.rejected.len(),
            redacted: &done.counts,
        };
        let text = format!("written  {} calls\nredacted {}", done.written, done.counts);
        context.printer.answer(&text, report)?;
        Ok(if done.rejected.is_empty() {
            Exit::Done
        } else {
            Exit::SomeRejected
        })
    }

    fn input(&self) -> Result<Box<dyn BufRead>, CliError> {
        if self.data == Path::new("-") {
            return Ok(Box::new(BufReader::new(std::io::stdin())));
        }
        let file = fs_err::File::open(&self.data);
        let file = file.map_err(|source| CliError::call(&self.data, source))?;
        Ok(Box::new(BufReader::new(file)))
    }

    fn redacted(&self, input: impl BufRead, out: impl Write) -> Result<FileRedaction, Failure> {
        let redactor = Redactor::new(self.options()?)?;
        let mut key = self.key.as_deref().map(KeyFileWriter::create).transpose()?;
        let options = ReadOptions::default();
        let done = redact_file(&redactor, input, &self.data, out, key.as_mut(), &options)?;
        if let Some(key) = &mut key {
            key.flush()?;
        }
        Ok(done)
    }

    fn restored(
        &self,
        key: &Path,
        input: impl BufRead,
        out: impl Write,
    ) -> Result<FileRedaction, Failure> {
        let key = KeyFile::read(key)?;
        Ok(restore_file(
            &key,
            input,
            &self.data,
            out,
            &ReadOptions::default(),
        )?)
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
