//! Whether sentences say more than whole calls do: [`sentences_gain`].

use super::{FOLDS, Scores, Unseen, group, line};
use crate::calibration::log_loss;
use crate::folds::shared_weights;
use crate::vectors::dot;
use crate::{Lesson, PredictError, PredictorConfig, Room};

/// By how much the mean log-loss of a group is smaller with sentences of `c` than without, in nats: words are learnt from four
/// fifths of the groups, the others are asked about, five times, or until 10,000 lessons were asked about, but at least twice.
///
/// With and without are each a line through what was said of other groups, so that they are on one scale.
///
/// # Errors
///
/// As [`crate::Parts::fit`] with [`PredictorConfig::sentences_c`].
pub fn sentences_gain(
    lessons: &[Lesson<'_>],
    c: f64,
    config: &PredictorConfig,
    room: Room<'_>,
) -> Result<f64, PredictError> {
    let unseen = Unseen::of(lessons, c, config, room)?;
    let groups: Vec<&str> = unseen
        .lesson
        .iter()
        .filter_map(|at| lessons.get(*at).map(group))
        .collect();
    let weights = shared_weights(groups.iter().copied());
    let loss = |scores: &[Scores]| -> Result<f64, PredictError> {
        let said = unseen.asked(scores)?;
        let rows = said.iter().zip(&unseen.won).zip(&weights);
        let losses = rows.map(|((logit, won), weight)| weight * log_loss(*won, *logit));
        Ok(losses.sum::<f64>() / weights.iter().sum::<f64>())
    };
    let lexicon_alone = unseen.scores.iter().map(|[words, ..]| [*words, 0.0, 0.0]);
    Ok(loss(&lexicon_alone.collect::<Vec<Scores>>())? - loss(&unseen.scores)?)
}

impl Unseen {
    /// What a line through the scores of the other parts says of each.
    fn asked(&self, scores: &[Scores]) -> Result<Vec<f64>, PredictError> {
        let lines = (0..FOLDS).map(|fold| {
            let rows = scores.iter().zip(&self.won).zip(&self.fold);
            let others = rows.filter(|(_, of)| **of != fold).map(|(row, _)| row);
            let (scores, won): (Vec<Scores>, Vec<bool>) =
                others.map(|(row, won)| (*row, *won)).unzip();
            line(&scores, &won)
        });
        let lines = lines.collect::<Result<Vec<(Scores, f64)>, PredictError>>()?;
        let said = scores.iter().zip(&self.fold).filter_map(|(row, fold)| {
            let (weights, intercept) = lines.get(*fold)?;
            Some(intercept + dot(weights, row))
        });
        Ok(said.collect())
    }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt as _, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use upturn_core::{Conversation, ConversationId, Outcome, Speaker, Turn};

    use super::super::tests::lessons;
    use super::*;

    /// Both sides say some of twelve things; how it ends hangs on the sum of what the buyer's speak for, or on nothing.
    fn corpus(decided: bool) -> Vec<Conversation> {
        let mut random = ChaCha8Rng::seed_from_u64(7);
        let mut call = |at: usize| {
            let mut said = |times: usize| -> Vec<usize> {
                (0..times).map(|_| random.random_range(0..12)).collect()
            };
            let (buyer, seller) = (said(3), said(24));
            let sum: f64 = buyer
                .iter()
                .map(|it| f64::from(u8::from(*it < 6)) - 0.5)
                .sum();
            let won = if decided { sum > 0.0 } else { random.random() };
            let turns = vec![
                Turn::new(Speaker::Seller, text(&seller)),
                Turn::new(Speaker::Buyer, text(&buyer)),
            ];
            Conversation::new(ConversationId::new(format!("c{at}")).unwrap(), turns)
                .unwrap()
                .with_outcome(Some(if won { Outcome::Won } else { Outcome::Lost }))
        };
        (0..200).map(&mut call).collect()
    }

    fn text(said: &[usize]) -> String {
        let sentence = |it: &usize| format!("We {} the {} of it.", VERBS[it % 3], NOUNS[it / 3]);
        said.iter().map(sentence).collect::<Vec<_>>().join(" ")
    }

    const VERBS: [&str; 3] = ["like", "doubt", "miss"];
    const NOUNS: [&str; 4] = ["price", "term", "tool", "plan"];

    fn gain(decided: bool) -> f64 {
        let calls = corpus(decided);
        let config = PredictorConfig::default();
        sentences_gain(&lessons(&calls), 0.3, &config, Room::unlimited()).unwrap()
    }

    #[test]
    fn sentences_that_decide_are_a_gain() {
        let gain = gain(true);
        assert!(gain > 0.005, "{gain}");
    }

    #[test]
    fn where_nothing_decides_there_is_none() {
        let gain = gain(false);
        assert!(gain < 0.0, "{gain}");
    }
}
