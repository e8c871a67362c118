//! One turn, taken apart: [`Said`].

use upturn_acts::TurnActs;
use upturn_core::{Speaker, Turn, TurnRange};

use super::Sentence;

/// A turn as the measures read it.
#[derive(Debug)]
pub(crate) struct Said<'a> {
    /// Place of the turn, from 0.
    pub(crate) at: usize,
    /// The turn as given.
    pub(crate) turn: &'a Turn,
    /// What it says.
    pub(crate) sentences: Vec<Sentence>,
    /// How many words it has.
    pub(crate) words: usize,
}

impl<'a> Said<'a> {
    /// Reads turns in their order.
    pub(crate) fn all(turns: &'a [Turn]) -> Vec<Self> {
        turns
            .iter()
            .enumerate()
            .map(|(at, turn)| Self::new(at, turn))
            .collect()
    }

    pub(crate) fn new(at: usize, turn: &'a Turn) -> Self {
        let sentences = Sentence::all(&turn.text);
        Self {
            at,
            turn,
            words: sentences.iter().map(|sentence| sentence.words.len()).sum(),
            sentences,
        }
    }

    /// Whether this side said it.
    pub(crate) fn is_by(&self, speaker: Speaker) -> bool {
        self.turn.speaker == speaker
    }

    /// Whether seller or buyer said something in it: what lies between two turns of one side otherwise parts nothing.
    pub(crate) fn counts(&self) -> bool {
        self.words > 0 && self.turn.speaker != Speaker::Other
    }

    /// What it does for the next step, and what it holds against it.
    pub(crate) fn acts(&self) -> TurnActs {
        TurnActs::of_sentences(self.turn.speaker, &self.sentences)
    }

    /// Its citation.
    pub(crate) const fn range(&self) -> TurnRange {
        TurnRange {
            start: self.at,
            end: self.at + 1,
        }
    }
}
