//! Which outcomes can't be ruled out: [`ConformalSets`].

mod bands;

use serde::{Deserialize, Serialize};
use upturn_core::OutcomeSet;

use crate::Scored;

pub use bands::ConformalBands;

/// Levels of coverage that sets are given at, rising.
pub const COVERAGES: [f64; 3] = [0.8, 0.9, 0.95];

/// Split conformal sets of outcomes, each outcome by itself: the class-conditional ("Mondrian") p-values of Vovk, Gammerman
/// and Shafer, "Algorithmic learning in a random world" (2005), section 4.5.
///
/// A logit's p-value for won is `(w + 1) / (W + 1)`: `W` is the weight of the won calls that it is compared with and `w`
/// that of those whose logit was no higher; for lost the same with no lower. A set of coverage `1 - ε` holds the outcomes
/// whose p-value is above `ε`. If calls are exchangeable, it holds the true outcome with that frequency at least, among
/// the won as among the lost.
///
/// Where no outcome is left, the set is the one with the larger p-value alone, since an empty set helps nobody; then sets
/// cover more often than they promise. A set may name the less likely outcome where one outcome is rare: it asks how
/// strange the call would be among those that ended so, not how many did.
///
/// Several prefixes of a call, and several calls of an account, are not independent: those of one group and outcome share
/// the weight 1, so that a p-value is the mean over all choices of one of each (each choice is valid, and so is twice
/// their mean: Vovk and Wang, "Combining p-values via averaging", 2020; in measurements the mean itself was).
///
/// Measured with the example `held_out` on bag of words, generic embeddings and length (seed 0, whole calls, 2026-11-26):
/// sets of coverage 0.8, 0.9 and 0.95 held the outcome of 0.804, 0.906 and 0.951 of 1,017 dialogues of Persuasion for Good
/// held out, and of 0.796, 0.895 and 0.951 of 971 of Craigslist Bargain.
///
/// Laws: more coverage never takes an outcome away; a higher logit never takes won away nor brings lost back; no set is
/// empty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConformalSets {
    won: Side,
    lost: Side,
}

/// The calls of one outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Side {
    /// How well each conformed, rising, no two equal, with the weight of all that conformed no better.
    steps: Vec<(f64, f64)>,
}

impl ConformalSets {
    /// Keeps logits that had not seen their outcomes; the examples need no order.
    pub fn fit(examples: impl IntoIterator<Item = Scored>) -> Self {
        let (won, lost): (Vec<Scored>, Vec<Scored>) =
            examples.into_iter().partition(|example| example.won);
        let rising = |scored: Scored| (scored.score, scored.weight);
        let falling = |scored: Scored| (-scored.score, scored.weight);
        Self {
            won: Side::of(won.into_iter().map(rising).collect()),
            lost: Side::of(lost.into_iter().map(falling).collect()),
        }
    }

    /// How strange a logit would be among won calls, and among lost ones: above 0, at most 1, small if strange.
    pub fn p_values(&self, logit: f64) -> (f64, f64) {
        (self.won.p_value(logit), self.lost.p_value(-logit))
    }

    /// The outcomes that can't be ruled out at a coverage from 0 to 1.
    pub fn set(&self, logit: f64, coverage: f64) -> OutcomeSet {
        let (won, lost) = self.p_values(logit);
        let within = |p_value: f64| p_value > 1.0 - coverage;
        let empty = !within(won) && !within(lost);
        OutcomeSet {
            coverage,
            won: within(won) || (empty && won >= lost),
            lost: within(lost) || (empty && won < lost),
        }
    }

    /// The sets of a logit at all [`COVERAGES`].
    pub fn sets(&self, logit: f64) -> Vec<OutcomeSet> {
        COVERAGES.map(|coverage| self.set(logit, coverage)).to_vec()
    }
}

impl Side {
    fn of(mut examples: Vec<(f64, f64)>) -> Self {
        examples.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut steps: Vec<(f64, f64)> = Vec::with_capacity(examples.len());
        let mut all = 0.0;
        for (conformity, weight) in examples {
            all += weight;
            match steps.last_mut() {
                // 0 and -0 are one number.
                Some(last) if last.0 >= conformity => last.1 = all,
                _ => steps.push((conformity, all)),
            }
        }
        Self { steps }
    }

    fn p_value(&self, conformity: f64) -> f64 {
        let above = self
            .steps
            .partition_point(|(known, _)| *known <= conformity);
        let weight = |at: Option<usize>| {
            let step = at.and_then(|at| self.steps.get(at));
            step.map_or(0.0, |(_, weight)| *weight)
        };
        let all = weight(self.steps.len().checked_sub(1));
        (weight(above.checked_sub(1)) + 1.0) / (all + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    fn scored(score: f64, won: bool, weight: f64) -> Scored {
        Scored { score, won, weight }
    }

    fn fitted(pairs: &[(f64, bool)]) -> ConformalSets {
        ConformalSets::fit(pairs.iter().map(|&(score, won)| scored(score, won, 1.0)))
    }

    proptest! {
        #[test]
        fn p_values_are_those_of_the_definition(
            pairs in prop::collection::vec((-4i8..5, any::<bool>()), 0..30),
            logit in -5i8..6,
        ) {
            let pairs: Vec<_> = pairs.iter().map(|&(s, won)| (f64::from(s), won)).collect();
            let logit = f64::from(logit) / 2.0;
            let count = |is: &dyn Fn(f64, bool) -> bool| pairs.iter().filter(|(s, w)| is(*s, *w)).count() as f64;
            let won = (count(&|s, w| w && s <= logit) + 1.0) / (count(&|_, w| w) + 1.0);
            let lost = (count(&|s, w| !w && s >= logit) + 1.0) / (count(&|_, w| !w) + 1.0);
            prop_assert_eq!(fitted(&pairs).p_values(logit), (won, lost));
        }

        #[test]
        fn sets_are_nested_in_coverage_rise_with_the_logit_and_are_never_empty(
            pairs in prop::collection::vec((-4.0f64..4.0, any::<bool>()), 0..40),
            a in -5.0f64..5.0,
            b in -5.0f64..5.0,
            levels in prop::array::uniform2(0.0f64..1.0),
        ) {
            let sets = fitted(&pairs);
            let (less, more) = (levels[0].min(levels[1]), levels[0].max(levels[1]));
            let (small, large) = (sets.set(a, less), sets.set(a, more));
            prop_assert!(small.won || small.lost);
            prop_assert!(large.won >= small.won && large.lost >= small.lost);
            let (lower, higher) = (sets.set(a.min(b), less), sets.set(a.max(b), less));
            prop_assert!(higher.won >= lower.won && higher.lost <= lower.lost);
        }

        #[test]
        fn examples_that_share_a_weight_count_as_one(
            pairs in prop::collection::vec((-4.0f64..4.0, any::<bool>()), 1..30),
            logit in -5.0f64..5.0,
        ) {
            let shared = pairs.iter().flat_map(|&(s, won)| [scored(s, won, 0.5); 2]);
            let (one, two) = (fitted(&pairs).p_values(logit), ConformalSets::fit(shared).p_values(logit));
            prop_assert!((one.0 - two.0).abs() < 1e-12 && (one.1 - two.1).abs() < 1e-12);
        }
    }

    /// 200 times 300 calls to fit and 300 to ask: of 60,000 a share within four standard errors, and what an outcome's
    /// own p-values promise is kept among the won as among the lost.
    #[test]
    fn of_exchangeable_calls_sets_hold_the_outcome_as_often_as_they_say() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let mut call = || {
            let logit: f64 = rng.random_range(-2.0..3.0);
            (logit, rng.random_bool(1.0 / (1.0 + (-0.5 * logit).exp())))
        };
        let mut held = [[(0.0, 0.0); 2]; 3];
        for _ in 0..200 {
            let known: Vec<_> = (0..300).map(|_| call()).collect();
            let sets = fitted(&known);
            for _ in 0..300 {
                let (logit, won) = call();
                for (set, held) in sets.sets(logit).iter().zip(&mut held) {
                    let (hits, all) = &mut held[usize::from(won)];
                    *hits += f64::from(u8::from(if won { set.won } else { set.lost }));
                    *all += 1.0;
                }
            }
        }
        for (coverage, held) in COVERAGES.into_iter().zip(held) {
            for (hits, all) in held {
                let noise = 4.0 * (coverage * (1.0 - coverage) / all).sqrt();
                // At most `1 / (calls of the outcome + 1)` more than it says.
                assert!(hits / all > coverage - noise, "{coverage}: {}", hits / all);
                assert!(
                    hits / all < coverage + noise + 0.01,
                    "{coverage}: {}",
                    hits / all
                );
            }
        }
    }

    #[test]
    fn without_calls_of_an_outcome_it_is_never_ruled_out() {
        let sets = fitted(&[(1.0, true)]).sets(-30.0);
        assert!(sets.iter().all(|set| set.lost && set.won));
    }
}
