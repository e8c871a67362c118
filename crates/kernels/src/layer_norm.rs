//! `(x − mean) / √(variance + ε) · w + b` by rows (Ba et al. 2016), with the residual before it: [`layer_norm`].

use crate::dropout::drop_from;
use crate::level::{Fma, Kernel};
use crate::linear::{BLOCK, add_up, partial_sums};
use crate::math::sum_of;
use crate::shared::Shared;
use crate::{Compute, Dropout};

/// The parameters of a normalisation.
#[derive(Debug, Clone, Copy)]
pub struct Norm<'a> {
    /// `w`. Shape: `[hidden]`.
    pub weight: &'a [f32],
    /// `b`. Shape: `[hidden]`.
    pub bias: &'a [f32],
    /// `ε`, added to the variance.
    pub epsilon: f32,
}

/// `z = drop(x) + residual; y = norm(z)`, row by row.
///
/// `sum` holds `x` at first. With `out` it holds `z` in the end, for the backward pass, and `out` holds `y`; without,
/// it holds `y`.
///
/// # Shapes
///
/// `sum, residual, out: [rows, hidden]`
///
/// # Panics
///
/// If the lengths do not fit.
pub fn layer_norm(
    compute: Compute,
    norm: Norm<'_>,
    sum: &mut [f32],
    residual: Option<&[f32]>,
    dropout: Option<Dropout>,
    mut out: Option<&mut [f32]>,
) {
    let hidden = norm.weight.len();
    assert!(hidden > 0 && norm.bias.len() == hidden && sum.len().is_multiple_of(hidden));
    assert!(residual.is_none_or(|residual| residual.len() == sum.len()));
    assert!(out.as_ref().is_none_or(|out| out.len() == sum.len()));
    let out = out.as_mut().map(|out| Shared::new(out));
    compute.each_block(sum, BLOCK * hidden, |block, sum| {
        let first = block * BLOCK * hidden;
        if let Some(dropout) = dropout {
            drop_from(compute, dropout, first, sum);
        }
        if let Some(residual) = residual {
            add(&residual[first..][..sum.len()], sum);
        }
        let out = out.map(|out| part(out, first, sum.len()));
        compute.level.run(Forward { norm, sum, out });
    });
}

#[allow(unsafe_code, reason = "each block of rows has its own part of `out`")]
fn part(out: Shared<'_>, first: usize, length: usize) -> &mut [f32] {
    // SAFETY: `each_block` hands every block to one task, and blocks are disjoint.
    unsafe { out.row(first, length) }
}

#[inline]
fn add(from: &[f32], to: &mut [f32]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += from;
    }
}

struct Forward<'a> {
    norm: Norm<'a>,
    sum: &'a mut [f32],
    out: Option<&'a mut [f32]>,
}

impl Kernel for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<M: Fma>(self) {
        let hidden = self.norm.weight.len();
        let rows = self.sum.chunks_exact_mut(hidden);
        match self.out {
            Some(out) => {
                for (row, out) in rows.zip(out.chunks_exact_mut(hidden)) {
                    out.copy_from_slice(row);
                    normalise::<M>(self.norm, out);
                }
            }
            None => {
                // No `for_each`: its closure might not be compiled for the level.
                for row in rows {
                    normalise::<M>(self.norm, row);
                }
            }
        }
    }
}

/// `(mean, 1 / √(variance + ε))`
#[inline(always)]
fn moments<M: Fma>(norm: Norm<'_>, row: &[f32]) -> (f32, f32) {
    let share = 1.0 / row.len() as f32;
    let mean = sum_of(row, row, |x, _, sum| sum + x) * share;
    let squares = sum_of(row, row, |x, _, sum| M::fma(x - mean, x - mean, sum));
    (mean, 1.0 / M::fma(squares, share, norm.epsilon).sqrt())
}

#[inline(always)]
fn normalise<M: Fma>(norm: Norm<'_>, row: &mut [f32]) {
    let (mean, scale) = moments::<M>(norm, row);
    for ((x, weight), bias) in row.iter_mut().zip(norm.weight).zip(norm.bias) {
        *x = M::fma((*x - mean) * scale, *weight, *bias);
    }
}

/// Gradients of a [`layer_norm`]: `gradient`, of `y` at first, becomes that of `z`; those of `w` and `b` are returned.
///
/// With `x̂ = (z − mean) · s` and `g = dy · w`: `dz = s (g − mean(g) − x̂ mean(g x̂))`, `dw = Σ dy x̂`, `db = Σ dy`.
///
/// # Shapes
///
/// `z, gradient: [rows, hidden] → [hidden], [hidden]`
///
/// # Panics
///
/// If the lengths do not fit.
pub fn layer_norm_backward(
    compute: Compute,
    norm: Norm<'_>,
    z: &[f32],
    gradient: &mut [f32],
) -> (Vec<f32>, Vec<f32>) {
    let hidden = norm.weight.len();
    assert!(hidden > 0 && z.len() == gradient.len() && z.len().is_multiple_of(hidden));
    let partial = partial_sums(compute, gradient, hidden, |first, gradient, sums| {
        compute.level.run(Backward {
            norm,
            z: &z[first..][..gradient.len()],
            gradient,
            sums,
        });
    });
    let mut weight = add_up(&partial, 2 * hidden);
    let bias = weight.split_off(hidden);
    (weight, bias)
}

struct Backward<'a> {
    norm: Norm<'a>,
    z: &'a [f32],
    gradient: &'a mut [f32],
    sums: &'a mut [f32],
}

impl Kernel for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<M: Fma>(self) {
        let hidden = self.norm.weight.len();
        let (weights, biases) = self.sums.split_at_mut(hidden);
        for (z, dy) in self
            .z
            .chunks_exact(hidden)
            .zip(self.gradient.chunks_exact_mut(hidden))
        {
            backward_row::<M>(self.norm, z, dy, weights, biases);
        }
    }
}

#[inline(always)]
fn backward_row<M: Fma>(
    norm: Norm<'_>,
    z: &[f32],
    dy: &mut [f32],
    weights: &mut [f32],
    biases: &mut [f32],
) {
    let (mean, scale) = moments::<M>(norm, z);
    let share = 1.0 / z.len() as f32;
    for ((((z, dy), w), weight), bias) in z
        .iter()
        .zip(dy.iter_mut())
        .zip(norm.weight)
        .zip(weights)
        .zip(biases)
    {
        *weight = M::fma(*dy, (z - mean) * scale, *weight);
        *bias += *dy;
        *dy *= w;
    }
    let g = sum_of(dy, z, |g, _, sum| sum + g) * share;
    let gx = sum_of(dy, z, |g, z, sum| M::fma(g, (z - mean) * scale, sum)) * share;
    for (z, dy) in z.iter().zip(dy) {
        *dy = scale * (*dy - g - (z - mean) * scale * gx);
    }
}
