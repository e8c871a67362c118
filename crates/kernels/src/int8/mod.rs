//! `C ≈ A B` in eight-bit integers: weights scaled by column, activations by row as they come: [`matmul_int8`].
//!
//! `A ≈ s (q − z)` with `q` from 0 to 255, `B ≈ t w` with `w` from −127 to 127, so
//! `C[i, j] ≈ sᵢ tⱼ (Σ q w − zᵢ Σ w)` with the last sum known when B is packed (Jacob et al. 2018, equation 7). The sums
//! are exact in 32 bits.

mod packed;
mod quantized;
mod tile;

pub use packed::PackedInt8;
pub use quantized::Quantized;

use std::ops::Range;

use crate::activation::activate_row;
use crate::level::{Fma, Kernel};
use crate::matmul::{Grid, TileShape};
use crate::{Activation, Compute, MatrixMut};

use tile::{Sums, tile_sums};

/// `C = act(A B + bias)`.
///
/// Law: as [`matmul`](crate::matmul), and every level gives the same integers.
///
/// # Shapes
///
/// `a: [m, k]`, `b: [k, n]`, `bias: [n]`, `c: [m, n]`
///
/// # Panics
///
/// If the shapes do not fit, or `b` was packed for another level.
pub fn matmul_int8(
    compute: Compute,
    a: &Quantized,
    b: &PackedInt8,
    bias: &[f32],
    c: MatrixMut<'_>,
    activation: Option<Activation>,
) {
    assert_eq!(a.columns(), b.rows(), "the inner dimensions differ");
    assert_eq!((a.rows(), b.columns()), c.shape(), "C's shape");
    assert_eq!(compute.level, b.level(), "packed for another level");
    assert_eq!(bias.len(), b.columns(), "the bias's shape");
    let product = Product {
        compute,
        a,
        b,
        bias,
        c,
        activation,
    };
    let grid = Grid::new(compute, a.rows(), b.panels());
    compute.each(grid.tasks(), |task| {
        let (rows, panels) = grid.cell(task);
        product.compute(rows, panels);
    });
}

struct Product<'a> {
    compute: Compute,
    a: &'a Quantized,
    b: &'a PackedInt8,
    bias: &'a [f32],
    c: MatrixMut<'a>,
    activation: Option<Activation>,
}

impl Product<'_> {
    fn compute(&self, rows: Range<usize>, panels: Range<usize>) {
        let high = TileShape::of(self.compute.level).rows;
        for panel in panels.clone() {
            for row in rows.clone().step_by(high) {
                self.tile(row..(row + high).min(rows.end), panel);
            }
        }
        let Some(activation) = self.activation else {
            return;
        };
        let first = self.b.columns_of(panels.start).start;
        let columns = first..self.b.columns_of(panels.end - 1).end;
        for row in rows {
            activate_row(self.compute.level, activation, self.cells(row, &columns));
        }
    }

    fn tile(&self, rows: Range<usize>, panel: usize) {
        let mut sums = Sums::default();
        let codes = self.a.codes_from(rows.start);
        let stride = self.a.stride();
        let level = self.compute.level;
        let vectors = tile_sums(
            level,
            codes,
            stride,
            rows.len(),
            self.b.panel(panel),
            &mut sums,
        );
        let columns = self.b.columns_of(panel);
        let width = vectors * TileShape::of(level).lanes;
        for (row, sums) in rows.zip(sums.as_slice().chunks(width)) {
            let (scale, zero) = self.a.affine(row);
            level.run(Dequantize {
                sums,
                scale,
                zero,
                scales: &self.b.scales()[columns.clone()],
                totals: &self.b.totals()[columns.clone()],
                bias: &self.bias[columns.clone()],
                cells: self.cells(row, &columns),
            });
        }
    }

    #[allow(
        unsafe_code,
        clippy::mut_from_ref,
        reason = "tiles of C are disjoint, but interleaved in memory"
    )]
    fn cells(&self, row: usize, columns: &Range<usize>) -> &mut [f32] {
        // SAFETY: the grid gives each tile of C to one task, and C is this product's alone.
        unsafe { self.c.cells(row, columns.clone()) }
    }
}

struct Dequantize<'a> {
    sums: &'a [i32],
    scale: f32,
    zero: i32,
    scales: &'a [f32],
    totals: &'a [i32],
    bias: &'a [f32],
    cells: &'a mut [f32],
}

impl Kernel for Dequantize<'_> {
    type Output = ();

    #[inline(always)]
    fn run<M: Fma>(self) {
        for ((((cell, sum), scale), total), bias) in self
            .cells
            .iter_mut()
            .zip(self.sums)
            .zip(self.scales)
            .zip(self.totals)
            .zip(self.bias)
        {
            let sum = sum.wrapping_sub(self.zero.wrapping_mul(*total));
            *cell = M::fma(sum as f32, self.scale * scale, *bias);
        }
    }
}
