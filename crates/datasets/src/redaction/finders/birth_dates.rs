//! Days of birth: a date beside a word that says so.

use std::ops::Range;

use regex::Regex;

use super::months;
use crate::redaction::boundaries::{is_word, stands_alone, window_after, window_before};
use crate::redaction::{RedactionError, RedactionKind, span::Span};

/// Words that make a date a day of birth, in lower case.
pub(crate) const WORDS: &[&str] = &[
    "born",
    "birth",
    "birthdate",
    "birthday",
    "dob",
    "d.o.b",
    "geboren",
    "geborene",
    "geburtsdatum",
    "geburtstag",
    "geb",
];

/// How far a word may stand before and after the date, in bytes.
const BEFORE: usize = 48;
const AFTER: usize = 28;

/// The rule for days of birth.
#[derive(Debug)]
pub(crate) struct BirthDates {
    date: Regex,
}

impl BirthDates {
    pub(crate) fn new() -> Result<Self, RedactionError> {
        let month = months::PATTERN;
        let ones = "one|two|three|four|five|six|seven|eight|nine";
        let year = format!(r"(?:\d{{4}}|nineteen\s\p{{L}}+(?:[\s-](?:{ones})\b)?)");
        let day = r"\d{1,2}(?:st|nd|rd|th|\.)?";
        let date = format!(
            r"(?i)\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\s?\d{{1,2}}[-/.]\s?(?:\d{{4}}|\d{{2}})|{day}\s(?:of\s)?{month}\.?,?\s{year}|{month}\.?\s(?:the\s)?{day},?\s{year}"
        );
        Ok(Self {
            date: super::compiled("BIRTH_DATE", &date)?,
        })
    }

    /// All days of birth of a text.
    pub(crate) fn find(&self, text: &str, spans: &mut Vec<Span>) {
        let dates = self.date.find_iter(text).map(|date| date.range());
        let births = dates.filter(|range| stands_alone(text, range) && is_birth(text, range));
        spans.extend(births.map(|range| Span::new(range, RedactionKind::BirthDate)));
    }
}

/// Whether a word of birth stands shortly before the date, or after it in the same sentence.
fn is_birth(text: &str, date: &Range<usize>) -> bool {
    let head = window_before(text, date.start, BEFORE);
    let tail = window_after(text, date.end, AFTER);
    let tail = tail.split(['.', '?', '!', ';']).next().unwrap_or_default();
    has_word(head) || has_word(tail)
}

fn has_word(window: &str) -> bool {
    let window = window.to_lowercase();
    WORDS.iter().any(|word| {
        window.match_indices(word).any(|(at, _)| {
            let range = at..at + word.len();
            !crate::redaction::boundaries::before(&window, range.start).is_some_and(is_word)
                && stands_alone(&window, &range)
        })
    })
}
