//! Cleaning and redaction: cleaning twice and redacting twice change nothing more, and a key puts everything back.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use upturn_core::{Conversation, ConversationId, Speaker, Turn};
use upturn_datasets::{
    Cleaner, CleaningOptions, KeyFile, PseudonymKey, RedactionOptions, Redactor, Transcript,
};

static REDACTOR: LazyLock<Redactor> = LazyLock::new(|| {
    let key = PseudonymKey::new(*b"sixteen or more bytes").unwrap();
    Redactor::new(RedactionOptions::default().with_key(key)).unwrap()
});

fuzz_target!(|data: (&str, &str, &str)| {
    let turns = vec![
        Turn::new(Speaker::Seller, data.0),
        Turn::new(Speaker::Buyer, data.1),
    ];
    let Ok(call) = ConversationId::new("a").and_then(|id| Conversation::new(id, turns)) else {
        return;
    };
    let mut once = Transcript::from(call.clone());
    let cleaner = Cleaner::new(CleaningOptions::default());
    assert!(cleaner.clean(&mut once).is_balanced());
    let mut twice = once.clone();
    cleaner.clean(&mut twice);
    assert_eq!(once.utterances, twice.utterances);
    let people = [data.2.to_owned()];
    let Ok(redacted) = REDACTOR.redact(&call, &people) else {
        return;
    };
    let again = REDACTOR.redact(&redacted.conversation, &people).unwrap();
    assert_eq!(again.conversation, redacted.conversation);
    assert_eq!(KeyFile::of(&redacted).restore(&redacted.conversation).unwrap(), call);
});
