//! The day of a moment: [`Day`].

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::de::{self, Deserialize, Deserializer, Unexpected, Visitor};
use upturn_core::Date;

pub(crate) const EXPECTED: &str = "a date like 2026-11-22T09:30:00Z or seconds since 1970";

/// The day on which something took place, where it took place.
///
/// A text opens with the day in the form of ISO 8601, and it is this day, whatever the offset behind it. A number counts
/// seconds since 1970 (from 10¹¹ on, milliseconds), and the day is that of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day(pub(crate) Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DayVisitor)
    }
}

struct DayVisitor;

impl Visitor<'_> for DayVisitor {
    type Value = Day;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Day, E> {
        of_text(text).ok_or_else(|| E::invalid_value(Unexpected::Other("a text"), &self))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Day, E> {
        of_number(number).ok_or_else(|| E::invalid_value(Unexpected::Other("a number"), &self))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Day, E> {
        let seconds = Duration::try_from_secs_f64(number).map(|time| time.as_secs());
        seconds
            .ok()
            .and_then(of_number)
            .ok_or_else(|| E::invalid_value(Unexpected::Other("a number"), &self))
    }
}

fn of_text(text: &str) -> Option<Day> {
    let text = text.trim();
    let (day, rest) = text.split_at_checked(10)?;
    let ends = rest.is_empty() || rest.starts_with(['T', 't', ' ']);
    day.parse().ok().filter(|_| ends).map(Day)
}

fn of_number(number: u64) -> Option<Day> {
    const MILLISECONDS_FROM: u64 = 100_000_000_000;
    let number = i64::try_from(number).ok()?;
    let moment = if number.unsigned_abs() < MILLISECONDS_FROM {
        Timestamp::from_second(number)
    } else {
        Timestamp::from_millisecond(number)
    };
    Some(Day(moment.ok()?.to_zoned(TimeZone::UTC).date()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_that_of_the_place_where_it_was() {
        for written in [
            r#""2018-02-17""#,
            r#""2018-02-17T02:30:00-08:00""#,
            r#""2018-02-17T23:59:59.9999999+14:00""#,
            r#"" 2018-02-17 10:30:00""#,
            "1518863400",
            "1518863400.5",
            "1518863400000",
        ] {
            let day: Day = serde_json::from_str(written).unwrap();
            assert_eq!(day.0.to_string(), "2018-02-17", "{written}");
        }
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for written in [
            "\"\"",
            "\"soon\"",
            r#""2018-02-30""#,
            r#""2018-02-17x""#,
            "\"éééééééééé\"",
            "-1",
            "-0.5",
            "1e300",
            "18446744073709551615",
            "true",
            "[]",
        ] {
            assert!(serde_json::from_str::<Day>(written).is_err(), "{written}");
        }
    }
}
