//! Times on the clock of a recording, counted from its start: `1:02:03.450`, `02:03`.

/// Milliseconds of `h:mm:ss` or `mm:ss`, with or without a fraction after a dot or a comma.
///
/// The first number may be of any size that fits, the others are below 60; leading zeros may be missing, as in the
/// `0:0:5.320` of Teams. Digits beyond milliseconds are cut.
pub(crate) fn milliseconds(clock: &str) -> Option<u64> {
    let (whole, fraction) = match clock.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, thousandths(fraction)?),
        None => (clock, 0),
    };
    let (mut seconds, mut numbers) = (0_u64, 0);
    for part in whole.split(':') {
        let value = number(part)?;
        if numbers > 0 && (value >= 60 || part.len() > 2) {
            return None;
        }
        seconds = seconds.checked_mul(60)?.checked_add(value)?;
        numbers += 1;
    }
    if !(2..=3).contains(&numbers) {
        return None;
    }
    seconds.checked_mul(1000)?.checked_add(fraction)
}

/// Whether this was meant to be a time, even if it is none (`00:99:00`).
pub(crate) fn is_meant(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b',');
    text.contains(':')
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(allowed)
}

/// Milliseconds of the digits after the point.
fn thousandths(digits: &str) -> Option<u64> {
    number(digits)?;
    let value = number(digits.get(..3).unwrap_or(digits))?;
    Some(match digits.len() {
        1 => value * 100,
        2 => value * 10,
        _ => value,
    })
}

/// A number of at most twelve digits and nothing else.
fn number(digits: &str) -> Option<u64> {
    let is_number = (1..=12).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_clocks_of_recorders_are_read() {
        for (clock, expected) in [
            ("00:00:01.500", 1500),
            ("00:00:01,500", 1500),
            ("0:0:5.320", 5320),
            ("0:0:0.0", 0),
            ("1:02:03", 3_723_000),
            ("02:03", 123_000),
            ("75:10", 4_510_000),
            ("100:00:00.1", 360_000_100),
            ("0:01.123456", 1123),
        ] {
            assert_eq!(milliseconds(clock), Some(expected), "{clock}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for clock in [
            "",
            ":",
            "12",
            "1:2:3:4",
            "00:60",
            "00:99:00",
            "0:001",
            "-1:00",
            "1:+2",
            "1: 2",
            "1:02.",
            "1:02.x",
            "a:b",
            "9999999999999:00",
            "٣:٠١",
        ] {
            assert_eq!(milliseconds(clock), None, "{clock}");
        }
        assert!(is_meant("00:99:00") && !is_meant("ratio 1:2") && !is_meant("12"));
    }

    proptest! {
        #[test]
        fn a_written_time_is_read_back(hours in 0u64..1000, minutes in 0u64..60, seconds in 0u64..60, ms in 0u64..1000) {
            let expected = ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms;
            prop_assert_eq!(milliseconds(&format!("{hours:02}:{minutes:02}:{seconds:02}.{ms:03}")), Some(expected));
            prop_assert_eq!(milliseconds(&format!("{hours}:{minutes}:{seconds},{ms:03}")), Some(expected));
        }

        #[test]
        fn nothing_panics(text in ".{0,24}") {
            let _ = (milliseconds(&text), is_meant(&text));
        }
    }
}
