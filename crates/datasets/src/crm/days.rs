//! Days as exports write them: [`DayOrder`], and what the values of a column tell of it.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

/// What stands first in a day like `03/04/2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DayOrder {
    /// The 3rd of April.
    DayFirst,
    /// March the 4th.
    MonthFirst,
}

/// What the values of a column tell about the order of day and month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct DayEvidence {
    pub(crate) day_first: bool,
    pub(crate) month_first: bool,
    /// A value means another day in each order.
    pub(crate) open: bool,
}

impl DayEvidence {
    /// Takes a value into account. Values that are a day in neither order tell nothing.
    pub(crate) fn see(&mut self, text: &str) {
        let day = |order| parse(text, order).map(DateTime::date);
        match (day(DayOrder::DayFirst), day(DayOrder::MonthFirst)) {
            (Some(_), None) => self.day_first = true,
            (None, Some(_)) => self.month_first = true,
            (Some(one), Some(other)) => self.open |= one != other,
            (None, None) => {}
        }
    }
}

/// A day with its time, as written: an offset is not applied, since calls are dated by the day people lived through.
///
/// - `2026-04-03`, `2026/04/03`, `2026-04-03T10:15:00.000+0000`: year first;
/// - `3.4.2026`: German, the day first;
/// - `03/04/2026`, `03-04-26`, `4/3/2026 2:15 PM`: by the order of the column;
/// - `1775210400000`: milliseconds since 1970, UTC.
pub(crate) fn parse(text: &str, order: DayOrder) -> Option<DateTime> {
    let text = text.trim();
    if (12..=14).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let stamp = jiff::Timestamp::from_millisecond(text.parse().ok()?).ok()?;
        return Some(Offset::UTC.to_datetime(stamp));
    }
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '/' | '.')));
    let (day, time) = text.split_at(end.unwrap_or(text.len()));
    let day = date(day, order)?;
    Some(day.to_datetime(clock(time)?))
}

fn date(text: &str, order: DayOrder) -> Option<Date> {
    let separator = text.chars().find(|c| !c.is_ascii_digit())?;
    let mut parts = text.split(separator);
    let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (year, month, day) = match (a.len(), separator, order) {
        (4, _, _) => (a, b, c),
        (_, '.', _) | (_, _, DayOrder::DayFirst) => (c, b, a),
        (_, _, DayOrder::MonthFirst) => (c, a, b),
    };
    let full_year: i16 = match year.len() {
        4 => year.parse().ok()?,
        2 => 2000 + year.parse::<i16>().ok()?,
        _ => return None,
    };
    if month.len() > 2 || day.len() > 2 {
        return None;
    }
    Date::new(full_year, month.parse().ok()?, day.parse().ok()?).ok()
}

/// The time behind a day; midnight if there is none.
fn clock(text: &str) -> Option<Time> {
    let text = text.trim_start_matches(['T', ',', ' ']).trim_end();
    if text.is_empty() {
        return Some(Time::midnight());
    }
    let (hour, rest) = number(text)?;
    let (minute, rest) = number(rest.strip_prefix(':')?)?;
    let (second, rest) = match rest.strip_prefix(':') {
        Some(rest) => number(rest)?,
        None => (0, rest),
    };
    let rest = rest.strip_prefix('.').map_or(rest, |fraction| {
        fraction.trim_start_matches(|c: char| c.is_ascii_digit())
    });
    let hour = match (rest.trim().to_ascii_uppercase().as_str(), hour) {
        ("AM", 12) => 0,
        ("PM", 1..=11) => hour + 12,
        ("AM", 1..=11) | ("PM", 12) | ("" | "Z" | "UTC" | "UHR", _) => hour,
        (zone, _) if is_offset(zone) => hour,
        _ => return None,
    };
    Time::new(hour, minute, second.min(59), 0).ok()
}

/// A number of one or two digits, and what follows it.
fn number(text: &str) -> Option<(i8, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit());
    let (digits, rest) = text.split_at(end.unwrap_or(text.len()));
    (digits.len() <= 2).then_some(())?;
    Some((digits.parse().ok()?, rest))
}

/// `+02:00`, `-0500` or `+02`.
fn is_offset(text: &str) -> bool {
    text.strip_prefix(['+', '-']).is_some_and(|digits| {
        (2..=5).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit() || b == b':')
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, order: DayOrder) -> String {
        parse(text, order).map_or("none".into(), |at| at.to_string())
    }

    #[test]
    fn the_usual_forms_are_read() {
        let table = [
            ("2026-04-03", "2026-04-03T00:00:00"),
            ("2026/4/3", "2026-04-03T00:00:00"),
            ("2026-04-03T10:15:30.000+0000", "2026-04-03T10:15:30"),
            ("2026-04-03 23:59", "2026-04-03T23:59:00"),
            ("2026-04-03T23:59:59.123Z", "2026-04-03T23:59:59"),
            ("3.4.2026", "2026-04-03T00:00:00"),
            ("03.04.26, 10:15 Uhr", "2026-04-03T10:15:00"),
            ("03/04/2026", "2026-04-03T00:00:00"),
            ("3-4-2026 2:15 PM", "2026-04-03T14:15:00"),
            ("3/4/26 12:05 am", "2026-04-03T00:05:00"),
            ("1775210400000", "2026-04-03T10:00:00"),
            ("31/04/2026", "none"),
            ("2026-04", "none"),
            ("2026-04-03 25:00", "none"),
            ("2026-04-03 10:15 somewhere", "none"),
            ("3/4/126", "none"),
            ("yesterday", "none"),
            ("", "none"),
            ("....", "none"),
        ];
        for (text, expected) in table {
            assert_eq!(read(text, DayOrder::DayFirst), expected, "{text}");
        }
        assert_eq!(
            read("03/04/2026", DayOrder::MonthFirst),
            "2026-03-04T00:00:00"
        );
        assert_eq!(
            read("03.04.2026", DayOrder::MonthFirst),
            "2026-04-03T00:00:00"
        );
    }

    #[test]
    fn a_value_tells_the_order_if_it_is_a_day_in_one_only() {
        let tell = |text| {
            let mut evidence = DayEvidence::default();
            evidence.see(text);
            (evidence.day_first, evidence.month_first, evidence.open)
        };
        assert_eq!(tell("13/04/2026"), (true, false, false));
        assert_eq!(tell("04/13/2026"), (false, true, false));
        assert_eq!(tell("03/04/2026"), (false, false, true));
        assert_eq!(tell("04/04/2026"), (false, false, false));
        assert_eq!(tell("2026-04-03"), (false, false, false));
        assert_eq!(tell("13.04.2026"), (false, false, false));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,30}|[0-9/.:T +-]{0,25}") {
            let _ = (parse(&text, DayOrder::DayFirst), parse(&text, DayOrder::MonthFirst));
        }

        #[test]
        fn every_day_is_read_back_from_every_form(year in 2000i16..2100, month in 1i8..=12, day in 1i8..=28) {
            let expected = Date::constant(year, month, day);
            for (text, order) in [
                (format!("{year}-{month:02}-{day:02}"), DayOrder::MonthFirst),
                (format!("{day}.{month}.{year}"), DayOrder::MonthFirst),
                (format!("{day}/{month}/{year}"), DayOrder::DayFirst),
                (format!("{month:02}/{day:02}/{year}"), DayOrder::MonthFirst),
            ] {
                prop_assert_eq!(parse(&text, order).map(DateTime::date), Some(expected), "{}", text);
            }
        }
    }
}
