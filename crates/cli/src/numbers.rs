//! Numbers as people read them.

use upturn::coaching::{MeasureKind, MeasureName};
use upturn::eval::Estimate;

/// `1,017`.
pub(crate) fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `53.6 %` of a whole; `-` of nothing.
pub(crate) fn share(part: usize, whole: usize) -> String {
    if whole == 0 {
        "-".to_owned()
    } else {
        percent(part as f64 / whole as f64)
    }
}

/// `53.6 %`.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// `0.7123`, or `-` where it is not defined.
pub(crate) fn measure(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.4}"))
}

/// `[0.6801, 0.7434]`.
pub(crate) fn interval(estimate: &Estimate) -> String {
    format!("[{:.4}, {:.4}]", estimate.low, estimate.high)
}

/// `+0.0123`.
pub(crate) fn signed(value: f64) -> String {
    format!("{value:+.4}")
}

/// `[-0.0034, +0.0280]`.
pub(crate) fn signed_interval(estimate: &Estimate) -> String {
    format!("[{:+.4}, {:+.4}]", estimate.low, estimate.high)
}

/// `0.42`, or yes or no of what is the one or the other.
pub(crate) fn measured_value(measure: MeasureName, value: f64) -> String {
    match measure.kind() {
        MeasureKind::Number => format!("{value:.2}"),
        MeasureKind::YesNo if value > 0.0 => "yes".to_owned(),
        MeasureKind::YesNo => "no".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_017, "1,017"),
            (12_345_678, "12,345,678"),
        ] {
            assert_eq!(count(number), text);
        }
    }

    #[test]
    fn a_share_of_nothing_is_no_number() {
        assert_eq!(share(545, 1_017), "53.6 %");
        assert_eq!(share(0, 0), "-");
    }

    #[test]
    fn differences_carry_their_sign() {
        let estimate = Estimate {
            value: 0.01234,
            low: -0.00341,
            high: 0.028,
        };
        assert_eq!(signed(estimate.value), "+0.0123");
        assert_eq!(signed_interval(&estimate), "[-0.0034, +0.0280]");
        assert_eq!(
            interval(&Estimate {
                low: 0.5,
                ..estimate
            }),
            "[0.5000, 0.0280]"
        );
        assert_eq!(measure(None), "-");
    }
}
