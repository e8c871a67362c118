//! Gong's transcripts of calls, with what it knows of the parties: [`GongRecords`] and [`GongCalls`].
//!
//! `{"callTranscripts": [{"callId", "transcript": [{"speakerId", "sentences": [{"start", "end", "text"}]}]}]}`, times in
//! milliseconds; and `{"calls": [{"metaData", "parties", "context"}]}`, in the same file or in one of its own.

use std::collections::VecDeque;
use std::io::{self, BufRead};
use std::sync::Arc;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::draft::Draft;
use super::json::Documents;
use super::label::{Label, given};
use super::span::Span;
use super::typed::{Object, parse, within};
use crate::{Counted, ReadOptions, Record, Records, RejectReason, Transcript};

mod calls;

pub use calls::GongCalls;

/// Reads transcripts of calls as Gong's API gives them: each element of `callTranscripts` is a record, and each monologue
/// an utterance. A document may also be such an element by itself.
///
/// What is known of a call (`calls` of the same document, or [`with_calls`](Self::with_calls)) gives names, e-mail
/// addresses and the side of its parties: `Internal` sells, `External` buys. A party is labelled with its `speakerId`.
/// Without it the transcript still reads.
///
/// A broken element of `calls` is a rejected record too; the transcripts are then read without it. A whole response is
/// held, so it counts against [`ReadOptions::max_line_bytes`].
#[derive(Debug)]
pub struct GongRecords {
    documents: Documents,
    name: String,
    calls: Arc<GongCalls>,
    waiting: VecDeque<Result<Transcript, RejectReason>>,
    read: u64,
}

impl GongRecords {
    /// Reads from `input`, a file called `name`.
    pub fn new(input: impl BufRead + Send + 'static, name: &str, options: &ReadOptions) -> Self {
        Self {
            documents: Documents::new(input, options),
            name: name.to_owned(),
            calls: Arc::default(),
            waiting: VecDeque::new(),
            read: 0,
        }
    }

    /// The same with what other files say of the calls; what stands beside the transcript itself goes first. None by
    /// default.
    #[must_use]
    pub fn with_calls(mut self, calls: Arc<GongCalls>) -> Self {
        self.calls = calls;
        self
    }

    /// Reads all records of a document.
    fn add(&mut self, text: &str) -> Result<(), RejectReason> {
        let page: Page<'_> = parse(text)?;
        let (calls, broken) = GongCalls::of_elements(&page.calls.unwrap_or_default());
        self.waiting.extend(broken.into_iter().map(Err));
        let single = page.call_id.is_some() && page.call_transcripts.is_none();
        let elements = match page.call_transcripts {
            Some(elements) => elements.iter().map(|element| element.get()).collect(),
            None if single => vec![text],
            None => {
                let field = "callTranscripts".to_owned();
                return Err(RejectReason::Missing { field });
            }
        };
        for element in elements {
            let place = self.read + self.waiting.len() as u64 + 1;
            let id = format!("{}-{place}", self.name);
            let content = transcript(element, id, &[&calls, &self.calls]);
            self.waiting.push_back(content);
        }
        Ok(())
    }
}

impl Records for GongRecords {
    fn next_record(&mut self) -> io::Result<Option<Record>> {
        while self.waiting.is_empty() {
            let Some(document) = self.documents.next_document()? else {
                if self.read > 0 {
                    return Ok(None);
                }
                self.waiting.push_back(Err(RejectReason::EmptyFile));
                break;
            };
            if let Err(reason) = document.text.and_then(|text| self.add(&text)) {
                self.waiting.push_back(Err(reason));
            }
        }
        self.read += 1;
        let (place, counted) = (self.read, Counted::Elements);
        Ok(self.waiting.pop_front().map(|content| Record {
            place,
            counted,
            content,
        }))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page<'t> {
    #[serde(borrow)]
    call_transcripts: Option<Vec<&'t RawValue>>,
    #[serde(borrow)]
    calls: Option<Vec<&'t RawValue>>,
    call_id: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    call_id: Option<Label>,
    transcript: Vec<Object<Monologue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Monologue {
    speaker_id: Option<Label>,
    sentences: Option<Vec<Object<Sentence>>>,
}

#[derive(Deserialize)]
struct Sentence {
    start: Option<f64>,
    end: Option<f64>,
    text: Option<String>,
}

/// Reads one call; the first of `known` that has it describes it.
fn transcript(text: &str, id: String, known: &[&GongCalls]) -> Result<Transcript, RejectReason> {
    let call: Call = parse(text)?;
    let call_id = given(call.call_id.as_ref());
    let mut draft = Draft::new(call_id.map_or(id, str::to_owned), "gong");
    let about = call_id.and_then(|id| known.iter().find_map(|calls| calls.get(id)));
    if let Some(about) = about {
        about.describe(&mut draft);
    }
    for Object(monologue) in &call.transcript {
        let sentences = monologue.sentences.as_deref().unwrap_or_default();
        let texts = sentences
            .iter()
            .filter_map(|sentence| sentence.0.text.as_deref());
        let text = texts.collect::<Vec<_>>().join(" ");
        let start = sentences.first().and_then(|sentence| sentence.0.start);
        let end = sentences.last().and_then(|sentence| sentence.0.end);
        let span = Span::of_milliseconds(start, end);
        draft.say_as(given(monologue.speaker_id.as_ref()), &text, span);
    }
    draft.finish()
}

#[cfg(test)]
mod tests;
