//! Messages with a role and a content, in the form of `OpenAI`'s chats.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::super::day::Day;
use super::super::label::{Label, given};
use super::super::span::Span;
use super::super::typed::{Object, parse};
use super::authors;
use super::{Draft, RejectReason, Transcript};

pub(super) const SOURCE: &str = "chat";

/// What a content should be.
pub(crate) const CONTENT: &str = "a text or a list of parts";

/// What a part of a content should be.
pub(crate) const PART: &str = "a text or an object";

/// A message.
#[derive(serde::Deserialize)]
pub(super) struct Message {
    role: String,
    content: Option<Content>,
    name: Option<String>,
    email: Option<String>,
}

#[derive(serde::Deserialize)]
struct Chat {
    id: Option<Label>,
    conversation_id: Option<Label>,
    created_at: Option<Day>,
    language: Option<String>,
    metadata: Option<Map<String, Value>>,
    messages: Vec<Object<Message>>,
}

/// What could not become text.
#[derive(Default)]
pub(super) struct Counts {
    parts_without_text: u64,
}

impl Counts {
    /// Keeps them in `extra`, unless there is nothing to count.
    pub(super) fn keep(&self, draft: &mut Draft) {
        let parts = self.parts_without_text;
        draft.keep("parts_without_text", (parts > 0).then_some(parts));
    }
}

impl Message {
    /// Adds it to the conversation. One without a text is an empty utterance.
    pub(super) fn say(self, draft: &mut Draft, counts: &mut Counts) {
        let Content { text, without_text } = self.content.unwrap_or_default();
        counts.parts_without_text += without_text;
        let (name, email) = (self.name.as_deref(), self.email.as_deref());
        let label = authors::label(&self.role, name.or(email));
        let party = (!label.is_empty()).then(|| {
            draft.describe(&label, |party| {
                authors::describe(party, &self.role, name, email);
            })
        });
        draft.say(party, &text, Span::default());
    }
}

/// Reads a conversation.
pub(super) fn transcript(text: &str, id: String) -> Result<Transcript, RejectReason> {
    let chat: Chat = parse(text)?;
    let own = given(chat.id.as_ref()).or(given(chat.conversation_id.as_ref()));
    let mut draft = Draft::new(own.map_or(id, str::to_owned), SOURCE);
    draft.language(chat.language.as_deref());
    draft.metadata().date = chat.created_at.map(|day| day.0);
    keep_metadata(&mut draft, chat.metadata.unwrap_or_default());
    if given(chat.id.as_ref()).is_some() {
        draft.keep("conversation_id", given(chat.conversation_id.as_ref()));
    }
    finish(draft, chat.messages)
}

/// The conversation of a list of messages.
pub(super) fn of_list(
    messages: Vec<Object<Message>>,
    id: String,
) -> Result<Transcript, RejectReason> {
    finish(Draft::new(id, SOURCE), messages)
}

fn finish(mut draft: Draft, messages: Vec<Object<Message>>) -> Result<Transcript, RejectReason> {
    let mut counts = Counts::default();
    for Object(message) in messages {
        message.say(&mut draft, &mut counts);
    }
    counts.keep(&mut draft);
    draft.finish()
}

/// Names of the canonical metadata, which `extra` must not hold a second time.
const RESERVED: &[&str] = &[
    "account",
    "rep",
    "stage",
    "industry",
    "amount",
    "date",
    "outcome_date",
    "source",
    "language",
];

/// Keeps each field of `metadata` under its name. One that the canonical form has is set there if it is of its kind and
/// unset so far, and otherwise kept as `metadata.<name>`.
fn keep_metadata(draft: &mut Draft, fields: Map<String, Value>) {
    for (name, value) in fields {
        let metadata = draft.metadata();
        let place = match name.as_str() {
            "account" => Some(&mut metadata.account),
            "rep" => Some(&mut metadata.rep),
            "stage" => Some(&mut metadata.stage),
            "industry" => Some(&mut metadata.industry),
            _ => None,
        };
        match (place, value) {
            (Some(place @ None), Value::String(text)) => *place = Some(text),
            (_, value) if RESERVED.contains(&name.as_str()) => {
                draft.keep(&format!("metadata.{name}"), Some(value));
            }
            (_, value) => draft.keep(&name, Some(value)),
        }
    }
}

/// The text of a content: its own, or that of its parts, a line each.
#[derive(Default)]
struct Content {
    text: String,
    without_text: u64,
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContentVisitor)
    }
}

struct ContentVisitor;

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(CONTENT)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Content, E> {
        Ok(Content {
            text: text.to_owned(),
            without_text: 0,
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Content, A::Error> {
        let mut content = Content::default();
        while let Some(Part(text)) = parts.next_element()? {
            match text {
                None => content.without_text += 1,
                Some(text) if content.text.is_empty() => content.text = text,
                Some(text) => {
                    content.text.push('\n');
                    content.text.push_str(&text);
                }
            }
        }
        Ok(content)
    }
}

/// A part of a content; none if it is a picture, a file or the like.
struct Part(Option<String>);

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PartVisitor)
    }
}

struct PartVisitor;

#[derive(serde::Deserialize)]
struct PartFields {
    text: Option<String>,
}

impl<'de> Visitor<'de> for PartVisitor {
    type Value = Part;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PART)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Part, E> {
        Ok(Part(Some(text.to_owned())))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Part, A::Error> {
        let part = PartFields::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Part(part.text))
    }
}
