//! Bank accounts: IBAN (ISO 13616), length by country, mod 97 (ISO 7064).

use super::digits::{Finding, Run};
use crate::redaction::RedactionKind;
use crate::redaction::boundaries::stands_alone;

/// Length of an IBAN by country, from the IBAN Registry of SWIFT (release 99).
#[rustfmt::skip]
const LENGTHS: &[(&str, usize)] = &[
    ("AD", 24), ("AE", 23), ("AL", 28), ("AT", 20), ("AZ", 28), ("BA", 20), ("BE", 16), ("BG", 22), ("BH", 22),
    ("BI", 27), ("BR", 29), ("BY", 28), ("CH", 21), ("CR", 22), ("CY", 28), ("CZ", 24), ("DE", 22), ("DJ", 27),
    ("DK", 18), ("DO", 28), ("EE", 20), ("EG", 29), ("ES", 24), ("FI", 18), ("FK", 18), ("FO", 18), ("FR", 27),
    ("GB", 22), ("GE", 22), ("GI", 23), ("GL", 18), ("GR", 27), ("GT", 28), ("HN", 28), ("HR", 21), ("HU", 28),
    ("IE", 22), ("IL", 23), ("IQ", 23), ("IS", 26), ("IT", 27), ("JO", 30), ("KW", 30), ("KZ", 20), ("LB", 28),
    ("LC", 32), ("LI", 21), ("LT", 20), ("LU", 20), ("LV", 21), ("LY", 25), ("MC", 27), ("MD", 24), ("ME", 22),
    ("MK", 19), ("MN", 20), ("MR", 27), ("MT", 31), ("MU", 30), ("NI", 28), ("NL", 18), ("NO", 15), ("OM", 23),
    ("PK", 24), ("PL", 28), ("PS", 29), ("PT", 25), ("QA", 29), ("RO", 24), ("RS", 22), ("RU", 33), ("SA", 24),
    ("SC", 31), ("SD", 18), ("SE", 24), ("SI", 19), ("SK", 24), ("SM", 27), ("SO", 23), ("ST", 25), ("SV", 28),
    ("TL", 23), ("TN", 24), ("TR", 26), ("UA", 29), ("VA", 22), ("VG", 24), ("XK", 20), ("YE", 30),
];

/// The account whose check digits begin the group at a place. It may go on beyond the run: it has letters.
pub(super) fn at(run: &Run<'_>, place: usize) -> Option<Finding> {
    let start = run.group(place)?.start.checked_sub(2)?;
    let country = run.text.get(start..start + 2)?;
    if !country.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let (_, length) = LENGTHS
        .iter()
        .find(|(code, _)| code.eq_ignore_ascii_case(country))?;
    let end = end_of(run.text, start, *length)?;
    let range = start..end;
    let is_iban = stands_alone(run.text, &range) && mod_97(run.text.get(range.clone())?) == Some(1);
    is_iban.then(|| Finding::new(groups_before(run, place, end), range, RedactionKind::Iban))
}

/// Where so many letters and digits end that have at most one space or hyphen between two of them.
fn end_of(text: &str, start: usize, length: usize) -> Option<usize> {
    let (mut left, mut may_pause) = (length, false);
    for (at, c) in text.get(start..)?.char_indices() {
        match c {
            _ if c.is_ascii_alphanumeric() => (left, may_pause) = (left - 1, true),
            ' ' | '-' | '\u{a0}' if may_pause => may_pause = false,
            _ => return None,
        }
        if left == 0 {
            return Some(start + at + 1);
        }
    }
    None
}

/// How many groups from a place on begin before the end.
fn groups_before(run: &Run<'_>, place: usize, end: usize) -> usize {
    let most = end - run.group(place).map_or(end, |group| group.start);
    let groups = (place..=place + most).filter_map(|at| run.group(at));
    groups.take_while(|group| group.start < end).count().max(1)
}

/// The account as a number, its first four characters last and its letters as 10 to 35, modulo 97; 1 if it is right.
/// None if it holds anything but letters, digits and separators.
fn mod_97(iban: &str) -> Option<u32> {
    let characters: Vec<char> = iban
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '\u{a0}'))
        .collect();
    let (head, tail) = characters.split_at_checked(4)?;
    tail.iter().chain(head).try_fold(0, |remainder, c| {
        let value = c.to_digit(36)?;
        let shifted = if value < 10 {
            remainder * 10
        } else {
            remainder * 100
        };
        Some((shifted + value) % 97)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Long division of the written-out number, digit by digit.
    fn oracle(iban: &str) -> u32 {
        let (head, tail) = iban.split_at(4);
        let digits: String = format!("{tail}{head}")
            .chars()
            .map(|c| c.to_digit(36).unwrap().to_string())
            .collect();
        digits.chars().fold(0, |rest, digit| {
            (rest * 10 + digit.to_digit(10).unwrap()) % 97
        })
    }

    proptest! {
        #[test]
        fn mod_97_is_the_remainder_of_the_written_out_number(iban in "[A-Z]{2}[0-9]{2}[A-Z0-9]{0,30}") {
            prop_assert_eq!(mod_97(&iban), Some(oracle(&iban)));
            prop_assert_eq!(mod_97(&iban.to_lowercase()), Some(oracle(&iban)));
        }
    }

    #[test]
    fn countries_are_sorted_and_named_once() {
        assert!(LENGTHS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
