//! Sequences side by side: [`Sequence`] and the padded [`Batch`].

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

/// Sequences padded to a rectangle, with the matrices that pool them.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Token ids. Shape: `[batch, tokens]`, u32.
    pub ids: Tensor,
    /// 1 for a token, 0 for padding. Shape: `[batch, tokens]`, f32.
    pub mask: Tensor,
    /// Row `n` averages the tokens of turn `n`; zeros for turns that a sequence does not have.
    /// Shape: `[batch, turns, tokens]`, f32.
    pub turns: Tensor,
    /// Row 0 averages the seller's turns, row 1 the buyer's; zeros for a silent side. Shape: `[batch, 2, turns]`, f32.
    pub speakers: Tensor,
}

impl Batch {
    /// Pads `sequences` with the token `pad`. At least one column and one turn, so that no dimension is empty.
    ///
    /// # Errors
    ///
    /// candle's, if the tensors can't be allocated.
    pub fn new(sequences: &[&Sequence], pad: u32) -> Result<Self> {
        let rows = sequences.len();
        let tokens = sequences
            .iter()
            .map(|sequence| sequence.ids.len())
            .max()
            .unwrap_or(0)
            .max(1);
        let turns = sequences
            .iter()
            .map(|sequence| sequence.spans.len())
            .max()
            .unwrap_or(0)
            .max(1);
        let mut batch = Rectangles {
            ids: Vec::with_capacity(rows * tokens),
            mask: Vec::with_capacity(rows * tokens),
            turns: Vec::with_capacity(rows * turns * tokens),
            speakers: Vec::with_capacity(rows * 2 * turns),
        };
        for sequence in sequences {
            batch.push(sequence, pad, tokens, turns);
        }
        Ok(Self {
            ids: Tensor::from_vec(batch.ids, (rows, tokens), &Device::Cpu)?,
            mask: Tensor::from_vec(batch.mask, (rows, tokens), &Device::Cpu)?,
            turns: Tensor::from_vec(batch.turns, (rows, turns, tokens), &Device::Cpu)?,
            speakers: Tensor::from_vec(batch.speakers, (rows, 2, turns), &Device::Cpu)?,
        })
    }
}

struct Rectangles {
    ids: Vec<u32>,
    mask: Vec<f32>,
    turns: Vec<f32>,
    speakers: Vec<f32>,
}

impl Rectangles {
    fn push(&mut self, sequence: &Sequence, pad: u32, tokens: usize, turns: usize) {
        let length = sequence.ids.len();
        self.ids.extend(
            sequence
                .ids
                .iter()
                .copied()
                .chain(std::iter::repeat(pad))
                .take(tokens),
        );
        self.mask
            .extend((0..tokens).map(|token| if token < length { 1.0 } else { 0.0 }));
        for turn in 0..turns {
            let span = sequence
                .spans
                .get(turn)
                .filter(|span| span.end > span.start);
            let share = span.map_or(0.0, |span| 1.0 / (span.end - span.start) as f32);
            let inside =
                |token: usize| span.is_some_and(|span| (span.start..span.end).contains(&token));
            self.turns
                .extend((0..tokens).map(|token| if inside(token) { share } else { 0.0 }));
        }
        for speaker in [Speaker::Seller, Speaker::Buyer] {
            let of = |span: &Span| span.speaker == speaker;
            let share = 1.0 / sequence.spans.iter().filter(|span| of(span)).count().max(1) as f32;
            self.speakers.extend((0..turns).map(|turn| {
                if sequence.spans.get(turn).is_some_and(of) {
                    share
                } else {
                    0.0
                }
            }));
        }
    }
}
