//! The non-linearity between the two maps of a layer, forward and backward: [`Activation`].

use crate::Compute;
use crate::level::{Fma, Kernel, Level};
use crate::math::{normal, tanh};

/// A function of each number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// `x Φ(x)` (Hendrycks & Gimpel 2016).
    Gelu,
    /// Its approximation by the hyperbolic tangent.
    GeluTanh,
    /// `max(x, 0)`.
    Relu,
}

/// `√(2/π)` and the cubic coefficient of the approximation.
const TANH: (f32, f32) = (0.797_884_6, 0.044_715);

/// Numbers of a task.
const BLOCK: usize = 1 << 15;

/// `to = act(from)`.
///
/// # Panics
///
/// If the lengths differ.
pub fn activate(compute: Compute, activation: Activation, from: &[f32], to: &mut [f32]) {
    assert_eq!(from.len(), to.len());
    compute.each_block(to, BLOCK, |at, to| {
        to.copy_from_slice(&from[at * BLOCK..][..to.len()]);
        activate_row(compute.level, activation, to);
    });
}

/// `gradient *= act′(input)`.
///
/// # Panics
///
/// If the lengths differ.
pub fn activate_backward(
    compute: Compute,
    activation: Activation,
    input: &[f32],
    gradient: &mut [f32],
) {
    assert_eq!(input.len(), gradient.len());
    compute.each_block(gradient, BLOCK, |at, gradient| {
        compute.level.run(Backward {
            activation,
            input: &input[at * BLOCK..][..gradient.len()],
            gradient,
        });
    });
}

#[inline]
pub(crate) fn activate_row(level: Level, activation: Activation, cells: &mut [f32]) {
    level.run(Forward { activation, cells });
}

struct Forward<'a> {
    activation: Activation,
    cells: &'a mut [f32],
}

impl Kernel for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<M: Fma>(self) {
        match self.activation {
            Activation::Gelu => in_place(self.cells, |x| x * normal::<M>(x).0),
            Activation::GeluTanh => {
                in_place(self.cells, |x| 0.5 * x * (1.0 + tanh::<M>(inner::<M>(x))));
            }
            Activation::Relu => in_place(self.cells, |x| x.max(0.0)),
        }
    }
}

struct Backward<'a> {
    activation: Activation,
    input: &'a [f32],
    gradient: &'a mut [f32],
}

impl Kernel for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<M: Fma>(self) {
        match self.activation {
            Activation::Gelu => times(self.gradient, self.input, |x| {
                let (below, bell) = normal::<M>(x);
                M::fma(x, bell, below)
            }),
            Activation::GeluTanh => times(self.gradient, self.input, |x| {
                let t = tanh::<M>(inner::<M>(x));
                let slope = TANH.0 * M::fma(3.0 * TANH.1 * x, x, 1.0);
                0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * slope
            }),
            Activation::Relu => {
                times(
                    self.gradient,
                    self.input,
                    |x| if x > 0.0 { 1.0 } else { 0.0 },
                );
            }
        }
    }
}

#[inline(always)]
fn inner<M: Fma>(x: f32) -> f32 {
    TANH.0 * M::fma(TANH.1 * x * x, x, x)
}

// Plain loops: the compiler turns these into vectors of any width; loops over fixed groups of sixteen it unrolls
// first and then vectorises badly.

#[inline(always)]
fn in_place(cells: &mut [f32], f: impl Fn(f32) -> f32) {
    for cell in cells {
        *cell = f(*cell);
    }
}

#[inline(always)]
fn times(gradient: &mut [f32], input: &[f32], slope: impl Fn(f32) -> f32) {
    for (gradient, input) in gradient.iter_mut().zip(input) {
        *gradient *= slope(*input);
    }
}
