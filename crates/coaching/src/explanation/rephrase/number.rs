//! The numbers that a text names: [`named_numbers`].

use super::number_words::{Word, word_number};

/// Something in a text that is a number or holds one.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Named {
    /// A number that can be compared.
    Number(Number),
    /// What must stand there letter for letter, in lower case.
    Verbatim(String),
}

/// A number as it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number {
    /// Without its sign.
    pub(super) value: f64,
    /// Whether a sign is written, and which.
    pub(super) sign: Option<Sign>,
    /// How many decimals are written.
    pub(super) decimals: i32,
    /// What it counts.
    pub(super) unit: Unit,
}

/// A sign that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Plus,
    Minus,
}

/// A unit that is told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    None,
    Percent,
    Currency(char),
}

const CURRENCIES: [char; 8] = ['$', '€', '£', '¥', '₹', '₩', '₽', '₺'];

/// All of them in their order.
pub(super) fn named_numbers(text: &str) -> Vec<Named> {
    let mut named = Vec::new();
    let mut words: Vec<Word<'_>> = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let length = run(rest);
        if length == 0 {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        let (run, after) = rest.split_at(length);
        let before = text.get(..at).unwrap_or_default();
        if run.contains(char::is_numeric) {
            named.push(digits(before, run, after));
        } else {
            words.push(Word { text: run, at });
        }
        at += length;
    }
    named.extend(word_number(text, &words));
    named
}

/// Bytes of letters and digits in front, with the stops and commas between digits.
fn run(text: &str) -> usize {
    let mut end = 0;
    let mut chars = text.char_indices().peekable();
    let mut before_digit = false;
    while let Some((at, c)) = chars.next() {
        let next_is_digit = chars.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        let joins = matches!(c, '.' | ',') && before_digit && next_is_digit;
        if !(c.is_alphanumeric() || joins) {
            break;
        }
        before_digit = c.is_ascii_digit();
        end = at + c.len_utf8();
    }
    end
}

/// A run with a digit, as a number if it is one.
fn digits(before: &str, run: &str, after: &str) -> Named {
    let (before, whole) = match before.strip_suffix('.') {
        Some(rest) if !rest.ends_with(char::is_alphanumeric) => (rest, "0."),
        Some(_) | None => (before, ""),
    };
    let lower = format!("{whole}{}", run.to_lowercase());
    let bare = ["st", "nd", "rd", "th"]
        .into_iter()
        .find_map(|it| lower.strip_suffix(it));
    let Some((value, decimals)) = plain_number(bare.unwrap_or(&lower)) else {
        return Named::Verbatim(lower);
    };
    let trimmed = before.trim_end_matches(' ');
    let leading = trimmed
        .chars()
        .next_back()
        .filter(|it| CURRENCIES.contains(it));
    let before = leading.map_or(before, |it| trimmed.trim_end_matches(it));
    Named::Number(Number {
        value,
        sign: sign(before),
        decimals,
        unit: leading.map_or_else(|| unit(after), Unit::Currency),
    })
}

/// `1,200`, `0.62`, `0,62`, `12`.
fn plain_number(text: &str) -> Option<(f64, i32)> {
    if !text
        .bytes()
        .all(|it| it.is_ascii_digit() || matches!(it, b'.' | b','))
    {
        return None;
    }
    let (whole, decimals) = match (text.split_once('.'), text.split_once(',')) {
        (Some((whole, decimals)), _) => (whole, decimals),
        (None, Some((whole, last))) if last.len() != 3 && !last.contains(',') => {
            return number(whole, last);
        }
        (None, _) => (text, ""),
    };
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let parted = rest.is_empty() || (first.len() <= 3 && rest.iter().all(|it| it.len() == 3));
    (parted && !decimals.contains([',', '.'])).then_some(())?;
    number(&whole.replace(',', ""), decimals)
}

fn number(whole: &str, decimals: &str) -> Option<(f64, i32)> {
    let value = format!("{whole}.{decimals}0").parse().ok()?;
    Some((value, i32::try_from(decimals.len()).ok()?))
}

/// A sign right before, unless it joins to what stands before it: `5-8` has none.
fn sign(before: &str) -> Option<Sign> {
    let mut chars = before.chars().rev();
    let sign = match chars.next()? {
        '+' => Sign::Plus,
        '-' | '−' | '–' => Sign::Minus,
        _ => return None,
    };
    let joins = chars.next().is_some_and(char::is_alphanumeric);
    (!joins).then_some(sign)
}

/// The unit that stands behind.
pub(super) fn unit(after: &str) -> Unit {
    let after = after.trim_start().trim_start_matches('-').to_lowercase();
    let sign = after.chars().next();
    if let Some(currency) = sign.filter(|it| CURRENCIES.contains(it)) {
        return Unit::Currency(currency);
    }
    let percent = ["%", "percent", "per cent", "pct"];
    if percent.iter().any(|it| after.starts_with(it)) {
        return Unit::Percent;
    }
    let named = [("dollar", '$'), ("euro", '€'), ("pound", '£')];
    let named = named.into_iter().find(|(name, _)| after.starts_with(name));
    named.map_or(Unit::None, |(_, sign)| Unit::Currency(sign))
}

impl Named {
    /// Whether this says what `given` says, rounded at the most.
    pub(super) fn restates(&self, given: &Self) -> bool {
        match (self, given) {
            (Self::Verbatim(own), Self::Verbatim(given)) => own == given,
            (Self::Number(own), Self::Number(given)) => own.restates(*given),
            (Self::Verbatim(_), Self::Number(_)) | (Self::Number(_), Self::Verbatim(_)) => false,
        }
    }
}

impl Number {
    fn restates(self, given: Self) -> bool {
        let signed = |it: Self| it.sign == Some(Sign::Minus);
        let given = match (self.unit, given.unit) {
            (own, unit) if own == unit => given,
            // A share as per cent, and back.
            (Unit::Percent, Unit::None) if given.value <= 1.0 && given.decimals >= 2 => {
                given.scaled(100.0, -2)
            }
            (Unit::None, Unit::Percent) if self.value <= 1.0 && self.decimals >= 2 => {
                given.scaled(0.01, 2)
            }
            _ => return false,
        };
        let same_sign = self.sign.is_none() || signed(self) == signed(given);
        same_sign && self.rounds(given)
    }

    fn scaled(self, factor: f64, decimals: i32) -> Self {
        Self {
            value: self.value * factor,
            decimals: self.decimals + decimals,
            ..self
        }
    }

    /// Equal, or `given` rounded to fewer decimals with two digits left that count.
    fn rounds(self, given: Self) -> bool {
        let off = (self.value - given.value).abs();
        if off < 1e-9 {
            return true;
        }
        let unit = 10f64.powi(-self.decimals);
        self.decimals < given.decimals && self.value / unit > 9.5 && off <= 0.5 * unit + 1e-9
    }
}

#[cfg(test)]
mod tests;
