//! Whether a word that is also a name is one here: `Will, …`, `thanks, May`, `Herr Vogel`, but not `in May`.

use std::ops::Range;

use super::common_words::{Class, class};
use crate::redaction::boundaries::{after, before, is_word, window_after, window_before};

/// Words after which a name stands, in lower case.
const LEADS: &[&str] = &[
    "hi",
    "hello",
    "hey",
    "dear",
    "thanks",
    "mr",
    "mrs",
    "ms",
    "miss",
    "mister",
    "dr",
    "prof",
    "herr",
    "herrn",
    "frau",
    "danke",
    "hallo",
    "liebe",
    "lieber",
    "moin",
    "servus",
    "i'm",
    "i’m",
    "it's",
    "it’s",
    "ask",
    "tell",
    "told",
    "morning",
    "afternoon",
    "evening",
    "bye",
    "sorry",
    "okay",
    "yes",
    "name",
];

/// Words after a name at the start of a sentence, in lower case.
const FOLLOWERS: &[&str] = &[
    "said",
    "says",
    "told",
    "tells",
    "is",
    "was",
    "has",
    "had",
    "can",
    "asked",
    "asks",
    "wants",
    "wanted",
    "here",
    "speaking",
    "called",
    "calls",
    "thinks",
    "and",
    "will",
    "would",
    "from",
    "mentioned",
    "sent",
    "signed",
    "approved",
    "am",
    "hier",
];

/// Followers that a month or a season does not have.
const ONLY_PEOPLE: &[&str] = &[
    "said",
    "says",
    "told",
    "asked",
    "here",
    "speaking",
    "thinks",
    "called",
    "mentioned",
    "am",
    "hier",
];

/// Articles and the like, before which a word is a word.
const DETERMINERS: &[&str] = &[
    "the",
    "a",
    "an",
    "this",
    "that",
    "your",
    "our",
    "every",
    "each",
    "any",
    "no",
    "of",
    "der",
    "die",
    "das",
    "den",
    "dem",
    "des",
    "ein",
    "eine",
    "einen",
    "einem",
    "einer",
    "im",
    "am",
    "vom",
    "zum",
    "zur",
    "beim",
    "kein",
    "keinen",
    "ihr",
    "ihren",
    "unser",
    "unseren",
    "mein",
    "dieser",
    "diesen",
    "diesem",
    "jeder",
    "jeden",
    "in",
    "by",
    "until",
    "last",
    "next",
    "since",
    "early",
    "late",
    "before",
    "after",
    "through",
    "bis",
    "seit",
    "nächsten",
    "letzten",
];

/// Whether a common word with a capital letter is a person's name where it stands.
pub(super) fn is_a_person(text: &str, range: &Range<usize>) -> bool {
    let word = text.get(range.clone()).unwrap_or_default();
    if !word.starts_with(char::is_uppercase) {
        return false;
    }
    let class = class(&word.to_lowercase());
    let lead = word_before(text, range.start);
    let follower = word_after(text, range.end);
    let next = after(text, range.end);
    let is_called = LEADS.contains(&lead.as_str());
    if is_called || (class != Class::Calendar && is_possessive(text, range.end)) {
        return true;
    }
    let sign = text
        .get(..range.start)
        .unwrap_or_default()
        .trim_end()
        .chars()
        .next_back();
    let starts_sentence = sign.is_none_or(|c| matches!(c, '.' | '?' | '!' | ':' | '"' | '“' | '…'));
    let is_closed = next.is_none_or(|c| matches!(c, ',' | '.' | '?' | '!'));
    let followers = if class == Class::Calendar {
        ONLY_PEOPLE
    } else {
        FOLLOWERS
    };
    if followers.contains(&follower.as_str())
        && (starts_sentence || class == Class::Calendar || sign == Some(','))
    {
        return true;
    }
    match (starts_sentence, class) {
        (true, _) => next == Some(',') || (is_closed && sign.is_none()),
        (false, _) if sign == Some(',') && is_closed => true,
        (false, Class::Calendar) => false,
        (false, Class::Noun) => !DETERMINERS.contains(&lead.as_str()),
    }
}

fn is_possessive(text: &str, end: usize) -> bool {
    let tail = window_after(text, end, 6);
    let rest = tail.strip_prefix("'s").or_else(|| tail.strip_prefix("’s"));
    rest.is_some_and(|rest| !rest.starts_with(is_word))
}

/// The word that ends right before a place, with a space between, in lower case.
fn word_before(text: &str, at: usize) -> String {
    let window = window_before(text, at, 24);
    let head = window.trim_end_matches(['.', ' ']);
    if before(text, at) != Some(' ') {
        return String::new();
    }
    let start = head
        .rfind(|c: char| !is_word(c) && c != '\'' && c != '’')
        .map_or(0, |at| {
            at + head
                .get(at..)
                .and_then(|c| c.chars().next())
                .map_or(1, char::len_utf8)
        });
    let word = head.get(start..).unwrap_or_default().to_lowercase();
    // A full stop between the two ends a sentence, unless the word is a title.
    let is_ended = window.trim_end().ends_with('.') && word.len() > 4;
    if is_ended { String::new() } else { word }
}

/// The word that begins after a place and one space, in lower case.
fn word_after(text: &str, at: usize) -> String {
    let window = window_after(text, at, 24);
    let rest = window.strip_prefix(' ').unwrap_or_default();
    rest.split(|c: char| !is_word(c))
        .next()
        .unwrap_or_default()
        .to_lowercase()
}
