//! Numbers of payment cards: 13 to 19 digits with the check digit of Luhn (ISO/IEC 7812-1, annex B).

use super::context::Context;
use super::digits::{Finding, Run};
use crate::redaction::RedactionKind;

/// Fewest and most digits of a card.
pub(super) const DIGITS: std::ops::RangeInclusive<usize> = 13..=19;

/// The card whose first group is at a place: the longest that passes.
pub(super) fn at(run: &Run<'_>, place: usize) -> Option<Finding> {
    let mut digits = String::with_capacity(*DIGITS.end());
    let mut found = None;
    for groups in 1..=*DIGITS.end() {
        let next = run.digits(place + groups - 1);
        let is_joined = groups == 1 || matches!(run.gap(place + groups - 1), " " | "-" | "\u{a0}");
        if next.is_empty() || !is_joined || digits.len() + next.len() > *DIGITS.end() {
            break;
        }
        digits.push_str(next);
        if is_card(&digits) && is_grouped(run, place, groups) {
            found = Some(groups);
        }
    }
    let groups = found.filter(|groups| !run.is_glued(place, *groups))?;
    Some(Finding::new(
        groups,
        run.range(place, groups),
        RedactionKind::Card,
    ))
}

/// Whether the digits have a card's length, an issuer's first digit and a right check digit.
pub(super) fn is_card(digits: &str) -> bool {
    DIGITS.contains(&digits.len()) && digits.starts_with(['2', '3', '4', '5', '6']) && luhn(digits)
}

/// Whether they stand in one piece, as cards print them, or after a word that says so.
fn is_grouped(run: &Run<'_>, place: usize, groups: usize) -> bool {
    let lengths: Vec<_> = (place..place + groups)
        .map(|group| run.digits(group).len())
        .collect();
    let is_printed = match lengths.as_slice() {
        [_] | [4, 6, 4 | 5] => true,
        [head @ .., last] => head.iter().all(|length| *length == 4) && *last <= 4,
        [] => false,
    };
    is_printed || Context::before(run.text, run.range(place, 1).start) == Context::Card
}

/// Whether the last digit checks the others: from the right, every second one is doubled, and the digits of all add up
/// to a multiple of ten. Anything but digits fails.
pub(super) fn luhn(digits: &str) -> bool {
    let mut sum = 0;
    for (place, byte) in digits.bytes().rev().enumerate() {
        let Some(digit) = char::from(byte).to_digit(10) else {
            return false;
        };
        sum += match place % 2 {
            0 => digit,
            _ if digit > 4 => 2 * digit - 9,
            _ => 2 * digit,
        };
    }
    !digits.is_empty() && sum % 10 == 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As the standard words it: double, add the digits of the products, compare the check digit with the tens'
    /// complement.
    fn oracle(digits: &[u32]) -> bool {
        let (check, payload) = digits.split_last().unwrap();
        let mut sum = 0;
        for (place, digit) in payload.iter().rev().enumerate() {
            let product = if place % 2 == 0 { digit * 2 } else { *digit };
            sum += product / 10 + product % 10;
        }
        *check == (10 - sum % 10) % 10
    }

    proptest! {
        #[test]
        fn luhn_agrees_with_the_standards_wording(digits in prop::collection::vec(0u32..10, 1..25)) {
            let text: String = digits.iter().map(|d| char::from_digit(*d, 10).unwrap()).collect();
            prop_assert_eq!(luhn(&text), oracle(&digits));
        }

        #[test]
        fn exactly_one_check_digit_fits(payload in "[0-9]{1,20}") {
            let fitting = (0..10).filter(|check| luhn(&format!("{payload}{check}"))).count();
            prop_assert_eq!(fitting, 1);
        }
    }
}
