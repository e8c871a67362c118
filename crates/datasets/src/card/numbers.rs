//! Numbers as people read them.

use super::Rate;

/// Thousands parted by commas: `1,017`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share as `53.6 %`.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// A share with its interval: `53.6 % [50.5, 56.6]`; a dash if there is none.
pub(crate) fn rate(rate: Option<Rate>) -> String {
    rate.map_or_else(
        || "–".to_owned(),
        |Rate { value, low, high }| {
            format!(
                "{} [{:.1}, {:.1}]",
                percent(value),
                100.0 * low,
                100.0 * high
            )
        },
    )
}

/// A length: whole from 10 on, with one digit behind the point below unless it is whole, with two below one.
pub(crate) fn length(number: f64) -> String {
    let rounded = (number * 10.0).round() / 10.0;
    let is_whole = rounded >= 1.0 && rounded.fract() == 0.0;
    if rounded >= 10.0 || is_whole || number < 0.005 {
        grouped(number.round())
    } else if number < 0.995 {
        format!("{number:.2}")
    } else {
        format!("{rounded:.1}")
    }
}

fn grouped(whole: f64) -> String {
    let digits = format!("{whole:.0}");
    digits.parse().map_or(digits, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(count),
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(
            [0.0, 0.04, 0.996, 3.02, 7.26, 10.4, 1234.4, 1e19].map(length),
            [
                "0",
                "0.04",
                "1",
                "3",
                "7.3",
                "10",
                "1,234",
                "10,000,000,000,000,000,000"
            ]
        );
    }
}
