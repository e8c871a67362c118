//! How well the outcome can be known at best: [`best_auc`].

use crate::SimulatedCall;

/// The AUC that knowing the true probability reaches on the drawn outcomes.
///
/// No predictor beats it but by luck: what is left is the draw. `AUC = P(p_won > p_lost) + P(p_won = p_lost) / 2` over
/// all pairs of a won and a lost conversation, by ranks in `O(n log n)`.
///
/// `None` if the outcomes are all won or all lost.
pub fn best_auc(calls: &[SimulatedCall]) -> Option<f64> {
    let mut scored: Vec<(f64, bool)> = calls
        .iter()
        .filter_map(|call| {
            let outcome = call.conversation.outcome()?;
            Some((call.win_probability.value(), outcome.is_won()))
        })
        .collect();
    auc(&mut scored)
}

/// Area under the ROC curve of `(score, won)` pairs; `None` with one class only.
pub(crate) fn auc(scored: &mut [(f64, bool)]) -> Option<f64> {
    scored.sort_by(|one, other| one.0.total_cmp(&other.0));
    let won = scored.iter().filter(|(_, won)| *won).count() as f64;
    let lost = scored.len() as f64 - won;
    if won == 0.0 || lost == 0.0 {
        return None;
    }
    let mut before = 0.0;
    let mut pairs = 0.0;
    for tied in scored.chunk_by(|one, other| one.0.total_cmp(&other.0).is_eq()) {
        let tied_won = tied.iter().filter(|(_, won)| *won).count() as f64;
        let tied_lost = tied.len() as f64 - tied_won;
        pairs += tied_won * (before + tied_lost / 2.0);
        before += tied_lost;
    }
    Some(pairs / (won * lost))
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use proptest::prelude::*;

    use super::auc;

    /// Every pair, counted one by one.
    fn by_pairs(scored: &[(f64, bool)]) -> Option<f64> {
        let (mut sum, mut pairs) = (0.0, 0.0);
        for (won, _) in scored.iter().filter(|(_, won)| *won) {
            for (lost, _) in scored.iter().filter(|(_, won)| !*won) {
                pairs += 1.0;
                sum += match won.total_cmp(lost) {
                    Ordering::Greater => 1.0,
                    Ordering::Equal => 0.5,
                    Ordering::Less => 0.0,
                };
            }
        }
        (pairs > 0.0).then(|| sum / pairs)
    }

    proptest! {
        #[test]
        fn ranks_count_the_same_pairs_as_a_double_loop(mut scored in prop::collection::vec(((0..8).prop_map(f64::from), any::<bool>()), 0..60)) {
            let naive = by_pairs(&scored);
            match (auc(&mut scored), naive) {
                (Some(fast), Some(slow)) => prop_assert!((fast - slow).abs() < 1e-12),
                (fast, slow) => prop_assert_eq!(fast, slow),
            }
        }
    }
}
