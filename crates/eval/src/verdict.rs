//! What may be said of a difference: [`Verdict`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Difference, Estimate, Metric};

/// Groups below which no interval is trusted: a percentile interval knows neither Student's t nor `n - 1`, and with few
/// groups is far too narrow.
const FEWEST_GROUPS: usize = 10;

/// What a paired comparison found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// The whole interval of the difference is on our side of zero.
    Better,
    /// The whole interval is on the other side.
    Worse,
    /// The interval includes zero.
    NotShown,
    /// Too few groups for an interval that means something.
    TooFewGroups,
}

/// A sentence on whether ours is better than another method.
///
/// # Laws
///
/// - It never says better, nor worse, where the interval of the paired difference includes zero.
/// - It never says either with fewer than ten groups, whose interval is too narrow.
///
/// ```
/// use upturn_eval::{Difference, Estimate, Metric};
///
/// let at = |value, low, high| Estimate { value, low, high };
/// let found = Difference {
///     ours: at(0.717, 0.69, 0.74),
///     theirs: at(0.703, 0.67, 0.73),
///     difference: at(0.014, -0.004, 0.031),
///     better: 0.93,
///     p_value: 0.14,
///     groups: 1017,
/// };
/// assert_eq!(
///     found.verdict(Metric::Auc, "bag of words").to_string(),
///     "not shown to be better than bag of words: the interval of the paired difference [-0.004, +0.031] includes zero"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// The other method.
    pub against: String,
    /// By what they are compared.
    pub metric: Metric,
    /// What was found.
    pub finding: Finding,
    /// Ours minus theirs.
    pub difference: Estimate,
    /// Two-sided p-value of no difference.
    pub p_value: f64,
    /// How many groups were resampled.
    pub groups: usize,
}

impl Verdict {
    pub(crate) fn new(metric: Metric, against: String, found: &Difference) -> Self {
        Self {
            against,
            metric,
            finding: finding(metric, found),
            difference: found.difference,
            p_value: found.p_value,
            groups: found.groups,
        }
    }
}

fn finding(metric: Metric, found: &Difference) -> Finding {
    let Estimate { low, high, .. } = found.difference;
    if found.groups < FEWEST_GROUPS {
        return Finding::TooFewGroups;
    }
    let (above, below) = (low > 0.0, high < 0.0);
    match (above, below, metric.higher_is_better()) {
        (true, false, true) | (false, true, false) => Finding::Better,
        (true, false, false) | (false, true, true) => Finding::Worse,
        (_, _, _) => Finding::NotShown,
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let against = &self.against;
        let interval = "the interval of the paired difference";
        let within = Signed(self.difference);
        let side = if self.difference.low > 0.0 {
            "above"
        } else {
            "below"
        };
        let direction = if self.metric.higher_is_better() {
            "higher"
        } else {
            "lower"
        };
        match self.finding {
            Finding::Better => write!(
                f,
                "better than {against}: {interval} {within} lies {side} zero, and {direction} is better"
            ),
            Finding::Worse => write!(
                f,
                "worse than {against}: {interval} {within} lies {side} zero, and {direction} is better"
            ),
            Finding::NotShown => write!(
                f,
                "not shown to be better than {against}: {interval} {within} includes zero"
            ),
            Finding::TooFewGroups => write!(
                f,
                "not shown to be better than {against}: {} of {FEWEST_GROUPS} accounts that an interval takes",
                self.groups
            ),
        }
    }
}

/// An interval as `[-0.004, +0.031]`, with as many digits as it takes that an end that is not zero does not look like it.
struct Signed(Estimate);

impl fmt::Display for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Estimate { low, high, .. } = self.0;
        let shows = |digits: &usize| {
            let least = 0.5 * 10f64.powi(-i32::try_from(*digits).unwrap_or(0));
            [low, high]
                .iter()
                .all(|end| *end == 0.0 || end.abs() >= least)
        };
        let digits = (3..=6).find(shows).unwrap_or(6);
        write!(f, "[{low:+.digits$}, {high:+.digits$}]")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(low: f64, high: f64, groups: usize) -> Difference {
        let at = |value, low, high| Estimate { value, low, high };
        Difference {
            ours: at(0.7, 0.6, 0.8),
            theirs: at(0.7, 0.6, 0.8),
            difference: at(f64::midpoint(low, high), low, high),
            better: 0.5,
            p_value: 0.5,
            groups,
        }
    }

    proptest! {
        #[test]
        fn nothing_is_called_better_or_worse_whose_interval_includes_zero(
            low in -1.0f64..=0.0, high in 0.0f64..=1.0, groups in 0usize..2000,
        ) {
            for metric in Metric::ALL {
                let said = found(low, high, groups).verdict(metric, "another").to_string();
                prop_assert!(said.starts_with("not shown to be better than another: "), "{said}");
            }
        }

        #[test]
        fn an_interval_beside_zero_speaks_for_one_side(low in 1e-9f64..1.0, width in 0.0f64..1.0) {
            for metric in Metric::ALL {
                let above = found(low, low + width, 10).verdict(metric, "another").finding;
                let below = found(-low - width, -low, 10).verdict(metric, "another").finding;
                let (better, worse) = (Finding::Better, Finding::Worse);
                let expected = if metric.higher_is_better() { (better, worse) } else { (worse, better) };
                prop_assert_eq!((above, below), expected);
            }
        }
    }

    #[test]
    fn the_sentences_say_why() {
        let said = |metric, low, high, groups| {
            found(low, high, groups)
                .verdict(metric, "stack")
                .to_string()
        };
        assert_eq!(
            said(Metric::Auc, 0.004, 0.031, 10),
            "better than stack: the interval of the paired difference [+0.004, +0.031] lies above zero, and higher is better"
        );
        assert_eq!(
            said(Metric::Brier, 0.0004, 0.031, 10),
            "worse than stack: the interval of the paired difference [+0.0004, +0.0310] lies above zero, and lower is better"
        );
        assert_eq!(
            said(Metric::Auc, 0.2, 0.2, 1),
            "not shown to be better than stack: 1 of 10 accounts that an interval takes"
        );
        assert_eq!(
            said(Metric::Auc, 0.0, 0.0, 99),
            "not shown to be better than stack: the interval of the paired difference [+0.000, +0.000] includes zero"
        );
    }
}
