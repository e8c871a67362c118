//! The latest messages: [`WindowMemory`].

use std::fmt;
use std::ops::Range;

use futures_util::future::BoxFuture;

use super::{Memory, Recalled, Room};
use crate::{ChainError, Message, Role};

/// The latest messages, as many as fit; older ones are forgotten.
///
/// A question is recalled with everything that was said to it, or not at all; only of the last one, the earlier calls of tools are left out
/// first.
#[derive(Clone)]
pub struct WindowMemory {
    messages: Vec<Message>,
    most: usize,
}

impl WindowMemory {
    /// Recalls at most so many messages.
    pub const fn new(most: usize) -> Self {
        Self {
            messages: Vec::new(),
            most,
        }
    }
}

impl Default for WindowMemory {
    /// 40 messages.
    fn default() -> Self {
        Self::new(40)
    }
}

impl Memory for WindowMemory {
    fn add(&mut self, message: Message) {
        self.messages.push(message);
    }

    fn recall(&mut self, room: Room) -> BoxFuture<'_, Result<Recalled, ChainError>> {
        // Another room may be larger: only what is too much by number is forgotten.
        self.messages = latest(&self.messages, self.most, usize::MAX);
        let messages = latest(&self.messages, self.most, room.tokens);
        Box::pin(async move {
            Ok(Recalled {
                messages,
                ..Recalled::default()
            })
        })
    }
}

impl fmt::Debug for WindowMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WindowMemory")
            .field("messages", &self.messages.len())
            .field("most", &self.most)
            .finish()
    }
}

/// What is left of messages and tokens.
struct Left {
    messages: usize,
    tokens: usize,
}

impl Left {
    /// Takes it if it fits.
    fn take(&mut self, messages: &[Message]) -> bool {
        let tokens = tokens(messages);
        let fits = messages.len() <= self.messages && tokens <= self.tokens;
        if fits {
            self.force(messages);
        }
        fits
    }

    fn force(&mut self, messages: &[Message]) {
        self.messages = self.messages.saturating_sub(messages.len());
        self.tokens = self.tokens.saturating_sub(tokens(messages));
    }
}

pub(super) fn tokens(messages: &[Message]) -> usize {
    messages.iter().map(Message::estimated_tokens).sum()
}

/// The latest `most` messages within `tokens`, by the laws of [`Memory`].
pub(super) fn latest(messages: &[Message], most: usize, tokens: usize) -> Vec<Message> {
    let asked = messages.iter().rposition(|it| it.role == Role::User);
    let (before, since) = messages.split_at(asked.unwrap_or(0));
    let mut left = Left {
        messages: most,
        tokens,
    };
    let (question, said) = since.split_at(usize::from(asked.is_some()));
    left.force(question);
    let (mut kept, is_whole) = latest_groups(said, &mut left);
    kept.splice(0..0, question.iter().cloned());
    if is_whole {
        kept.splice(0..0, latest_exchanges(before, &mut left));
    }
    kept
}

/// The latest calls with their answers; the last always. Whether those are all.
fn latest_groups(messages: &[Message], left: &mut Left) -> (Vec<Message>, bool) {
    let groups = groups(messages);
    let mut start = messages.len();
    let mut is_whole = true;
    for (place, group) in groups.iter().rev().enumerate() {
        let group_messages = messages.get(group.clone()).unwrap_or_default();
        if place == 0 {
            left.force(group_messages);
        } else if !left.take(group_messages) {
            is_whole = false;
            break;
        }
        start = group.start;
    }
    let kept = messages.get(start..).unwrap_or_default();
    let orphans = kept.iter().take_while(|it| it.role == Role::Tool).count();
    (kept.iter().skip(orphans).cloned().collect(), is_whole)
}

/// The latest questions of the user, each with everything that was said to it.
fn latest_exchanges(messages: &[Message], left: &mut Left) -> Vec<Message> {
    let mut start = messages.len();
    for (place, message) in messages.iter().enumerate().rev() {
        let is_first = place == 0 && message.role != Role::Tool;
        if message.role == Role::User || is_first {
            if !left.take(messages.get(place..start).unwrap_or_default()) {
                break;
            }
            start = place;
        }
    }
    messages.get(start..).unwrap_or_default().to_vec()
}

/// Each message that calls, with the answers behind it; each other one alone.
fn groups(messages: &[Message]) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    for (place, message) in messages.iter().enumerate() {
        match groups.last_mut() {
            Some(group) if message.role == Role::Tool => group.end = place + 1,
            _ => groups.push(place..place + 1),
        }
    }
    groups
}

#[cfg(test)]
mod tests;
