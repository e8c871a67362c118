//! The right-hand side of a product, laid out as the tiles read it: [`Packed`].

use crate::level::Level;
use crate::{Compute, Matrix};

use super::tile::TileShape;

/// A matrix in panels as wide as a tile, each row by row, the last padded with zeros to whole vectors.
///
/// A weight is packed once and used for many products.
#[derive(Debug)]
pub struct Packed {
    level: Level,
    rows: usize,
    columns: usize,
    panels: AlignedVec<f32>,
}

impl Packed {
    /// Packs `matrix` for the level of `compute`.
    ///
    /// # Shapes
    ///
    /// `[k, n]`; a weight `[out, in]` is packed [`transposed`](Matrix::transposed)
    pub fn new(compute: Compute, matrix: Matrix<'_>) -> Self {
        let mut packed = Self::empty(compute.level);
        packed.pack(compute, matrix);
        packed
    }

    /// Nothing yet: a place to [`pack`](Self::pack) into, again and again.
    pub(crate) fn empty(level: Level) -> Self {
        Self {
            level,
            rows: 0,
            columns: 0,
            panels: AlignedVec::default(),
        }
    }

    /// Packs another matrix into the same memory.
    pub(crate) fn pack(&mut self, compute: Compute, matrix: Matrix<'_>) {
        self.pack_padded(compute, matrix, matrix.columns);
    }

    /// Packs another matrix into the same memory, with zeros behind it up to `columns`.
    pub(crate) fn pack_padded(&mut self, compute: Compute, matrix: Matrix<'_>, columns: usize) {
        let shape = TileShape::of(compute.level);
        (self.level, self.rows, self.columns) = (compute.level, matrix.rows, columns);
        let whole = columns.next_multiple_of(shape.lanes);
        let panels = self.panels.sized(whole * matrix.rows);
        let width = shape.width();
        compute.each_block(panels, (width * matrix.rows).max(1), |panel, cells| {
            let first = (panel * width).min(matrix.columns);
            let columns = first..(first + width).min(matrix.columns);
            pack_panel(&matrix, columns, (whole - panel * width).min(width), cells);
        });
    }

    pub(crate) fn level(&self) -> Level {
        self.level
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    pub(super) fn panels(&self) -> usize {
        self.columns.div_ceil(TileShape::of(self.level).width())
    }

    pub(super) fn columns_of(&self, panel: usize) -> std::ops::Range<usize> {
        let width = TileShape::of(self.level).width();
        panel * width..((panel + 1) * width).min(self.columns)
    }

    /// `depth` rows of a panel from `row` on.
    pub(super) fn panel(&self, panel: usize, row: usize, depth: usize) -> &[f32] {
        let shape = TileShape::of(self.level);
        let width = self.columns_of(panel).len().next_multiple_of(shape.lanes);
        &self.panels.as_slice()[panel * shape.width() * self.rows + row * width..][..depth * width]
    }
}

fn pack_panel(
    matrix: &Matrix<'_>,
    columns: std::ops::Range<usize>,
    width: usize,
    cells: &mut [f32],
) {
    if columns.len() < width {
        cells.fill(0.0);
    }
    if matrix.column_stride == 1 {
        for (row, cells) in cells.chunks_exact_mut(width).enumerate() {
            let from = &matrix.data[row * matrix.row_stride + columns.start..][..columns.len()];
            cells[..columns.len()].copy_from_slice(from);
        }
    } else {
        transpose_into(matrix, columns, width, cells);
    }
}

/// Rows of a block that is transposed at once: they stay in the first cache.
const SQUARE: usize = 16;

/// Copies columns of a matrix whose columns are contiguous.
fn transpose_into(
    matrix: &Matrix<'_>,
    columns: std::ops::Range<usize>,
    width: usize,
    cells: &mut [f32],
) {
    for first in (0..matrix.rows).step_by(SQUARE) {
        let rows = first..(first + SQUARE).min(matrix.rows);
        for (to, column) in columns.clone().enumerate() {
            let from = column * matrix.column_stride;
            for row in rows.clone() {
                cells[row * width + to] = matrix.data[from + row * matrix.row_stride];
            }
        }
    }
}

/// Numbers that begin at a cache line, so that no vector load touches two.
#[derive(Debug, Default)]
pub(crate) struct AlignedVec<T> {
    data: Vec<T>,
    first: usize,
    length: usize,
}

/// Bytes of a cache line.
const LINE: usize = 64;

impl<T: Copy + Default> AlignedVec<T> {
    /// Makes it `length` long. What it held before may still be in it.
    pub(crate) fn sized(&mut self, length: usize) -> &mut [T] {
        let spare = LINE / size_of::<T>();
        if self.data.len() < length + spare {
            self.data.resize(length + spare, T::default());
        }
        self.first = self.data.as_ptr().align_offset(LINE).min(spare);
        self.length = length;
        &mut self.data[self.first..self.first + length]
    }

    pub(crate) fn as_slice(&self) -> &[T] {
        &self.data[self.first..self.first + self.length]
    }
}
