//! Whether a share differs from what was promised by more than chance: [`p_value`], and over many shares: [`holm`].

use crate::Share;

/// The chance that a share lies as far from `promised` as it does, or farther, if that is the truth: the two-sided score test
/// that the interval of [`Share`] is the inverse of. It is below 0.05 exactly where the interval leaves `promised` out.
///
/// 1 where both are the same, and 0 where certainty was promised and is broken.
pub(super) fn p_value(won: &Share, promised: f64) -> f64 {
    let off = (won.value - promised).abs();
    let spread = (promised * (1.0 - promised) / won.groups as f64).sqrt();
    if off <= f64::EPSILON {
        return 1.0;
    }
    libm::erfc(off / spread / std::f64::consts::SQRT_2)
}

/// Holm, "A simple sequentially rejective multiple test procedure" (1979): with these adjusted values the chance that any of
/// true promises is called false is at most the level that they are compared with, however they depend on each other.
///
/// Laws: none falls; their order stays; one alone stays as it is.
pub(super) fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    let at = |place: usize| p_values.get(place).copied().unwrap_or(1.0);
    order.sort_by(|&a, &b| at(a).total_cmp(&at(b)));
    let mut adjusted = vec![1.0; p_values.len()];
    let mut most: f64 = 0.0;
    for (rank, place) in order.into_iter().enumerate() {
        most = most
            .max(at(place) * (p_values.len() - rank) as f64)
            .min(1.0);
        if let Some(one) = adjusted.get_mut(place) {
            *one = most;
        }
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// By hand, with `math.erfc` of Python: `erfc(0.15 / sqrt(0.6 * 0.4 / 40) / sqrt(2))`.
    #[test]
    fn the_p_value_is_that_of_the_score_test() {
        let calls: Vec<String> = (0..40).map(|place| place.to_string()).collect();
        let outcomes = calls.iter().enumerate();
        let won = Share::of(outcomes.map(|(place, name)| (name.as_str(), place < 30))).unwrap();
        assert!((p_value(&won, 0.6) - 0.052_807_51).abs() < 1e-8);
        assert!((p_value(&won, 0.75) - 1.0).abs() < 1e-12);
        assert!(p_value(&won, 1.0).abs() < 1e-12);
    }

    /// By hand: 4 · 0.005, 3 · 0.01, 2 · 0.03, and no less than that for the last.
    #[test]
    fn adjusted_values_are_those_of_holm() {
        let got = holm(&[0.01, 0.04, 0.03, 0.005]);
        for (got, expected) in got.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((got - expected).abs() < 1e-12, "{got} {expected}");
        }
        assert_eq!(holm(&[0.04]), [0.04]);
        assert_eq!(holm(&[0.9, 0.8]), [1.0, 1.0]);
    }

    proptest! {
        #[test]
        fn the_interval_leaves_out_what_the_test_calls_false(
            won in prop::collection::vec(any::<bool>(), 1..80),
            promised in 0.01..0.99f64,
        ) {
            let names: Vec<String> = (0..won.len()).map(|place| place.to_string()).collect();
            let share = Share::of(names.iter().map(String::as_str).zip(won)).unwrap();
            let p = p_value(&share, promised);
            prop_assume!((p - 0.05).abs() > 1e-9);
            prop_assert_eq!(p < 0.05, promised < share.low || promised > share.high, "{:?} {}", share, p);
        }
    }
}
