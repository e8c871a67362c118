//! A whole file of calls without personal data: [`redact_file`], and back: [`restore_file`].

use std::io::Write;

use upturn_core::Conversation;

use super::{KeyFile, KeyFileWriter, Redacted, RedactionCounts, RedactionError, Redactor};
use crate::{CallStream, Corpus, DatasetError, Rejections, record};

/// What became of the calls of a file.
///
/// Law: every record is written or rejected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileRedaction {
    /// Records, good or bad, counted as they were read.
    pub read: u64,
    /// Calls written.
    pub written: u64,
    /// Records that are no calls, which are not written.
    pub rejected: Rejections,
    /// How many places were replaced.
    pub counts: RedactionCounts,
}

/// Redacts the canonical form, line by line, in its order.
///
/// # Errors
///
/// [`RedactionError`], those of the streams among them, and if no record is a call.
pub fn redact_file(
    redactor: &Redactor,
    input: CallStream<'_>,
    output: impl Write,
    mut key: Option<&mut KeyFileWriter>,
) -> Result<FileRedaction, RedactionError> {
    let redact = |call: Conversation| redactor.redact(&call, &[]);
    let mut counts = RedactionCounts::default();
    let done = each(input, output, redact, |redacted: &Redacted| {
        counts.add(&redacted.counts);
        match &mut key {
            Some(key) => key.write(redacted),
            None => Ok(()),
        }
    })?;
    Ok(FileRedaction { counts, ..done })
}

/// Puts back what a key file holds, line by line.
///
/// # Errors
///
/// As [`redact_file`].
pub fn restore_file(
    key: &KeyFile,
    input: CallStream<'_>,
    output: impl Write,
) -> Result<FileRedaction, RedactionError> {
    let restore = |call: Conversation| key.restore(&call);
    each(input, output, restore, |_| Ok(()))
}

/// Changes each call, side by side, then writes them in their order; `changed` hears of each before it is written.
fn each<T: AsCall + Send>(
    mut input: CallStream<'_>,
    mut output: impl Write,
    change: impl Fn(Conversation) -> Result<T, RedactionError> + Sync,
    mut changed: impl FnMut(&T) -> Result<(), RedactionError>,
) -> Result<FileRedaction, RedactionError> {
    let mut done = FileRedaction::default();
    let work = |text: String| record::parse(&text).map(|call| line(change(call)));
    loop {
        let batch = input.next_batch(work)?;
        if batch.is_empty() {
            break;
        }
        for worked in batch {
            match worked.content {
                Ok(call) => {
                    let (call, line) = call?;
                    changed(&call)?;
                    let written = output.write_all(&line);
                    written.map_err(RedactionError::output(input.name()))?;
                    done.written += 1;
                }
                Err(reason) => done.rejected.add(input.rejected(worked.line, reason)),
            }
        }
    }
    done.read = input.records();
    usable(done, &input)
}

/// A call and what is known of its change.
trait AsCall {
    fn call(&self) -> &Conversation;
}

impl AsCall for Redacted {
    fn call(&self) -> &Conversation {
        &self.conversation
    }
}

impl AsCall for Conversation {
    fn call(&self) -> &Conversation {
        self
    }
}

/// With its line of the canonical form.
fn line<T: AsCall>(call: Result<T, RedactionError>) -> Result<(T, Vec<u8>), RedactionError> {
    let call = call?;
    let mut line = serde_json::to_vec(call.call()).map_err(RedactionError::Form)?;
    line.push(b'\n');
    Ok((call, line))
}

/// What was done, if anything was.
fn usable(done: FileRedaction, input: &CallStream<'_>) -> Result<FileRedaction, RedactionError> {
    let path = input.name().to_owned();
    match done.read {
        0 => Err(DatasetError::Empty { path }.into()),
        _ if done.written == 0 => Err(RedactionError::Calls(DatasetError::NothingUsable {
            path,
            corpus: Corpus::Jsonl,
            rejected: done.rejected,
            set_aside: 0,
        })),
        _ => Ok(done),
    }
}

#[cfg(test)]
mod tests;
