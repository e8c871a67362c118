//! Who asks how many questions of which kind: [`Questions`].

mod forms;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{Speaker, TurnRange};

pub(crate) use forms::kind_of;

use crate::text::Said;

/// What a question leaves to the one who answers.
///
/// Source: open and closed questions and probes after Kahn and Cannell 1957, "The Dynamics of Interviewing"; their forms
/// after the questions of SWBD-DAMSL (Jurafsky, Shriberg and Biasca 1997: `qy`, `qw`, `qo`).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// Asks to describe in words of one's own: *what*, *how*, *why*, *tell me*.
    Open,
    /// Asks for yes or no, a choice, or a single fact: *do you*, *which*, *when*, *how many*.
    Closed,
    /// Asks on from what was just said: *why is that*, *for example?*, *tell me more*.
    Probing,
}

/// Questions of both sides.
///
/// - **Unit, range.** Questions, from 0; each sentence that asks is one question of one kind.
/// - **`None`** (of the whole). The call is in another language than English.
/// - **What asks.** A sentence that ends in a question mark, and one without any that has the form of a question, because
///   recorders often write none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Questions {
    /// The seller's.
    pub seller: Asked,
    /// The buyer's.
    pub buyer: Asked,
}

/// Questions of one side.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Asked {
    /// Open ones.
    pub open: usize,
    /// Closed ones.
    pub closed: usize,
    /// Probing ones.
    pub probing: usize,
    /// Each of them, in the order of the turns.
    pub questions: Vec<Question>,
}

/// One question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Question {
    /// What it leaves open.
    pub kind: QuestionKind,
    /// Where it is asked.
    pub turns: TurnRange,
}

impl Asked {
    /// Questions of all kinds.
    pub const fn total(&self) -> usize {
        self.open + self.closed + self.probing
    }

    /// Turns that ask, of one kind or of all, rising; a turn with two questions stands twice.
    pub(super) fn turns(&self, kind: Option<QuestionKind>) -> Vec<TurnRange> {
        self.questions
            .iter()
            .filter(|question| kind.is_none_or(|kind| question.kind == kind))
            .map(|question| question.turns)
            .collect()
    }

    fn add(&mut self, said: &Said<'_>) {
        for kind in said.sentences.iter().filter_map(kind_of) {
            let turns = said.range();
            self.questions.push(Question { kind, turns });
            match kind {
                QuestionKind::Open => self.open += 1,
                QuestionKind::Closed => self.closed += 1,
                QuestionKind::Probing => self.probing += 1,
            }
        }
    }
}

impl Questions {
    pub(crate) fn of(said: &[Said<'_>]) -> Self {
        let mut questions = Self::default();
        for said in said {
            match said.turn.speaker {
                Speaker::Seller => questions.seller.add(said),
                Speaker::Buyer => questions.buyer.add(said),
                Speaker::Other => {}
            }
        }
        questions
    }
}
