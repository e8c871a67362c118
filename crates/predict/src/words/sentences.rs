//! Words that are learnt from whole calls and from single sentences, weighed against each other: [`Sentences`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use upturn_core::{Prefix, Speaker, Turn};

use super::Lexicon;
use super::side::{Side, Sums};
use crate::folds::grouped;
use crate::non_negative::NonNegative;
use crate::solver::targets;
use crate::vectors::dot;
use crate::{Lesson, PredictError, PredictorConfig, Room, TermLogit};

pub use gain::sentences_gain;

/// In how many parts the calls are cut, by group, to find the weights.
const FOLDS: usize = 5;

/// Parts that are asked about at least, so that each can be compared with another.
const LEAST_FOLDS: usize = 2;

/// Lessons that are enough to find three weights: no more parts are asked about than it takes.
const ENOUGH: usize = 10_000;

/// How strongly the weights of scores of standard deviation 1 are drawn to 0.
const PENALTY: f64 = 1.0;

/// Scores that differ by less than this share of their mean are the same.
const ROUNDING: f64 = 1e-9;

/// `words × L + buyer × B + seller × S`: the logit `L` of the [`Lexicon`], and what the sentences of each side say by themselves.
///
/// A regression over whole calls shares one outcome among all words of a call, which all lean to the same side; one over
/// sentences tells apart only the words of a sentence, and averages. On some trades that says more.
///
/// Laws: no weight is negative; a sum over terms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sentences {
    weights: Scores,
    sides: Sides,
}

/// What the lexicon and the sentences of buyer and seller say, or how much each counts.
type Scores = [f64; 3];

/// What lexicon and sentences say of calls of which they have not seen the group: of all, or of [`ENOUGH`].
struct Unseen {
    scores: Vec<Scores>,
    won: Vec<bool>,
    /// Which lesson it was.
    lesson: Vec<usize>,
    /// With which part of the groups it was held out.
    fold: Vec<usize>,
}

impl Unseen {
    fn of(
        lessons: &[Lesson<'_>],
        c: f64,
        config: &PredictorConfig,
        room: Room<'_>,
    ) -> Result<Self, PredictError> {
        let given = lessons.iter().map(|it| (group(it), it.outcome.is_won()));
        let folds = grouped(given, FOLDS, config.seed);
        let mut all = Self {
            scores: Vec::new(),
            won: Vec::new(),
            lesson: Vec::new(),
            fold: Vec::new(),
        };
        let room = room.share(2);
        for fold in 0..FOLDS {
            if fold >= LEAST_FOLDS && all.won.len() >= ENOUGH {
                break;
            }
            let known: Vec<Lesson<'_>> = lessons
                .iter()
                .zip(&folds)
                .filter(|(_, of)| **of != fold)
                .map(|(lesson, _)| *lesson)
                .collect();
            let counts = vec![1.0; known.len()];
            let (lexicon, sides) = rayon::join(
                || Lexicon::of_lessons(&known, &counts, config, room),
                || Sides::fit(&known, c, config, room),
            );
            let (lexicon, sides) = (lexicon?, sides?);
            let held_out = lessons.iter().zip(&folds).enumerate();
            for (at, (lesson, _)) in held_out.filter(|(_, (_, of))| **of == fold) {
                let words = lexicon.logit(lesson.prefix);
                all.scores
                    .push(sides.scores(words, sides.of(lesson.prefix)));
                all.won.push(lesson.outcome.is_won());
                all.lesson.push(at);
                all.fold.push(fold);
            }
        }
        Ok(all)
    }
}

/// What was learnt from the sentences of each side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Sides {
    buyer: Side,
    seller: Side,
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
    /// Fits both sides to all lessons, and the weights to what was said of groups that had no part in it.
    ///
    /// # Errors
    ///
    /// [`PredictError::OneOutcome`] where a part of the groups has one outcome only or a side says nothing;
    /// [`PredictError::NotConverged`] or [`PredictError::Scratch`].
    pub(crate) fn fit(
        lessons: &[Lesson<'_>],
        c: f64,
        config: &PredictorConfig,
        room: Room<'_>,
    ) -> Result<Self, PredictError> {
        let Unseen { scores, won, .. } = Unseen::of(lessons, c, config, room)?;
        Ok(Self {
            weights: weights(&scores, &won)?,
            sides: Sides::fit(lessons, c, config, room)?,
        })
    }

    /// What one turn adds.
    pub(crate) fn of_turn(&self, turn: &Turn) -> SentenceSums {
        self.sides.of_turn(turn)
    }

    /// What all turns add up to, one after another.
    pub(crate) fn of(&self, prefix: Prefix<'_>) -> SentenceSums {
        self.sides.of(prefix)
    }

    /// The logit of a call of which the lexicon says `words`.
    pub(crate) fn logit(&self, words: f64, heard: SentenceSums) -> f64 {
        dot(&self.weights, &self.sides.scores(words, heard))
    }

    /// What each term adds to the logit, largest first by absolute value, then in order of the alphabet; `words` are what they
    /// add to that of the lexicon.
    pub(crate) fn contributions(
        &self,
        words: Vec<TermLogit>,
        prefix: Prefix<'_>,
    ) -> Vec<TermLogit> {
        let mut sums: BTreeMap<String, f64> = BTreeMap::new();
        let Sides { buyer, seller } = &self.sides;
        let terms = [
            words,
            buyer.contributions(prefix),
            seller.contributions(prefix),
        ];
        for (weight, terms) in self.weights.iter().zip(terms) {
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

impl Sides {
    fn fit(
        lessons: &[Lesson<'_>],
        c: f64,
        config: &PredictorConfig,
        room: Room<'_>,
    ) -> Result<Self, PredictError> {
        let how = (config.min_conversations, c);
        let room = room.share(2);
        // Who says nothing, or nothing in calls of one outcome, has nothing to weigh.
        let side = |speaker| match Side::fit(lessons, speaker, how, room) {
            Err(PredictError::OneOutcome { .. }) => Ok(Side::silent(speaker)),
            fitted => fitted,
        };
        let (buyer, seller) = rayon::join(|| side(Speaker::Buyer), || side(Speaker::Seller));
        Ok(Self {
            buyer: buyer?,
            seller: seller?,
        })
    }

    fn of_turn(&self, turn: &Turn) -> SentenceSums {
        SentenceSums {
            buyer: self.buyer.of_turn(turn),
            seller: self.seller.of_turn(turn),
        }
    }

    fn of(&self, prefix: Prefix<'_>) -> SentenceSums {
        let mut heard = SentenceSums::default();
        for turn in prefix.turns() {
            heard += self.of_turn(turn);
        }
        heard
    }

    fn scores(&self, words: f64, heard: SentenceSums) -> Scores {
        let buyer = self.buyer.score(heard.buyer);
        [words, buyer, self.seller.score(heard.seller)]
    }
}

fn group<'a>(lesson: &Lesson<'a>) -> &'a str {
    lesson.prefix.conversation().group()
}

/// The weights of scores that had not seen these outcomes; a score that is always the same weighs nothing.
fn weights(scores: &[Scores], won: &[bool]) -> Result<Scores, PredictError> {
    Ok(line(scores, won)?.0)
}

/// The same, and the intercept.
fn line(scores: &[Scores], won: &[bool]) -> Result<(Scores, f64), PredictError> {
    let spread = spread(scores);
    let scaled: Vec<Scores> = scores.iter().map(|row| divided(*row, spread)).collect();
    let (weights, intercept) = NonNegative {
        rows: &scaled,
        targets: &targets(scaled.len(), won, &vec![1.0; scaled.len()])?,
        penalty: PENALTY,
        centre: [0.0; 3],
        bounded: [true; 3],
    }
    .solve()?;
    Ok((divided(weights, spread), intercept))
}

/// Number by number; 0 where it is divided by 0.
fn divided(mut row: Scores, by: Scores) -> Scores {
    for (value, by) in row.iter_mut().zip(by) {
        *value = if by > 0.0 { *value / by } else { 0.0 };
    }
    row
}

/// Standard deviation of each score; 0 where it is no more than rounding.
fn spread(scores: &[Scores]) -> Scores {
    let count = scores.len().max(1) as f64;
    std::array::from_fn(|at| {
        let values = scores.iter().filter_map(|row| row.get(at));
        let mean = values.clone().sum::<f64>() / count;
        let squares = values.map(|value| (value - mean).powi(2)).sum::<f64>();
        let spread = (squares / count).sqrt();
        if spread > ROUNDING * mean.abs() {
            spread
        } else {
            0.0
        }
    })
}

mod gain;
#[cfg(test)]
mod tests;
