//! What the sentences of one side say by themselves: [`Side`].

use std::fmt;

use serde::{Deserialize, Serialize};
use upturn_core::{Prefix, Speaker, Turn};

use super::norm;
use super::table::Terms;
use super::vectorise::{Vectorised, Vectoriser};
use crate::solver::{Problem, Rows, targets};
use crate::tokens::{sentences_of, terms};
use crate::{Lesson, PredictError, Room, TermLogit};

/// A logistic regression over the sentences of one side, each of which has the outcome of its call.
///
/// A sentence is a vector `r` of the idf of its terms, each counted once; the model is fitted to `r / ‖r‖`. Of a call it says
/// `Σ w·r / (Σ ‖r‖ + m)` over its sentences, where `m` is the mean of `‖r‖`: their logits without the intercept, averaged by
/// what they hold, and drawn to 0 where little is said.
///
/// Laws: a sum over sentences, and over terms; without known terms 0.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Side {
    speaker: Speaker,
    terms: Terms,
    mean: f64,
}

/// What some sentences say and how much they hold: sums, so that turns add up.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Sums {
    /// `Σ w·r`.
    said: f64,
    /// `Σ ‖r‖`.
    held: f64,
}

impl std::ops::AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.said += other.said;
        self.held += other.held;
    }
}

impl Side {
    /// Says 0 of everything.
    pub(super) fn silent(speaker: Speaker) -> Self {
        Self {
            speaker,
            terms: Terms::default(),
            mean: 1.0,
        }
    }

    /// Learns terms that occur in at least `min_conversations` conversations.
    ///
    /// # Errors
    ///
    /// [`PredictError::OneOutcome`], also where this side says nothing, or [`PredictError::NotConverged`].
    pub(super) fn fit(
        lessons: &[Lesson<'_>],
        speaker: Speaker,
        (min_conversations, c): (usize, f64),
        room: Room<'_>,
    ) -> Result<Self, PredictError> {
        let mut texts = Vectoriser::new(room);
        let mut won = Vec::new();
        for lesson in lessons {
            for sentence in sentences(lesson.prefix, speaker) {
                texts.push_once(lesson.prefix.id(), &[sentence])?;
                won.push(lesson.outcome.is_won());
            }
        }
        let Vectorised {
            vocabulary,
            rows,
            length,
        } = texts.finish(min_conversations)?;
        let counts = vec![1.0; won.len()];
        let solution = Problem {
            rows: Rows::Sparse(&rows),
            targets: &targets(won.len(), &won, &counts)?,
            counts: &counts,
            c,
            penalty: 1.0,
            centre: &vec![0.0; vocabulary.len()],
        }
        .solve()?;
        Ok(Self {
            speaker,
            terms: Terms::new(vocabulary, solution.weights),
            mean: length / won.len() as f64,
        })
    }

    /// What a call says, for [`score`](Self::score).
    pub(super) fn of(&self, prefix: Prefix<'_>) -> Sums {
        let mut sums = Sums::default();
        for turn in prefix.turns() {
            sums += self.of_turn(turn);
        }
        sums
    }

    /// What one turn adds; nothing where the other side says it.
    pub(super) fn of_turn(&self, turn: &Turn) -> Sums {
        let mut sums = Sums::default();
        if turn.speaker != self.speaker {
            return sums;
        }
        for sentence in sentences_of(turn) {
            let known = self.known(sentence);
            let values = known.iter().filter_map(|place| self.terms.at(*place));
            let values = values.map(|(_, term)| term);
            sums += Sums {
                said: values.clone().map(|it| it.idf * it.weight).sum(),
                held: length(values.map(|it| it.idf)),
            };
        }
        sums
    }

    /// The average of what the sentences say.
    pub(super) fn score(&self, sums: Sums) -> f64 {
        sums.said / (sums.held + self.mean)
    }

    /// What each known term of a call adds to its [`score`](Self::score), in order of the alphabet.
    pub(super) fn contributions(&self, prefix: Prefix<'_>) -> Vec<TermLogit> {
        let own = sentences(prefix, self.speaker);
        let mut places: Vec<usize> = own.flat_map(|sentence| self.known(sentence)).collect();
        places.sort_unstable();
        let held = self.of(prefix).held + self.mean;
        let same = places.chunk_by(PartialEq::eq);
        same.filter_map(|same| {
            let (text, term) = self.terms.at(*same.first()?)?;
            Some(TermLogit {
                term: text.to_owned(),
                logit: same.len() as f64 * term.idf * term.weight / held,
            })
        })
        .collect()
    }

    /// Where the known terms of a sentence stand in the alphabet, each once.
    fn known(&self, sentence: Vec<String>) -> Vec<usize> {
        let mut places = Vec::new();
        terms(&[sentence], |term| {
            places.extend(self.terms.place(term));
        });
        places.sort_unstable();
        places.dedup();
        places
    }
}

impl fmt::Debug for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Side")
            .field("speaker", &self.speaker)
            .field("terms", &self.terms.len())
            .finish_non_exhaustive()
    }
}

/// Euclidean length, 0 of nothing.
fn length(values: impl Iterator<Item = f64> + Clone) -> f64 {
    if values.clone().next().is_some() {
        norm(values)
    } else {
        0.0
    }
}

/// The tokens of one side's sentences, in order.
fn sentences(prefix: Prefix<'_>, speaker: Speaker) -> impl Iterator<Item = Vec<String>> {
    let own = prefix.turns().iter();
    own.filter(move |turn| turn.speaker == speaker)
        .flat_map(sentences_of)
}

#[cfg(test)]
mod tests;
