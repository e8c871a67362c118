//! From turns to one row: [`turn_weights`] and [`pooled`], `e = Σ wₜhₜ / Σ wₜ` for each side, twice.
//!
//! How a call ends is said late in it: an average over all turns drowns the answer in the greeting. Each side is
//! therefore averaged once evenly and once leaning towards its last turns. It is attention pooling whose scores are
//! given by speaker and place instead of learnt: a few hundred calls are too few to learn them.

use upturn_core::{EncodedMoment, Speaker};

/// Averages in a row: of the seller, of the buyer, of the seller lately, of the buyer lately.
pub const AVERAGES: usize = 4;

/// Over which share of the call so far the weight of a turn falls to `1/e`.
const RECENT: f64 = 0.3;

/// How much each turn counts in each average; a turn of anybody else in none.
///
/// Turn `t` of `n` weighs 1 in its speaker's even average, and `exp((t - n) / (0.3 n))` in the late one; each average's
/// weights are divided by their sum. Shape: `[AVERAGES][turns]`.
///
/// Laws: the weights of an average sum to 1, or are all 0 where its side says nothing; among the turns of a side, the
/// late ones never fall towards the end.
pub fn turn_weights(speakers: &[Speaker]) -> [Vec<f64>; AVERAGES] {
    let even = |speaker| shares(speakers, speaker, |_| 1.0);
    let n = speakers.len() as f64;
    let late = |speaker| shares(speakers, speaker, |t| ((t - n) / (RECENT * n)).exp());
    [
        even(Speaker::Seller),
        even(Speaker::Buyer),
        late(Speaker::Seller),
        late(Speaker::Buyer),
    ]
}

fn shares(speakers: &[Speaker], side: Speaker, weight: impl Fn(f64) -> f64) -> Vec<f64> {
    let turns = speakers.iter().enumerate();
    let weights: Vec<f64> = turns
        .map(|(t, speaker)| {
            if *speaker == side {
                weight(t as f64)
            } else {
                0.0
            }
        })
        .collect();
    let sum: f64 = weights.iter().sum();
    let all = if sum > 0.0 { sum } else { 1.0 };
    weights.into_iter().map(|weight| weight / all).collect()
}

/// The averages of a call's turns, one behind the other.
///
/// Shapes: turns of `[hidden]` each → `[AVERAGES × hidden]`; no turn → `[0]`. The first turn decides `hidden`.
///
/// Laws: the result does not depend on where the conversation was cut into moments, as far as the turns' vectors do not;
/// a side that says nothing gives zeros.
pub fn pooled(moments: &[EncodedMoment]) -> Vec<f64> {
    let turns: Vec<_> = moments.iter().flat_map(|moment| &moment.turns).collect();
    let speakers: Vec<Speaker> = turns.iter().map(|turn| turn.speaker).collect();
    let hidden = turns.first().map_or(0, |turn| turn.vector.len());
    let mut row = Vec::with_capacity(AVERAGES * hidden);
    for weights in turn_weights(&speakers) {
        let mut sum = vec![0.0; hidden];
        let counted = turns.iter().zip(weights);
        for (turn, weight) in counted.filter(|(_, weight)| *weight > 0.0) {
            for (sum, &value) in sum.iter_mut().zip(&turn.vector) {
                *sum += weight * f64::from(value);
            }
        }
        row.extend(sum);
    }
    row
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use upturn_core::{ConversationId, Embedding, EncodedTurn, Moment, TurnRange};

    use super::*;

    fn speaker(buyer: bool) -> Speaker {
        if buyer {
            Speaker::Buyer
        } else {
            Speaker::Seller
        }
    }

    /// Cuts turns into moments of `size` turns.
    fn moments(turns: &[(bool, [f32; 2])], size: usize) -> Vec<EncodedMoment> {
        let moment = |part: &[(bool, [f32; 2])]| EncodedMoment {
            moment: Moment {
                conversation: ConversationId::new("c").unwrap(),
                turns: TurnRange { start: 0, end: 1 },
                text: String::new(),
            },
            embedding: Embedding::normalized(vec![1.0]).unwrap(),
            turns: part
                .iter()
                .map(|(buyer, vector)| EncodedTurn {
                    speaker: speaker(*buyer),
                    vector: vector.to_vec(),
                })
                .collect(),
        };
        turns.chunks(size).map(moment).collect()
    }

    proptest! {
        #[test]
        fn the_row_does_not_depend_on_the_cuts(
            turns in prop::collection::vec((any::<bool>(), [-2.0f32..2.0, -2.0f32..2.0]), 1..40),
            size in 1usize..12,
        ) {
            let whole = pooled(&moments(&turns, turns.len()));
            prop_assert_eq!(whole.len(), 2 * AVERAGES);
            prop_assert_eq!(whole, pooled(&moments(&turns, size)));
        }

        #[test]
        fn weights_sum_to_one_and_lean_to_the_end(buyers in prop::collection::vec(any::<bool>(), 1..60)) {
            let speakers: Vec<Speaker> = buyers.iter().map(|buyer| speaker(*buyer)).collect();
            for (at, weights) in turn_weights(&speakers).iter().enumerate() {
                let side = speaker(at % 2 == 1);
                let own: Vec<f64> = weights.iter().zip(&speakers).filter(|(_, s)| **s == side).map(|(w, _)| *w).collect();
                let sum: f64 = weights.iter().sum();
                prop_assert!((sum - f64::from(u8::from(!own.is_empty()))).abs() < 1e-9);
                prop_assert!(own.is_sorted());
            }
        }
    }

    /// Python: `w = [math.exp((t - 4) / (0.3 * 4)) for t in (1, 3)]; [x / sum(w) for x in w]`
    #[test]
    fn the_late_average_is_the_formula() {
        let (s, b) = (Speaker::Seller, Speaker::Buyer);
        let [_, even, _, late] = turn_weights(&[s, b, s, b]);
        assert_eq!(even, [0.0, 0.5, 0.0, 0.5]);
        assert!((late[1] - 0.158_869_104).abs() < 1e-8 && (late[3] - 0.841_130_896).abs() < 1e-8);
    }

    #[test]
    fn a_silent_side_gives_zeros_and_others_count_for_nobody() {
        let row = pooled(&moments(&[(false, [1.0, 2.0]), (false, [3.0, 4.0])], 1));
        assert_eq!(
            (&row[..2], &row[2..4], &row[6..]),
            (&[2.0, 3.0][..], &[0.0; 2][..], &[0.0; 2][..])
        );
        assert!(pooled(&[]).is_empty());
        assert_eq!(turn_weights(&[Speaker::Other])[0], [0.0]);
    }
}
