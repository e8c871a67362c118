//! `softmax(Q Kᵀ / √d) V` by heads over packed sequences: [`attend`], [`attend_backward`].
//!
//! Sequences lie one after another without padding. The matrix of scores exists only a few rows at a time: the backward
//! pass computes it again from the logarithms of the rows' sums, as Dao et al. (2022, section 3.1) do.

mod backward;
mod forward;
mod scores;

pub use backward::{Attended, attend_backward};
pub use forward::attend;

use std::ops::Range;

use crate::{Compute, Dropout, Matrix};

/// Rows of scores that are computed at once: they stay in the second cache.
const QUERIES: usize = 96;

/// Which tokens attend to which: the shape of an attention.
#[derive(Debug, Clone, Copy)]
pub struct Attention<'a> {
    /// First token of each sequence, and the number of tokens at the end. Ascending from 0.
    pub bounds: &'a [usize],
    /// Number of heads.
    pub heads: usize,
    /// Numbers of a token: `heads × d`.
    pub hidden: usize,
    /// Noise on the attention's weights.
    pub dropout: Option<Dropout>,
}

impl Attention<'_> {
    fn tokens(&self) -> usize {
        self.bounds.last().copied().unwrap_or(0)
    }

    fn width(&self) -> usize {
        self.hidden / self.heads
    }

    /// What scores are multiplied by: `1 / √d`.
    fn scale(&self) -> f32 {
        1.0 / (self.width() as f32).sqrt()
    }

    fn check(&self) {
        assert!(self.heads > 0 && self.hidden.is_multiple_of(self.heads) && self.hidden > 0);
        assert!(self.bounds.is_sorted() && self.bounds.first().is_none_or(|first| *first == 0));
    }

    /// Calls `task` for each head of each sequence.
    fn each_head(&self, compute: Compute, task: impl Fn(Head) + Sync + Send) {
        let sequences = self.bounds.len().saturating_sub(1);
        compute.each(sequences * self.heads, |at| {
            let (sequence, number) = (at / self.heads, at % self.heads);
            let tokens = self.bounds[sequence]..self.bounds[sequence + 1];
            if !tokens.is_empty() {
                task(Head {
                    tokens,
                    number,
                    hidden: self.hidden,
                    width: self.width(),
                    dropout: self.dropout.map(|dropout| dropout.part(at as u64)),
                });
            }
        });
    }
}

/// One head of one sequence.
struct Head {
    tokens: Range<usize>,
    number: usize,
    hidden: usize,
    width: usize,
    dropout: Option<Dropout>,
}

/// Which third of a token's row.
#[derive(Clone, Copy)]
enum Third {
    Query,
    Key,
    Value,
}

impl Head {
    fn tokens(&self) -> usize {
        self.tokens.len()
    }

    /// Blocks of rows, counted from the sequence's first.
    fn blocks(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let tokens = self.tokens();
        (0..tokens)
            .step_by(QUERIES)
            .map(move |first| first..(first + QUERIES).min(tokens))
    }

    /// Where a row of this head begins in a third of `[tokens, 3 × hidden]`.
    fn place(&self, row: usize, third: Third) -> usize {
        let third = match third {
            Third::Query => 0,
            Third::Key => 1,
            Third::Value => 2,
        };
        (self.tokens.start + row) * 3 * self.hidden + third * self.hidden + self.number * self.width
    }

    /// Rows of this head in a third of `[tokens, 3 × hidden]`.
    fn rows<'a>(&self, qkv: &'a [f32], rows: Range<usize>, third: Third) -> Matrix<'a> {
        let first = self.place(rows.start, third);
        Matrix::strided(&qkv[first..], rows.len(), self.width, 3 * self.hidden)
    }

    /// Where a row of this head begins in `[tokens, hidden]`.
    fn out_place(&self, row: usize) -> usize {
        (self.tokens.start + row) * self.hidden + self.number * self.width
    }
}
