//! What a value is compared with: [`Comparison`].

use super::CitedValue;

/// One comparison of a condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Comparison {
    AtLeast(f64),
    AtMost(f64),
    Above(f64),
    Below(f64),
    Is(bool),
    Equals(String),
}

impl Comparison {
    /// Whether it holds; `None` for a value of another kind.
    pub(super) fn holds(&self, value: &CitedValue) -> Option<bool> {
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

/// Case and space around a text make no difference.
fn plain(text: &str) -> String {
    text.trim().to_lowercase()
}
