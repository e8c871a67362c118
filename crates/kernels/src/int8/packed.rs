//! Weights in eight bits, laid out as the tiles read them: [`PackedInt8`].

use crate::level::Level;
use crate::matmul::{AlignedVec, TileShape};
use crate::{Compute, Matrix};

/// Numbers that an instruction multiplies and adds at once.
pub(super) const GROUP: usize = 4;

/// Largest code of a weight.
const LARGEST: f32 = 127.0;

/// A matrix in codes from −127 to 127, a scale for each column, in panels as wide as a tile.
#[derive(Debug)]
pub struct PackedInt8 {
    level: Level,
    rows: usize,
    columns: usize,
    /// Panel after panel; in each, four rows at a time, column by column.
    panels: AlignedVec<i8>,
    scales: Vec<f32>,
    totals: Vec<i32>,
}

impl PackedInt8 {
    /// Rounds and packs `matrix` for the level of `compute`: each column's largest magnitude becomes 127.
    ///
    /// # Shapes
    ///
    /// `[k, n]`; a weight `[out, in]` is packed [`transposed`](Matrix::transposed)
    pub fn new(compute: Compute, matrix: Matrix<'_>) -> Self {
        let scales = scales(&matrix);
        let mut packed = Self {
            level: compute.level,
            rows: matrix.rows,
            columns: matrix.columns,
            panels: AlignedVec::default(),
            totals: vec![0; matrix.columns],
            scales,
        };
        packed.fill(&matrix);
        packed
    }

    fn fill(&mut self, matrix: &Matrix<'_>) {
        let shape = TileShape::of(self.level);
        let groups = self.rows.div_ceil(GROUP);
        let whole = self.columns.next_multiple_of(shape.lanes);
        let panels = self.panels.sized(whole * groups * GROUP);
        panels.fill(0);
        for column in 0..self.columns {
            let panel = column / shape.width();
            let width = (whole - panel * shape.width()).min(shape.width());
            let first = panel * shape.width() * groups * GROUP;
            let place = column - panel * shape.width();
            let inverse = 1.0 / self.scales[column];
            for row in 0..self.rows {
                let code = code(matrix.at(row, column) * inverse);
                let (group, inner) = (row / GROUP, row % GROUP);
                panels[first + (group * width + place) * GROUP + inner] = code;
                self.totals[column] += i32::from(code);
            }
        }
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

    pub(super) fn panels(&self) -> usize {
        self.columns.div_ceil(TileShape::of(self.level).width())
    }

    pub(super) fn columns_of(&self, panel: usize) -> std::ops::Range<usize> {
        let width = TileShape::of(self.level).width();
        panel * width..((panel + 1) * width).min(self.columns)
    }

    /// Shape: `[groups of four rows, width, 4]`.
    pub(super) fn panel(&self, panel: usize) -> &[i8] {
        let shape = TileShape::of(self.level);
        let deep = self.rows.div_ceil(GROUP) * GROUP;
        let width = self.columns_of(panel).len().next_multiple_of(shape.lanes);
        &self.panels.as_slice()[panel * shape.width() * deep..][..width * deep]
    }

    /// What a column's codes are multiplied by.
    pub(super) fn scales(&self) -> &[f32] {
        &self.scales
    }

    /// The sum of each column's codes.
    pub(super) fn totals(&self) -> &[i32] {
        &self.totals
    }
}

fn scales(matrix: &Matrix<'_>) -> Vec<f32> {
    let largest = |column| {
        (0..matrix.rows)
            .map(|row| matrix.at(row, column).abs())
            .fold(0f32, f32::max)
    };
    (0..matrix.columns)
        .map(|column| match largest(column) {
            0.0 => 1.0,
            largest => largest / LARGEST,
        })
        .collect()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "between −127 and 127 by its scale"
)]
fn code(scaled: f32) -> i8 {
    scaled.round_ties_even() as i8
}
