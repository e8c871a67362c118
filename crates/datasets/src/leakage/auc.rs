//! How well a score tells won from lost: [`Auc`].

use serde::{Deserialize, Serialize};

use super::concentration::Accounts;

/// Area under the ROC curve with its 95 % interval: the probability that a won call scores higher than a lost one.
///
/// The interval is that of Newcombe (Statistics in Medicine 25, 2006, method 5): the variance that Hanley and
/// `McNeil` gave,
/// solved for the area, so that it does not collapse at 1. Its sizes are numbers of accounts, not of calls.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Auc {
    /// The area, 0 to 1; 0.5 knows nothing.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Auc {
    /// Of scores and whether each belongs to a won call; `None` if a class is missing.
    pub(crate) fn of(scored: &mut [(f64, bool)], units: Accounts) -> Option<Self> {
        area(scored).map(|value| Self::with_interval(value, units))
    }

    /// The area with the interval that belongs to the number of units in each class.
    pub(crate) fn with_interval(value: f64, units: Accounts) -> Self {
        let inside = |area: f64| (value - area).abs() <= 1.96 * deviation(area, units);
        Self {
            value,
            low: end(value, 0.0, inside),
            high: end(value, 1.0, inside),
        }
    }
}

/// The share of pairs of a won and a lost call in which the won one scores higher; ties count half.
pub(crate) fn area(scored: &mut [(f64, bool)]) -> Option<f64> {
    scored.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let (mut lost_below, mut won, mut ordered) = (0.0, 0.0, 0.0);
    for tied in scored.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let tied_won = tied.iter().filter(|(_, is_won)| *is_won).count() as f64;
        let tied_lost = tied.len() as f64 - tied_won;
        ordered += tied_won * (lost_below + tied_lost / 2.0);
        lost_below += tied_lost;
        won += tied_won;
    }
    let pairs = won * lost_below;
    (pairs > 0.0).then(|| ordered / pairs)
}

/// Standard deviation of an estimated area.
fn deviation(area: f64, Accounts { won, lost }: Accounts) -> f64 {
    let (won, lost) = (f64::from(won), f64::from(lost));
    let half = f64::midpoint(won, lost) - 1.0;
    let spread = 1.0 + half * (1.0 - area) / (2.0 - area) + half * area / (1.0 + area);
    (area * (1.0 - area) * spread / (won * lost)).sqrt()
}

/// Where, between a value inside and the bound, the interval ends; by bisection.
fn end(value: f64, bound: f64, inside: impl Fn(f64) -> bool) -> f64 {
    let (mut within, mut beyond) = (value, bound);
    for _ in 0..40 {
        let middle = f64::midpoint(within, beyond);
        if inside(middle) {
            within = middle;
        } else {
            beyond = middle;
        }
    }
    within
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const UNITS: Accounts = Accounts { won: 50, lost: 80 };

    #[test]
    fn a_perfect_score_has_an_interval_that_narrows_with_the_accounts() {
        let low = |won, lost| Auc::with_interval(1.0, Accounts { won, lost }).low;
        assert!(low(10, 10) < 0.85 && low(20, 20) > 0.85 && low(500, 500) > 0.99);
    }

    #[test]
    fn the_interval_covers_the_truth_about_as_often_as_it_says() {
        // 400 draws of 50 won and 80 lost calls whose scores overlap: a uniform score is shifted by 0.4, true area 0.82.
        let mut state = 1_u64;
        let mut uniform = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        let covered = (0..400).filter(|_| {
            let mut scored: Vec<_> = (0..130)
                .map(|at| (uniform() + if at < 50 { 0.4 } else { 0.0 }, at < 50))
                .collect();
            let auc = Auc::of(&mut scored, UNITS).unwrap();
            auc.low <= 0.82 && 0.82 <= auc.high
        });
        let covered = covered.count();
        assert!((370..=400).contains(&covered), "{covered}");
    }

    proptest! {
        #[test]
        fn the_area_is_the_share_of_ordered_pairs(scored in prop::collection::vec((0u8..6, any::<bool>()), 0..40)) {
            let mut pairs = Vec::new();
            for (won, _) in scored.iter().filter(|s| s.1) {
                for (lost, _) in scored.iter().filter(|s| !s.1) {
                    pairs.push(match won.cmp(lost) {
                        std::cmp::Ordering::Greater => 1.0,
                        std::cmp::Ordering::Equal => 0.5,
                        std::cmp::Ordering::Less => 0.0,
                    });
                }
            }
            let naive = (!pairs.is_empty()).then(|| pairs.iter().sum::<f64>() / pairs.len() as f64);
            let mut ours: Vec<_> = scored.iter().map(|(score, is_won)| (f64::from(*score), *is_won)).collect();
            match (area(&mut ours), naive) {
                (Some(ours), Some(naive)) => prop_assert!((ours - naive).abs() < 1e-9),
                (ours, naive) => prop_assert_eq!(ours, naive),
            }
        }

        #[test]
        fn the_interval_holds_its_area(value in 0.0..=1.0, won in 2u32..300, lost in 2u32..300) {
            let auc = Auc::with_interval(value, Accounts { won, lost });
            prop_assert!(0.0 <= auc.low && auc.low <= value && value <= auc.high && auc.high <= 1.0);
        }
    }
}
