//! Which words were said by whom: [`Lexicon`], a bag of words with a logistic regression.
//!
//! The features are those of scikit-learn's `TfidfVectorizer(sublinear_tf=True)` over words and pairs of neighbouring
//! words, where every turn stands twice: its words marked with the speaker (`seller_price`), and as it was said. No pair
//! crosses a turn's end. Amounts and punctuation are words too.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use upturn_core::{Prefix, Turn};

use crate::solver::{Problem, Rows, Solution, targets};
use crate::tokens::{LINES, lines, lines_of, terms};
use crate::{Lesson, PredictError, PredictorConfig, Room};
use table::{Term, Terms};
use vectorise::{Vectorised, Vectoriser};

pub use sentences::sentences_gain;
pub(crate) use sentences::{SentenceSums, Sentences};

/// What one term adds to the logit of the words.
#[derive(Debug, Clone, PartialEq)]
pub struct TermLogit {
    /// A word or two neighbouring ones, lower case; marked `seller_` or `buyer_` where the speaker matters.
    pub term: String,
    /// Its share; above zero speaks for won.
    pub logit: f64,
}

/// One text to learn from.
#[derive(Clone, Copy)]
pub struct WordsExample<'a> {
    /// What was said.
    pub prefix: Prefix<'a>,
    /// How it ended.
    pub won: bool,
    /// How much it counts; see [`crate::LinearModel::fit_counted`].
    pub count: f64,
}

impl fmt::Debug for WordsExample<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WordsExample")
            .field("conversation", self.prefix.id())
            .field("turns", &self.prefix.turns().len())
            .field("won", &self.won)
            .field("count", &self.count)
            .finish()
    }
}

/// Words and pairs of words with what each says about the outcome.
///
/// Laws: the terms' shares and the intercept sum to the logit; a term never seen in training changes nothing; without
/// known terms the logit is the intercept. `Debug` shows how many terms there are, never the terms.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Lexicon {
    terms: Terms,
    intercept: f64,
}

impl Lexicon {
    /// Learns the terms that occur in at least `min_conversations` conversations, and their weights; `c` is
    /// scikit-learn's `C`. Several prefixes of one conversation count once for the threshold and each for the idf.
    ///
    /// # Errors
    ///
    /// [`PredictError::OneOutcome`] or [`PredictError::NotConverged`].
    pub fn fit(
        examples: &[WordsExample<'_>],
        min_conversations: usize,
        c: f64,
    ) -> Result<Self, PredictError> {
        Self::fit_within(examples, min_conversations, c, Room::unlimited())
    }

    /// The same, with rows that take no more than `room` in memory. What grows besides is the list of different terms.
    ///
    /// # Errors
    ///
    /// As [`fit`](Self::fit), and [`PredictError::Scratch`].
    pub fn fit_within(
        examples: &[WordsExample<'_>],
        min_conversations: usize,
        c: f64,
        room: Room<'_>,
    ) -> Result<Self, PredictError> {
        let examples = &side_by_side(examples);
        let won: Vec<bool> = examples.iter().map(|example| example.won).collect();
        let counts: Vec<f64> = examples.iter().map(|example| example.count).collect();
        let targets = targets(examples.len(), &won, &counts)?;
        let mut texts = Vectoriser::new(room);
        for example in examples {
            texts.push(example.prefix.id(), &lines(example.prefix))?;
        }
        let Vectorised {
            vocabulary, rows, ..
        } = texts.finish(min_conversations)?;
        let solution = Problem {
            rows: Rows::Sparse(&rows),
            targets: &targets,
            counts: &counts,
            c,
            penalty: 1.0,
            centre: &vec![0.0; vocabulary.len()],
        }
        .solve()?;
        Ok(Self::from_solution(vocabulary, solution))
    }

    /// As the settings say, where each lesson counts so much.
    pub(crate) fn of_lessons(
        lessons: &[Lesson<'_>],
        counts: &[f64],
        config: &PredictorConfig,
        room: Room<'_>,
    ) -> Result<Self, PredictError> {
        let examples: Vec<WordsExample<'_>> = lessons
            .iter()
            .zip(counts)
            .map(|(lesson, &count)| WordsExample {
                prefix: lesson.prefix,
                won: lesson.outcome.is_won(),
                count,
            })
            .collect();
        Self::fit_within(&examples, config.min_conversations, config.words_c, room)
    }

    fn from_solution(vocabulary: Vec<(String, f64)>, solution: Solution) -> Self {
        Self {
            terms: Terms::new(vocabulary, solution.weights),
            intercept: solution.intercept,
        }
    }

    /// Knows no term and says 0 of everything.
    pub(crate) fn silent() -> Self {
        Self {
            terms: Terms::default(),
            intercept: 0.0,
        }
    }

    /// How many terms are known.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether no term is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The logit of a text without known terms.
    pub fn intercept(&self) -> f64 {
        self.intercept
    }

    /// The logit of what was said; positive speaks for won.
    pub fn logit(&self, prefix: Prefix<'_>) -> f64 {
        self.logit_of(self.places(&lines(prefix)))
    }

    /// The same of the [places](Self::said) of what was said, in any order.
    pub(crate) fn logit_of(&self, places: Vec<u32>) -> f64 {
        let shares = self.shares(places);
        self.intercept + shares.iter().map(|(_, share)| share).sum::<f64>()
    }

    /// Where each known term of a turn stands in the alphabet, as often as it occurs.
    pub(crate) fn said(&self, turn: &Turn) -> Vec<u32> {
        self.places(&lines_of(turn))
    }

    /// What each known term of the prefix adds, largest first by absolute value, then in order of the alphabet.
    pub fn contributions(&self, prefix: Prefix<'_>) -> Vec<TermLogit> {
        let mut all: Vec<TermLogit> = self
            .shares(self.places(&lines(prefix)))
            .into_iter()
            .map(|(term, logit)| TermLogit {
                term: term.to_owned(),
                logit,
            })
            .collect();
        all.sort_by(|a, b| b.logit.abs().total_cmp(&a.logit.abs()));
        all
    }

    /// What the words of each turn say by themselves: `Σ count × idf × weight` over its known terms; 0 where none is known.
    ///
    /// Neither repetition nor the length of the call dampens it, as they do in [`logit`](Self::logit), so that it is a
    /// function of the turn and its speaker alone: what an encoder that reads turns by themselves can learn.
    ///
    /// Law: a turn's score does not depend on the other turns.
    pub fn turn_scores(&self, prefix: Prefix<'_>) -> Vec<f64> {
        lines(prefix)
            .chunks(LINES)
            .map(|lines| {
                let mut score = 0.0;
                terms(lines, |term| {
                    let known = self
                        .terms
                        .place(term)
                        .and_then(|place| self.terms.at(place));
                    score += known.map_or(0.0, |(_, term)| term.idf * term.weight);
                });
                score
            })
            .collect()
    }

    fn places(&self, lines: &[Vec<String>]) -> Vec<u32> {
        let mut places = Vec::new();
        terms(lines, |term| {
            let place = self.terms.place(term).map(u32::try_from);
            places.extend(place.and_then(Result::ok));
        });
        places
    }

    /// The share of every term that stands in one of these places, in order of the alphabet.
    fn shares(&self, mut places: Vec<u32>) -> Vec<(&str, f64)> {
        places.sort_unstable();
        let same = places.chunk_by(PartialEq::eq);
        let found: Vec<(&str, f64, Term)> = same
            .filter_map(|same| {
                let (known, term) = self.terms.at(*same.first()? as usize)?;
                Some((known, tf(same.len()), term))
            })
            .collect();
        let norm = norm(found.iter().map(|(_, tf, term)| tf * term.idf));
        found
            .into_iter()
            .map(|(known, tf, term)| (known, tf * term.idf / norm * term.weight))
            .collect()
    }
}

impl fmt::Debug for Lexicon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lexicon")
            .field("terms", &self.len())
            .finish_non_exhaustive()
    }
}

/// Sublinear term frequency: the tenth repetition says little.
fn tf(times: usize) -> f64 {
    1.0 + (times as f64).ln()
}

/// Euclidean norm; 1 for nothing, so that dividing by it is harmless.
fn norm(values: impl Iterator<Item = f64>) -> f64 {
    let norm = values.map(|value| value * value).sum::<f64>().sqrt();
    if norm > 0.0 { norm } else { 1.0 }
}

/// The examples, those of one conversation side by side; conversations stay in the order of their first example.
fn side_by_side<'a>(examples: &[WordsExample<'a>]) -> Vec<WordsExample<'a>> {
    let mut first: HashMap<&str, usize> = HashMap::new();
    let mut placed = Vec::with_capacity(examples.len());
    for example in examples {
        let next = first.len();
        let place = *first.entry(example.prefix.id().as_str()).or_insert(next);
        placed.push((place, *example));
    }
    placed.sort_by_key(|&(place, _)| place);
    placed.into_iter().map(|(_, example)| example).collect()
}

mod sentences;
mod side;
mod table;
#[cfg(test)]
mod tests;
mod vectorise;
