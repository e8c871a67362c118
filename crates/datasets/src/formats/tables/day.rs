//! Days and times of day as tables write them: [`day`] and [`instant`].

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};
use upturn_core::Date;

use super::DateOrder;
use super::moment;

/// The day of a text like `2026-11-22`, `2026-11-22T10:00:00Z`, `22.11.2026` or `20261122`; a time of day is left out.
///
/// # Errors
///
/// What would be a day.
pub(crate) fn day(text: &str, order: Option<DateOrder>) -> Result<Date, &'static str> {
    const NO_DAY: &str = "a day like 2026-11-22";
    let written = text.split(['T', ' ']).next().unwrap_or_default();
    if written.len() == 8
        && let Some(number) = digits(written, 8)
    {
        return date(number / 10_000, number / 100 % 100, number % 100).ok_or(NO_DAY);
    }
    let mut parts = written.split(['-', '/', '.']);
    let (Some(first), Some(second), Some(third), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(NO_DAY);
    };
    let (Some(a), Some(b), Some(c)) = (digits(first, 4), digits(second, 2), digits(third, 4))
    else {
        return Err(NO_DAY);
    };
    if first.len() == 4 {
        return date(a, b, c).ok_or(NO_DAY);
    }
    if third.len() != 4 {
        return Err(NO_DAY);
    }
    let (days_first, months_first) = (date(c, b, a), date(c, a, b));
    match (order, days_first, months_first) {
        (Some(DateOrder::DayFirst), Some(day), _) | (Some(DateOrder::MonthFirst), _, Some(day)) => {
            Ok(day)
        }
        (None, Some(day), None) | (None, None, Some(day)) => Ok(day),
        (None, Some(day), Some(same)) if day == same => Ok(day),
        (None, Some(_), Some(_)) => Err("a day whose month is known without `date_order`"),
        _ => Err(NO_DAY),
    }
}

/// Milliseconds since 1970 of a day and time; UTC if it names no other zone.
pub(crate) fn instant(text: &str, order: Option<DateOrder>) -> Option<i64> {
    if let Ok(stamp) = text.parse::<Timestamp>() {
        return Some(stamp.as_millisecond());
    }
    let at = text.parse::<DateTime>().ok().or_else(|| {
        let (date, clock) = text.split_once(' ')?;
        let since = moment::clock(clock.trim())?;
        let at = day(date, order).ok()?.to_datetime(civil::Time::midnight());
        at.checked_add(jiff::SignedDuration::from_millis(
            i64::try_from(since).ok()?,
        ))
        .ok()
    })?;
    Some(
        at.to_zoned(TimeZone::UTC)
            .ok()?
            .timestamp()
            .as_millisecond(),
    )
}

/// An instant in ISO 8601, or its number if it is outside the calendar.
pub(crate) fn instant_text(milliseconds: i64) -> String {
    Timestamp::from_millisecond(milliseconds)
        .map_or_else(|_| milliseconds.to_string(), |stamp| stamp.to_string())
}

/// The day of an instant in UTC.
pub(crate) fn instant_day(milliseconds: i64) -> Option<Date> {
    let stamp = Timestamp::from_millisecond(milliseconds).ok()?;
    Some(stamp.to_zoned(TimeZone::UTC).date())
}

fn date(year: u32, month: u32, day: u32) -> Option<Date> {
    Date::new(
        year.try_into().ok()?,
        month.try_into().ok()?,
        day.try_into().ok()?,
    )
    .ok()
}

/// A number of so many digits at most.
fn digits(text: &str, most: usize) -> Option<u32> {
    let is_number =
        !text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_in_every_common_writing() {
        for text in [
            "2026-11-22",
            "2026-11-22T10:00:00Z",
            "2026-11-22 10:00:00",
            "2026/11/22",
            "22.11.2026",
            "22/11/2026",
            "11/22/2026 9:30",
            "20261122",
        ] {
            assert_eq!(day(text, None), Ok(Date::constant(2026, 11, 22)), "{text}");
        }
        assert_eq!(day("5/5/2026", None), Ok(Date::constant(2026, 5, 5)));
    }

    #[test]
    fn a_day_that_may_be_two_is_refused_until_the_order_is_said() {
        assert!(day("03/04/2026", None).unwrap_err().contains("date_order"));
        assert_eq!(
            day("03/04/2026", Some(DateOrder::DayFirst)),
            Ok(Date::constant(2026, 4, 3))
        );
        assert_eq!(
            day("03/04/2026", Some(DateOrder::MonthFirst)),
            Ok(Date::constant(2026, 3, 4))
        );
        for text in [
            "",
            "soon",
            "2026-13-01",
            "31/12/2026/1",
            "1-2-26",
            "22/11/2026x",
            "+1/02/2026",
            "99999999",
        ] {
            assert!(day(text, None).is_err(), "{text}");
        }
        assert!(day("22/11/2026", Some(DateOrder::MonthFirst)).is_err());
    }

    #[test]
    fn an_instant_without_a_zone_is_utc() {
        let expected = 1_795_341_600_500;
        for text in [
            "2026-11-22T10:00:00.5Z",
            "2026-11-22T12:00:00.5+02:00",
            "2026-11-22 10:00:00.5",
            "22/11/2026 10:00:00.5",
        ] {
            assert_eq!(instant(text, None), Some(expected), "{text}");
        }
        assert_eq!(instant_day(expected), Some(Date::constant(2026, 11, 22)));
        assert_eq!(instant_text(i64::MAX), i64::MAX.to_string());
    }
}
