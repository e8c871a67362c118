//! What a provider says of a question, without what was said in it: [`quiet`].

use std::collections::HashSet;

use upturn_chains::{ChatRequest, Scrubber};

use crate::config::Key;

/// Characters of a reason.
const LONGEST: usize = 300;
/// In place of what was said.
const GAP: &str = "…";
/// Words in a row that are taken for a quote.
const ROW: usize = 3;

/// A provider's reason without the key, without what looks like one, and without three words in a row that the question holds.
pub(crate) fn quiet(reason: &str, key: Option<&Key>, request: &ChatRequest) -> String {
    let mut scrubber = Scrubber::new();
    if let Some(Key(key)) = key {
        scrubber = scrubber.with_secret(key.as_str());
    }
    let reason = without_whole(&scrubber.scrub(reason), request);
    let reason = without_rows(&reason, &rows(request));
    let mut kept: String = reason.chars().take(LONGEST).collect();
    if kept.len() < reason.len() {
        kept.push_str(GAP);
    }
    kept
}

/// What was said and called, text by text.
fn texts(request: &ChatRequest) -> Vec<String> {
    let messages = request.messages.iter();
    messages
        .flat_map(|message| {
            let calls = message.tool_calls.iter().map(|it| it.arguments.to_string());
            calls.chain([message.content.trim().to_owned()])
        })
        .collect()
}

/// Without whole messages, which may be shorter than a row.
fn without_whole(reason: &str, request: &ChatRequest) -> String {
    let texts = texts(request).into_iter().filter(|it| it.len() > 3);
    texts.fold(reason.to_owned(), |reason, text| reason.replace(&text, GAP))
}

/// Words in lower case, with where they end.
fn words(text: &str) -> Vec<(usize, usize, String)> {
    let mut words: Vec<(usize, usize, String)> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
        let end = at + c.len_utf8();
        match words.last_mut() {
            Some((_, last, word)) if *last == at => {
                *last = end;
                word.extend(c.to_lowercase());
            }
            _ => words.push((at, end, c.to_lowercase().collect())),
        }
    }
    words
}

fn row(words: &[(usize, usize, String)]) -> String {
    let words: Vec<&str> = words.iter().map(|(_, _, word)| word.as_str()).collect();
    words.join(" ")
}

fn rows(request: &ChatRequest) -> HashSet<String> {
    let texts = texts(request);
    let words = texts.iter().map(|text| words(text));
    words
        .flat_map(|words| words.windows(ROW).map(row).collect::<Vec<_>>())
        .collect()
}

fn without_rows(reason: &str, said: &HashSet<String>) -> String {
    let words = words(reason);
    let mut kept = String::new();
    let mut from = 0;
    for quoted in words.windows(ROW).filter(|it| said.contains(&row(it))) {
        let (Some((start, ..)), Some((_, end, _))) = (quoted.first(), quoted.last()) else {
            continue;
        };
        if *start >= from {
            kept.push_str(reason.get(from..*start).unwrap_or_default());
            kept.push_str(GAP);
        }
        from = (*end).max(from);
    }
    kept + reason.get(from..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use upturn_chains::{Message, Role};

    use super::*;

    fn request(text: &str) -> ChatRequest {
        ChatRequest {
            messages: vec![Message::new(Role::User, text)],
            ..ChatRequest::default()
        }
    }

    #[test]
    fn quotes_of_the_question_are_left_out() {
        let said = request("Hello, my name is Jane Doe and I call from Acme.");
        let table = [
            ("no such model `x`", "no such model `x`"),
            ("bad text 'my NAME is Jane Doe' at 3", "bad text '…' at 3"),
            ("bad: Jane Doe, and I … call", "bad: …"),
        ];
        for (reason, expected) in table {
            assert_eq!(quiet(reason, None, &said), expected);
        }
        assert_eq!(
            quiet("bad: Jane Doe!", None, &request("Jane Doe")),
            "bad: …!"
        );
    }

    #[test]
    fn the_key_is_left_out_and_what_is_long_is_cut() {
        let key = Key("a-very-own-key".to_owned());
        let reason = quiet("wrong key a-very-own-key", Some(&key), &request("x"));
        assert_eq!(reason, "wrong key [secret]");
        assert_eq!(
            quiet(&"é".repeat(999), None, &request("x")).chars().count(),
            301
        );
    }
}
