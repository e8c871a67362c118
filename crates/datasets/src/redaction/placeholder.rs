//! What stands where personal data stood: `[PERSON_1]`.
//!
//! The brackets make it unmistakable: no rule has to guess whether `EMAIL_1` was said, a second redaction leaves it
//! alone, and restoring finds exactly it (`PERSON_1` is a part of `PERSON_12`). A `WordPiece` tokenizer makes five pieces
//! of it (`[`, `person`, `_`, `1`, `]`), two more than without brackets.

use std::fmt;
use std::ops::Range;

/// A placeholder that stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placeholder<'t> {
    pub(crate) range: Range<usize>,
    pub(crate) kind: &'t str,
    pub(crate) number: u32,
}

impl Placeholder<'_> {
    /// Whether it may be one of ours. Seven digits are a telephone, whatever stands around them.
    pub(crate) fn is_likely(&self) -> bool {
        self.number < 1_000_000
    }

    /// Whether its number is not to be given again. Higher ones are no call's, and would push ours beyond the likely.
    pub(crate) fn is_reserved(&self) -> bool {
        self.number < 100_000
    }
}

/// Most bytes of a kind's name.
pub(crate) const LONGEST_NAME: usize = 32;

/// Most digits of a number; what has more is no placeholder.
const MOST_DIGITS: usize = 9;

/// Whether a kind may have this name.
pub(crate) fn is_name(name: &str) -> bool {
    let legal = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    name.len() <= LONGEST_NAME
        && name.bytes().all(legal)
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.ends_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit())
}

/// `[PERSON_1]`.
pub(crate) fn write(kind: impl fmt::Display, number: u32) -> String {
    format!("[{kind}_{number}]")
}

/// All placeholders of a text, of whatever kind.
pub(crate) fn all(text: &str) -> impl Iterator<Item = Placeholder<'_>> {
    memchr::memchr_iter(b'[', text.as_bytes()).filter_map(|at| placeholder_at(text, at))
}

fn placeholder_at(text: &str, at: usize) -> Option<Placeholder<'_>> {
    let rest = text.get(at + 1..)?;
    let longest = LONGEST_NAME + 1 + MOST_DIGITS;
    let length = rest.bytes().take(longest + 1).position(|b| b == b']')?;
    let (kind, digits) = rest.get(..length)?.rsplit_once('_')?;
    let is_number = digits.len() <= MOST_DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
    if !is_name(kind) || !is_number || digits.starts_with('0') {
        return None;
    }
    Some(Placeholder {
        range: at..at + length + 2,
        kind,
        number: digits.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_form_is_a_placeholder() {
        let text = "[PERSON_1] [person_2] [PERSON_03] [ID_4_5] [PERSON_] [_6] [PERSON_7 [A_8]é[B_1234567890]";
        let found: Vec<_> = all(text).map(|p| (p.kind, p.number)).collect();
        assert_eq!(found, [("PERSON", 1), ("ID_4", 5), ("A", 8)]);
        for place in all(text) {
            assert_eq!(text[place.range], write(place.kind, place.number));
        }
    }
}
