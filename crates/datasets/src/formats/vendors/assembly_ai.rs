//! `AssemblyAI`'s transcript: [`AssemblyAiRecords`].
//!
//! `{"id", "status", "language_code", "utterances": [{"speaker", "text", "start", "end"}], "words", "text"}`, times in
//! milliseconds.

use std::io::{self, BufRead};

use serde::Deserialize;
use serde_json::Value;

use super::calls::Calls;
use super::draft::Draft;
use super::label::{Label, given};
use super::span::Span;
use super::typed::{Object, parse};
use crate::{Quoted, ReadOptions, Record, Records, RejectReason, Transcript};

/// Reads the JSON of `AssemblyAI`: a document is a call.
///
/// Utterances are taken where there are any; otherwise words, those of one voice in a row together; otherwise the text. A
/// voice is called as its `speaker`, or else as its `channel`. A transcript whose `status` is not `completed` is
/// [rejected](RejectReason::NotTranscribed).
#[derive(Debug)]
pub struct AssemblyAiRecords(Calls);

impl AssemblyAiRecords {
    /// Reads from `input`, a file called `name`.
    pub fn new(input: impl BufRead + Send + 'static, name: &str, options: &ReadOptions) -> Self {
        Self(Calls::new(input, name, options, transcript))
    }
}

impl Records for AssemblyAiRecords {
    fn next_record(&mut self) -> io::Result<Option<Record>> {
        self.0.next_record()
    }
}

#[derive(Deserialize)]
struct Call {
    id: Option<Label>,
    status: Option<String>,
    language_code: Option<String>,
    audio_duration: Option<Value>,
    text: Option<String>,
    utterances: Option<Vec<Object<Said>>>,
    words: Option<Vec<Object<Said>>>,
}

/// An utterance or a word.
#[derive(Deserialize)]
struct Said {
    text: Option<String>,
    speaker: Option<Label>,
    channel: Option<Label>,
    start: Option<f64>,
    end: Option<f64>,
}

fn transcript(text: &str, id: String) -> Result<Transcript, RejectReason> {
    let call: Call = parse(text)?;
    if let Some(status) = call.status.filter(|status| status != "completed") {
        return Err(RejectReason::NotTranscribed {
            status: Quoted::new(&status),
        });
    }
    let id = given(call.id.as_ref()).map_or(id, str::to_owned);
    let mut draft = Draft::new(id, "assemblyai");
    draft.language(call.language_code.as_deref());
    draft.keep("audio_duration", call.audio_duration);
    let utterances = call.utterances.unwrap_or_default();
    let words = call.words.unwrap_or_default();
    if !utterances.is_empty() {
        for Object(said) in &utterances {
            draft.say_as(said.voice(), said.text(), said.span());
        }
    } else if !words.is_empty() {
        say_words(&mut draft, &words);
    } else if let Some(text) = &call.text {
        draft.say(None, text, Span::default());
    }
    draft.finish()
}

/// Adds words, those of one voice in a row as one utterance.
fn say_words(draft: &mut Draft, words: &[Object<Said>]) {
    for run in words.chunk_by(|a, b| a.0.voice() == b.0.voice()) {
        let (Some(Object(first)), Some(Object(last))) = (run.first(), run.last()) else {
            continue;
        };
        let texts: Vec<_> = run.iter().map(|word| word.0.text()).collect();
        draft.say_as(
            first.voice(),
            &texts.join(" "),
            first.span().to(last.span()),
        );
    }
}

impl Said {
    fn voice(&self) -> Option<&str> {
        given(self.speaker.as_ref()).or(given(self.channel.as_ref()))
    }

    fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    fn span(&self) -> Span {
        Span::of_milliseconds(self.start, self.end)
    }
}

#[cfg(test)]
mod tests;
