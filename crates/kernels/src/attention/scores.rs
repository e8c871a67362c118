//! Rows of scores to rows of weights: the softmax and its derivative.

use crate::Dropout;
use crate::level::{Fma, Kernel};
use crate::math::{LANES, Lanes, exp, halve, sum_of};

/// Below every score: its weight is nothing beside the others.
const NOTHING: f32 = -1e30;

/// A block of scores, each row padded to whole vectors.
pub(super) struct Scores<'a> {
    /// Shape: `[rows, stride]`.
    pub(super) cells: &'a mut [f32],
    /// A multiple of [`LANES`] and at least `keys`.
    pub(super) stride: usize,
    /// Tokens that are attended to.
    pub(super) keys: usize,
    /// What scores are multiplied by.
    pub(super) scale: f32,
    /// The first row's number in its sequence.
    pub(super) first: usize,
    pub(super) dropout: Option<Dropout>,
}

/// Scores to `exp(s − max)`, dropped; the sums by which they are still to be divided, and their logarithms.
pub(super) struct Softmax<'a> {
    pub(super) scores: Scores<'a>,
    pub(super) sums: &'a mut [f32],
    /// `max + ln Σ exp(s − max)`, for the backward pass.
    pub(super) log_sums: Option<&'a mut [f32]>,
}

impl Kernel for Softmax<'_> {
    type Output = ();

    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a sequence has fewer than 2¹⁶ tokens"
    )]
    fn run<M: Fma>(self) {
        let Scores {
            cells,
            stride,
            keys,
            scale,
            first,
            dropout,
        } = self.scores;
        let mut log_sums = self.log_sums.into_iter().flatten();
        for ((row, cells), sum) in (first..).zip(cells.chunks_exact_mut(stride)).zip(self.sums) {
            cells[keys..].fill(NOTHING);
            let (lanes, _) = cells.as_chunks_mut::<LANES>();
            let most = largest(lanes) * scale;
            let total = exponentials::<M>(lanes, scale, most);
            *sum = 1.0 / total;
            if let Some(log_sum) = log_sums.next() {
                *log_sum = most + total.ln();
            }
            if let Some(dropout) = dropout {
                dropout.times((row * keys) as u32, &mut cells[..keys]);
            }
        }
    }
}

/// The largest score, by way of four vectors: the comparisons of one would wait for each other.
#[inline(always)]
fn largest(lanes: &[Lanes]) -> f32 {
    let mut most = [[NOTHING; LANES]; 4];
    let (fours, rest) = lanes.as_chunks::<4>();
    for four in fours {
        for (most, lanes) in most.iter_mut().zip(four) {
            raise(most, lanes);
        }
    }
    let [mut first, second, third, fourth] = most;
    for lanes in rest.iter().chain([&second, &third, &fourth]) {
        raise(&mut first, lanes);
    }
    halve(first, larger)
}

#[inline(always)]
fn raise(most: &mut Lanes, lanes: &Lanes) {
    for (most, x) in most.iter_mut().zip(lanes) {
        *most = larger(*x, *most);
    }
}

/// One instruction, unlike `f32::max`, which looks for NaN.
#[inline(always)]
fn larger(x: f32, y: f32) -> f32 {
    if x > y { x } else { y }
}

#[inline(always)]
fn exponentials<M: Fma>(lanes: &mut [Lanes], scale: f32, most: f32) -> f32 {
    let mut sums = [0f32; LANES];
    for lanes in lanes {
        for (x, sum) in lanes.iter_mut().zip(&mut sums) {
            *x = exp::<M>(M::fma(*x, scale, -most));
            *sum += *x;
        }
    }
    halve(sums, |x, y| x + y)
}

/// Scores to weights again, and the gradient of the weights to that of the scores.
///
/// With the weights `P`, dropout factors `f` and `D = Σ dO O` of a row: scores become `P f` (which `V` was multiplied
/// by), `dP` becomes `P (f dP − D) / √d`.
pub(super) struct SoftmaxBackward<'a> {
    pub(super) scores: Scores<'a>,
    /// Shape: `[rows, stride]`.
    pub(super) gradient: &'a mut [f32],
    pub(super) log_sums: &'a [f32],
    /// `D` of each row.
    pub(super) along: &'a [f32],
}

impl Kernel for SoftmaxBackward<'_> {
    type Output = ();

    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a sequence has fewer than 2¹⁶ tokens"
    )]
    fn run<M: Fma>(self) {
        let Scores {
            cells,
            stride,
            keys,
            scale,
            first,
            dropout,
        } = self.scores;
        for ((((row, cells), gradient), log_sum), along) in (first..)
            .zip(cells.chunks_exact_mut(stride))
            .zip(self.gradient.chunks_exact_mut(stride))
            .zip(self.log_sums)
            .zip(self.along)
        {
            let (lanes, _) = cells.as_chunks_mut::<LANES>();
            let (gradients, _) = gradient.as_chunks_mut::<LANES>();
            let weight = |x: f32| exp::<M>(M::fma(x, scale, -*log_sum));
            let mut place = (row * keys) as u32;
            for (lanes, gradient) in lanes.iter_mut().zip(gradients) {
                match dropout {
                    None => backward(lanes, gradient, scale, *along, weight),
                    Some(dropout) => {
                        let factors = dropout.factors(place);
                        place = place.wrapping_add(LANES as u32);
                        dropped(lanes, gradient, scale, *along, factors, weight);
                    }
                }
            }
        }
    }
}

#[inline(always)]
fn backward(
    lanes: &mut Lanes,
    gradient: &mut Lanes,
    scale: f32,
    along: f32,
    weight: impl Fn(f32) -> f32,
) {
    for (cell, gradient) in lanes.iter_mut().zip(gradient) {
        *cell = weight(*cell);
        *gradient = *cell * (*gradient - along) * scale;
    }
}

#[inline(always)]
fn dropped(
    lanes: &mut Lanes,
    gradient: &mut Lanes,
    scale: f32,
    along: f32,
    factors: Lanes,
    weight: impl Fn(f32) -> f32,
) {
    for ((cell, gradient), factor) in lanes.iter_mut().zip(gradient).zip(factors) {
        let weight = weight(*cell);
        *cell = weight * factor;
        *gradient = weight * (*gradient * factor - along) * scale;
    }
}

/// `D = Σ dO O` of a row.
pub(super) struct Along<'a> {
    pub(super) out: &'a [f32],
    pub(super) gradient: &'a [f32],
}

impl Kernel for Along<'_> {
    type Output = f32;

    #[inline(always)]
    fn run<M: Fma>(self) -> f32 {
        sum_of(self.out, self.gradient, |o, g, sum| M::fma(o, g, sum))
    }
}
