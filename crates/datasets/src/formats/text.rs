//! Plain text with names, with or without time stamps: [`TextRecords`]. One file is one call.
//!
//! A turn begins with `Name: text`, `[00:01:02] Name: text`, `00:01 Name: text`, `Name (00:01:02): text`, or with
//! `Name  0:01` on a line of its own (as Otter writes); a time on a line of its own (as Meet writes) is the start of the
//! turn that follows. Any other line goes on with the turn before it. Lines before the first turn (a title, attendees) are
//! counted as unread.

use std::io::{self, BufRead};

use super::speech::{Counts, Piece, Speech};
use super::whole::{Heard, Whole};
use super::{clock, labels};
use crate::{ReadOptions, Record, Records, RejectReason};

/// Reads a plain text as one record.
///
/// The metadata hold the same as those of [`VttRecords`](crate::VttRecords). A text in which no line names a voice is
/// rejected: it may be anything.
#[derive(Debug)]
pub struct TextRecords(Whole);

impl TextRecords {
    /// A reader of a file in any encoding; `id` names the call. At most [`ReadOptions::max_line_bytes`] are held.
    pub fn new(
        input: impl BufRead + Send + 'static,
        id: impl Into<String>,
        options: &ReadOptions,
    ) -> Self {
        Self(Whole::new(input, id, options))
    }
}

impl Records for TextRecords {
    fn next_record(&mut self) -> io::Result<Option<Record>> {
        self.0.next_record(parse)
    }
}

fn parse(text: &str) -> Result<Heard, RejectReason> {
    let counts = counts(text)?;
    let mut speech = Speech::new(counts);
    each_piece(text, |piece| speech.add(piece))?;
    let unread_lines = speech.unread();
    let transcript = speech.finish();
    if unread_lines > 0 && transcript.is_err() {
        return Err(RejectReason::NoSpeaker);
    }
    Ok(Heard {
        transcript: transcript?,
        dropped_times: 0,
        unread_lines,
    })
}

/// How often each name may stand in a text.
///
/// # Errors
///
/// [`RejectReason::TooManyVoices`].
pub(crate) fn counts(text: &str) -> Result<Counts, RejectReason> {
    let mut counts = Counts::default();
    each_piece(text, |piece| counts.add(piece))?;
    Ok(counts)
}

/// Goes through the lines that are not blank. A time that stands alone goes to the next line with a name.
fn each_piece(
    text: &str,
    mut take: impl FnMut(&Piece<'_>) -> Result<(), RejectReason>,
) -> Result<(), RejectReason> {
    let (mut opens, mut waiting) = (true, None);
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            opens = true;
            continue;
        }
        let mut piece = piece(line);
        if piece.line.is_empty() {
            waiting = piece.start_ms;
            opens = true;
            continue;
        }
        piece.opens = std::mem::take(&mut opens);
        if piece.label.is_some() {
            piece.start_ms = piece.start_ms.or(waiting.take());
        }
        take(&piece)?;
    }
    Ok(())
}

/// What a line may be; an empty piece with a start if it is nothing but a time.
fn piece(line: &str) -> Piece<'_> {
    timed(line)
        .or_else(|| name_then_time(line))
        .unwrap_or_else(|| Piece {
            line,
            label: labels::split(line),
            ..Piece::default()
        })
}

/// `[00:01:02] Name: text`, `00:01 - 00:03 Name: text`; without a name the stamp is no part of what is said.
fn timed(line: &str) -> Option<Piece<'_>> {
    let (start_ms, end_ms, rest) = if let Some((inside, rest)) = bracketed(line) {
        let (start, end, left) = times(inside)?;
        left.trim().is_empty().then_some((start, end, rest))?
    } else {
        times(line)?
    };
    let rest =
        rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '|' | ':'));
    let label = labels::split(rest);
    Some(Piece {
        line: rest,
        label,
        start_ms: Some(start_ms),
        end_ms: end_ms.filter(|end| start_ms <= *end),
        is_certain: label.is_some(),
        ..Piece::default()
    })
}

/// The inside of the brackets that a text begins with, and what follows them.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let close = match text.chars().next()? {
        '[' => ']',
        '(' => ')',
        _ => return None,
    };
    let (inside, rest) = text.get(1..)?.split_once(close)?;
    Some((inside.trim(), rest))
}

/// The start that a text begins with, the end if one follows it, and what follows.
fn times(text: &str) -> Option<(u64, Option<u64>, &str)> {
    let (start, rest) = first_time(text)?;
    Some(match until(rest).and_then(first_time) {
        Some((end, rest)) => (start, Some(end), rest),
        None => (start, None, rest),
    })
}

/// The time that a text begins with, and what follows it.
fn first_time(text: &str) -> Option<(u64, &str)> {
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let clock = word.trim_end_matches('-');
    Some((clock::milliseconds(clock)?, rest))
}

/// What follows a mark between two times.
fn until(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let rest = ["-->", "->", "-", "–"]
        .iter()
        .find_map(|mark| text.strip_prefix(mark))?;
    Some(rest.trim_start())
}

/// `Name (00:01:02): text`, or `Name  0:01` with nothing behind it.
fn name_then_time(line: &str) -> Option<Piece<'_>> {
    let found = stamped(line).or_else(|| trailing(line));
    let (label, start_ms, said, is_certain) = found?;
    labels::is_label(label).then_some(Piece {
        line,
        label: Some((label, said)),
        start_ms: Some(start_ms),
        is_certain,
        ..Piece::default()
    })
}

type Named<'t> = (&'t str, u64, &'t str, bool);

/// A name and a time in brackets.
fn stamped(line: &str) -> Option<Named<'_>> {
    line.match_indices(['(', '[']).take(8).find_map(|(at, _)| {
        let (name, stamp) = line.split_at(at);
        let (inside, rest) = bracketed(stamp)?;
        let start = clock::milliseconds(inside)?;
        let rest = rest.trim_start();
        let said = rest.strip_prefix(':').or(rest.is_empty().then_some(rest))?;
        Some((name.trim(), start, said.trim(), true))
    })
}

/// A name and, after white space, a time that ends the line. Two spaces or a tab leave no doubt.
fn trailing(line: &str) -> Option<Named<'_>> {
    let (before, word) = line.rsplit_once(char::is_whitespace)?;
    let start = clock::milliseconds(word)?;
    let name = before.trim_end();
    let is_certain = name.len() < before.len() || line.contains('\t');
    Some((name, start, "", is_certain))
}

#[cfg(test)]
mod tests;
