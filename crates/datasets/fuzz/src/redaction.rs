//! Cleaning, redaction and what undoes it.

use std::collections::HashSet;
use std::io::Cursor;
use std::path::Path;
use std::sync::LazyLock;

use upturn_core::{Conversation, ConversationId, Speaker, Turn};
use upturn_datasets::{
    CallStream, Cleaner, CleaningOptions, KeyFile, KeyFileWriter, PseudonymKey, RedactionOptions,
    Redactor, Transcript, read_one, redact_file, restore_file,
};

use super::case::{Case, file, folder, lines};

static REDACTOR: LazyLock<Redactor> = LazyLock::new(|| {
    let key = PseudonymKey::new(*b"sixteen or more bytes").unwrap();
    Redactor::new(RedactionOptions::default().with_key(key)).unwrap()
});

pub fn run(data: &[u8]) {
    let Some(case) = Case::of(data) else {
        return;
    };
    match case.arm(3) {
        0 => twice(case.texts()),
        1 => there_and_back(&case),
        _ => hostile_key(&case),
    }
}

/// Cleaning twice and redacting twice change nothing more, and a key puts everything back.
fn twice([seller, buyer, person]: [String; 3]) {
    let Some(call) = call(seller, buyer) else {
        return;
    };
    let mut once = Transcript::from(call.clone());
    let cleaner = Cleaner::new(CleaningOptions::default());
    assert!(cleaner.clean(&mut once).is_balanced());
    let mut twice = once.clone();
    cleaner.clean(&mut twice);
    assert_eq!(once.utterances, twice.utterances);
    let people = [person];
    let Ok(redacted) = REDACTOR.redact(&call, &people) else {
        return;
    };
    let again = REDACTOR.redact(&redacted.conversation, &people).unwrap();
    assert_eq!(again.conversation, redacted.conversation);
    let key = KeyFile::of(&redacted);
    assert_eq!(key.restore(&redacted.conversation).unwrap(), call);
}

/// Every line of a file is written or rejected, and the key file puts all of them back.
fn there_and_back(case: &Case<'_>) {
    let (_folder, folder) = folder();
    let key = folder.join("key.jsonl");
    let mut writer = KeyFileWriter::create(&key).unwrap();
    let (name, options) = (Path::new("a"), &case.options);
    let mut redacted = Vec::new();
    let Ok(input) = CallStream::new(case.input(case.bytes), name, options, &()) else {
        return;
    };
    let Ok(done) = redact_file(&REDACTOR, input, &mut redacted, Some(&mut writer)) else {
        return;
    };
    writer.flush().unwrap();
    if !case.is_low() && !case.is_packed() {
        assert_eq!(done.read, lines(case.bytes) as u64, "a line is lost");
    }
    let read = |bytes: &[u8]| {
        let mut calls = Vec::new();
        for line in bytes.split(|byte| *byte == b'\n') {
            // A data set holds no call of one side.
            calls.extend(read_one(line, "a", options).ok().filter(speak_both));
        }
        calls
    };
    let was = read(case.bytes);
    let ids: HashSet<_> = was.iter().map(|call| call.id().as_str()).collect();
    let (mut restored, no_limit) = (Vec::new(), upturn_datasets::ReadOptions::default());
    let keys = KeyFile::read(&key).unwrap();
    let input = CallStream::new(Cursor::new(redacted), name, &no_limit, &()).unwrap();
    let back = restore_file(&keys, input, &mut restored).unwrap();
    assert_eq!(back.written, done.written);
    if ids.len() == was.len() && !case.is_low() && !case.is_packed() {
        assert_eq!(read(&restored), was);
    }
}

fn speak_both(call: &Conversation) -> bool {
    [Speaker::Seller, Speaker::Buyer].into_iter().all(|side| {
        let said = |turn: &Turn| turn.speaker == side && !turn.text.trim().is_empty();
        call.turns().iter().any(said)
    })
}

/// A key file that was tampered with is refused, or puts something else back.
fn hostile_key(case: &Case<'_>) {
    let (_folder, folder) = folder();
    let key = file(&folder, "key.jsonl", case.bytes);
    let said = "I am [PERSON_1], write to [EMAIL_1] or [EMAIL_2]";
    let (Ok(keys), Some(call)) = (KeyFile::read(&key), call(said.into(), said.into())) else {
        return;
    };
    let _ = keys.restore(&call);
}

fn call(seller: String, buyer: String) -> Option<Conversation> {
    let turns = vec![
        Turn::new(Speaker::Seller, seller),
        Turn::new(Speaker::Buyer, buyer),
    ];
    let id = ConversationId::new("a").ok()?;
    Conversation::new(id, turns).ok()
}
