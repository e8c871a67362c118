//! What a value is compared with: [`Comparison`], and how it is written: [`Limits`].

use super::CitedValue;
use crate::MeasureKind;

/// One comparison of a condition.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Comparison {
    AtLeast(f64),
    AtMost(f64),
    Above(f64),
    Below(f64),
    Is(bool),
    Equals(String),
}

impl Comparison {
    /// Whether it holds; `None` for a value of another kind.
    pub(crate) fn holds(&self, value: &CitedValue) -> Option<bool> {
        match (self, value) {
            (Self::AtLeast(limit), CitedValue::Number(value)) => Some(value >= limit),
            (Self::AtMost(limit), CitedValue::Number(value)) => Some(value <= limit),
            (Self::Above(limit), CitedValue::Number(value)) => Some(value > limit),
            (Self::Below(limit), CitedValue::Number(value)) => Some(value < limit),
            (Self::Is(wanted), CitedValue::YesNo(value)) => Some(value == wanted),
            (Self::Equals(wanted), CitedValue::Text(value)) => Some(plain(value) == plain(wanted)),
            _ => None,
        }
    }
}

/// The comparisons a user may write, of which one must be.
#[derive(Debug, Clone, Default)]
pub(crate) struct Limits {
    pub(crate) at_least: Option<f64>,
    pub(crate) at_most: Option<f64>,
    pub(crate) above: Option<f64>,
    pub(crate) below: Option<f64>,
    pub(crate) is: Option<bool>,
    pub(crate) equals: Option<String>,
}

/// What is wrong with a comparison.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ComparisonFault {
    /// It compares with nothing, or twice.
    #[error(
        "expected one of `at_least`, `at_most`, `above`, `below`, `is`, `equals` in a {place}, got {got}"
    )]
    Count {
        /// Where they should stand.
        place: &'static str,
        /// How many there are.
        got: usize,
    },
    /// It never holds.
    #[error("`{about}` is {is}, expected {expected}")]
    Kind {
        /// What is compared.
        about: String,
        /// What it is.
        is: &'static str,
        /// What it can be compared by.
        expected: &'static str,
    },
    /// A limit that is no number.
    #[error("a limit is not finite, expected a number")]
    NotFinite,
}

impl Limits {
    /// How many are written.
    pub(crate) fn count(&self) -> usize {
        let numbers = [self.at_least, self.at_most, self.above, self.below];
        let numbers = numbers.iter().flatten().count();
        numbers + usize::from(self.is.is_some()) + usize::from(self.equals.is_some())
    }

    /// The one that is written, in a `place` such as a condition.
    pub(crate) fn comparison(self, place: &'static str) -> Result<Comparison, ComparisonFault> {
        let got = self.count();
        let numbers = [self.at_least, self.at_most, self.above, self.below];
        if got == 1 && numbers.iter().flatten().any(|limit| !limit.is_finite()) {
            return Err(ComparisonFault::NotFinite);
        }
        let given = [
            self.at_least.map(Comparison::AtLeast),
            self.at_most.map(Comparison::AtMost),
            self.above.map(Comparison::Above),
            self.below.map(Comparison::Below),
            self.is.map(Comparison::Is),
            self.equals.map(Comparison::Equals),
        ];
        let given = given.into_iter().flatten().next();
        given
            .filter(|_| got == 1)
            .ok_or(ComparisonFault::Count { place, got })
    }
}

/// Something is compared by what it is.
pub(crate) fn check_kind(
    about: &str,
    kind: MeasureKind,
    comparison: &Comparison,
) -> Result<(), ComparisonFault> {
    let is_number = kind == MeasureKind::Number;
    let fits = match comparison {
        Comparison::Is(_) => !is_number,
        Comparison::Equals(_) => false,
        Comparison::AtLeast(_)
        | Comparison::AtMost(_)
        | Comparison::Above(_)
        | Comparison::Below(_) => is_number,
    };
    if fits {
        return Ok(());
    }
    let (is, expected) = if is_number {
        ("a number", "`at_least`, `at_most`, `above` or `below`")
    } else {
        ("yes or no", "`is = true` or `is = false`")
    };
    let about = about.to_owned();
    Err(ComparisonFault::Kind {
        about,
        is,
        expected,
    })
}

/// Case and space around a text make no difference.
fn plain(text: &str) -> String {
    text.trim().to_lowercase()
}
