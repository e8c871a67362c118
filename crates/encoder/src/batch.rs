//! Sequences one after another: [`Sequence`] and the packed [`Batch`].

use std::ops::Range;

use candle_core::{Device, Result, Tensor};
use upturn_core::Speaker;

/// Which tokens of a sequence are one turn, its speaker's mark included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// Who speaks.
    pub speaker: Speaker,
    /// First token.
    pub start: usize,
    /// One past the last token; never equal to `start`.
    pub end: usize,
}

/// The tokens of one text or moment, special tokens included.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sequence {
    /// Token ids.
    pub ids: Vec<u32>,
    /// The turns among them; empty for plain text.
    pub spans: Vec<Span>,
}

/// Sequences packed one after another, without padding.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    ids: Vec<u32>,
    positions: Vec<u32>,
    bounds: Vec<usize>,
    turns: Vec<Turn>,
}

/// A turn of a packed sequence.
#[derive(Debug, Clone)]
struct Turn {
    sequence: usize,
    speaker: Speaker,
    tokens: Range<usize>,
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
        let first = self.ids.len();
        let number = self.sequences();
        self.turns.extend(sequence.spans.iter().map(|span| Turn {
            sequence: number,
            speaker: span.speaker,
            tokens: first + span.start..first + span.end,
        }));
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

    /// The tokens of each turn of each sequence.
    pub fn turns(&self) -> Vec<Range<usize>> {
        self.turns.iter().map(|turn| turn.tokens.clone()).collect()
    }

    /// Which turns a speaker's vector averages: `(row, turn, share)` for row `2 × sequence` of the seller and
    /// `2 × sequence + 1` of the buyer. A silent side has no entry.
    pub(crate) fn shares(&self) -> Vec<(usize, usize, f32)> {
        let row = |turn: &Turn| match turn.speaker {
            Speaker::Seller => Some(2 * turn.sequence),
            Speaker::Buyer => Some(2 * turn.sequence + 1),
            Speaker::Other => None,
        };
        let rows: Vec<Option<usize>> = self.turns.iter().map(row).collect();
        let mut counts = vec![0u32; 2 * self.sequences()];
        for row in rows.iter().flatten() {
            if let Some(count) = counts.get_mut(*row) {
                *count += 1;
            }
        }
        let entry = |(turn, row): (usize, &Option<usize>)| {
            let row = (*row)?;
            let count = counts.get(row).copied().unwrap_or(1);
            Some((row, turn, 1.0 / count as f32))
        };
        rows.iter().enumerate().filter_map(entry).collect()
    }

    /// [`shares`](Self::shares) as a matrix. Shape: `[2 × sequences, turns]`.
    pub(crate) fn share_matrix(&self, device: &Device) -> Result<Tensor> {
        let shape = (2 * self.sequences(), self.turns.len());
        let mut cells = vec![0f32; shape.0 * shape.1];
        for (row, turn, share) in self.shares() {
            if let Some(cell) = cells.get_mut(row * shape.1 + turn) {
                *cell = share;
            }
        }
        Tensor::from_vec(cells, shape, device)
    }
}
