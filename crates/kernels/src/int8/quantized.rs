//! Activations in eight bits: [`Quantized`].

use crate::Compute;
use crate::level::{Fma, Kernel, Level};
use crate::matmul::AlignedVec;

use super::packed::GROUP;

/// Largest code of an activation.
///
/// `pmaddubsw` adds two products in 16 bits: `2 · 127 · 127` fits, `2 · 255 · 127` does not.
const fn largest_code(level: Level) -> f32 {
    match level {
        Level::Avx2 => 127.0,
        Level::Avx512 | Level::Portable => 255.0,
    }
}

/// Rows of a task.
const BLOCK: usize = 16;

/// Rows in codes from 0 to 255, or to 127 at [`Level::Avx2`], each with a scale and the code of 0 of its own:
/// `x ≈ scale · (code − zero)`.
#[derive(Debug)]
pub struct Quantized {
    level: Level,
    rows: usize,
    columns: usize,
    codes: AlignedVec<u8>,
    affine: Vec<(f32, i32)>,
}

impl Default for Quantized {
    /// No rows yet.
    fn default() -> Self {
        Self {
            level: Level::best(),
            rows: 0,
            columns: 0,
            codes: AlignedVec::default(),
            affine: Vec::new(),
        }
    }
}

impl Quantized {
    /// Rounds other rows into the same memory.
    ///
    /// # Shapes
    ///
    /// `data: [rows, columns]`
    ///
    /// # Panics
    ///
    /// If `data` has another length, or there are no columns.
    pub fn quantize(&mut self, compute: Compute, data: &[f32], rows: usize, columns: usize) {
        assert!(columns > 0 && data.len() == rows * columns);
        (self.level, self.rows, self.columns) = (compute.level, rows, columns);
        let stride = self.stride();
        let largest = largest_code(compute.level);
        self.affine.resize(rows, (0.0, 0));
        let codes = self.codes.sized(rows * stride);
        let blocks = codes
            .chunks_mut(BLOCK * stride)
            .zip(self.affine.chunks_mut(BLOCK))
            .zip(data.chunks(BLOCK * columns));
        let block = |((codes, affine), data): BlockOfRows<'_>| {
            let rows = codes.chunks_exact_mut(stride).zip(affine);
            for ((codes, affine), data) in rows.zip(data.chunks_exact(columns)) {
                *affine = compute.level.run(Row {
                    data,
                    codes,
                    largest,
                });
            }
        };
        compute.each_of(blocks, block);
    }

    pub(super) fn level(&self) -> Level {
        self.level
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// Codes of a row, those that fill the last group included.
    pub(super) fn stride(&self) -> usize {
        self.columns.next_multiple_of(GROUP)
    }

    pub(super) fn codes_from(&self, row: usize) -> &[u8] {
        &self.codes.as_slice()[row * self.stride()..]
    }

    /// `(scale, zero)` of a row.
    pub(super) fn affine(&self, row: usize) -> (f32, i32) {
        self.affine[row]
    }
}

/// Codes, affine maps and numbers of some rows.
type BlockOfRows<'a> = ((&'a mut [u8], &'a mut [(f32, i32)]), &'a [f32]);

struct Row<'a> {
    data: &'a [f32],
    codes: &'a mut [u8],
    largest: f32,
}

impl Kernel for Row<'_> {
    type Output = (f32, i32);

    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the low bits of a number from 0 to 255"
    )]
    fn run<M: Fma>(self) -> (f32, i32) {
        /// 1.5 · 2²³: adding it leaves the nearest integer in the low bits.
        const ROUND: f32 = 12_582_912.0;
        let (least, most) = range(self.data);
        let scale = if most > least {
            (most - least) / self.largest
        } else {
            1.0
        };
        let inverse = 1.0 / scale;
        let zero = (-least * inverse).round_ties_even();
        let (codes, padding) = self.codes.split_at_mut(self.data.len());
        for (code, x) in codes.iter_mut().zip(self.data) {
            let shifted = M::fma(*x, inverse, zero).clamp(0.0, self.largest) + ROUND;
            *code = shifted.to_bits() as u8;
        }
        padding.fill(0);
        (scale, zero as i32)
    }
}

/// Least and most of the numbers and 0.
#[inline(always)]
fn range(data: &[f32]) -> (f32, f32) {
    use crate::math::LANES;
    let (mut least, mut most) = ([0f32; LANES], [0f32; LANES]);
    let (lanes, rest) = data.as_chunks::<LANES>();
    for lanes in lanes {
        for ((least, most), x) in least.iter_mut().zip(&mut most).zip(lanes) {
            *least = if *x < *least { *x } else { *least };
            *most = if *x > *most { *x } else { *most };
        }
    }
    for x in rest {
        least[0] = least[0].min(*x);
        most[0] = most[0].max(*x);
    }
    (
        least.into_iter().fold(0.0, f32::min),
        most.into_iter().fold(0.0, f32::max),
    )
}
