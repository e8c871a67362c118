//! What stands right beside the numbers of a text: [`Surroundings`], by which most texts are spared most patterns.

use std::ops::Range;

/// What stands beside any of the numbers of a text.
///
/// Law: what is false here is not there. What is true may be absent, for bytes beyond ASCII are taken for whatever
/// would fit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each spares a text another pattern"
)]
pub(crate) struct Surroundings {
    /// A space and a capital letter after a number, or after one with a letter: `12 Elm`, `12a Elm`.
    pub(crate) capital: bool,
    /// The same after five digits: `10115 Berlin`.
    pub(crate) town: bool,
    /// Five digits in a row.
    pub(crate) five: bool,
    /// Two capitals and a space before five digits: `OH 45402`.
    pub(crate) state: bool,
    /// A single digit with a space before it and two capitals after it: `1AA`.
    pub(crate) inward: bool,
    /// The end of a German street and a space before a number: `weg 5`.
    pub(crate) german: bool,
    /// An English word for a street, in lower case, two to four words after a number.
    pub(crate) lower: bool,
}

/// What German streets end with, in lower case; `straße` is beyond ASCII.
const GERMAN: &[&str] = &[
    "strasse", "str.", "weg", "allee", "platz", "gasse", "ring", "damm", "ufer", "chaussee",
    "stieg", "pfad", "markt",
];

/// English words for streets as people type them.
pub(super) const LOWER: &[&str] = &[
    "street",
    "road",
    "avenue",
    "lane",
    "boulevard",
    "drive",
    "court",
];

/// Most bytes of a German ending.
const LONGEST: usize = 8;

impl Surroundings {
    /// Looks at all numbers of a text.
    pub(crate) fn of(text: &str) -> Self {
        let is_other_number = |c: char| !c.is_ascii() && c.is_numeric();
        if !text.is_ascii() && text.contains(is_other_number) {
            return Self::anything();
        }
        let mut all = Self::default();
        let mut at = 0;
        while let Some(number) = number_from(text.as_bytes(), at) {
            at = number.end;
            all.add(text, &number);
        }
        all
    }

    const fn anything() -> Self {
        Self {
            capital: true,
            town: true,
            five: true,
            state: true,
            inward: true,
            german: true,
            lower: true,
        }
    }

    fn add(&mut self, text: &str, number: &Range<usize>) {
        let bytes = text.as_bytes();
        let at = |place: usize| bytes.get(place).copied();
        let back = |by: usize| number.start.checked_sub(by).and_then(at);
        let Range { end, .. } = *number;
        let digits = number.len();
        let is_lone_capital = |place| at(place).is_some_and(|b| b.is_ascii_uppercase());
        let capital_after = |place: usize| {
            at(place).is_some_and(may_be_space) && at(place + 1).is_some_and(may_be_capital)
        };
        let is_lettered = at(end).is_some_and(|b| b.is_ascii_alphabetic());
        let space_before = back(1).is_some_and(may_be_space);
        self.capital |= capital_after(end) || (is_lettered && capital_after(end + 1));
        self.town |= digits >= 5 && capital_after(end);
        self.five |= digits >= 5;
        self.state |= digits >= 5 && space_before && back(2).is_some_and(may_be_capital);
        self.inward |=
            digits == 1 && space_before && is_lone_capital(end) && is_lone_capital(end + 1);
        self.german |= space_before && ends_a_street(bytes, number.start - 1);
        self.lower |= at(end).is_some_and(may_be_space) && names_a_street(text, end);
    }
}

/// The next digits from a place on.
fn number_from(bytes: &[u8], from: usize) -> Option<Range<usize>> {
    let rest = bytes.get(from..)?;
    let start = from + rest.iter().position(u8::is_ascii_digit)?;
    let digits = bytes
        .get(start..)?
        .iter()
        .take_while(|b| b.is_ascii_digit());
    Some(start..start + digits.count())
}

/// Whether a byte is white space, or part of a character that may be.
const fn may_be_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r' | 128..)
}

/// Whether a byte is a capital letter, or part of a character that may be.
const fn may_be_capital(byte: u8) -> bool {
    byte.is_ascii_uppercase() || !byte.is_ascii()
}

/// Whether what ends at a place may be the end of a German street.
fn ends_a_street(bytes: &[u8], end: usize) -> bool {
    let window = bytes
        .get(end.saturating_sub(LONGEST)..=end)
        .unwrap_or_default();
    let Some((_, head)) = window.split_last() else {
        return false;
    };
    let ends_with = |ending: &&str| {
        let from = head.len().checked_sub(ending.len());
        let tail = from.and_then(|from| head.get(from..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(ending.as_bytes()))
    };
    !window.is_ascii() || GERMAN.iter().any(ends_with)
}

/// Whether an English street follows on the number that ends at a place.
fn names_a_street(text: &str, end: usize) -> bool {
    let mut words = text
        .get(end..)
        .unwrap_or_default()
        .split(char::is_whitespace);
    let is_street = |word: &str| LOWER.iter().any(|street| word.starts_with(street));
    words.next() == Some("") && words.skip(1).take(3).any(is_street)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_beside_a_number_is_seen() {
        let of = Surroundings::of;
        assert_eq!(of("five of 12, and 2024"), Surroundings::default());
        assert!(of("12 Elm").capital && of("12b Élm").capital && !of("12 elm").capital);
        assert!(of("10115 Berlin").town && !of("1011 Berlin").town);
        assert!(of("12345").five && of("OH 45402").state && of("SW1A 1AA").inward);
        for street in ["Hauptstraße 5", "Parkweg 5", "STR. 5", "weg\u{a0}5"] {
            assert!(of(street).german, "{street}");
        }
        assert!(!of("the number 5").german);
        assert!(of("12 old mill road").lower && of("5 elm street").lower);
        assert!(!of("5 road").lower && !of("5 a b c d road").lower);
        assert_eq!(of("٣"), Surroundings::anything());
    }
}
