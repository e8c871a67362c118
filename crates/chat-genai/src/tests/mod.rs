//! Over real HTTP to a server on this machine: what providers answer, and every way in which they do not.

mod faults;
mod logs;
mod protocols;
mod real;
mod server;

use std::error::Error;
use std::time::Duration;

use upturn_chains::{ChatError, ChatRequest, Message, Role};

use self::server::Server;
use crate::{GenaiChat, GenaiConfig, Provider};

/// Looks like nobody's key, so that only knowing it takes it out.
const KEY: &str = "quite-unlike-a-key";

fn config(server: &Server) -> GenaiConfig {
    GenaiConfig::new(Provider::Compatible, "tiny")
        .with_url(server.url.as_str())
        .with_key(KEY)
        .with_timeout(Duration::from_millis(300))
}

fn model(server: &Server) -> GenaiChat {
    GenaiChat::new(config(server)).unwrap()
}

fn question(text: &str) -> ChatRequest {
    ChatRequest {
        messages: vec![Message::new(Role::User, text)],
        ..ChatRequest::default()
    }
}

/// Everything that an error can be heard to say.
fn shown(error: &ChatError) -> String {
    let mut shown = format!("{error:?} {error}");
    let mut source = error.source();
    while let Some(error) = source {
        shown = format!("{shown} {error} {error:?}");
        source = error.source();
    }
    shown
}
