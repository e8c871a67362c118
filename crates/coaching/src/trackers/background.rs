//! What is said in calls anyway: [`Background`].

use std::fmt;

use upturn_core::{Conversation, Speaker};

use crate::text::spoken_sentences;

/// Sentences of calls that nobody has labelled, against which the examples of a tracker are set.
///
/// Those of calls hold what a tracker looks for as often as it is said, and are taken so; the shipped ones hold little that
/// anybody looks for.
#[derive(Clone, PartialEq, Eq)]
pub struct Background(Vec<(Option<Speaker>, String)>);

impl Default for Background {
    /// The shipped sentences, English, such as any call holds.
    fn default() -> Self {
        let shipped = include_str!("background.txt").lines();
        Self(shipped.map(|line| (None, line.to_owned())).collect())
    }
}

impl Background {
    /// Most sentences that are kept of calls.
    pub const MOST: usize = 1000;

    /// Sentences of calls, evenly chosen where there are more than [`MOST`](Self::MOST).
    pub fn of_calls<'a>(calls: impl IntoIterator<Item = &'a Conversation>) -> Self {
        let turns = calls.into_iter().flat_map(Conversation::turns);
        let all: Vec<_> = turns
            .flat_map(|turn| spoken_sentences(&turn.text).map(|text| (turn.speaker, text)))
            .collect();
        let kept = all.len().min(Self::MOST);
        let chosen = (0..kept).filter_map(|at| all.get(at * all.len() / kept));
        Self(
            chosen
                .map(|(side, text)| (Some(*side), (*text).to_owned()))
                .collect(),
        )
    }

    /// What this side says, and what is said by nobody in particular; all of it for no side.
    pub(super) fn said_by(&self, side: Option<Speaker>) -> impl Iterator<Item = usize> {
        let sides = self.0.iter().map(|(said_by, _)| *said_by).enumerate();
        sides
            .filter(move |(_, said_by)| side.is_none() || said_by.is_none() || *said_by == side)
            .map(|(at, _)| at)
    }

    /// Whether they are of calls.
    pub(super) fn is_of_calls(&self) -> bool {
        self.0.iter().any(|(said_by, _)| said_by.is_some())
    }

    /// The sentences in order.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(_, text)| text.as_str())
    }
}

impl fmt::Debug for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Background")
            .field("sentences", &self.0.len())
            .finish_non_exhaustive()
    }
}
