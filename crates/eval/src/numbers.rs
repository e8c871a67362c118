//! Numbers as people read them.

use crate::Estimate;

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

/// A metric: `0.7034`.
pub(crate) fn measure(number: f64) -> String {
    format!("{number:.4}")
}

/// A difference: `+0.0221`, with a sign.
pub(crate) fn signed(number: f64) -> String {
    format!("{number:+.4}")
}

/// The interval of a metric: `[0.6712, 0.7340]`.
pub(crate) fn interval(estimate: &Estimate) -> String {
    format!("[{:.4}, {:.4}]", estimate.low, estimate.high)
}

/// The interval of a difference: `[-0.0040, +0.0310]`.
pub(crate) fn signed_interval(estimate: &Estimate) -> String {
    format!("[{:+.4}, {:+.4}]", estimate.low, estimate.high)
}

/// A share as `53.6 %`.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
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
        let estimate = Estimate {
            value: 0.5,
            low: -0.25,
            high: 0.75,
        };
        assert_eq!(interval(&estimate), "[-0.2500, 0.7500]");
        assert_eq!(signed_interval(&estimate), "[-0.2500, +0.7500]");
        assert_eq!(
            (signed(0.5), percent(0.5361)),
            ("+0.5000".to_owned(), "53.6 %".to_owned())
        );
    }
}
