//! Whether sentences say more than whole calls do: [`SentencesGain`].

use serde::{Deserialize, Serialize};

use super::{FOLDS, Scores, Unseen, group, line};
use crate::calibration::{gain_over, group_losses, log_loss};
use crate::folds::shared_weights;
use crate::vectors::dot;
use crate::{Lesson, PredictError, PredictorConfig, Room};

/// What single sentences add to the words of whole calls, on groups that neither were learnt from.
///
/// Both are a line through what they say of other groups, so that they are on one scale.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SentencesGain {
    /// By how much the mean log-loss of a group is smaller with sentences, in nats.
    pub gain: f64,
    /// Of the gain, over groups.
    pub standard_error: f64,
}

impl SentencesGain {
    /// Learns words from four fifths of the groups and asks about the others, five times, with sentences of `c` and without.
    ///
    /// # Errors
    ///
    /// As [`crate::Parts::fit`] with [`PredictorConfig::sentences_c`].
    pub fn of(
        lessons: &[Lesson<'_>],
        c: f64,
        config: &PredictorConfig,
        room: Room<'_>,
    ) -> Result<Self, PredictError> {
        let unseen = Unseen::of(lessons, c, config, room)?;
        let groups: Vec<&str> = unseen
            .lesson
            .iter()
            .filter_map(|at| lessons.get(*at).map(group))
            .collect();
        let losses = |scores: &[Scores]| -> Result<Vec<f64>, PredictError> {
            let said = unseen.asked(scores)?;
            let losses = said
                .iter()
                .zip(&unseen.won)
                .map(|(logit, won)| log_loss(*won, *logit));
            let weights = shared_weights(groups.iter().copied());
            Ok(group_losses(groups.iter().copied(), &weights, losses))
        };
        let lexicon_alone: Vec<Scores> = unseen
            .scores
            .iter()
            .map(|[words, ..]| [*words, 0.0, 0.0])
            .collect();
        let (gain, standard_error) = gain_over(&losses(&lexicon_alone)?, &losses(&unseen.scores)?);
        Ok(Self {
            gain,
            standard_error,
        })
    }

    /// Whether the gain is above its standard error.
    pub fn is_clear(&self) -> bool {
        self.gain > self.standard_error
    }
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

    fn gain(decided: bool) -> SentencesGain {
        let calls = corpus(decided);
        let config = PredictorConfig::default();
        SentencesGain::of(&lessons(&calls), 0.3, &config, Room::unlimited()).unwrap()
    }

    #[test]
    fn sentences_that_decide_are_a_clear_gain() {
        let gain = gain(true);
        assert!(gain.is_clear(), "{gain:?}");
    }

    #[test]
    fn where_nothing_decides_there_is_no_clear_gain() {
        let gain = gain(false);
        assert!(!gain.is_clear(), "{gain:?}");
    }
}
