//! Intercom's conversations.

use serde::Deserialize;

use super::super::day::Day;
use super::super::label::{Label, given};
use super::super::span::Span;
use super::super::typed::{Object, parse};
use super::{Draft, RejectReason, Transcript, authors, markup};

#[derive(Deserialize)]
struct Thread {
    id: Option<Label>,
    created_at: Option<Day>,
    title: Option<String>,
    source: Option<Object<Part>>,
    conversation_parts: Object<Parts>,
}

#[derive(Deserialize)]
struct Parts {
    conversation_parts: Option<Vec<Object<Part>>>,
}

#[derive(Deserialize)]
struct Part {
    #[serde(rename = "part_type")]
    kind: Option<String>,
    body: Option<String>,
    author: Option<Object<Author>>,
}

#[derive(Deserialize)]
struct Author {
    #[serde(rename = "type")]
    kind: Option<String>,
    id: Option<Label>,
    name: Option<String>,
    email: Option<String>,
}

/// Reads a conversation: its source, then each part that has a body. A note is read by colleagues only and left out, as
/// is an event without a body; both are counted. Bodies are HTML, of which the text is taken.
pub(super) fn transcript(text: &str, id: String) -> Result<Transcript, RejectReason> {
    let conversation: Thread = parse(text)?;
    let own = given(conversation.id.as_ref());
    let mut draft = Draft::new(own.map_or(id, str::to_owned), "intercom");
    draft.metadata().date = conversation.created_at.map(|day| day.0);
    draft.keep("title", conversation.title);
    let parts = conversation.conversation_parts.0.conversation_parts;
    let parts = conversation
        .source
        .into_iter()
        .chain(parts.unwrap_or_default());
    let (mut notes, mut events) = (0_u64, 0_u64);
    for Object(part) in parts {
        let body = part.body.as_deref().filter(|body| !body.trim().is_empty());
        match body {
            None => events += 1,
            Some(_) if part.kind.as_deref() == Some("note") => notes += 1,
            Some(body) => part.say(&mut draft, body),
        }
    }
    draft.keep("notes", (notes > 0).then_some(notes));
    draft.keep("events", (events > 0).then_some(events));
    draft.finish()
}

impl Part {
    fn say(&self, draft: &mut Draft, body: &str) {
        let party = self
            .author
            .as_ref()
            .and_then(|author| author.0.party(draft));
        draft.say(party, &markup::text(body), Span::default());
    }
}

impl Author {
    fn party(&self, draft: &mut Draft) -> Option<usize> {
        let kind = self.kind.as_deref().unwrap_or_default();
        let (name, email) = (self.name.as_deref(), self.email.as_deref());
        let label = authors::label(kind, given(self.id.as_ref()).or(email).or(name));
        let describe = |party: &mut crate::Party| authors::describe(party, kind, name, email);
        (!label.is_empty()).then(|| draft.describe(&label, describe))
    }
}
