//! `C = A B`, with B packed for the processor: [`matmul`].
//!
//! The blocking is that of Goto & van de Geijn (2008): a panel of B, as wide as a tile, stays in the first cache while
//! the rows of A stream past it; a tile of C stays in registers.

mod matrix;
mod packed;
mod tile;

use std::cell::RefCell;
use std::ops::Range;

use crate::activation::activate_row;
use crate::{Activation, Compute};

pub use matrix::{Matrix, MatrixMut};
pub(crate) use packed::AlignedVec;
pub use packed::Packed;
pub(crate) use tile::TileShape;
use tile::{Tile, TileStart};

/// Depth of a block: its rows of A stay in the second cache.
const DEPTH: usize = 512;

/// Rows of a task at most, for the same reason.
const TALL: usize = 256;

/// Numbers of the largest tile of any level.
const LARGEST_TILE: usize = 8 * 48;

/// What the product is added to.
#[derive(Debug, Clone, Copy)]
pub enum Start<'a> {
    /// Nothing: C is overwritten.
    Zero,
    /// A bias for each column.
    Bias(&'a [f32]),
    /// What C holds.
    Existing,
}

/// `C = act(start + A B)`.
///
/// Law: a row of C depends on the same row of A alone, bit for bit, whatever the other rows and the threads.
///
/// # Shapes
///
/// `a: [m, k]`, `b: [k, n]`, `c: [m, n]`, bias: `[n]`
///
/// # Panics
///
/// If the shapes do not fit, or `b` was packed for another level.
pub fn matmul(
    compute: Compute,
    a: Matrix<'_>,
    b: &Packed,
    c: MatrixMut<'_>,
    start: Start<'_>,
    activation: Option<Activation>,
) {
    assert_eq!(a.columns, b.rows(), "the inner dimensions differ");
    assert_eq!((a.rows, b.columns()), (c.rows, c.columns), "C's shape");
    assert_eq!(compute.level, b.level(), "packed for another level");
    if let Start::Bias(bias) = start {
        assert_eq!(bias.len(), c.columns, "the bias's shape");
    }
    let rows = c.rows;
    let product = Product {
        compute,
        a,
        b,
        c,
        start,
        activation,
    };
    let grid = Grid::new(compute, rows, b.panels());
    compute.each(grid.tasks(), |task| {
        let (rows, panels) = grid.cell(task);
        product.compute(rows, panels);
    });
}

/// How C is cut into tasks: blocks of rows, and for few rows also groups of panels.
pub(crate) struct Grid {
    rows: usize,
    block: usize,
    panels: usize,
    group: usize,
}

impl Grid {
    pub(crate) fn new(compute: Compute, rows: usize, panels: usize) -> Self {
        let wanted = compute.tasks();
        let block = rows
            .div_ceil(wanted)
            .next_multiple_of(TileShape::of(compute.level).rows)
            .clamp(TALL / 2, TALL);
        let blocks = rows.div_ceil(block).max(1);
        let groups = wanted
            .div_ceil(blocks)
            .min(if blocks > 1 { 4 } else { wanted });
        Self {
            rows,
            block,
            panels,
            group: panels.div_ceil(groups).max(1),
        }
    }

    fn groups(&self) -> usize {
        self.panels.div_ceil(self.group)
    }

    pub(crate) fn tasks(&self) -> usize {
        self.rows.div_ceil(self.block) * self.groups()
    }

    pub(crate) fn cell(&self, task: usize) -> (Range<usize>, Range<usize>) {
        let (row, panel) = (
            task / self.groups() * self.block,
            task % self.groups() * self.group,
        );
        (
            row..(row + self.block).min(self.rows),
            panel..(panel + self.group).min(self.panels),
        )
    }
}

struct Product<'a> {
    compute: Compute,
    a: Matrix<'a>,
    b: &'a Packed,
    c: MatrixMut<'a>,
    start: Start<'a>,
    activation: Option<Activation>,
}

/// Rows of A where the tiles want them: in place, or copied into strips.
struct Block<'a> {
    data: &'a [f32],
    rows: Range<usize>,
    depth: usize,
    /// From one strip to the next, from a row to the next in a strip, from a column to the next.
    strides: (usize, usize, usize),
}

thread_local! {
    static STRIPS: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

impl Product<'_> {
    fn compute(&self, rows: Range<usize>, panels: Range<usize>) {
        let depth = self.a.columns;
        let blocks = depth.div_ceil(DEPTH).max(1);
        for block in 0..blocks {
            let columns = block * DEPTH..((block + 1) * DEPTH).min(depth);
            let first = block == 0;
            if self.a.column_stride == 1 {
                let strides = (
                    self.a.row_stride * TileShape::of(self.compute.level).rows,
                    self.a.row_stride,
                    1,
                );
                let begin = rows.start * self.a.row_stride + columns.start;
                let block = Block {
                    data: self.a.data.get(begin..).unwrap_or_default(),
                    rows: rows.clone(),
                    depth: columns.len(),
                    strides,
                };
                self.block(&block, columns.start, panels.clone(), first);
            } else {
                STRIPS.with_borrow_mut(|strips| {
                    let block = self.strips(strips, rows.clone(), columns.clone());
                    self.block(&block, columns.start, panels.clone(), first);
                });
            }
        }
        self.activate(rows, panels);
    }

    /// Copies a block of A into strips as high as a tile, each column by column.
    fn strips<'s>(
        &self,
        strips: &'s mut Vec<f32>,
        rows: Range<usize>,
        columns: Range<usize>,
    ) -> Block<'s> {
        let high = TileShape::of(self.compute.level).rows;
        let depth = columns.len();
        strips.clear();
        strips.resize(rows.len().next_multiple_of(high) * depth, 0.0);
        for (strip, first) in rows.clone().step_by(high).enumerate() {
            let strip = &mut strips[strip * high * depth..][..high * depth];
            let count = high.min(rows.end - first);
            for (column, cells) in columns.clone().zip(strip.chunks_exact_mut(high)) {
                let from =
                    &self.a.data[first * self.a.row_stride + column * self.a.column_stride..];
                if self.a.row_stride == 1 {
                    cells[..count].copy_from_slice(&from[..count]);
                } else {
                    for (row, cell) in cells.iter_mut().enumerate().take(count) {
                        *cell = from[row * self.a.row_stride];
                    }
                }
            }
        }
        Block {
            data: strips,
            rows,
            depth,
            strides: (high * depth, 1, high),
        }
    }

    fn block(&self, block: &Block<'_>, column: usize, panels: Range<usize>, first: bool) {
        let shape = TileShape::of(self.compute.level);
        for panel in panels {
            let columns = self.b.columns_of(panel);
            let b = self.b.panel(panel, column, block.depth);
            let start = match self.start {
                _ if !first => TileStart::Existing,
                Start::Existing => TileStart::Existing,
                Start::Zero => TileStart::Zero,
                Start::Bias(bias) => TileStart::Bias(&bias[columns.clone()]),
            };
            for (strip, row) in block.rows.clone().step_by(shape.rows).enumerate() {
                let tile = Tile {
                    depth: block.depth,
                    rows: shape.rows.min(block.rows.end - row),
                    columns: columns.len(),
                    a: &block.data[strip * block.strides.0..],
                    a_strides: (block.strides.1, block.strides.2),
                    b,
                    start,
                };
                self.tile(&tile, row, columns.start);
            }
        }
    }

    #[allow(
        unsafe_code,
        reason = "tiles of C are disjoint, but interleaved in memory"
    )]
    fn tile(&self, tile: &Tile<'_>, row: usize, column: usize) {
        let c = &self.c;
        let at = c.first + row * c.row_stride + column;
        // SAFETY: the grid gives each tile of C to one task, and C is this product's alone.
        unsafe { tile.compute(self.compute.level, c.cells, at, c.row_stride) };
    }

    /// The non-linearity over a task's finished rows, still in the cache.
    #[allow(unsafe_code, reason = "as `tile`")]
    fn activate(&self, rows: Range<usize>, panels: Range<usize>) {
        let Some(activation) = self.activation else {
            return;
        };
        let first = self.b.columns_of(panels.start).start;
        let columns = first..self.b.columns_of(panels.end - 1).end;
        for row in rows {
            // SAFETY: as `tile`.
            let cells = unsafe { self.c.cells(row, columns.clone()) };
            activate_row(self.compute.level, activation, cells);
        }
    }
}
