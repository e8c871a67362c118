//! So few examples that one number is all that can be learnt from them: [`Combination::shrunk`].

use crate::bisection::bisected;
use crate::folds::count_groups;
use crate::{Blend, Calibration, ConformalBands, OutOfFold, PartLogits, PredictError};

use super::{Combination, Correction, interval};
use crate::doubts::DoubtRules;

/// Halvings of `0..=1` after which the share of the vote is exact.
const HALVINGS: usize = 60;

impl Combination {
    /// The base rate, and as much of the neighbours' vote as the examples bear out.
    ///
    /// `logit = b + s (v - b)`, where `v` is the neighbours' logit and
    ///
    /// - `b = ln(p / (1 - p))` with `p = (G q + 1) / (G + 2)`: Laplace's rule of succession, the mean of the posterior of
    ///   a share under the prior `Beta(1, 1)`. `q` is the share of won examples, `G` the number of groups, since examples
    ///   of one group are not independent.
    /// - `s` in `0..=1` minimises `Σ wᵢ loss(b + s (vᵢ - b)) + precision / 2 × s²`: the mode of the posterior under a
    ///   normal prior around 0, the base rate. The examples of a group share the weight 1. With `precision` 4, four calls whose
    ///   votes of 0.8 are all right give 0.35, and sixteen right of twenty 0.67. It is at most 1, because the vote holds its own prior already ([`crate::Neighbours`]).
    ///
    /// Laws: words, head, shape and metadata weigh 0; votes that mislead get `s = 0`, and every answer is the base rate; both
    /// outcomes need not be there. What leaves one group out lowers the votes for it a little on the side it ended on,
    /// so `s` is rather too small than too large.
    ///
    /// # Errors
    ///
    /// [`PredictError::NotFinite`].
    pub(super) fn shrunk(
        examples: &[OutOfFold],
        precision: f64,
        interval_groups: usize,
    ) -> Result<Self, PredictError> {
        let votes = examples.iter().map(|example| example.logits.neighbours);
        if let Some(row) = votes.clone().position(|vote| !vote.is_finite()) {
            return Err(PredictError::NotFinite { row, column: 0 });
        }
        let groups = count_groups(examples.iter().map(|example| example.group.as_str()));
        let base_rate = base_rate(examples, groups);
        let share = share_of_vote(examples, base_rate, precision);
        let only_neighbours = |neighbours: f64| PartLogits {
            neighbours,
            ..PartLogits::default()
        };
        let blend = Blend {
            weights: only_neighbours(share),
            intercept: (1.0 - share) * base_rate,
        };
        let scores: Vec<f64> = votes
            .map(|vote| blend.logit(only_neighbours(vote)))
            .collect();
        let enough = groups >= interval_groups;
        let bare = Self {
            blend,
            centre: only_neighbours(base_rate),
            calibration: Calibration::identity(),
            shift: 0.0,
            choice: None,
            interval: enough.then(|| interval(examples, &scores, Correction::NONE)),
            sets: enough.then(|| ConformalBands::fit(examples, &scores)),
            doubts: DoubtRules::default(),
        };
        let doubts = enough.then(|| bare.doubt_rules(examples));
        Ok(Self {
            doubts: doubts.unwrap_or_default(),
            ..bare
        })
    }
}

/// The logit of `(G q + 1) / (G + 2)`.
fn base_rate(examples: &[OutOfFold], groups: usize) -> f64 {
    let won = examples.iter().filter(|example| example.won).count() as f64;
    let (share, groups) = (won / examples.len().max(1) as f64, groups as f64);
    ((groups * share + 1.0) / (groups * (1.0 - share) + 1.0)).ln()
}

/// `s`: where the slope of the function to minimise, which rises with `s`, is zero, or the end of `0..=1` nearest to it.
fn share_of_vote(examples: &[OutOfFold], base_rate: f64, precision: f64) -> f64 {
    let weights = super::group_weights(examples);
    let slope = |share: f64| {
        let of = |(example, weight): (&OutOfFold, &f64)| {
            let distance = example.logits.neighbours - base_rate;
            let said = 1.0 / (1.0 + (-base_rate - share * distance).exp());
            weight * distance * (said - f64::from(u8::from(example.won)))
        };
        examples.iter().zip(&weights).map(of).sum::<f64>() + precision * share
    };
    if slope(0.0) >= 0.0 {
        return 0.0;
    }
    if slope(1.0) <= 0.0 {
        return 1.0;
    }
    let (low, high) = bisected((0.0, 1.0), HALVINGS, |share| slope(share) < 0.0);
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use upturn_core::PartName;

    use super::*;
    use crate::PredictorConfig;

    fn example(place: usize, vote: f64, won: bool) -> OutOfFold {
        OutOfFold {
            logits: PartLogits::from_array([5.0, -7.0, vote, 3.0, 9.0]),
            won,
            group: format!("g{place}"),
            turns: 10,
            familiarity: None,
        }
    }

    /// `count` calls in turn won and lost, of whose votes four in five are right.
    fn telling(count: usize) -> Vec<OutOfFold> {
        let one = |place: usize| {
            let won = place.is_multiple_of(2);
            let right = place / 2 % 5 != 4;
            example(place, if won == right { 0.8 } else { -0.8 }, won)
        };
        (0..count).map(one).collect()
    }

    fn fitted(examples: &[OutOfFold]) -> Combination {
        let config = PredictorConfig {
            shrinkage: Some(4.0),
            ..PredictorConfig::default()
        };
        Combination::fit(examples, &config).unwrap()
    }

    fn share(examples: &[OutOfFold]) -> f64 {
        fitted(examples).blend().weights.neighbours
    }

    #[test]
    fn the_vote_counts_for_more_the_more_examples_bear_it_out() {
        let shares = [4, 20, 48].map(|count| share(&telling(count)));
        assert!(shares.is_sorted() && shares[0] > 0.0, "{shares:?}");
        assert!(shares[0] < 0.5 && shares[2] > 0.8, "{shares:?}");
        // What the documentation says.
        assert!((shares[0] - 0.35).abs() < 0.005, "{shares:?}");
        assert!((shares[1] - 0.67).abs() < 0.005, "{shares:?}");
    }

    #[test]
    fn votes_that_mislead_leave_the_base_rate() {
        let misled: Vec<OutOfFold> = (0..8)
            .map(|place| example(place, if place < 6 { -1.0 } else { 1.0 }, place < 6))
            .collect();
        let combination = fitted(&misled);
        let (parts, logit) = combination.combine(misled[0].logits, 10);
        // (6 + 1) / (8 + 2) to 1 - that
        assert!((logit - (0.7f64 / 0.3).ln()).abs() < 1e-12, "{logit}");
        let others = parts.iter().filter(|part| part.name != PartName::BaseRate);
        assert!(others.map(|part| part.logit.abs()).sum::<f64>() < 1e-12);
    }

    #[test]
    fn only_the_base_rate_and_the_neighbours_have_a_share() {
        let (parts, logit) = fitted(&telling(40)).combine(example(0, 2.0, true).logits, 10);
        let of = |name: PartName| parts.iter().find(|part| part.name == name).unwrap().logit;
        for name in [
            PartName::Words,
            PartName::EncoderHead,
            PartName::Shape,
            PartName::Metadata,
        ] {
            assert_eq!(of(name).to_bits() << 1, 0, "{name:?}");
        }
        assert!(of(PartName::Calibration).abs() < 1e-12);
        assert!((of(PartName::BaseRate) + of(PartName::Neighbours) - logit).abs() < 1e-12);
        assert!(of(PartName::Neighbours) > 0.5);
    }

    #[test]
    fn calls_of_one_account_count_as_one() {
        let mut together = telling(40);
        for (place, example) in together.iter_mut().enumerate() {
            example.group = format!("g{}", place / 10);
        }
        assert!(share(&together) < share(&telling(40)) / 2.0);
    }

    #[test]
    fn no_interval_is_given_of_few_groups() {
        let logits = example(0, 1.0, true).logits;
        assert_eq!(fitted(&telling(48)).bounds(logits, 10), None);
        let (low, high) = fitted(&telling(60)).bounds(logits, 10).unwrap();
        assert!(low <= high);
    }

    proptest! {
        #[test]
        fn the_share_is_where_the_penalised_loss_is_least(
            rows in prop::collection::vec((-3.0f64..3.0, any::<bool>()), 1..30),
            precision in 0.1f64..5.0,
        ) {
            let examples: Vec<OutOfFold> = rows
                .iter()
                .enumerate()
                .map(|(place, (vote, won))| example(place, *vote, *won))
                .collect();
            let base = base_rate(&examples, examples.len());
            let value = |share: f64| {
                let loss = |row: &OutOfFold| {
                    let logit = base + share * (row.logits.neighbours - base);
                    if row.won { (-logit).exp().ln_1p() } else { logit.exp().ln_1p() }
                };
                examples.iter().map(loss).sum::<f64>() + precision / 2.0 * share * share
            };
            let best = value(share_of_vote(&examples, base, precision));
            for step in 0..=100 {
                prop_assert!(best <= value(f64::from(step) / 100.0) + 1e-9);
            }
        }
    }
}
