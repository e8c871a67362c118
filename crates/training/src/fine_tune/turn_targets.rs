//! What each turn is to say: [`turn_targets`].

use upturn_core::{Conversation, Speaker};
use upturn_predict::{Lexicon, PredictorConfig, WordsExample};

use crate::TrainingError;

/// No target is further from the mean than so many standard deviations.
const LIMIT: f64 = 4.0;

/// The words' score of each turn of each call, of a lexicon fitted on these calls; mean 0 and standard deviation 1 over
/// the turns of a side, 0 for anybody else.
///
/// The lexicon has seen the outcomes of the very calls. Out-of-fold scores were tried and were no better (LOG.md): what a
/// turn's words weigh is learnt from all calls, and little of one call's outcome is left in it.
///
/// # Errors
///
/// [`TrainingError::Predict`] where the calls came out alike.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the encoder computes in f32"
)]
pub(super) fn turn_targets(
    calls: &[(&Conversation, bool)],
    config: &PredictorConfig,
) -> Result<Vec<Vec<f32>>, TrainingError> {
    let examples: Vec<WordsExample<'_>> = calls
        .iter()
        .map(|(call, won)| WordsExample {
            prefix: call.whole(),
            won: *won,
            count: 1.0,
        })
        .collect();
    let lexicon = Lexicon::fit(&examples, config.min_conversations, config.words_c)?;
    let mut scores: Vec<Vec<f64>> = calls
        .iter()
        .map(|(call, _)| lexicon.turn_scores(call.whole()))
        .collect();
    for side in [Speaker::Seller, Speaker::Buyer] {
        standardise(calls, &mut scores, side);
    }
    let target = |(turn, score): (&upturn_core::Turn, f64)| match turn.speaker {
        Speaker::Other => 0.0,
        Speaker::Seller | Speaker::Buyer => score.clamp(-LIMIT, LIMIT) as f32,
    };
    let of_call = |((call, _), scores): (&(&Conversation, bool), Vec<f64>)| {
        call.turns().iter().zip(scores).map(target).collect()
    };
    Ok(calls.iter().zip(scores).map(of_call).collect())
}

/// Shifts and scales the scores of a side; where all are alike they become 0.
fn standardise(calls: &[(&Conversation, bool)], scores: &mut [Vec<f64>], side: Speaker) {
    let mut own: Vec<&mut f64> = calls
        .iter()
        .zip(scores)
        .flat_map(|((call, _), scores)| call.turns().iter().zip(scores))
        .filter_map(|(turn, score)| (turn.speaker == side).then_some(score))
        .collect();
    let n = own.len().max(1) as f64;
    let mean = own.iter().map(|score| **score).sum::<f64>() / n;
    let variance = own
        .iter()
        .map(|score| (**score - mean).powi(2))
        .sum::<f64>()
        / n;
    let scale = if variance > 0.0 {
        variance.sqrt().recip()
    } else {
        0.0
    };
    for score in &mut own {
        **score = (**score - mean) * scale;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::calls;

    fn targets(turned: bool) -> (Vec<Conversation>, Vec<Vec<f32>>) {
        let calls = calls(40);
        let labelled: Vec<(&Conversation, bool)> = calls
            .iter()
            .enumerate()
            .map(|(at, call)| (call, at.is_multiple_of(2) != turned))
            .collect();
        let targets = turn_targets(&labelled, &PredictorConfig::default()).unwrap();
        (calls, targets)
    }

    #[test]
    fn the_targets_of_a_side_have_mean_0_and_standard_deviation_1() {
        let (calls, targets) = targets(false);
        for side in [Speaker::Seller, Speaker::Buyer] {
            let turns = calls.iter().flat_map(Conversation::turns);
            let own: Vec<f32> = turns
                .zip(targets.iter().flatten())
                .filter_map(|(turn, target)| (turn.speaker == side).then_some(*target))
                .collect();
            assert_eq!(own.len(), 80);
            let mean = own.iter().sum::<f32>() / 80.0;
            let variance = own.iter().map(|it| (it - mean).powi(2)).sum::<f32>() / 80.0;
            assert!(
                mean.abs() < 1e-5 && (variance - 1.0).abs() < 1e-4,
                "{side:?}"
            );
        }
    }

    #[test]
    fn what_speaks_for_won_is_above_0_and_turned_outcomes_turn_the_targets() {
        let (_, straight) = targets(false);
        let (_, turned) = targets(true);
        // The last turn says yes in the second call but one, and no in the last.
        assert!(straight[2][3] > 0.5 && straight[3][3] < -0.5);
        assert!(turned[2][3] < -0.5 && turned[3][3] > 0.5);
    }
}
