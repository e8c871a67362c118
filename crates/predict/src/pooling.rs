//! From moments to one row: [`by_speaker`], `e = Σ nₘ hₘ / Σ nₘ` for the seller and for the buyer.

use upturn_core::EncodedMoment;

/// The mean over all turns of the seller, then the same of the buyer.
///
/// Shapes: moments of `[hidden]` each → `[2 × hidden]`; no moment → `[0]`. The first moment decides `hidden`.
///
/// Laws: a moment counts by its turns, so the result does not depend on where the conversation was cut into moments,
/// as far as the turns' vectors do not; a side that says nothing gives zeros.
pub fn by_speaker(moments: &[EncodedMoment]) -> Vec<f64> {
    let mut row = side(moments, |moment| (&moment.seller, moment.seller_turns));
    row.extend(side(moments, |moment| (&moment.buyer, moment.buyer_turns)));
    row
}

fn side(
    moments: &[EncodedMoment],
    said: impl Fn(&EncodedMoment) -> (&Vec<f32>, usize),
) -> Vec<f64> {
    let hidden = moments.first().map_or(0, |moment| said(moment).0.len());
    let turns: usize = moments.iter().map(|moment| said(moment).1).sum();
    let mut sum = vec![0.0; hidden];
    for moment in moments {
        let (mean, turns) = said(moment);
        for (sum, &value) in sum.iter_mut().zip(mean) {
            *sum += turns as f64 * f64::from(value);
        }
    }
    for value in &mut sum {
        *value /= turns.max(1) as f64;
    }
    sum
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use upturn_core::{ConversationId, Embedding, Moment, TurnRange};

    use super::*;

    fn mean(turns: &[[f32; 2]]) -> Vec<f32> {
        let n = turns.len().max(1) as f32;
        (0..2)
            .map(|at| turns.iter().map(|turn| turn[at]).sum::<f32>() / n)
            .collect()
    }

    /// Cuts turns' vectors into moments of `size` turns; every third turn is the buyer's if `buyer` speaks.
    fn moments(turns: &[[f32; 2]], size: usize, buyer: bool) -> Vec<EncodedMoment> {
        let numbered: Vec<_> = turns.iter().copied().enumerate().collect();
        let cut = numbered.chunks(size).map(|part| {
            let of = |side: bool| -> Vec<[f32; 2]> {
                let mine = part.iter().filter(|(at, _)| (buyer && at % 3 == 0) == side);
                mine.map(|(_, turn)| *turn).collect()
            };
            EncodedMoment {
                moment: Moment {
                    conversation: ConversationId::new("c").unwrap(),
                    turns: TurnRange { start: 0, end: 1 },
                    text: String::new(),
                },
                embedding: Embedding::normalized(vec![1.0]).unwrap(),
                seller: mean(&of(false)),
                buyer: mean(&of(true)),
                seller_turns: of(false).len(),
                buyer_turns: of(true).len(),
            }
        });
        cut.collect()
    }

    proptest! {
        #[test]
        fn the_row_does_not_depend_on_the_cuts(
            turns in prop::collection::vec([-2.0f32..2.0, -2.0f32..2.0], 1..40),
            size in 1usize..12,
        ) {
            let whole = by_speaker(&moments(&turns, turns.len(), true));
            let cut = by_speaker(&moments(&turns, size, true));
            prop_assert_eq!(whole.len(), 4);
            for (a, b) in whole.iter().zip(&cut) {
                prop_assert!((a - b).abs() < 1e-5, "{} {}", a, b);
            }
        }
    }

    #[test]
    fn a_silent_side_gives_zeros() {
        let row = by_speaker(&moments(&[[1.0, 2.0], [3.0, 4.0]], 1, false));
        assert_eq!(row, [2.0, 3.0, 0.0, 0.0]);
        assert!(by_speaker(&[]).is_empty());
    }
}
