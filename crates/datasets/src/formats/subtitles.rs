//! `WebVTT` and SRT: [`VttRecords`] and [`SrtRecords`]. One file is one call.
//!
//! # Who speaks
//!
//! A voice span (`<v Jane Doe>`, as Teams writes) names its voice. In a file without any, a line that begins with
//! `Jane Doe: ` does (as Zoom writes); `Note: ` is a name only if it recurs or half of the cues begin with one. A cue
//! without either has no party: whether the voice before it goes on is not known.
//!
//! # Times
//!
//! Cues keep the order of the file, also where they overlap or run backwards. A time that is none, and an end before its
//! start, is left out and counted; the text stays.

use std::io::{self, BufRead};

use super::cues::{Cue, Cues, Dialect};
use super::labels;
use super::markup::{self, Span};
use super::speech::{Counts, Piece, Speech};
use super::whole::{Heard, Whole};
use crate::{ReadOptions, Record, Records, RejectReason};

/// Reads a `WebVTT` file as one record.
///
/// What was odd about the file stands in the transcript's metadata under `reading`, each only if it is so: `encoding` if
/// not UTF-8, and how many `replaced_characters`, `dropped_times` and `unread_lines` before the first cue there were.
#[derive(Debug)]
pub struct VttRecords(Whole);

/// Reads an SRT file as one record. The metadata hold the same as those of [`VttRecords`].
#[derive(Debug)]
pub struct SrtRecords(Whole);

impl VttRecords {
    /// A reader of a file in any encoding; `id` names the call. At most [`ReadOptions::max_line_bytes`] are held.
    pub fn new(
        input: impl BufRead + Send + 'static,
        id: impl Into<String>,
        options: &ReadOptions,
    ) -> Self {
        Self(Whole::new(input, id, options))
    }
}

impl SrtRecords {
    /// A reader of a file in any encoding; `id` names the call. At most [`ReadOptions::max_line_bytes`] are held.
    pub fn new(
        input: impl BufRead + Send + 'static,
        id: impl Into<String>,
        options: &ReadOptions,
    ) -> Self {
        Self(Whole::new(input, id, options))
    }
}

impl Records for VttRecords {
    fn next_record(&mut self) -> io::Result<Option<Record>> {
        self.0.next_record(|text| parse(text, Dialect::Vtt))
    }
}

impl Records for SrtRecords {
    fn next_record(&mut self) -> io::Result<Option<Record>> {
        self.0.next_record(|text| parse(text, Dialect::Srt))
    }
}

fn parse(text: &str, dialect: Dialect) -> Result<Heard, RejectReason> {
    let mut counts = Counts::default();
    let mut has_voices = false;
    for cue in Cues::new(text, dialect) {
        for span in markup::spans(&cue.text, dialect) {
            has_voices |= span.voice.is_some();
            if !has_voices {
                each_line(&span, &cue, |piece| counts.add(piece))?;
            }
        }
    }
    let mut speech = Speech::new(counts);
    let mut dropped_times = 0;
    let mut cues = Cues::new(text, dialect);
    for cue in cues.by_ref() {
        dropped_times += u64::from(cue.has_bad_time);
        for span in markup::spans(&cue.text, dialect) {
            if has_voices {
                speech.say(span.voice.as_deref(), &span.text, cue.start_ms, cue.end_ms)?;
            } else {
                each_line(&span, &cue, |piece| speech.add(piece))?;
            }
        }
    }
    Ok(Heard {
        dropped_times,
        unread_lines: cues.unread() + speech.unread(),
        transcript: speech.finish()?,
    })
}

/// Goes through the lines of a cue; the first of them opens it.
fn each_line(
    span: &Span,
    cue: &Cue,
    mut take: impl FnMut(&Piece<'_>) -> Result<(), RejectReason>,
) -> Result<(), RejectReason> {
    let lines = span
        .text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    for (at, line) in lines.enumerate() {
        take(&Piece {
            line,
            label: labels::split(line),
            start_ms: cue.start_ms,
            end_ms: cue.end_ms,
            is_certain: false,
            opens: at == 0,
            stands_alone: at == 0,
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
