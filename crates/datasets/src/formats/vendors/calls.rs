//! Files in which each document is a call: [`Calls`].

use std::io::{self, BufRead};

use super::json::Documents;
use crate::{ReadOptions, Record, RejectReason, Transcript};

/// Turns each document into a call.
#[derive(Debug)]
pub(crate) struct Calls {
    documents: Documents,
    name: String,
    read: Read,
}

/// Reads a call from a document. The id is for calls that have none of their own.
type Read = fn(text: &str, id: String) -> Result<Transcript, RejectReason>;

impl Calls {
    pub(crate) fn new(
        input: impl BufRead + Send + 'static,
        name: &str,
        options: &ReadOptions,
        read: Read,
    ) -> Self {
        Self {
            documents: Documents::new(input, options),
            name: name.to_owned(),
            read,
        }
    }

    pub(crate) fn next_record(&mut self) -> io::Result<Option<Record>> {
        let Some(document) = self.documents.next_document()? else {
            return Ok(None);
        };
        let id = document.id(&self.name);
        Ok(Some(Record {
            place: document.place,
            counted: document.counted,
            content: document.text.and_then(|text| (self.read)(&text, id)),
        }))
    }
}
