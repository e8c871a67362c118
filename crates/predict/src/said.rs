//! What the parts besides the encoder find in one turn, once: [`SaidTurn`].

use std::fmt;

use upturn_acts::TurnActs;
use upturn_core::{Speaker, Turn};

use crate::amounts::named;
use crate::shape::words;
use crate::words::SentenceSums;
use crate::{FittedPredictor, Stage};

/// What is found in the text of a turn by itself.
///
/// Law: words, shape, amounts and acts of a call are functions of these of its turns, in order.
#[derive(Clone, PartialEq)]
pub(crate) struct SaidTurn {
    /// Which turn of the call, from 0.
    place: usize,
    speaker: Speaker,
    words: usize,
    amounts: Vec<f64>,
    acts: TurnActs,
    live: Words,
    finished: Words,
}

/// What a stage knows of the words.
#[derive(Clone, PartialEq)]
struct Words {
    /// Where each of its terms stands in the lexicon.
    terms: Vec<u32>,
    sentences: SentenceSums,
}

impl SaidTurn {
    /// Reads a turn.
    pub(crate) fn of(fitted: &FittedPredictor, place: usize, turn: &Turn) -> Self {
        let said = |stage| {
            let parts = &fitted.stage(stage).parts;
            Words {
                terms: parts.words().said(turn),
                sentences: parts.sentences_of(turn),
            }
        };
        Self {
            place,
            speaker: turn.speaker,
            words: words(&turn.text),
            amounts: named(&turn.text),
            acts: TurnActs::of(turn),
            live: said(Stage::Live),
            finished: said(Stage::Finished),
        }
    }

    pub(crate) const fn place(&self) -> usize {
        self.place
    }

    pub(crate) const fn speaker(&self) -> Speaker {
        self.speaker
    }

    /// How many words stand between its spaces.
    pub(crate) const fn words(&self) -> usize {
        self.words
    }

    /// The amounts it names, in order.
    pub(crate) fn amounts(&self) -> impl Iterator<Item = f64> {
        self.amounts.iter().copied()
    }

    /// What it does for the next step, and what it holds against it.
    pub(crate) const fn acts(&self) -> &TurnActs {
        &self.acts
    }

    /// Where each of its terms stands in the lexicon of a stage.
    pub(crate) fn terms(&self, stage: Stage) -> &[u32] {
        &self.known_to(stage).terms
    }

    /// What its sentences say to a stage.
    pub(crate) fn sentences(&self, stage: Stage) -> SentenceSums {
        self.known_to(stage).sentences
    }

    const fn known_to(&self, stage: Stage) -> &Words {
        match stage {
            Stage::Live => &self.live,
            Stage::Finished => &self.finished,
        }
    }
}

impl fmt::Debug for SaidTurn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SaidTurn")
            .field("place", &self.place)
            .field("words", &self.words)
            .finish_non_exhaustive()
    }
}
