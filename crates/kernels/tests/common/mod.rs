//! Random numbers, oracles in `f64` and comparisons.
#![allow(
    dead_code,
    clippy::indexing_slicing,
    reason = "each test file uses a part of it; oracles stop at the first wrong index"
)]

pub(crate) mod naive_attention;

use proptest::prelude::*;
use upturn_kernels::{Activation, Compute, Level};

/// Miri takes a thousand times as long.
pub(crate) fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases: if cfg!(miri) { 1 } else { cases },
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A size that Miri can bear.
pub(crate) fn bearable(size: usize) -> usize {
    if cfg!(miri) { size % 19 } else { size }
}

/// On one thread and on all, at each level of this machine.
pub(crate) fn computes() -> Vec<(Compute, Compute)> {
    Level::here()
        .into_iter()
        .map(|level| (Compute::serial().at(level), Compute::parallel().at(level)))
        .collect()
}

/// Numbers from −1 to 1 by `SplitMix64`.
pub(crate) fn numbers(seed: u64, count: usize) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) >> 40
    };
    (0..count)
        .map(|_| next() as f32 / 8_388_608.0 - 1.0)
        .collect()
}

/// The same numbers, `factor` times as large, around `offset`.
pub(crate) fn spread(numbers: &[f32], factor: f32, offset: f32) -> Vec<f32> {
    numbers.iter().map(|x| x * factor + offset).collect()
}

pub(crate) fn wide(numbers: &[f32]) -> Vec<f64> {
    numbers.iter().copied().map(f64::from).collect()
}

pub(crate) fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().copied().map(f32::to_bits).collect()
}

pub(crate) fn largest(numbers: &[f64]) -> f64 {
    numbers.iter().fold(0.0, |most, x| most.max(x.abs()))
}

/// Each number is within `tolerance` of the truth.
#[track_caller]
pub(crate) fn assert_close(ours: &[f32], truth: &[f64], tolerance: f64) {
    assert_eq!(ours.len(), truth.len());
    for (at, (ours, truth)) in ours.iter().zip(truth).enumerate() {
        let error = (f64::from(*ours) - truth).abs();
        assert!(
            error <= tolerance,
            "at {at}: {ours} for {truth}, off by {error:e}, tolerance {tolerance:e}"
        );
    }
}

/// Each number is within its own tolerance of the truth.
#[track_caller]
pub(crate) fn assert_each_close(ours: &[f32], truth: &[f64], tolerances: &[f64]) {
    assert_eq!((ours.len(), truth.len()), (truth.len(), tolerances.len()));
    for (at, ((ours, truth), tolerance)) in ours.iter().zip(truth).zip(tolerances).enumerate() {
        let error = (f64::from(*ours) - truth).abs();
        assert!(
            error <= *tolerance,
            "at {at}: {ours} for {truth}, off by {error:e}, tolerance {tolerance:e}"
        );
    }
}

/// The error function: its series near zero, the continued fraction of its complement elsewhere.
pub(crate) fn erf(x: f64) -> f64 {
    if x < 0.0 {
        return -erf(-x);
    }
    let root = std::f64::consts::PI.sqrt();
    if x < 2.5 {
        let (mut term, mut sum) = (x, x);
        for n in 1..80 {
            let n = f64::from(n);
            term *= -x * x / n;
            sum += term / (2.0 * n + 1.0);
        }
        return 2.0 / root * sum;
    }
    let fraction = (1..120)
        .rev()
        .fold(0.0, |rest, n| f64::from(n) / 2.0 / (x + rest));
    1.0 - (-x * x).exp() / root / (x + fraction)
}

pub(crate) fn activated(activation: Activation, x: f64) -> f64 {
    match activation {
        Activation::Gelu => 0.5 * x * (1.0 + erf(x / std::f64::consts::SQRT_2)),
        Activation::GeluTanh => {
            let inner = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x * x * x);
            0.5 * x * (1.0 + inner.tanh())
        }
        Activation::Relu => x.max(0.0),
    }
}

pub(crate) const ACTIVATIONS: [Activation; 3] =
    [Activation::Gelu, Activation::GeluTanh, Activation::Relu];

pub(crate) fn activations() -> impl Strategy<Value = Option<Activation>> {
    prop_oneof![
        Just(None),
        Just(Some(Activation::Gelu)),
        Just(Some(Activation::GeluTanh)),
        Just(Some(Activation::Relu)),
    ]
}
