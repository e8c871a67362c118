//! The forward pass: [`attend`].

use std::cell::RefCell;

use crate::math::LANES;
use crate::matmul::AlignedVec;
use crate::shared::Shared;
use crate::{Compute, Level, MatrixMut, Packed, Start, matmul};

use super::scores::{Scores, Softmax};
use super::{Attention, Head, QUERIES, Third};

/// Attention of each token to the tokens of its sequence.
///
/// `log_sums` is for the backward pass: the logarithm of each row's sum of exponentials, by head.
///
/// # Shapes
///
/// `qkv: [tokens, 3 × hidden]` (query, key, value), `out: [tokens, hidden]`, `log_sums: [heads, tokens]`
///
/// # Panics
///
/// If the shapes do not fit.
pub fn attend(
    compute: Compute,
    attention: &Attention<'_>,
    qkv: &[f32],
    out: &mut [f32],
    log_sums: Option<&mut [f32]>,
) {
    attention.check();
    let tokens = attention.tokens();
    assert_eq!(
        (qkv.len(), out.len()),
        (3 * tokens * attention.hidden, tokens * attention.hidden)
    );
    let log_sums = log_sums.map(|log_sums| {
        assert_eq!(log_sums.len(), tokens * attention.heads);
        Shared::new(log_sums)
    });
    let out = Shared::new(out);
    let serial = Compute {
        threads: false,
        ..compute
    };
    attention.each_head(compute, |head| {
        SCRATCH.with_borrow_mut(|scratch| {
            let scratch = scratch.get_or_insert_with(|| Scratch::new(compute.level));
            scratch.load(serial, &head, qkv);
            for rows in head.blocks() {
                let place = head.tokens.start + head.number * tokens + rows.start;
                let log_sums = log_sums.map(|log_sums| row_of(log_sums, place, rows.len()));
                scratch.block(serial, attention, &head, qkv, rows, out, log_sums);
            }
        });
    });
}

/// A block of rows of one head, which one task computes.
#[allow(
    unsafe_code,
    reason = "heads are interleaved in memory: no safe split of the slice can express them"
)]
pub(super) fn block_of(
    cells: Shared<'_>,
    first: usize,
    rows: usize,
    width: usize,
    row_stride: usize,
) -> MatrixMut<'_> {
    // SAFETY: called with the places of one head, which `each_head` gives to one task.
    unsafe { MatrixMut::part(cells, first, rows, width, row_stride) }
}

/// A row of one head, or a part of its sums.
#[allow(unsafe_code, reason = "as `block_of`")]
fn row_of(cells: Shared<'_>, first: usize, length: usize) -> &mut [f32] {
    // SAFETY: as `block_of`.
    unsafe { cells.row(first, length) }
}

thread_local! {
    static SCRATCH: RefCell<Option<Scratch>> = const { RefCell::new(None) };
}

/// What one head needs, kept from head to head.
struct Scratch {
    keys: Packed,
    values: Packed,
    scores: AlignedVec<f32>,
    sums: [f32; QUERIES],
}

impl Scratch {
    fn new(level: Level) -> Self {
        Self {
            keys: Packed::empty(level),
            values: Packed::empty(level),
            scores: AlignedVec::default(),
            sums: [0.0; QUERIES],
        }
    }

    fn load(&mut self, compute: Compute, head: &Head, qkv: &[f32]) {
        let keys = head.rows(qkv, 0..head.tokens(), Third::Key);
        let padded = head.tokens().next_multiple_of(LANES);
        self.keys.pack_padded(compute, keys.transposed(), padded);
        let values = head.rows(qkv, 0..head.tokens(), Third::Value);
        self.values.pack(compute, values);
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
        qkv: &[f32],
        rows: std::ops::Range<usize>,
        out: Shared<'_>,
        log_sums: Option<&mut [f32]>,
    ) {
        let (stride, count) = (self.keys.columns(), rows.len());
        let cells = self.scores.sized(count * stride);
        let queries = head.rows(qkv, rows.clone(), Third::Query);
        let to = MatrixMut::new(cells, count, stride);
        matmul(compute, queries, &self.keys, to, Start::Zero, None);
        compute.level.run(Softmax {
            scores: Scores {
                cells,
                stride,
                keys: head.tokens(),
                scale: attention.scale(),
                first: rows.start,
                dropout: head.dropout,
            },
            sums: &mut self.sums[..count],
            log_sums,
        });
        let weights = crate::Matrix::strided(cells, count, head.tokens(), stride);
        let place = |row| head.out_place(rows.start + row);
        let to = block_of(out, place(0), count, head.width, head.hidden);
        matmul(compute, weights, &self.values, to, Start::Zero, None);
        for (row, sum) in self.sums[..count].iter().enumerate() {
            for cell in row_of(out, place(row), head.width) {
                *cell *= sum;
            }
        }
    }
}
