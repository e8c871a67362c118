//! Telephone numbers, cards and ids that were dictated: `five five five, oh one double two`, `5 5 5 0 1 2 2`.

use std::ops::Range;

use super::context::Context;
use super::{cards, phones};
use crate::redaction::boundaries::is_word;
use crate::redaction::{RedactionKind, span::Span};

/// Words for digits, in lower case.
pub(crate) const WORDS: &[(&str, u8)] = &[
    ("zero", 0),
    ("oh", 0),
    ("o", 0),
    ("null", 0),
    ("one", 1),
    ("eins", 1),
    ("ein", 1),
    ("two", 2),
    ("zwei", 2),
    ("zwo", 2),
    ("three", 3),
    ("drei", 3),
    ("four", 4),
    ("vier", 4),
    ("five", 5),
    ("fünf", 5),
    ("six", 6),
    ("sechs", 6),
    ("seven", 7),
    ("sieben", 7),
    ("eight", 8),
    ("acht", 8),
    ("nine", 9),
    ("niner", 9),
    ("neun", 9),
];

/// Words that repeat the digit after them.
const REPEATERS: &[(&str, usize)] = &[("double", 2), ("triple", 3), ("doppel", 2), ("treble", 3)];

/// Fewest digits that are words, or stand alone, in a dictated number.
const LEAST_SINGLE: usize = 5;

/// Digits that were dictated one after another.
#[derive(Default)]
struct Dictation {
    range: Range<usize>,
    digits: String,
    singles: usize,
    repeat: usize,
}

/// The dictated number around a digit's word at a place, and where the search goes on.
pub(crate) fn at(text: &str, start: usize) -> (Option<Span>, usize) {
    let mut dictation = Dictation {
        range: start..start,
        repeat: 1,
        ..Dictation::default()
    };
    let mut at = start;
    while let Some(word) = word_at(text, at) {
        if !dictation.take(text.get(word.clone()).unwrap_or_default(), word.end) {
            break;
        }
        at = word.end + pause(text, word.end);
    }
    let kind = dictation.kind(text);
    let next = at.max(start + 1);
    (kind.map(|kind| Span::new(dictation.range, kind)), next)
}

/// The word or group of digits that begins at a place.
fn word_at(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..)?;
    let length = rest
        .chars()
        .take(LONGEST_WORD)
        .take_while(|c| is_word(*c))
        .map(char::len_utf8)
        .sum::<usize>();
    (length > 0).then_some(at..at + length)
}

/// Most characters of a word that is looked at; a longer one is no digit.
const LONGEST_WORD: usize = 20;

/// Bytes between two words of a dictation: a space, a comma or a hyphen, or two of them.
fn pause(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let signs = rest
        .chars()
        .take(2)
        .take_while(|c| matches!(c, ' ' | ',' | '-'));
    signs.map(char::len_utf8).sum()
}

impl Dictation {
    /// Takes a word if it goes on with the number.
    fn take(&mut self, word: &str, end: usize) -> bool {
        let lower = (!word.is_ascii()).then(|| word.to_lowercase());
        let word = lower.as_deref().unwrap_or(word);
        if let Some((_, times)) = REPEATERS.iter().find(|(name, _)| is_same(word, name)) {
            self.repeat = *times;
            return true;
        }
        if let Some((_, digit)) = WORDS.iter().find(|(name, _)| is_same(word, name)) {
            for _ in 0..self.repeat {
                self.digits.push(char::from(b'0' + digit));
            }
            self.singles += 1;
        } else if word.len() <= 4 && word.bytes().all(|b| b.is_ascii_digit()) {
            self.digits.push_str(word);
            self.singles += usize::from(word.len() == 1);
        } else {
            return false;
        }
        self.repeat = 1;
        self.range.end = end;
        true
    }

    fn kind(&self, text: &str) -> Option<RedactionKind> {
        if self.singles < LEAST_SINGLE || is_counting(&self.digits) {
            return None;
        }
        let context = Context::before(text, self.range.start);
        match self.digits.len() {
            9 if context == Context::NationalId => Some(RedactionKind::NationalId),
            _ if cards::is_card(&self.digits) => Some(RedactionKind::Card),
            length if phones::SPOKEN_DIGITS.contains(&length) && context != Context::Thing => {
                Some(RedactionKind::Phone)
            }
            _ => None,
        }
    }
}

/// Whether a word is a name in lower case; letters beyond ASCII are in lower case already.
fn is_same(word: &str, name: &str) -> bool {
    word.eq_ignore_ascii_case(name)
}

/// `1 2 3 4 5 6 7`.
fn is_counting(digits: &str) -> bool {
    let digits = digits.as_bytes();
    digits
        .windows(2)
        .all(|pair| matches!(pair, [a, b] if *b == a + 1))
}
