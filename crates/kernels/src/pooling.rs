//! Many token vectors to one of length 1: [`mean_pool`].

use std::ops::Range;

use crate::Compute;
use crate::level::{Fma, Kernel};
use crate::math::sum_of;

/// Below this norm a vector counts as zero; torch's `normalize` uses the same.
const SMALLEST_NORM: f32 = 1e-12;

/// The mean of each group of rows, divided by its norm: `u = m / √(‖m‖² + 1e-24)`.
///
/// # Shapes
///
/// `hidden: [tokens, columns]`, `out: [groups, columns]`; an empty group gives zeros
///
/// # Panics
///
/// If a group is outside, or the lengths do not fit.
pub fn mean_pool(
    compute: Compute,
    hidden: &[f32],
    columns: usize,
    groups: &[Range<usize>],
    out: &mut [f32],
) {
    assert!(columns > 0 && out.len() == groups.len() * columns);
    compute.each_block(out, columns, |at, out| {
        compute.level.run(Mean {
            rows: rows_of(hidden, columns, &groups[at]),
            out,
        });
    });
}

fn rows_of<'a>(hidden: &'a [f32], columns: usize, group: &Range<usize>) -> &'a [f32] {
    &hidden[group.start * columns..group.end * columns]
}

struct Mean<'a> {
    rows: &'a [f32],
    out: &'a mut [f32],
}

impl Kernel for Mean<'_> {
    type Output = ();

    #[inline(always)]
    fn run<M: Fma>(self) {
        mean(self.rows, self.out);
        let scale = 1.0 / norm::<M>(self.out);
        for out in self.out {
            *out *= scale;
        }
    }
}

#[inline(always)]
fn mean(rows: &[f32], out: &mut [f32]) {
    out.fill(0.0);
    let columns = out.len();
    for row in rows.chunks_exact(columns) {
        for (out, cell) in out.iter_mut().zip(row) {
            *out += cell;
        }
    }
    let share = 1.0 / (rows.len() / columns).max(1) as f32;
    for out in out {
        *out *= share;
    }
}

#[inline(always)]
fn norm<M: Fma>(vector: &[f32]) -> f32 {
    let squares = sum_of(vector, vector, |x, y, sum| M::fma(x, y, sum));
    (squares + SMALLEST_NORM * SMALLEST_NORM).sqrt()
}

/// The gradient of `hidden` by that of the pooled vectors: `dm = (du − u (u · du)) / ‖m‖`, spread over the group.
///
/// Rows in several groups add up; rows in none get zeros.
///
/// # Shapes
///
/// `hidden: [tokens, columns]`, `gradient: [groups, columns] → [tokens, columns]`
///
/// # Panics
///
/// If a group is outside, or the lengths do not fit.
pub fn mean_pool_backward(
    compute: Compute,
    hidden: &[f32],
    columns: usize,
    groups: &[Range<usize>],
    gradient: &[f32],
) -> Vec<f32> {
    assert!(columns > 0 && gradient.len() == groups.len() * columns);
    let mut out = vec![0f32; hidden.len()];
    for (group, gradient) in groups.iter().zip(gradient.chunks_exact(columns)) {
        compute.level.run(MeanBackward {
            rows: rows_of(hidden, columns, group),
            gradient,
            out: &mut out[group.start * columns..group.end * columns],
        });
    }
    out
}

struct MeanBackward<'a> {
    rows: &'a [f32],
    gradient: &'a [f32],
    out: &'a mut [f32],
}

impl Kernel for MeanBackward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<M: Fma>(self) {
        let columns = self.gradient.len();
        let mut pooled = vec![0f32; columns];
        mean(self.rows, &mut pooled);
        let scale = 1.0 / norm::<M>(&pooled);
        let along = sum_of(&pooled, self.gradient, |m, g, sum| M::fma(m, g, sum)) * scale * scale;
        let share = scale / (self.rows.len() / columns).max(1) as f32;
        for (mean, gradient) in pooled.iter_mut().zip(self.gradient) {
            *mean = share * (gradient - *mean * along);
        }
        for row in self.out.chunks_exact_mut(columns) {
            for (out, gradient) in row.iter_mut().zip(&pooled) {
                *out += gradient;
            }
        }
    }
}
