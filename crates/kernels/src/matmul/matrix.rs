//! Matrices in slices, to read from and to write into: [`Matrix`], [`MatrixMut`].

use std::ops::Range;

use crate::shared::Shared;

/// A matrix in a slice. Shape: `[rows, columns]`.
#[derive(Debug, Clone, Copy)]
pub struct Matrix<'a> {
    pub(crate) data: &'a [f32],
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) row_stride: usize,
    pub(crate) column_stride: usize,
}

impl<'a> Matrix<'a> {
    /// Row after row, without gaps.
    ///
    /// # Panics
    ///
    /// If `data` is shorter than the shape.
    pub fn new(data: &'a [f32], rows: usize, columns: usize) -> Self {
        Self::strided(data, rows, columns, columns)
    }

    /// Row after row, each `row_stride` after the one before.
    ///
    /// # Panics
    ///
    /// If `data` is shorter than the shape.
    pub fn strided(data: &'a [f32], rows: usize, columns: usize, row_stride: usize) -> Self {
        assert!(fits(data.len(), 0, rows, columns, row_stride));
        Self {
            data,
            rows,
            columns,
            row_stride,
            column_stride: 1,
        }
    }

    pub(crate) fn at(&self, row: usize, column: usize) -> f32 {
        self.data[row * self.row_stride + column * self.column_stride]
    }

    /// The same numbers with rows and columns exchanged.
    #[must_use]
    pub fn transposed(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }
}

/// A matrix to write into. Shape: `[rows, columns]`, rows `row_stride` apart.
#[derive(Debug)]
pub struct MatrixMut<'a> {
    pub(super) cells: Shared<'a>,
    pub(super) first: usize,
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) row_stride: usize,
}

impl<'a> MatrixMut<'a> {
    /// Row after row, without gaps.
    ///
    /// # Panics
    ///
    /// If `data` is shorter than the shape.
    pub fn new(data: &'a mut [f32], rows: usize, columns: usize) -> Self {
        Self::strided(data, rows, columns, columns)
    }

    /// Row after row, each `row_stride` after the one before.
    ///
    /// # Panics
    ///
    /// If `data` is shorter than the shape, or rows overlap.
    #[allow(
        unsafe_code,
        reason = "the whole slice is borrowed: no other part exists"
    )]
    pub fn strided(data: &'a mut [f32], rows: usize, columns: usize, row_stride: usize) -> Self {
        // SAFETY: `data` is borrowed for as long as the result lives.
        unsafe { Self::part(Shared::new(data), 0, rows, columns, row_stride) }
    }

    /// A part of a slice of which other tasks write other parts: rows from `first` on, `row_stride` apart.
    ///
    /// # Safety
    ///
    /// While the result lives, nobody else may touch these places.
    ///
    /// # Panics
    ///
    /// If the part is not inside, or its rows overlap.
    #[allow(unsafe_code, reason = "parts of one slice are interleaved in memory")]
    pub(crate) unsafe fn part(
        cells: Shared<'a>,
        first: usize,
        rows: usize,
        columns: usize,
        row_stride: usize,
    ) -> Self {
        assert!(columns <= row_stride);
        assert!(fits(cells.len(), first, rows, columns, row_stride));
        Self {
            cells,
            first,
            rows,
            columns,
            row_stride,
        }
    }

    pub(crate) fn shape(&self) -> (usize, usize) {
        (self.rows, self.columns)
    }

    /// Some columns of a row.
    ///
    /// # Safety
    ///
    /// While the returned slice lives, nobody else may touch these places.
    #[allow(unsafe_code, reason = "tiles of a matrix are interleaved in memory")]
    #[allow(
        clippy::mut_from_ref,
        reason = "tasks share the matrix; the caller promises that places are disjoint"
    )]
    #[inline]
    pub(crate) unsafe fn cells(&self, row: usize, columns: Range<usize>) -> &'a mut [f32] {
        let first = self.first + row * self.row_stride + columns.start;
        // SAFETY: the caller's.
        unsafe { self.cells.row(first, columns.len()) }
    }
}

/// Whether rows of a matrix end inside `length` numbers: unsafe code relies on it, so not even by wrapping around.
fn fits(length: usize, first: usize, rows: usize, columns: usize, row_stride: usize) -> bool {
    let end = |last: usize| {
        last.checked_mul(row_stride)?
            .checked_add(first)?
            .checked_add(columns)
    };
    match rows.checked_sub(1) {
        None => true,
        Some(last) => end(last).is_some_and(|end| end <= length),
    }
}
