//! Words that are learnt from whole calls and from single sentences, weighed against each other: [`Sentences`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use upturn_core::{Prefix, Speaker, Turn};

use super::side::{Side, Sums};
use super::{Lexicon, WordsExample};
use crate::folds::{count_groups, grouped};
use crate::non_negative::NonNegative;
use crate::solver::targets;
use crate::{Lesson, PredictError, PredictorConfig, Room, TermLogit};

/// With fewer groups of calls than this, too few are unseen at a time to weigh anything.
const GROUPS: usize = 100;

/// In how many parts the calls are cut, by group, to find the weights.
const FOLDS: usize = 5;

/// How strongly the weights of scores of standard deviation 1 are drawn to 0.
const PENALTY: f64 = 1.0;

/// `words × L + buyer × B + seller × S`: the logit `L` of the [`Lexicon`], and what the sentences of each side say by themselves.
///
/// A regression over whole calls shares one outcome among all words of a call, which all lean to the same side; one over
/// sentences tells apart only the words of a sentence, and averages. On some trades that says more.
///
/// Laws: no weight is negative; a sum over terms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sentences {
    words: f64,
    buyer: (f64, Side),
    seller: (f64, Side),
}

/// What was heard of both sides: a sum over turns.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct SentenceSums {
    buyer: Sums,
    seller: Sums,
}

impl std::ops::AddAssign for SentenceSums {
    fn add_assign(&mut self, other: Self) {
        self.buyer += other.buyer;
        self.seller += other.seller;
    }
}

impl Sentences {
    /// Fits both sides to all lessons, and the weights to what was said of groups that had no part in it; none where the
    /// groups or outcomes are too few for that.
    ///
    /// # Errors
    ///
    /// [`PredictError::NotConverged`] or [`PredictError::Scratch`].
    pub(crate) fn fit(
        lessons: &[Lesson<'_>],
        c: f64,
        config: &PredictorConfig,
        room: Room<'_>,
    ) -> Result<Option<Self>, PredictError> {
        if count_groups(lessons.iter().map(group)) < GROUPS {
            return Ok(None);
        }
        match Self::weighed(lessons, c, config, room) {
            Err(PredictError::OneOutcome { .. }) => Ok(None),
            fitted => fitted.map(Some),
        }
    }

    fn weighed(
        lessons: &[Lesson<'_>],
        c: f64,
        config: &PredictorConfig,
        room: Room<'_>,
    ) -> Result<Self, PredictError> {
        let given = lessons.iter().map(|it| (group(it), it.outcome.is_won()));
        let folds = grouped(given, FOLDS, config.seed);
        let (mut scores, mut won) = (Vec::new(), Vec::new());
        for fold in 0..FOLDS {
            let part = |inside: bool| -> Vec<Lesson<'_>> {
                let pairs = lessons.iter().zip(&folds);
                let part = pairs.filter(|(_, of)| (**of == fold) == inside);
                part.map(|(lesson, _)| *lesson).collect()
            };
            let known = part(false);
            let lexicon = lexicon(&known, config, room)?;
            let sides = Self::unweighed(&known, c, config, room)?;
            for lesson in part(true) {
                scores.push(sides.scores(lexicon.logit(lesson.prefix), sides.of(lesson.prefix)));
                won.push(lesson.outcome.is_won());
            }
        }
        let [words, buyer, seller] = weights(&scores, &won)?;
        let sides = Self::unweighed(lessons, c, config, room)?;
        Ok(Self {
            words,
            buyer: (buyer, sides.buyer.1),
            seller: (seller, sides.seller.1),
        })
    }

    fn unweighed(
        lessons: &[Lesson<'_>],
        c: f64,
        config: &PredictorConfig,
        room: Room<'_>,
    ) -> Result<Self, PredictError> {
        let how = (config.min_conversations, c);
        Ok(Self {
            words: 1.0,
            buyer: (1.0, Side::fit(lessons, Speaker::Buyer, how, room)?),
            seller: (1.0, Side::fit(lessons, Speaker::Seller, how, room)?),
        })
    }

    /// What one turn adds.
    pub(crate) fn of_turn(&self, turn: &Turn) -> SentenceSums {
        SentenceSums {
            buyer: self.buyer.1.of_turn(turn),
            seller: self.seller.1.of_turn(turn),
        }
    }

    /// What all turns add up to, one after another.
    pub(crate) fn of(&self, prefix: Prefix<'_>) -> SentenceSums {
        let mut heard = SentenceSums::default();
        for turn in prefix.turns() {
            heard += self.of_turn(turn);
        }
        heard
    }

    /// The logit of a call of which the lexicon says `words`.
    pub(crate) fn logit(&self, words: f64, heard: SentenceSums) -> f64 {
        let [_, buyer, seller] = self.scores(words, heard);
        self.words * words + self.buyer.0 * buyer + self.seller.0 * seller
    }

    fn scores(&self, words: f64, heard: SentenceSums) -> [f64; 3] {
        let buyer = self.buyer.1.score(heard.buyer);
        [words, buyer, self.seller.1.score(heard.seller)]
    }

    /// What each term adds to the logit, largest first by absolute value, then in order of the alphabet; `words` are what they
    /// add to that of the lexicon.
    pub(crate) fn contributions(
        &self,
        words: Vec<TermLogit>,
        prefix: Prefix<'_>,
    ) -> Vec<TermLogit> {
        let mut sums: BTreeMap<String, f64> = BTreeMap::new();
        let [(buyer, said), (seller, answered)] =
            [&self.buyer, &self.seller].map(|(weight, side)| (*weight, side.contributions(prefix)));
        for (weight, terms) in [(self.words, words), (buyer, said), (seller, answered)] {
            for TermLogit { term, logit } in terms {
                *sums.entry(term).or_default() += weight * logit;
            }
        }
        let mut all: Vec<TermLogit> = sums
            .into_iter()
            .map(|(term, logit)| TermLogit { term, logit })
            .collect();
        all.sort_by(|a, b| b.logit.abs().total_cmp(&a.logit.abs()));
        all
    }
}

fn group<'a>(lesson: &Lesson<'a>) -> &'a str {
    lesson.prefix.conversation().group()
}

fn lexicon(
    lessons: &[Lesson<'_>],
    config: &PredictorConfig,
    room: Room<'_>,
) -> Result<Lexicon, PredictError> {
    let examples: Vec<WordsExample<'_>> = lessons
        .iter()
        .map(|lesson| WordsExample {
            prefix: lesson.prefix,
            won: lesson.outcome.is_won(),
            count: 1.0,
        })
        .collect();
    Lexicon::fit_within(&examples, config.min_conversations, config.words_c, room)
}

/// The weights of scores that had not seen these outcomes; a score that is always the same weighs nothing.
fn weights(scores: &[[f64; 3]], won: &[bool]) -> Result<[f64; 3], PredictError> {
    let spread = spread(scores);
    let scaled: Vec<[f64; 3]> = scores.iter().map(|row| divided(*row, spread)).collect();
    let (weights, _) = NonNegative {
        rows: &scaled,
        targets: &targets(scaled.len(), won, &vec![1.0; scaled.len()])?,
        penalty: PENALTY,
        centre: [0.0; 3],
        bounded: [true; 3],
    }
    .solve()?;
    Ok(divided(weights, spread))
}

/// Number by number; 0 where it is divided by 0.
fn divided(mut row: [f64; 3], by: [f64; 3]) -> [f64; 3] {
    for (value, by) in row.iter_mut().zip(by) {
        *value = if by > 0.0 { *value / by } else { 0.0 };
    }
    row
}

/// Standard deviation of each score.
fn spread(scores: &[[f64; 3]]) -> [f64; 3] {
    let count = scores.len().max(1) as f64;
    let mut sums = [(0.0, 0.0); 3];
    for row in scores {
        for ((sum, squares), value) in sums.iter_mut().zip(row) {
            *sum += value;
            *squares += value * value;
        }
    }
    sums.map(|(sum, squares): (f64, f64)| {
        let mean = sum / count;
        (squares / count - mean * mean).max(0.0).sqrt()
    })
}

#[cfg(test)]
mod tests;
