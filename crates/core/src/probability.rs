//! A number one may bet on: [`Probability`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Diagnostic, ErrorKind};

/// A number that is no probability.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("{got} is no probability: expected a number from 0 to 1")]
pub struct ProbabilityError {
    /// What was given.
    pub got: f64,
}

impl Diagnostic for ProbabilityError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }
}

/// A calibrated chance, finite, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "f64", into = "f64")]
pub struct Probability(#[schemars(range(min = 0.0, max = 1.0))] f64);

impl Probability {
    /// Checks and wraps a number.
    ///
    /// # Errors
    ///
    /// [`ProbabilityError`] outside `0.0..=1.0` or for NaN.
    pub fn new(value: f64) -> Result<Self, ProbabilityError> {
        if (0.0..=1.0).contains(&value) {
            Ok(Self(value))
        } else {
            Err(ProbabilityError { got: value })
        }
    }

    /// `1 / (1 + exp(-logit))`, without overflow; NaN, which no finite sum gives, becomes one half.
    ///
    /// ```
    /// assert_eq!(upturn_core::Probability::from_logit(0.0).value(), 0.5);
    /// ```
    pub fn from_logit(logit: f64) -> Self {
        let value = if logit >= 0.0 {
            1.0 / (1.0 + (-logit).exp())
        } else {
            logit.exp() / (1.0 + logit.exp())
        };
        Self(if value.is_nan() { 0.5 } else { value })
    }

    /// The number.
    pub const fn value(self) -> f64 {
        self.0
    }

    /// `ln(p / (1 - p))`; infinite at 0 and 1.
    pub fn logit(self) -> f64 {
        (self.0 / (1.0 - self.0)).ln()
    }
}

impl TryFrom<f64> for Probability {
    type Error = ProbabilityError;

    fn try_from(value: f64) -> Result<Self, Self::Error> {
        Self::new(value)
    }
}

impl From<Probability> for f64 {
    fn from(probability: Probability) -> Self {
        probability.0
    }
}

impl fmt::Display for Probability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn logit_and_probability_are_inverse(logit in -30.0f64..30.0) {
            prop_assert!((Probability::from_logit(logit).logit() - logit).abs() < 1e-2 * (1.0 + logit.abs()));
        }

        #[test]
        fn any_logit_gives_a_probability(logit in prop::num::f64::ANY) {
            prop_assert!(Probability::new(Probability::from_logit(logit).value()).is_ok());
        }
    }

    #[test]
    fn what_is_no_chance_is_refused() {
        for value in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert!(Probability::new(value).is_err(), "{value}");
        }
    }
}
