//! Tokens to texts that can be shown one after the other: [`Pieces`].

use crate::vocabulary::Vocabulary;

/// A character has at most so many bytes, and a token at least one.
const LONGEST: usize = 4;
/// What the decoder puts for bytes that are no UTF-8, or not yet.
const BROKEN: char = char::REPLACEMENT_CHARACTER;

/// Tokens whose text ends within a character wait for the next.
pub(crate) struct Pieces<'a> {
    vocabulary: &'a Vocabulary,
    waiting: Vec<u32>,
}

impl<'a> Pieces<'a> {
    pub(crate) const fn new(vocabulary: &'a Vocabulary) -> Self {
        Self {
            vocabulary,
            waiting: Vec::new(),
        }
    }

    /// The text that can be shown after this token; may be empty.
    pub(crate) fn push(&mut self, token: u32) -> String {
        self.waiting.push(token);
        let text = self.vocabulary.decode(&self.waiting);
        if text.ends_with(BROKEN) && self.waiting.len() < LONGEST {
            return String::new();
        }
        self.waiting.clear();
        text
    }

    /// What still waits.
    pub(crate) fn rest(&mut self) -> String {
        let waiting = std::mem::take(&mut self.waiting);
        self.vocabulary.decode(&waiting)
    }
}
