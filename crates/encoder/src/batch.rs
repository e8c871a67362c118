//! Sequences one after another: [`Sequence`] and the packed [`Batch`].

use std::ops::Range;

/// The tokens of one text or moment, special tokens included.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sequence {
    /// Token ids.
    pub ids: Vec<u32>,
}

/// Sequences packed one after another, without padding.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    ids: Vec<u32>,
    positions: Vec<u32>,
    bounds: Vec<usize>,
}

impl Batch {
    /// Packs `sequences` in their order.
    pub fn new(sequences: &[&Sequence]) -> Self {
        let mut batch = Self {
            bounds: vec![0],
            ..Self::default()
        };
        for sequence in sequences {
            batch.push(sequence);
        }
        batch
    }

    fn push(&mut self, sequence: &Sequence) {
        self.positions.extend((0u32..).take(sequence.ids.len()));
        self.ids.extend(&sequence.ids);
        self.bounds.push(self.ids.len());
    }

    /// Number of tokens of all sequences.
    pub fn tokens(&self) -> usize {
        self.ids.len()
    }

    /// Number of sequences.
    pub fn sequences(&self) -> usize {
        self.bounds.len().saturating_sub(1)
    }

    /// Token ids, sequence after sequence. Shape: `[tokens]`.
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// Place of each token in its sequence. Shape: `[tokens]`.
    pub fn positions(&self) -> &[u32] {
        &self.positions
    }

    /// First token of each sequence, and the number of tokens at the end. Shape: `[sequences + 1]`.
    pub fn bounds(&self) -> &[usize] {
        &self.bounds
    }

    /// The tokens of each sequence.
    pub fn ranges(&self) -> Vec<Range<usize>> {
        let bounds = self.bounds.iter().zip(self.bounds.iter().skip(1));
        bounds.map(|(start, end)| *start..*end).collect()
    }
}
