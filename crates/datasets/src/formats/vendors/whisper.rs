//! Whisper and `WhisperX`, with or without speakers: [`WhisperRecords`].
//!
//! `{"segments": [{"start", "end", "text", "speaker", "words": [{"word", "start", "end", "speaker"}]}], "language"}`,
//! times in seconds.

use std::io::{self, BufRead};

use serde::Deserialize;
use serde_json::Value;

use super::calls::Calls;
use super::draft::Draft;
use super::label::{Label, given};
use super::span::Span;
use super::typed::{Object, parse};
use crate::{ReadOptions, Record, Records, RejectReason, Transcript};

/// Reads the JSON of Whisper and of `WhisperX`: a document is a call, a segment an utterance.
///
/// A segment whose words have different speakers is cut where the speaker changes; a word without a speaker belongs to
/// the one before it. Where no word has one, the segment's counts, and without that the voice is unnamed. The form has
/// no id: a call is called as its file.
#[derive(Debug)]
pub struct WhisperRecords(Calls);

impl WhisperRecords {
    /// Reads from `input`, a file called `name`.
    pub fn new(input: impl BufRead + Send + 'static, name: &str, options: &ReadOptions) -> Self {
        Self(Calls::new(input, name, options, transcript))
    }
}

impl Records for WhisperRecords {
    fn next_record(&mut self) -> io::Result<Option<Record>> {
        self.0.next_record()
    }
}

#[derive(Deserialize)]
struct Call {
    segments: Vec<Object<Segment>>,
    language: Option<String>,
    duration: Option<Value>,
}

#[derive(Deserialize)]
struct Segment {
    start: Option<f64>,
    end: Option<f64>,
    text: Option<String>,
    speaker: Option<Label>,
    words: Option<Vec<Object<Spoken>>>,
}

#[derive(Deserialize)]
struct Spoken {
    word: Option<String>,
    start: Option<f64>,
    end: Option<f64>,
    speaker: Option<Label>,
}

impl Spoken {
    fn text(&self) -> &str {
        self.word.as_deref().unwrap_or_default()
    }
}

/// Words of one speaker in a row.
struct Run<'s> {
    speaker: Option<&'s str>,
    words: &'s [Object<Spoken>],
}

fn transcript(text: &str, id: String) -> Result<Transcript, RejectReason> {
    let call: Call = parse(text)?;
    let mut draft = Draft::new(id, "whisper");
    draft.language(call.language.as_deref());
    draft.keep("duration", call.duration);
    for Object(segment) in &call.segments {
        say(&mut draft, segment);
    }
    draft.finish()
}

/// Adds a segment, in pieces if it has several speakers.
fn say(draft: &mut Draft, segment: &Segment) {
    let words = segment.words.as_deref().unwrap_or_default();
    let runs = runs(words);
    let whole = Span::of_seconds(segment.start, segment.end);
    if let [] | [_] = runs.as_slice() {
        let speaker = runs.first().and_then(|run| run.speaker);
        let text = segment.text.clone().unwrap_or_else(|| joined(words));
        draft.say_as(speaker.or(given(segment.speaker.as_ref())), &text, whole);
        return;
    }
    let text = segment.text.as_deref().unwrap_or_default();
    let texts =
        cut(text, &runs).unwrap_or_else(|| runs.iter().map(|run| joined(run.words)).collect());
    let last = runs.len() - 1;
    for (at, (run, text)) in runs.iter().zip(texts).enumerate() {
        let start = if at == 0 { segment.start } else { None };
        let end = if at == last { segment.end } else { None };
        draft.say_as(run.speaker, &text, run.span(start, end));
    }
}

/// The words in runs of one speaker each.
fn runs(words: &[Object<Spoken>]) -> Vec<Run<'_>> {
    let mut found: Vec<(Option<&str>, usize)> = Vec::new();
    for (at, Object(word)) in words.iter().enumerate() {
        let speaker = given(word.speaker.as_ref());
        match found.last_mut() {
            Some((known, _)) if speaker.is_none() || *known == speaker => {}
            Some((known @ None, _)) => *known = speaker,
            _ => found.push((speaker, at)),
        }
    }
    let ends = found.iter().skip(1).map(|(_, start)| *start);
    let ends = ends.chain([words.len()]).collect::<Vec<_>>();
    let run = |((speaker, start), end): (&(Option<_>, usize), usize)| Run {
        speaker: *speaker,
        words: words.get(*start..end).unwrap_or_default(),
    };
    found.iter().zip(ends).map(run).collect()
}

/// The text of a segment cut where its runs begin; none if it does not consist of their words.
fn cut(text: &str, runs: &[Run<'_>]) -> Option<Vec<String>> {
    let mut pieces = Vec::with_capacity(runs.len());
    let mut rest = text;
    for run in runs {
        let before = rest;
        for Object(word) in run.words {
            rest = rest.trim_start().strip_prefix(word.text().trim())?;
        }
        let (said, _) = before.split_at_checked(before.len() - rest.len())?;
        pieces.push(said.to_owned());
    }
    pieces.last_mut()?.push_str(rest);
    Some(pieces)
}

/// The words in a row, with spaces where they bring none along.
fn joined(words: &[Object<Spoken>]) -> String {
    let mut text = String::new();
    for word in words.iter().map(|word| word.0.text()) {
        if !text.is_empty() && !word.starts_with(char::is_whitespace) {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

impl Run<'_> {
    /// From its first to its last word that has a time, unless it is known better.
    fn span(&self, start: Option<f64>, end: Option<f64>) -> Span {
        let first = || self.words.iter().find_map(|word| word.0.start);
        let last = || self.words.iter().rev().find_map(|word| word.0.end);
        Span::of_seconds(start.or_else(first), end.or_else(last))
    }
}

#[cfg(test)]
mod tests;
