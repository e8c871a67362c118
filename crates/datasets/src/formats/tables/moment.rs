//! When something was said, as tables write it: [`Moment`].

use super::cell::Cell;
use super::{DateOrder, TimeUnit, day};

/// When something was said, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// From the start of the call.
    Offset(u64),
    /// Since 1970, in UTC.
    Instant(i64),
}

/// How the times of a column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Times {
    pub(crate) unit: Option<TimeUnit>,
    pub(crate) order: Option<DateOrder>,
}

impl Times {
    /// The unit that a [folded](super::field::fold) header names.
    pub(crate) fn unit_of(header: &str) -> Option<TimeUnit> {
        if header.ends_with("ms") || header.contains("milli") {
            Some(TimeUnit::Milliseconds)
        } else if matches!(header, "starts" | "ends")
            || header.ends_with("seconds")
            || header.ends_with("sec")
        {
            Some(TimeUnit::Seconds)
        } else {
            None
        }
    }

    /// The moment of a cell; `Ok(None)` if it is blank.
    ///
    /// # Errors
    ///
    /// What would be a time.
    pub(crate) fn moment(self, cell: &Cell) -> Result<Option<Moment>, &'static str> {
        let read = match cell {
            Cell::Nothing => return Ok(None),
            Cell::Text(text) if text.trim().is_empty() => return Ok(None),
            Cell::Text(text) => self.written(text.trim()),
            Cell::Whole(number) => self.whole(*number),
            Cell::Number(number) => self.number(*number).map(Moment::Offset),
            Cell::Instant(instant) => Some(Moment::Instant(*instant)),
            Cell::Flag(_) | Cell::Day(_) | Cell::Said(_) => None,
        };
        read.map(Some).ok_or(match self.unit {
            Some(TimeUnit::Milliseconds) => "a time in milliseconds",
            Some(TimeUnit::Seconds) => "a time in seconds",
            Some(TimeUnit::Clock) => "a time like 00:01:02.5",
            Some(TimeUnit::DateTime) => "a day and time",
            None => "a time",
        })
    }

    fn written(self, text: &str) -> Option<Moment> {
        match self.unit {
            Some(TimeUnit::Clock) => clock(text).map(Moment::Offset),
            Some(TimeUnit::DateTime) => day::instant(text, self.order).map(Moment::Instant),
            Some(TimeUnit::Milliseconds | TimeUnit::Seconds) => {
                self.number(decimal(text)?).map(Moment::Offset)
            }
            None if text.contains(':') => {
                let offset = clock(text).map(Moment::Offset);
                offset.or_else(|| day::instant(text, self.order).map(Moment::Instant))
            }
            None => text.parse().ok().map_or_else(
                || self.number(decimal(text)?).map(Moment::Offset),
                |whole| self.whole(whole),
            ),
        }
    }

    fn whole(self, number: i64) -> Option<Moment> {
        let number = u64::try_from(number).ok()?;
        match self.unit {
            Some(TimeUnit::Seconds) => number.checked_mul(1000).map(Moment::Offset),
            Some(TimeUnit::Milliseconds) | None => Some(Moment::Offset(number)),
            Some(TimeUnit::Clock | TimeUnit::DateTime) => None,
        }
    }

    fn number(self, number: f64) -> Option<u64> {
        match self.unit {
            Some(TimeUnit::Milliseconds) => milliseconds(number),
            Some(TimeUnit::Seconds) | None => milliseconds(number * 1000.0),
            Some(TimeUnit::Clock | TimeUnit::DateTime) => None,
        }
    }
}

/// A number of digits with or without decimals; nothing else that a program may take for a number.
fn decimal(text: &str) -> Option<f64> {
    let is_plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.parse().ok().filter(|_| is_plain)
}

/// Whole milliseconds, rounded; nothing below 0 or beyond what a float tells apart.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked before"
)]
fn milliseconds(number: f64) -> Option<u64> {
    const LAST: f64 = 9_007_199_254_740_992.0;
    (0.0..LAST).contains(&number).then(|| number.round() as u64)
}

/// Milliseconds of `mm:ss` or `hh:mm:ss`, with decimals after a point or a comma.
pub(crate) fn clock(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let mut parts = whole.split(':');
    let mut total = number(parts.next()?, 5)?;
    let mut count = 1;
    for part in parts {
        let next = number(part, 2).filter(|part| *part < 60)?;
        total = total * 60 + next;
        count += 1;
    }
    if !(2..=3).contains(&count) {
        return None;
    }
    let thousandths = format!("{:0<3}", fraction.get(..3).unwrap_or(fraction));
    Some(total * 1000 + number(&thousandths, 3).filter(|_| number(fraction, 9).is_some())?)
}

/// A number of so many digits at most.
fn number(text: &str, most: usize) -> Option<u64> {
    let is_number =
        !text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, unit: Option<TimeUnit>) -> Option<Moment> {
        let times = Times { unit, order: None };
        times.moment(&Cell::Text(text.to_owned())).ok().flatten()
    }

    #[test]
    fn each_writing_of_62_and_a_half_seconds_is_the_same_moment() {
        for (text, unit) in [
            ("62500", None),
            ("62500", Some(TimeUnit::Milliseconds)),
            ("62500.0", Some(TimeUnit::Milliseconds)),
            ("62.5", None),
            ("62.5", Some(TimeUnit::Seconds)),
            ("01:02.5", None),
            ("1:02,500", Some(TimeUnit::Clock)),
            ("00:01:02.5", None),
        ] {
            assert_eq!(read(text, unit), Some(Moment::Offset(62_500)), "{text}");
        }
        assert_eq!(
            read("62", Some(TimeUnit::Seconds)),
            Some(Moment::Offset(62_000))
        );
        assert_eq!(
            read("1970-01-01T00:01:02.5Z", None),
            Some(Moment::Instant(62_500))
        );
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let times = Times::default();
        for text in [
            "-1",
            "-1.5",
            "1e3",
            "inf",
            "NaN",
            "0:60",
            "1:2:3:4",
            ":1",
            "1:",
            "00:01:02.x",
            "noon",
            "99999999999999999999",
        ] {
            assert!(
                times.moment(&Cell::Text(text.to_owned())).is_err(),
                "{text}"
            );
        }
        assert_eq!(times.moment(&Cell::Text(" ".to_owned())), Ok(None));
        assert!(times.moment(&Cell::Number(f64::NAN)).is_err());
        assert!(times.moment(&Cell::Whole(-1)).is_err());
    }

    #[test]
    fn a_header_names_its_unit() {
        for (header, unit) in [
            ("startms", Some(TimeUnit::Milliseconds)),
            ("startmilliseconds", Some(TimeUnit::Milliseconds)),
            ("endseconds", Some(TimeUnit::Seconds)),
            ("start", None),
        ] {
            assert_eq!(Times::unit_of(header), unit, "{header}");
        }
    }
}
