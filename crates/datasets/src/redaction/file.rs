//! A whole file of calls without personal data: [`redact_file`], and back: [`restore_file`].

use std::io::{self, BufRead, Write};
use std::path::Path;

use rayon::prelude::*;
use upturn_core::Conversation;

use super::{KeyFile, KeyFileWriter, Redacted, RedactionCounts, RedactionError, Redactor};
use crate::lines::Lines;
use crate::{Counted, ReadOptions, RejectReason, Rejected, record};

/// Calls that are worked on together.
const BATCH: usize = 256;

/// What became of the calls of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileRedaction {
    /// Calls written.
    pub written: u64,
    /// Records that are no calls, which are not written.
    pub rejected: Vec<Rejected>,
    /// How many places were replaced.
    pub counts: RedactionCounts,
}

/// Redacts the canonical form, line by line, in its order. `name` stands for the input in messages.
///
/// # Errors
///
/// [`RedactionError`], those of the streams among them.
pub fn redact_file(
    redactor: &Redactor,
    input: impl BufRead,
    name: &Path,
    mut output: impl Write,
    mut key: Option<&mut KeyFileWriter>,
    options: &ReadOptions,
) -> Result<FileRedaction, RedactionError> {
    let mut done = FileRedaction::default();
    let mut lines = Lines::new(input, options.max_line_bytes);
    loop {
        let calls = batch(&mut lines, name, &mut done).map_err(RedactionError::stream(name))?;
        if calls.is_empty() {
            return Ok(done);
        }
        let redacted: Vec<Result<Redacted, RedactionError>> = calls
            .par_iter()
            .map(|call| redactor.redact(call, &[]))
            .collect();
        for redacted in redacted {
            let redacted = redacted?;
            write(&mut output, &redacted.conversation).map_err(RedactionError::stream(name))?;
            if let Some(key) = &mut key {
                key.write(&redacted)?;
            }
            done.written += 1;
            done.counts.add(&redacted.counts);
        }
    }
}

/// Puts back what a key file holds, line by line.
///
/// # Errors
///
/// As [`redact_file`].
pub fn restore_file(
    key: &KeyFile,
    input: impl BufRead,
    name: &Path,
    mut output: impl Write,
    options: &ReadOptions,
) -> Result<FileRedaction, RedactionError> {
    let mut done = FileRedaction::default();
    let mut lines = Lines::new(input, options.max_line_bytes);
    loop {
        let calls = batch(&mut lines, name, &mut done).map_err(RedactionError::stream(name))?;
        if calls.is_empty() {
            return Ok(done);
        }
        for call in calls {
            let restored = key.restore(&call)?;
            write(&mut output, &restored).map_err(RedactionError::stream(name))?;
            done.written += 1;
        }
    }
}

fn batch(
    lines: &mut Lines<impl BufRead>,
    name: &Path,
    done: &mut FileRedaction,
) -> io::Result<Vec<Conversation>> {
    let mut calls = Vec::new();
    while calls.len() < BATCH {
        let Some(line) = lines.next_line()? else {
            break;
        };
        if line.text.as_ref().is_ok_and(|text| text.trim().is_empty()) {
            continue;
        }
        match line.text.and_then(record::parse) {
            Ok(call) => calls.push(call),
            Err(reason) => done.reject(name, line.number, reason),
        }
    }
    Ok(calls)
}

impl FileRedaction {
    fn reject(&mut self, file: &Path, line: u64, reason: RejectReason) {
        self.rejected.push(Rejected {
            file: file.to_owned(),
            line,
            counted: Counted::Lines,
            reason,
        });
    }
}

fn write(output: &mut impl Write, call: &Conversation) -> io::Result<()> {
    serde_json::to_writer(&mut *output, call)?;
    output.write_all(b"\n")
}
