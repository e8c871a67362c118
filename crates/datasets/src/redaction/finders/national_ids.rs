//! Numbers that states give to persons, where a fixed form or a check digit tells them from others.
//!
//! United States: social security number and ITIN. United Kingdom: national insurance number. Germany: tax id
//! (ISO 7064, mod 11,10).

use super::context::Context;
use super::digits::{Finding, Run};
use crate::redaction::RedactionKind;
use crate::redaction::boundaries::stands_alone;

/// `987-65-4321`, or nine digits or a tax id after words that say so.
pub(super) fn of_digits(run: &Run<'_>, place: usize) -> Option<Finding> {
    let groups = [social_security(run, place), german_tax_id(run, place)]
        .into_iter()
        .flatten()
        .next()?;
    let range = run.range(place, groups);
    stands_alone(run.text, &range).then(|| Finding::new(groups, range, RedactionKind::NationalId))
}

/// How many groups a social security number takes. Hyphens are its own form; all else needs a word before it.
fn social_security(run: &Run<'_>, place: usize) -> Option<usize> {
    let is_written = run.has_form(place, &[3, 2, 4], &["-", "\u{2011}"]);
    let is_spaced = run.has_form(place, &[3, 2, 4], &[" ", "."]);
    let is_one = run.digits(place).len() == 9;
    let is_named = || Context::before(run.text, run.range(place, 1).start) == Context::NationalId;
    let groups = match (is_written, is_spaced, is_one) {
        (true, ..) => 3,
        (_, true, _) if is_named() => 3,
        (.., true) if is_named() => 1,
        _ => return None,
    };
    let digits: String = (place..place + groups)
        .map(|group| run.digits(group))
        .collect();
    let is_issued =
        !digits.starts_with("000") && !digits.starts_with("666") && !digits.ends_with("0000");
    (is_issued && digits.get(3..5) != Some("00") && !run.gap(place + groups).starts_with('-'))
        .then_some(groups)
}

/// How many groups a German tax id takes: `86 095 742 719` or in one piece, with a right check digit.
fn german_tax_id(run: &Run<'_>, place: usize) -> Option<usize> {
    let groups = match run.digits(place).len() {
        11 => 1,
        2 if run.has_form(place, &[2, 3, 3, 3], &[" "]) => 4,
        _ => return None,
    };
    let digits: String = (place..place + groups)
        .map(|group| run.digits(group))
        .collect();
    let is_named = Context::before(run.text, run.range(place, 1).start) == Context::NationalId;
    (is_named && mod_11_10(&digits)).then_some(groups)
}

/// Whether the last digit checks the others by ISO 7064, mod 11,10.
fn mod_11_10(digits: &str) -> bool {
    let mut values = digits.chars().filter_map(|c| c.to_digit(10));
    let Some(check) = values.next_back() else {
        return false;
    };
    let product = values.fold(10, |product, digit| {
        let sum = match (digit + product) % 10 {
            0 => 10,
            sum => sum,
        };
        sum * 2 % 11
    });
    (11 - product) % 10 == check
}

/// `QQ 12 34 56 C`: two capitals, six digits, one of `A` to `D`.
pub(super) fn with_letters(run: &Run<'_>, place: usize) -> Option<Finding> {
    let groups = match run.digits(place).len() {
        6 => 1,
        2 if run.has_form(place, &[2, 2, 2], &[" "]) => 3,
        _ => return None,
    };
    let digits = run.range(place, groups);
    let head = run.text.get(..digits.start)?;
    let head = head.strip_suffix(' ').unwrap_or(head);
    let start = head.len().checked_sub(2)?;
    let is_prefix = head.get(start..)?.bytes().all(|b| b.is_ascii_uppercase());
    let tail = run.text.get(digits.end..)?;
    let letter = tail.strip_prefix(' ').unwrap_or(tail);
    let end = digits.end + (tail.len() - letter.len()) + 1;
    let is_number = is_prefix
        && letter.starts_with(['A', 'B', 'C', 'D'])
        && stands_alone(run.text, &(start..end));
    is_number.then(|| Finding::new(groups, start..end, RedactionKind::NationalId))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the German tax administration's description of the check digit.
    #[test]
    fn tax_ids_with_one_wrong_digit_fail() {
        for sound in ["86095742719", "65929970489"] {
            assert!(mod_11_10(sound));
            for place in 0..sound.len() {
                for digit in '0'..='9' {
                    let mut other: Vec<char> = sound.chars().collect();
                    other[place] = digit;
                    let other: String = other.into_iter().collect();
                    assert_eq!(mod_11_10(&other), other == sound, "{other}");
                }
            }
        }
    }
}
