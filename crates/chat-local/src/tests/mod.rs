//! A tiny model made on the spot, which says nothing sensible, and a real one where there is one.

mod answers;
mod files;
mod real;
mod texts;
mod tiny;

use upturn_chains::{ChatRequest, Message, Role};

use crate::{LocalChat, LocalConfig};

/// A question of one message.
fn question(text: &str) -> ChatRequest {
    ChatRequest {
        messages: vec![Message::new(Role::User, text)],
        ..ChatRequest::default()
    }
}

/// The tiny model, told how to answer.
fn tiny(told: impl FnOnce(LocalConfig) -> LocalConfig) -> LocalChat {
    let file = tiny::Tiny::new().written();
    LocalChat::open(told(LocalConfig::new(file.path()))).unwrap()
}
