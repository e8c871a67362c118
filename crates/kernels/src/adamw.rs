//! One step of the optimiser, in place: [`adamw`].

use rayon::prelude::*;

use crate::Compute;
use crate::level::{Fma, Kernel};

/// The numbers of a step (Loshchilov & Hutter 2019, algorithm 2).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdamWStep {
    /// Learning rate.
    pub rate: f32,
    /// Decay of the first moment.
    pub beta1: f32,
    /// Decay of the second moment.
    pub beta2: f32,
    /// Added to the root of the second moment.
    pub epsilon: f32,
    /// Decoupled weight decay, multiplied by the rate.
    pub decay: f32,
    /// What the gradient is multiplied by first, as clipping asks.
    pub gradient_scale: f32,
    /// Which step this is, from 1 on: the moments' bias is corrected by it.
    pub step: i32,
}

/// Numbers of a task.
const BLOCK: usize = 1 << 15;

/// `m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; θ ← θ(1−ηλ) − η m̂ / (√v̂ + ε)`, with nothing allocated.
///
/// # Panics
///
/// If the lengths differ.
pub fn adamw(
    compute: Compute,
    step: AdamWStep,
    parameters: &mut [f32],
    gradient: &[f32],
    first: &mut [f32],
    second: &mut [f32],
) {
    let length = parameters.len();
    assert!(gradient.len() == length && first.len() == length && second.len() == length);
    let update = |(((parameters, gradient), first), second)| {
        compute.level.run(Update {
            step,
            parameters,
            gradient,
            first,
            second,
        });
    };
    if compute.threads {
        parameters
            .par_chunks_mut(BLOCK)
            .zip(gradient.par_chunks(BLOCK))
            .zip(first.par_chunks_mut(BLOCK))
            .zip(second.par_chunks_mut(BLOCK))
            .for_each(update);
    } else {
        update((((parameters, gradient), first), second));
    }
}

struct Update<'a> {
    step: AdamWStep,
    parameters: &'a mut [f32],
    gradient: &'a [f32],
    first: &'a mut [f32],
    second: &'a mut [f32],
}

impl Kernel for Update<'_> {
    type Output = ();

    #[inline(always)]
    fn run<M: Fma>(self) {
        let AdamWStep {
            rate,
            beta1,
            beta2,
            epsilon,
            decay,
            gradient_scale,
            step,
        } = self.step;
        let first_bias = 1.0 / (1.0 - beta1.powi(step));
        let second_bias = 1.0 / (1.0 - beta2.powi(step));
        let shrink = 1.0 - rate * decay;
        for (((parameter, gradient), first), second) in self
            .parameters
            .iter_mut()
            .zip(self.gradient)
            .zip(self.first)
            .zip(self.second)
        {
            let gradient = gradient * gradient_scale;
            *first = M::fma(beta1, *first, (1.0 - beta1) * gradient);
            *second = M::fma(beta2, *second, (1.0 - beta2) * gradient * gradient);
            let direction = *first * first_bias / ((*second * second_bias).sqrt() + epsilon);
            *parameter = M::fma(*parameter, shrink, -rate * direction);
        }
    }
}

/// `Σ x²`, in partial sums whose order does not depend on the number of threads.
pub fn sum_of_squares(compute: Compute, numbers: &[f32]) -> f64 {
    let block = |block: &[f32]| f64::from(compute.level.run(Squares(block)));
    let partial: Vec<f64> = if compute.threads {
        numbers.par_chunks(BLOCK).map(block).collect()
    } else {
        numbers.chunks(BLOCK).map(block).collect()
    };
    partial.into_iter().sum()
}

struct Squares<'a>(&'a [f32]);

impl Kernel for Squares<'_> {
    type Output = f32;

    #[inline(always)]
    fn run<M: Fma>(self) -> f32 {
        crate::math::sum_of(self.0, self.0, |x, y, sum| M::fma(x, y, sum))
    }
}
