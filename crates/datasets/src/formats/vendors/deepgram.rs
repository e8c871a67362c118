//! Deepgram's response for recorded audio: [`DeepgramRecords`].
//!
//! `{"metadata": {"request_id", "created", "duration"}, "results": {"channels": [{"alternatives": [{"transcript", "words",
//! "paragraphs"}]}], "utterances"}}`, times in seconds.

use std::io::{self, BufRead};

use serde::Deserialize;
use serde_json::Value;

use super::calls::Calls;
use super::draft::Draft;
use super::label::{Label, given};
use super::span::Span;
use super::typed::{Object, parse};
use crate::{ReadOptions, Record, Records, RejectReason, Transcript};

mod pieces;

/// Reads the JSON of Deepgram's pre-recorded audio: a document is a call.
///
/// Utterances are taken where there are any; otherwise, of each channel's first alternative, its paragraphs, else its
/// words, those of one voice in a row together, else its transcript. A voice is `speaker_0`; where there are several
/// channels `channel_0`, or `channel_0_speaker_1` if speakers are told apart in them, and all is ordered by its start.
///
/// `metadata.created` is the day of the transcription, not of the call: it is kept under its name and no date is set.
#[derive(Debug)]
pub struct DeepgramRecords(Calls);

impl DeepgramRecords {
    /// Reads from `input`, a file called `name`.
    pub fn new(input: impl BufRead + Send + 'static, name: &str, options: &ReadOptions) -> Self {
        Self(Calls::new(input, name, options, transcript))
    }
}

impl Records for DeepgramRecords {
    fn next_record(&mut self) -> io::Result<Option<Record>> {
        self.0.next_record()
    }
}

#[derive(Deserialize)]
struct Call {
    metadata: Option<Object<Metadata>>,
    results: Object<Results>,
}

#[derive(Deserialize, Default)]
struct Metadata {
    request_id: Option<Label>,
    created: Option<Value>,
    duration: Option<Value>,
}

#[derive(Deserialize)]
struct Results {
    channels: Option<Vec<Object<Channel>>>,
    utterances: Option<Vec<Object<Utterance>>>,
}

#[derive(Deserialize)]
struct Channel {
    alternatives: Option<Vec<Object<Alternative>>>,
    detected_language: Option<String>,
}

#[derive(Deserialize)]
struct Alternative {
    transcript: Option<String>,
    words: Option<Vec<Object<Spoken>>>,
    paragraphs: Option<Object<Paragraphs>>,
}

#[derive(Deserialize)]
struct Spoken {
    word: Option<String>,
    punctuated_word: Option<String>,
    start: Option<f64>,
    end: Option<f64>,
    speaker: Option<Label>,
}

#[derive(Deserialize)]
struct Paragraphs {
    paragraphs: Option<Vec<Object<Paragraph>>>,
}

#[derive(Deserialize)]
struct Paragraph {
    sentences: Option<Vec<Object<Sentence>>>,
    speaker: Option<Label>,
    start: Option<f64>,
    end: Option<f64>,
}

#[derive(Deserialize)]
struct Sentence {
    text: Option<String>,
}

#[derive(Deserialize)]
struct Utterance {
    transcript: Option<String>,
    channel: Option<Label>,
    speaker: Option<Label>,
    start: Option<f64>,
    end: Option<f64>,
}

fn transcript(text: &str, id: String) -> Result<Transcript, RejectReason> {
    let call: Call = parse(text)?;
    let metadata = call.metadata.unwrap_or_default().0;
    let id = given(metadata.request_id.as_ref()).map_or(id, str::to_owned);
    let mut draft = Draft::new(id, "deepgram");
    draft.keep("created", metadata.created);
    draft.keep("duration", metadata.duration);
    let Object(results) = call.results;
    let channels = results.channels.as_deref().unwrap_or_default();
    let language = channels
        .iter()
        .find_map(|channel| channel.0.detected_language.as_deref());
    draft.language(language);
    for piece in pieces::of(&results) {
        draft.say_as(piece.label.as_deref(), &piece.text, piece.span);
    }
    draft.finish()
}

#[cfg(test)]
mod tests;
