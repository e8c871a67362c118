//! The calls that were first: [`Firsts`], in pieces, so that growing never copies them.

use super::sketch::{Sketch, Sketched};

/// Calls of one piece.
const PIECE: usize = 1024;

/// A call that was not seen before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct First {
    /// How many calls were checked before it.
    pub(crate) number: u64,
    /// What is kept of it.
    pub(crate) sketched: Sketched,
}

/// All of them, by their place from 0.
#[derive(Default)]
pub(crate) struct Firsts(Vec<Vec<First>>);

impl Firsts {
    /// Adds one.
    pub(crate) fn push(&mut self, first: First) {
        match self.0.last_mut() {
            Some(piece) if piece.len() < PIECE => piece.push(first),
            _ => {
                let mut piece = Vec::with_capacity(PIECE);
                piece.push(first);
                self.0.push(piece);
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.0
            .last()
            .map_or(0, |last| (self.0.len() - 1) * PIECE + last.len())
    }

    pub(crate) fn get(&self, place: u32) -> Option<&First> {
        let place = usize::try_from(place).ok()?;
        self.0.get(place / PIECE)?.get(place % PIECE)
    }

    /// The sketch at a place that has one.
    pub(crate) fn sketch(&self, place: u32) -> Option<&Sketch> {
        self.get(place)?.sketched.sketch.as_ref()
    }

    /// Those whose number is at least this, rising.
    pub(crate) fn starting_at(&self, number: u64) -> impl Iterator<Item = &First> {
        let is_before = |piece: &Vec<First>| piece.last().is_some_and(|last| last.number < number);
        let skipped = self.0.partition_point(is_before);
        let rest = self.0.iter().skip(skipped).flatten();
        rest.skip_while(move |first| first.number < number)
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        let pieces: usize = self.0.iter().map(Vec::capacity).sum();
        pieces * size_of::<First>() + self.0.capacity() * size_of::<Vec<First>>()
    }
}
