//! Exports of chats: [`ChatRecords`].
//!
//! - `{"messages": [{"role", "content", "name"}]}`, with `id`, `created_at` and `metadata` or without; also a list of
//!   messages alone, as the whole file or as an element of an array.
//! - Intercom's conversation: `{"source", "conversation_parts": {"conversation_parts": [{"author", "body"}]}}`.
//! - Zendesk's comments of a ticket with their authors: `{"comments": [{"author_id", "body"}], "users": [{"id", "role"}]}`.

use std::io::{self, BufRead};

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::draft::Draft;
use super::json::{Document, Documents};
use super::typed::{parse, parse_any, within};
use crate::{Counted, ReadOptions, Record, Records, RejectReason, Transcript};

mod authors;
mod intercom;
mod markup;
mod messages;
mod zendesk;

use messages::Message;
pub(crate) use messages::{CONTENT, PART};

/// Reads exports of chats: a document is a conversation, a message an utterance.
///
/// An array whose first element is a message is a single conversation. The role or the kind of author states the side
/// of a party (`user` buys; `assistant`, `agent` and the like sell; `system` and `tool` do neither); another word is its
/// label and nothing more. What is no text or what only colleagues could read (pictures, events, notes) is left out and
/// counted in `extra`.
#[derive(Debug)]
pub struct ChatRecords {
    documents: Documents,
    name: String,
    limit: usize,
    /// Whether it is settled what the elements of an array are.
    is_settled: bool,
}

impl ChatRecords {
    /// Reads from `input`, a file called `name`.
    pub fn new(input: impl BufRead + Send + 'static, name: &str, options: &ReadOptions) -> Self {
        Self {
            documents: Documents::new(input, options),
            name: name.to_owned(),
            limit: options.max_line_bytes,
            is_settled: false,
        }
    }

    /// Whether this is the first readable element of an array of messages.
    fn opens_a_chat(&mut self, document: &Document) -> bool {
        if self.is_settled || document.counted != Counted::Elements {
            return false;
        }
        let kind = document
            .text
            .as_deref()
            .ok()
            .and_then(|text| kind(text).ok());
        self.is_settled = kind.is_some();
        matches!(kind, Some(Kind::Message))
    }

    /// The conversation whose messages are the elements of the file from this one on.
    fn one_of_messages(&mut self, first: Document) -> io::Result<Record> {
        let mut draft = Draft::new(self.name.as_str(), messages::SOURCE);
        let (mut left, mut counts) = (self.limit, messages::Counts::default());
        let mut fault = (first.place > 1).then(|| RejectReason::Missing {
            field: "messages[0]".to_owned(),
        });
        let mut next = Some(first);
        while let Some(document) = next {
            let place = format!("messages[{}]", document.place.saturating_sub(1));
            let said = document.text.and_then(|text| {
                let limit = self.limit;
                left = left
                    .checked_sub(text.len())
                    .ok_or(RejectReason::LongCall { limit })?;
                parse::<Message>(&text).map_err(|reason| within(&place, reason))
            });
            match said {
                Ok(message) if fault.is_none() => message.say(&mut draft, &mut counts),
                Ok(_) => {}
                Err(reason) => fault = fault.or(Some(reason)),
            }
            next = self.documents.next_document()?;
        }
        counts.keep(&mut draft);
        Ok(Record {
            place: 1,
            counted: Counted::Lines,
            content: fault.map_or_else(|| draft.finish(), Err),
        })
    }
}

impl Records for ChatRecords {
    fn next_record(&mut self) -> io::Result<Option<Record>> {
        let Some(document) = self.documents.next_document()? else {
            return Ok(None);
        };
        if self.opens_a_chat(&document) {
            return self.one_of_messages(document).map(Some);
        }
        let id = document.id(&self.name);
        Ok(Some(Record {
            place: document.place,
            counted: document.counted,
            content: document.text.and_then(|text| transcript(&text, id)),
        }))
    }
}

/// What a document is, by the field that only this kind has.
enum Kind {
    Messages,
    List,
    Intercom,
    Zendesk,
    Message,
    Other,
}

#[derive(Deserialize)]
struct Fields {
    messages: Option<IgnoredAny>,
    conversation_parts: Option<IgnoredAny>,
    comments: Option<IgnoredAny>,
    role: Option<IgnoredAny>,
}

fn kind(text: &str) -> Result<Kind, RejectReason> {
    if text.trim_start().starts_with('[') {
        return Ok(Kind::List);
    }
    let fields: Fields = parse(text)?;
    Ok(match fields {
        Fields {
            messages: Some(_), ..
        } => Kind::Messages,
        Fields {
            conversation_parts: Some(_),
            ..
        } => Kind::Intercom,
        Fields {
            comments: Some(_), ..
        } => Kind::Zendesk,
        Fields { role: Some(_), .. } => Kind::Message,
        _ => Kind::Other,
    })
}

fn transcript(text: &str, id: String) -> Result<Transcript, RejectReason> {
    match kind(text)? {
        Kind::Intercom => intercom::transcript(text, id),
        Kind::Zendesk => zendesk::transcript(text, id),
        Kind::List => messages::of_list(parse_any(text)?, id),
        Kind::Messages | Kind::Message | Kind::Other => messages::transcript(text, id),
    }
}

#[cfg(test)]
mod tests;
