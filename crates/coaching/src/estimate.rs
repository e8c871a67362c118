//! A number with its uncertainty: [`Estimate`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A number measured on a sample, and between which numbers it would fall on other samples of the same kind, at level
/// 0.95.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    /// Measured on the whole sample.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval; `low <= high`.
    pub high: f64,
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { value, low, high } = self;
        write!(f, "{value:.2} [{low:.2}, {high:.2}]")
    }
}
