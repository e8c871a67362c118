//! The backward pass: [`attend_backward`].

use std::cell::RefCell;
use std::ops::Range;

use crate::math::LANES;
use crate::matmul::AlignedVec;
use crate::shared::Shared;
use crate::{Compute, Level, Matrix, MatrixMut, Packed, Start, matmul};

use super::forward::block_of;
use super::scores::{Along, Scores, SoftmaxBackward};
use super::{Attention, Head, QUERIES, Third};

/// What the forward pass read and left, and the gradient of its result.
#[derive(Debug, Clone, Copy)]
pub struct Attended<'a> {
    /// Shape: `[tokens, 3 × hidden]`.
    pub qkv: &'a [f32],
    /// The result. Shape: `[tokens, hidden]`.
    pub out: &'a [f32],
    /// Shape: `[heads, tokens]`.
    pub log_sums: &'a [f32],
    /// Gradient of the result. Shape: `[tokens, hidden]`.
    pub gradient: &'a [f32],
}

/// The gradient of `qkv`, given that of the result.
///
/// # Shapes
///
/// `→ [tokens, 3 × hidden]`, written into `gradient`
///
/// # Panics
///
/// If the shapes do not fit.
pub fn attend_backward(
    compute: Compute,
    attention: &Attention<'_>,
    attended: Attended<'_>,
    gradient: &mut [f32],
) {
    attention.check();
    let cells = attention.tokens() * attention.hidden;
    assert!(attended.qkv.len() == 3 * cells && gradient.len() == 3 * cells);
    assert!(attended.out.len() == cells && attended.gradient.len() == cells);
    assert_eq!(
        attended.log_sums.len(),
        attention.tokens() * attention.heads
    );
    let shared = Shared::new(gradient);
    let serial = Compute {
        threads: false,
        ..compute
    };
    attention.each_head(compute, |head| {
        SCRATCH.with_borrow_mut(|scratch| {
            let scratch = scratch.get_or_insert_with(|| Scratch::new(compute.level));
            scratch.load(serial, &head, attended.qkv);
            for rows in head.blocks() {
                scratch.block(serial, attention, &head, attended, rows, shared);
            }
        });
    });
}

thread_local! {
    static SCRATCH: RefCell<Option<Scratch>> = const { RefCell::new(None) };
}

struct Scratch {
    keys_across: Packed,
    values_across: Packed,
    keys: Packed,
    rows: Packed,
    scores: AlignedVec<f32>,
    gradient: AlignedVec<f32>,
    along: [f32; QUERIES],
}

impl Scratch {
    fn new(level: Level) -> Self {
        let empty = || Packed::empty(level);
        Self {
            keys_across: empty(),
            values_across: empty(),
            keys: empty(),
            rows: empty(),
            scores: AlignedVec::default(),
            gradient: AlignedVec::default(),
            along: [0.0; QUERIES],
        }
    }

    fn load(&mut self, compute: Compute, head: &Head, qkv: &[f32]) {
        let keys = head.rows(qkv, 0..head.tokens(), Third::Key);
        let values = head.rows(qkv, 0..head.tokens(), Third::Value);
        self.keys.pack(compute, keys);
        let padded = head.tokens().next_multiple_of(LANES);
        self.keys_across
            .pack_padded(compute, keys.transposed(), padded);
        self.values_across
            .pack_padded(compute, values.transposed(), padded);
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one block of one head of one call"
    )]
    fn block(
        &mut self,
        compute: Compute,
        attention: &Attention<'_>,
        head: &Head,
        attended: Attended<'_>,
        rows: Range<usize>,
        out: Shared<'_>,
    ) {
        let (stride, count) = (self.keys_across.columns(), rows.len());
        let queries = head.rows(attended.qkv, rows.clone(), Third::Query);
        let first = head.out_place(rows.start);
        let block = |cells| Matrix::strided(cells, count, head.width, head.hidden);
        let upstream = block(&attended.gradient[first..]);
        self.along(compute, head, attended, &rows);
        let scores = self.scores.sized(count * stride);
        let gradient = self.gradient.sized(count * stride);
        let to = MatrixMut::new(scores, count, stride);
        matmul(compute, queries, &self.keys_across, to, Start::Zero, None);
        let to = MatrixMut::new(gradient, count, stride);
        matmul(
            compute,
            upstream,
            &self.values_across,
            to,
            Start::Zero,
            None,
        );
        let place = head.tokens.start + head.number * attention.tokens() + rows.start;
        compute.level.run(SoftmaxBackward {
            scores: Scores {
                cells: scores,
                stride,
                keys: head.tokens(),
                scale: attention.scale(),
                first: rows.start,
                dropout: head.dropout,
            },
            gradient,
            log_sums: &attended.log_sums[place..][..count],
            along: &self.along[..count],
        });
        let keys = head.tokens();
        let weights = Matrix::strided(scores, count, keys, stride);
        let slopes = Matrix::strided(gradient, count, keys, stride);
        let start = if rows.start == 0 {
            Start::Zero
        } else {
            Start::Existing
        };
        let write = |left: Matrix<'_>, right: &Packed, row, third, start| {
            let to = block_of(
                out,
                head.place(row, third),
                left.rows,
                head.width,
                3 * head.hidden,
            );
            matmul(compute, left, right, to, start, None);
        };
        write(slopes, &self.keys, rows.start, Third::Query, Start::Zero);
        self.rows.pack(compute, queries);
        write(slopes.transposed(), &self.rows, 0, Third::Key, start);
        self.rows.pack(compute, upstream);
        write(weights.transposed(), &self.rows, 0, Third::Value, start);
    }

    /// `D = Σ dO O` of each row.
    fn along(
        &mut self,
        compute: Compute,
        head: &Head,
        attended: Attended<'_>,
        rows: &Range<usize>,
    ) {
        for (row, along) in rows.clone().zip(&mut self.along) {
            let place = head.out_place(row);
            let (out, gradient) = (
                &attended.out[place..][..head.width],
                &attended.gradient[place..][..head.width],
            );
            *along = compute.level.run(Along { out, gradient });
        }
    }
}
