//! `C ≈ A B` in eight-bit integers: weights scaled by column, activations by row as they come: [`matmul_int8`].
//!
//! `A ≈ s (q − z)` with `q` from 0 to 255 (to 127 at [`Level::Avx2`](crate::Level), see `largest_code`), `B ≈ t w` with `w` from −127 to 127, so
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
/// Law: as [`matmul`](crate::matmul); the integers are exact.
///
/// # Shapes
///
/// `a: [m, k]`, `b: [k, n]`, `bias: [n]`, `c: [m, n]`
///
/// # Panics
///
/// If the shapes do not fit, or `a` or `b` was prepared for another level.
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
    assert_eq!(compute.level, a.level(), "rounded for another level");
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
        let level = self.compute.level;
        for panel in panels.clone() {
            level.run(Strip {
                product: self,
                rows: rows.clone(),
                panel: self.b.panel(panel),
                columns: self.b.columns_of(panel),
            });
        }
        let Some(activation) = self.activation else {
            return;
        };
        let first = self.b.columns_of(panels.start).start;
        let columns = first..self.b.columns_of(panels.end - 1).end;
        for row in rows {
            activate_row(level, activation, self.cells(row, &columns));
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

/// Some rows of C, as wide as a panel.
struct Strip<'a> {
    product: &'a Product<'a>,
    rows: Range<usize>,
    panel: &'a [i8],
    columns: Range<usize>,
}

impl Kernel for Strip<'_> {
    type Output = ();

    #[inline(always)]
    fn run<M: Fma>(self) {
        let Product { compute, a, .. } = self.product;
        let high = TileShape::of(compute.level).rows;
        let mut sums = Sums::default();
        for row in self.rows.clone().step_by(high) {
            let rows = high.min(self.rows.end - row);
            let codes = a.codes_from(row);
            tile_sums(
                compute.level,
                codes,
                a.stride(),
                rows,
                self.panel,
                &mut sums,
            );
            self.dequantize::<M>(row, rows, &sums);
        }
    }
}

impl Strip<'_> {
    /// From the sums of a tile to its numbers.
    #[inline(always)]
    fn dequantize<M: Fma>(&self, first: usize, rows: usize, sums: &Sums) {
        let Product { a, b, bias, .. } = self.product;
        let scales = &b.scales()[self.columns.clone()];
        let totals = &b.totals()[self.columns.clone()];
        let bias = &bias[self.columns.clone()];
        let width = self.panel.len() / a.stride();
        let tile = sums.as_slice().chunks_exact(width).take(rows);
        for (row, sums) in (first..).zip(tile) {
            let (scale, zero) = a.affine(row);
            let cells = self.product.cells(row, &self.columns).iter_mut().zip(sums);
            for ((((cell, sum), column), total), bias) in cells.zip(scales).zip(totals).zip(bias) {
                let sum = sum.wrapping_sub(zero.wrapping_mul(*total));
                *cell = M::fma(sum as f32, column * scale, *bias);
            }
        }
    }
}
