//! From where on something is unusual: [`usual_up_to`].

/// The largest value that is still usual, so that of exchangeable values at most `share` are above it; none where
/// there are too few to call anything unusual.
///
/// A value's p-value is the weight of those at least as large, itself with weight 1 among them, over all; what is above
/// the bound has one of at most `share` (conformal anomaly detection: Laxhammar and Falkman, "Conformal prediction for
/// distribution-independent anomaly detection in streaming vessel data", 2010).
pub(super) fn usual_up_to(mut values: Vec<(f64, f64)>, share: f64) -> Option<f64> {
    values.sort_by(|a, b| b.0.total_cmp(&a.0));
    let all: f64 = values.iter().map(|(_, weight)| weight).sum();
    let mut at_least = 1.0;
    if at_least > share * (all + 1.0) {
        return None;
    }
    let mut falling = values.into_iter();
    let usual = falling.find(|(_, weight)| {
        at_least += weight;
        at_least > share * (all + 1.0)
    });
    usual.map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_above_has_a_p_value_of_at_most_the_share(
            values in prop::collection::vec(-20i8..20, 1..60),
            asked in -25i8..25,
            share in 0.01f64..0.5,
        ) {
            let weighted = values.iter().map(|value| (f64::from(*value), 1.0)).collect();
            let usual = usual_up_to(weighted, share);
            let at_least = values.iter().filter(|value| **value >= asked).count() as f64 + 1.0;
            let p_value = at_least / (values.len() as f64 + 1.0);
            let is_above = usual.is_some_and(|usual| f64::from(asked) > usual);
            prop_assert_eq!(is_above, p_value <= share);
        }
    }

    #[test]
    fn of_few_values_nothing_is_unusual() {
        assert_eq!(usual_up_to(Vec::new(), 0.1), None);
        let alike = |count: usize| vec![(1.0, 1.0); count];
        assert_eq!(usual_up_to(alike(8), 0.1), None);
        assert_eq!(usual_up_to(alike(9), 0.1), Some(1.0));
    }
}
