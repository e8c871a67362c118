//! The laws of the measures.

mod examples;
mod laws;

use upturn_core::{Conversation, ConversationId, Metadata, Speaker, Turn};

use super::{Measures, Meter};

/// A call of turns; `S:` is the seller, `B:` the buyer, `O:` anybody else.
fn call(lines: &[&str]) -> Conversation {
    let turns = lines.iter().map(|line| {
        let (side, text) = line.split_once(": ").unwrap_or(("O", line));
        let speaker = match side {
            "S" => Speaker::Seller,
            "B" => Speaker::Buyer,
            _ => Speaker::Other,
        };
        Turn::new(speaker, text)
    });
    Conversation::new(ConversationId::new("c").unwrap(), turns.collect()).unwrap()
}

fn measured(lines: &[&str]) -> Measures {
    Meter::default().measure(call(lines).whole())
}

fn in_language(call: Conversation, language: &str) -> Conversation {
    call.with_metadata(Metadata {
        language: Some(language.to_owned()),
        ..Metadata::default()
    })
}
