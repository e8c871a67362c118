//! A number with its uncertainty: [`Estimate`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// 0.975 quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

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

impl Estimate {
    /// Wilson's interval of a share (Wilson 1927; Brown, Cai and `DasGupta` 2001, "Interval estimation for a binomial
    /// proportion") of as many independent ones.
    pub(crate) fn wilson(share: f64, n: f64) -> Self {
        let square = Z * Z / n;
        let middle = (share + square / 2.0) / (1.0 + square);
        let half = Z / (1.0 + square) * (share * (1.0 - share) / n + square / (4.0 * n)).sqrt();
        Self {
            value: share,
            low: (middle - half).clamp(0.0, share),
            high: (middle + half).clamp(share, 1.0),
        }
    }

    /// The share of a whole, with Wilson's interval; the whole is not 0.
    pub(crate) fn of_share(part: usize, whole: usize) -> Self {
        Self::wilson(part as f64 / whole as f64, whole as f64)
    }
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { value, low, high } = self;
        write!(f, "{value:.2} [{low:.2}, {high:.2}]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilsons_interval_is_that_of_the_textbook() {
        // Python 3.11.7, scipy 1.17.1: binomtest(3, 10).proportion_ci(method="wilson") = (0.107791, 0.603222)
        let interval = Estimate::wilson(0.3, 10.0);
        assert!((interval.low - 0.1078).abs() < 1e-4, "{interval:?}");
        assert!((interval.high - 0.6032).abs() < 1e-4, "{interval:?}");
    }
}
