//! Sums of money as tables write them: [`amount`].

use super::cell::Cell;

/// The number of a cell like `12000`, `$12,000.50`, `12.000,50 €` or `12 000 EUR`; `Ok(None)` if it is blank.
///
/// # Errors
///
/// What would be a sum.
pub(crate) fn amount(cell: &Cell) -> Result<Option<f64>, &'static str> {
    let number = match cell {
        Cell::Number(number) => Some(*number),
        Cell::Whole(_) | Cell::Text(_) => match cell.text() {
            None => return Ok(None),
            Some(text) => written(&text),
        },
        Cell::Nothing => return Ok(None),
        Cell::Flag(_) | Cell::Day(_) | Cell::Instant(_) | Cell::Said(_) => None,
    };
    number
        .filter(|number| number.is_finite())
        .map(Some)
        .ok_or("a sum of money")
}

fn written(text: &str) -> Option<f64> {
    const SIGNS: [char; 5] = ['$', '€', '£', '¥', '₹'];
    const LONGEST: usize = 64;
    if text.len() > LONGEST {
        return None;
    }
    let sum = without_code(text.trim_matches(|c: char| SIGNS.contains(&c) || c.is_whitespace()));
    let digits: String = sum
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '\'' && *c != '’' && !SIGNS.contains(c))
        .collect();
    let is_plain = digits.strip_prefix('-').unwrap_or(&digits).bytes();
    if !is_plain
        .clone()
        .all(|b| b.is_ascii_digit() || b == b'.' || b == b',')
    {
        return None;
    }
    plain(&digits).parse().ok()
}

/// Without a currency's code of three letters before or after the number.
fn without_code(text: &str) -> &str {
    let is_code = |code: &str| code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
    let before = text
        .get(..3)
        .filter(|code| is_code(code))
        .and_then(|_| text.get(3..));
    let after = text.len().checked_sub(3).and_then(|at| {
        let code = text.get(at..).filter(|code| is_code(code));
        code.and_then(|_| text.get(..at))
    });
    before.or(after).unwrap_or(text)
}

/// Without marks of thousands, and with a point before the decimals.
fn plain(digits: &str) -> String {
    let (points, commas) = (digits.matches('.').count(), digits.matches(',').count());
    let decimals_after = match (digits.rfind('.'), digits.rfind(',')) {
        (Some(point), Some(comma)) => Some(if point > comma { '.' } else { ',' }),
        (Some(_), None) => (points == 1).then_some('.'),
        (None, Some(comma)) => (commas == 1 && digits.len() - comma != 4).then_some(','),
        (None, None) => None,
    };
    digits
        .chars()
        .filter_map(|c| match c {
            '.' | ',' if Some(c) == decimals_after => Some('.'),
            '.' | ',' => None,
            other => Some(other),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::float_cmp, reason = "the same number is written")]
    fn a_sum_is_read_in_every_common_writing() {
        for (text, sum) in [
            ("12000", 12000.0),
            ("12,000", 12000.0),
            ("12,000.50", 12000.5),
            ("$12,000.50", 12000.5),
            ("12.000,50 €", 12000.5),
            ("EUR 12 000,5", 12000.5),
            ("12'000 CHF", 12000.0),
            ("-12.5", -12.5),
            ("1.234.567", 1_234_567.0),
            ("0", 0.0),
            ("-$5", -5.0),
        ] {
            assert_eq!(
                amount(&Cell::Text(text.to_owned())),
                Ok(Some(sum)),
                "{text}"
            );
        }
        assert_eq!(amount(&Cell::Whole(7)), Ok(Some(7.0)));
        assert_eq!(amount(&Cell::Text(" ".to_owned())), Ok(None));
    }

    #[test]
    fn what_is_no_sum_is_refused() {
        for text in [
            "12k",
            "twelve",
            "inf",
            "1e5",
            "12-5",
            "€",
            "1.2.3,4,5",
            "éé1",
        ] {
            assert!(amount(&Cell::Text(text.to_owned())).is_err(), "{text}");
        }
        assert!(amount(&Cell::Number(f64::INFINITY)).is_err());
    }
}
