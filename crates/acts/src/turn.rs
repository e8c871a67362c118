//! What one turn does: [`TurnActs`].

use upturn_core::{Speaker, Turn};

use crate::text::Sentence;
use crate::{ObjectionKind, objections, steps};

/// What a turn does for the next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Asks for an act that moves the deal.
    Proposes,
    /// Says yes.
    Accepts,
    /// Says no, or later.
    Refuses,
    /// Promises an act unasked.
    Commits,
}

impl Step {
    const ALL: [Self; 4] = [Self::Proposes, Self::Accepts, Self::Refuses, Self::Commits];

    fn is_in(self, words: &[String]) -> bool {
        match self {
            Self::Proposes => steps::proposes(words),
            Self::Accepts => steps::accepts(words),
            Self::Refuses => steps::refuses(words),
            Self::Commits => steps::commits(words),
        }
    }
}

/// What is found in a turn by itself.
///
/// Law: a function of who speaks it and of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnActs {
    /// Who speaks it.
    pub speaker: Speaker,
    /// Whether a word is said.
    pub speaks: bool,
    /// What a sentence of it does, each once.
    pub steps: Vec<Step>,
    /// What is held against the deal, each kind once, whoever says it.
    pub objections: Vec<ObjectionKind>,
}

impl TurnActs {
    /// Reads a turn.
    pub fn of(turn: &Turn) -> Self {
        Self::of_sentences(turn.speaker, &Sentence::all(&turn.text))
    }

    /// Reads the sentences of a turn.
    pub fn of_sentences(speaker: Speaker, sentences: &[Sentence]) -> Self {
        let does = |step: &Step| sentences.iter().any(|it| step.is_in(&it.words));
        Self {
            speaker,
            speaks: sentences.iter().any(|it| !it.words.is_empty()),
            steps: Step::ALL.into_iter().filter(does).collect(),
            objections: objections::of_sentences(sentences),
        }
    }

    /// Whether a sentence of it does this.
    pub fn does(&self, step: Step) -> bool {
        self.steps.contains(&step)
    }

    /// Whether seller or buyer said something in it: what lies between two turns of one side otherwise parts nothing.
    pub(crate) fn counts(&self) -> bool {
        self.speaks && self.speaker != Speaker::Other
    }
}
