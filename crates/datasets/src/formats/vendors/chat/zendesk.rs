//! Zendesk's tickets: comments with their authors.

use std::collections::HashMap;

use serde::Deserialize;

use super::super::day::Day;
use super::super::label::{Label, given};
use super::super::span::Span;
use super::super::typed::{Object, parse};
use super::{Draft, RejectReason, Transcript, authors};
use crate::Party;

#[derive(Deserialize)]
struct Ticket {
    id: Option<Label>,
    created_at: Option<Day>,
    subject: Option<String>,
    comments: Vec<Object<Comment>>,
    users: Option<Vec<Object<User>>>,
}

#[derive(Deserialize)]
struct Comment {
    author_id: Option<Label>,
    plain_body: Option<String>,
    body: Option<String>,
    public: Option<bool>,
    created_at: Option<Day>,
}

#[derive(Deserialize)]
struct User {
    id: Option<Label>,
    name: Option<String>,
    email: Option<String>,
    role: Option<String>,
}

/// Reads a ticket: each public comment, by the `users` beside it (`include=users`). A comment that is not public is read
/// by colleagues only: it is left out and counted.
pub(super) fn transcript(text: &str, id: String) -> Result<Transcript, RejectReason> {
    let ticket: Ticket = parse(text)?;
    let own = given(ticket.id.as_ref());
    let mut draft = Draft::new(own.map_or(id, str::to_owned), "zendesk");
    let first = ticket
        .comments
        .first()
        .and_then(|comment| comment.0.created_at);
    draft.metadata().date = ticket.created_at.or(first).map(|day| day.0);
    draft.keep("subject", ticket.subject);
    let users = ticket.users.as_deref().unwrap_or_default().iter();
    let users: HashMap<_, _> = users
        .filter_map(|user| Some((given(user.0.id.as_ref())?, &user.0)))
        .collect();
    let mut notes = 0_u64;
    for Object(comment) in &ticket.comments {
        if comment.public == Some(false) {
            notes += 1;
            continue;
        }
        let party = given(comment.author_id.as_ref()).map(|author| {
            let user = users.get(author);
            draft.describe(author, |party| user.map_or((), |user| user.describe(party)))
        });
        draft.say(party, comment.text(), Span::default());
    }
    draft.keep("notes", (notes > 0).then_some(notes));
    draft.finish()
}

impl Comment {
    fn text(&self) -> &str {
        let text = self.plain_body.as_deref().or(self.body.as_deref());
        text.unwrap_or_default()
    }
}

impl User {
    fn describe(&self, party: &mut Party) {
        let role = self.role.as_deref().unwrap_or_default();
        authors::describe(party, role, self.name.as_deref(), self.email.as_deref());
    }
}
