//! Amounts as exports write them: [`Decimal`], and what the values of a column tell of it.

/// What separates the cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decimal {
    /// `1,234.50`
    Point,
    /// `1.234,50`
    Comma,
}

/// What the values of a column tell about the sign that separates the cents.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct AmountEvidence {
    pub(crate) point: bool,
    pub(crate) comma: bool,
}

impl AmountEvidence {
    /// Takes a value into account. `1.234` tells nothing: it may be a thousand.
    pub(crate) fn see(&mut self, text: &str) {
        let Some((_, digits)) = bare(text) else {
            return;
        };
        match told(&digits) {
            Some(Decimal::Point) => self.point = true,
            Some(Decimal::Comma) => self.comma = true,
            None => {}
        }
    }
}

fn told(digits: &str) -> Option<Decimal> {
    let last = digits.rfind(['.', ','])?;
    let (sign, other) = match digits.get(last..=last) {
        Some(".") => (Decimal::Point, Decimal::Comma),
        _ => (Decimal::Comma, Decimal::Point),
    };
    let separator = if sign == Decimal::Point { '.' } else { ',' };
    let has_other = digits.contains(if sign == Decimal::Point { ',' } else { '.' });
    let is_repeated = digits.matches(separator).count() > 1;
    let whole = digits.get(..last).unwrap_or_default();
    let three_follow = digits.len() - last == 4;
    if is_repeated {
        Some(other)
    } else if has_other || !three_follow || whole == "0" || whole.is_empty() || whole.len() > 3 {
        Some(sign)
    } else {
        None
    }
}

/// An amount without its currency. With no sign known to separate cents, every sign separates thousands.
///
/// `€ 1.234,50`, `1,234.50 USD`, `1'234.50`, `(200)` for minus 200. None if it is not an amount.
pub(crate) fn parse(text: &str, decimal: Option<Decimal>) -> Option<f64> {
    let (is_negative, digits) = bare(text)?;
    let cents = decimal.map(|decimal| match decimal {
        Decimal::Point => '.',
        Decimal::Comma => ',',
    });
    let (whole, fraction) = match cents.and_then(|sign| digits.split_once(sign)) {
        Some((whole, fraction)) => (whole, fraction),
        None => (digits.as_str(), ""),
    };
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) || !is_grouped(whole) {
        return None;
    }
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let amount: f64 = format!("0{whole}.{fraction}0").parse().ok()?;
    amount
        .is_finite()
        .then_some(if is_negative { -amount } else { amount })
}

/// Whether groups are of three digits, those before the last of two or three (as in India), the first of one to three.
fn is_grouped(whole: &str) -> bool {
    let groups: Vec<&str> = whole.split(['.', ',']).collect();
    let [first, middle @ .., last] = groups.as_slice() else {
        return true;
    };
    (1..=3).contains(&first.len())
        && last.len() == 3
        && middle.iter().all(|group| (2..=3).contains(&group.len()))
}

/// Whether it is negative, and its digits with points and commas only.
fn bare(text: &str) -> Option<(bool, String)> {
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let first = text.find(|c: char| c.is_ascii_digit())?;
    let end = text.rfind(|c: char| c.is_ascii_digit())?;
    // `.5` is an amount below one, the point of `Fr.5` is none.
    let before = text.get(..first).unwrap_or_default();
    let is_below_one = before
        .strip_suffix(['.', ','])
        .is_some_and(|currency| !currency.ends_with(char::is_alphabetic));
    let start = first - usize::from(is_below_one);
    let (before, rest) = text.split_at(start);
    let (number, after) = rest.split_at(end + 1 - start);
    let is_currency = |around: &str| {
        around.chars().count() <= 8
            && around
                .chars()
                .all(|c| !c.is_ascii_digit() && !matches!(c, '/' | ':' | '@' | '%'))
    };
    let is_spacing = |c: char| c.is_whitespace() || matches!(c, '\'' | '’');
    let digits: String = number.chars().filter(|c| !is_spacing(*c)).collect();
    let is_amount = is_currency(before) && is_currency(after) && digits.chars().all(is_number);
    let is_negative = before.contains(['-', '−', '(']) || after.trim() == "-";
    is_amount.then_some((is_negative, digits))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_read_with_signs_of_currency_and_of_thousands() {
        let point = [
            ("1234.5", Some(1234.5)),
            ("$1,234.50", Some(1234.5)),
            ("USD 1,234,567", Some(1_234_567.0)),
            ("1'234.50 CHF", Some(1234.5)),
            ("1 234.50 €", Some(1234.5)),
            ("(200)", Some(-200.0)),
            ("-0.5", Some(-0.5)),
            ("12,34,567.00", Some(1_234_567.0)),
            ("Fr.500", Some(500.0)),
            ("500,- EUR", Some(500.0)),
            ("500-", Some(-500.0)),
            (".5", Some(0.5)),
            ("1,23", None),
            ("1.2.3", None),
            ("12 apples and oranges", None),
            ("2026/04/03", None),
            (".", None),
            ("", None),
        ];
        for (text, amount) in point {
            assert_eq!(parse(text, Some(Decimal::Point)), amount, "{text}");
        }
        assert_eq!(parse("€ 1.234,50", Some(Decimal::Comma)), Some(1234.5));
        assert_eq!(parse("1.234", Some(Decimal::Comma)), Some(1234.0));
        assert_eq!(parse("1.234", Some(Decimal::Point)), Some(1.234));
        assert_eq!(parse("1.234", None), Some(1234.0));
        assert_eq!(parse(&"9".repeat(400), None), None);
    }

    #[test]
    fn a_value_tells_the_sign_unless_it_may_be_a_thousand() {
        let tell = |text| {
            let mut evidence = AmountEvidence::default();
            evidence.see(text);
            (evidence.point, evidence.comma)
        };
        for text in [
            "1,234.50",
            "12.5",
            "1.2345",
            "0.125",
            "1,234,567",
            "1234.567",
        ] {
            assert_eq!(tell(text), (true, false), "{text}");
        }
        for text in ["1.234,50", "12,5", "1.234.567", "€ 0,99"] {
            assert_eq!(tell(text), (false, true), "{text}");
        }
        for text in ["1.234", "1,234", "1234", "", "none"] {
            assert_eq!(tell(text), (false, false), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,30}|[0-9.,' €-]{0,20}") {
            let mut evidence = AmountEvidence::default();
            evidence.see(&text);
            for decimal in [None, Some(Decimal::Point), Some(Decimal::Comma)] {
                prop_assert!(parse(&text, decimal).is_none_or(f64::is_finite));
            }
        }

        #[test]
        fn what_is_written_with_two_cents_is_read_back(cents in 0u64..10_000_000_000) {
            let (whole, cent) = (cents / 100, cents % 100);
            let digits = whole.to_string();
            let grouped: Vec<_> = digits.as_bytes().rchunks(3).rev().map(|g| std::str::from_utf8(g).unwrap()).collect();
            for (text, decimal) in [
                (format!("{}.{cent:02}", grouped.join(",")), Decimal::Point),
                (format!("€ {},{cent:02}", grouped.join(".")), Decimal::Comma),
            ] {
                let mut evidence = AmountEvidence::default();
                evidence.see(&text);
                prop_assert_eq!((evidence.point, evidence.comma), (decimal == Decimal::Point, decimal == Decimal::Comma));
                let read = parse(&text, Some(decimal)).unwrap();
                prop_assert!((read - cents as f64 / 100.0).abs() < 1e-6, "{} {}", text, read);
            }
        }
    }
}
