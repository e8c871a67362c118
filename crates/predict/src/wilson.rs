//! Shares with their intervals: [`Share`].

use serde::{Deserialize, Serialize};

/// The normal quantile of a two-sided interval of 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// A share of calls with the interval of 95 % of Wilson, "Probable inference, the law of succession, and statistical
/// inference" (1927), equation 4.
///
/// Calls of one group are not independent: each group counts once, with the share among its calls. A group's share varies
/// no more than one call's outcome does, so the interval is rather too wide than too narrow where groups are large.
///
/// Laws: `0 <= low <= value <= high <= 1`; with more groups of the same share it narrows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Calls counted.
    pub calls: usize,
    /// Groups that they belong to.
    pub groups: usize,
    /// Mean over groups of the share among their calls.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Share {
    /// The share of calls that are as asked; each comes with its group. None without calls.
    pub fn of<'a>(calls: impl Iterator<Item = (&'a str, bool)> + Clone) -> Option<Self> {
        let weights = crate::folds::shared_weights(calls.clone().map(|(group, _)| group));
        let groups: f64 = weights.iter().sum();
        if weights.is_empty() {
            return None;
        }
        let hits = calls.zip(&weights).filter(|((_, is), _)| *is);
        // An empty sum is -0.
        let hits = hits.map(|(_, weight)| weight).sum::<f64>() + 0.0;
        let (value, middle) = (hits / groups, (hits + Z * Z / 2.0) / (groups + Z * Z));
        let spread = (hits * (groups - hits).max(0.0) / groups + Z * Z / 4.0).sqrt();
        let reach = Z * spread / (groups + Z * Z);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "weights of whole groups sum to their number"
        )]
        let count = groups.round() as usize;
        Some(Self {
            calls: weights.len(),
            groups: count,
            value,
            low: (middle - reach).clamp(0.0, value),
            high: (middle + reach).clamp(value, 1.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn share(hits: usize, of: usize) -> Share {
        let names: Vec<String> = (0..of).map(|place| place.to_string()).collect();
        Share::of(
            names
                .iter()
                .enumerate()
                .map(|(at, name)| (name.as_str(), at < hits)),
        )
        .unwrap()
    }

    /// Python 3.11.7, scipy 1.17.1: `binomtest(k, n).proportion_ci(0.95, "wilson")`.
    #[test]
    fn agrees_with_scipy() {
        for (hits, of, low, high) in [
            (0, 29, 0.0, 0.116_969_80),
            (3, 60, 0.017_149_50, 0.137_005_16),
            (12, 200, 0.034_652_19, 0.101_931_69),
            (200, 200, 0.981_154_67, 1.0),
        ] {
            let got = share(hits, of);
            assert!(
                (got.low - low).abs() < 1e-7 && (got.high - high).abs() < 1e-7,
                "{got:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn repeating_the_calls_of_a_group_changes_nothing(
            calls in prop::collection::vec((0u8..9, any::<bool>()), 1..40),
        ) {
            let names: Vec<(String, bool)> = calls.iter().map(|(g, is)| (g.to_string(), *is)).collect();
            let once = names.iter().map(|(group, is)| (group.as_str(), *is));
            let twice = once.clone().chain(once.clone());
            let (one, two) = (Share::of(once).unwrap(), Share::of(twice).unwrap());
            prop_assert_eq!(one.groups, two.groups);
            prop_assert!((one.low - two.low).abs() < 1e-12 && (one.high - two.high).abs() < 1e-12);
            prop_assert!(0.0 <= one.low && one.low <= one.value && one.value <= one.high && one.high <= 1.0);
        }
    }

    #[test]
    fn there_is_no_share_of_nothing() {
        assert_eq!(Share::of(std::iter::empty()), None);
    }
}
