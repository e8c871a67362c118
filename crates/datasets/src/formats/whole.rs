//! A file that is one record: [`Whole`], and what is kept of how it was read.

use std::fmt;
use std::io::{self, BufRead, Read};

use serde_json::{Map, Value};

use crate::sources::{Decoded, UTF_8};
use crate::{Counted, ReadOptions, Record, RejectReason, Transcript};

/// Reads a file into memory, up to the limit, and yields one record of it.
pub(crate) struct Whole {
    input: Option<Box<dyn BufRead + Send>>,
    id: String,
    limit: usize,
}

/// What a reader made of a file.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) transcript: Transcript,
    /// Utterances of which a time could not be.
    pub(crate) dropped_times: u64,
    /// Lines that belong to no utterance.
    pub(crate) unread_lines: u64,
}

impl Whole {
    pub(crate) fn new(
        input: impl BufRead + Send + 'static,
        id: impl Into<String>,
        options: &ReadOptions,
    ) -> Self {
        Self {
            input: Some(Box::new(input)),
            id: id.into(),
            limit: options.max_line_bytes,
        }
    }

    /// The record, once.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    pub(crate) fn next_record(
        &mut self,
        parse: impl FnOnce(&str) -> Result<Heard, RejectReason>,
    ) -> io::Result<Option<Record>> {
        let Some(input) = self.input.take() else {
            return Ok(None);
        };
        let mut input = Decoded::new(input);
        let mut bytes = Vec::new();
        let limit = (self.limit as u64).saturating_add(1);
        (&mut input).take(limit).read_to_end(&mut bytes)?;
        let content = self.text(bytes).and_then(|text| parse(&text));
        let id = std::mem::take(&mut self.id);
        Ok(Some(Record {
            place: 1,
            counted: Counted::Lines,
            content: content.map(|heard| heard.named(id, input.encoding(), input.replaced())),
        }))
    }

    /// The bytes as text whose line breaks are `\n`.
    fn text(&self, bytes: Vec<u8>) -> Result<String, RejectReason> {
        if bytes.len() > self.limit {
            return Err(RejectReason::LongCall { limit: self.limit });
        }
        if let Some(at) = memchr::memchr(0, &bytes) {
            return Err(RejectReason::NotText { byte: at + 1 });
        }
        let text = String::from_utf8(bytes).map_err(|error| RejectReason::NotUtf8 {
            byte: error.utf8_error().valid_up_to() + 1,
        })?;
        if text.trim().is_empty() {
            return Err(RejectReason::EmptyFile);
        }
        Ok(if text.contains('\r') {
            text.replace("\r\n", "\n").replace('\r', "\n")
        } else {
            text
        })
    }
}

impl Heard {
    /// The transcript with its id and, under `reading`, what was odd about its file; nothing if nothing was.
    fn named(self, id: String, encoding: &'static str, replaced: u64) -> Transcript {
        let mut reading = Map::new();
        if encoding != UTF_8 {
            reading.insert("encoding".to_owned(), encoding.into());
        }
        for (name, count) in [
            ("replaced_characters", replaced),
            ("dropped_times", self.dropped_times),
            ("unread_lines", self.unread_lines),
        ] {
            if count > 0 {
                reading.insert(name.to_owned(), count.into());
            }
        }
        let mut transcript = self.transcript;
        transcript.id = id;
        if !reading.is_empty() {
            let extra = &mut transcript.metadata.extra;
            extra.insert("reading".to_owned(), Value::Object(reading));
        }
        transcript
    }
}

impl fmt::Debug for Whole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Whole")
            .field("is_read", &self.input.is_none())
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
