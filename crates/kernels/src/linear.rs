//! Sums over rows: the gradient of a bias, and of everything else that all rows share.

use rayon::prelude::*;

use crate::Compute;
use crate::level::{Fma, Kernel};

/// Rows of a partial sum: fixed, so that a sum does not depend on the number of threads.
pub(crate) const BLOCK: usize = 64;

/// The sum of all rows: the gradient of a bias.
///
/// # Shapes
///
/// `[rows, columns] → [columns]`
///
/// # Panics
///
/// If there are no columns, or the last row is not whole.
pub fn column_sums(compute: Compute, data: &[f32], columns: usize) -> Vec<f32> {
    assert!(columns > 0 && data.len().is_multiple_of(columns));
    let block = |rows: &[f32]| {
        let mut sums = vec![0f32; columns];
        compute.level.run(AddRows {
            rows,
            sums: &mut sums,
        });
        sums
    };
    let partial: Vec<Vec<f32>> = if compute.threads {
        data.par_chunks(BLOCK * columns).map(block).collect()
    } else {
        data.chunks(BLOCK * columns).map(block).collect()
    };
    add_up(&partial, columns)
}

/// Calls `task` for each block of rows with its first place, the block, and two rows of sums of its own.
pub(crate) fn partial_sums(
    compute: Compute,
    data: &mut [f32],
    columns: usize,
    task: impl Fn(usize, &mut [f32], &mut [f32]) + Sync + Send,
) -> Vec<Vec<f32>> {
    let size = BLOCK * columns;
    let block = |(at, rows): (usize, &mut [f32])| {
        let mut sums = vec![0f32; 2 * columns];
        task(at * size, rows, &mut sums);
        sums
    };
    if compute.threads {
        data.par_chunks_mut(size).enumerate().map(block).collect()
    } else {
        data.chunks_mut(size).enumerate().map(block).collect()
    }
}

/// Adds partial sums in their order.
pub(crate) fn add_up(partial: &[Vec<f32>], columns: usize) -> Vec<f32> {
    let mut total = vec![0f32; columns];
    for partial in partial {
        for (total, partial) in total.iter_mut().zip(partial) {
            *total += partial;
        }
    }
    total
}

struct AddRows<'a> {
    rows: &'a [f32],
    sums: &'a mut [f32],
}

impl Kernel for AddRows<'_> {
    type Output = ();

    #[inline(always)]
    fn run<M: Fma>(self) {
        for row in self.rows.chunks_exact(self.sums.len()) {
            for (sum, cell) in self.sums.iter_mut().zip(row) {
                *sum += cell;
            }
        }
    }
}
