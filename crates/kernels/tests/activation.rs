//! Non-linearities are their definitions, and their gradients the slopes of those.
#![allow(
    clippy::indexing_slicing,
    reason = "oracles stop at the first wrong index"
)]

mod common;

use common::{
    ACTIVATIONS, activated, assert_each_close, bits, cases, computes, erf, numbers, spread, wide,
};
use proptest::prelude::*;
use upturn_kernels::{Activation, Compute, activate, activate_backward};

fn forward(compute: Compute, activation: Activation, x: &[f32]) -> Vec<f32> {
    let mut y = vec![f32::NAN; x.len()];
    activate(compute, activation, x, &mut y);
    y
}

fn backward(compute: Compute, activation: Activation, x: &[f32], gradient: &[f32]) -> Vec<f32> {
    let mut gradient = gradient.to_vec();
    activate_backward(compute, activation, x, &mut gradient);
    gradient
}

/// The slope of the definition by central differences.
fn slope(activation: Activation, x: f64) -> f64 {
    const STEP: f64 = 1e-5;
    (activated(activation, x + STEP) - activated(activation, x - STEP)) / (2.0 * STEP)
}

/// Numbers from −12 to 12, not 0: there Relu has no slope.
fn grid() -> Vec<f32> {
    let step = if cfg!(miri) { 97 } else { 1 };
    (-1200i16..1200)
        .step_by(step)
        .map(|at| f32::from(at) / 100.0 + 0.005)
        .collect()
}

fn check(x: &[f32]) {
    let gradient = spread(&numbers(7, x.len()), 1.0, 1.5);
    for activation in ACTIVATIONS {
        let truth: Vec<f64> = wide(x).iter().map(|x| activated(activation, *x)).collect();
        let tolerances: Vec<f64> = wide(x).iter().map(|x| 1e-6 * x.abs() + 1e-9).collect();
        let slopes: Vec<f64> = wide(x)
            .iter()
            .zip(wide(&gradient))
            .map(|(x, gradient)| slope(activation, *x) * gradient)
            .collect();
        let slope_tolerances: Vec<f64> = wide(x).iter().map(|x| 4e-6 * (1.0 + x.abs())).collect();
        for (serial, _) in computes() {
            assert_each_close(&forward(serial, activation, x), &truth, &tolerances);
            let ours = backward(serial, activation, x, &gradient);
            assert_each_close(&ours, &slopes, &slope_tolerances);
        }
    }
}

#[test]
fn the_error_function_has_its_tabled_values() {
    // Abramowitz & Stegun 1964, table 7.1.
    let table = [
        (0.5, 0.520_499_877_8),
        (1.0, 0.842_700_792_9),
        (2.0, 0.995_322_265_0),
        (2.6, 0.999_763_965_6),
    ];
    for (x, value) in table {
        assert!((erf(x) - value).abs() < 1e-9, "{x}: {}", erf(x));
    }
    assert!((erf(2.499_999_999) - erf(2.500_000_001)).abs() < 1e-11);
}

#[test]
fn values_and_slopes_are_those_of_the_definition() {
    check(&grid());
}

#[test]
fn far_from_zero_they_are_the_identity_or_nothing() {
    let far = [50f32, 1e3, 1e6];
    for activation in ACTIVATIONS {
        for (serial, _) in computes() {
            assert_eq!(bits(&forward(serial, activation, &far)), bits(&far));
            let below = forward(serial, activation, &far.map(|x| -x));
            assert!(below.iter().all(|x| x.abs() < 1e-24), "{below:?}");
            let slopes = backward(serial, activation, &far, &[1.0; 3]);
            assert_eq!(bits(&slopes), bits(&[1.0; 3]));
            let slopes = backward(serial, activation, &far.map(|x| -x), &[1.0; 3]);
            assert!(slopes.iter().all(|x| x.abs() < 1e-24), "{slopes:?}");
        }
    }
}

#[test]
fn threads_do_not_change_a_bit() {
    let x = spread(&numbers(3, if cfg!(miri) { 99 } else { 70_001 }), 6.0, 0.0);
    let gradient = numbers(4, x.len());
    for activation in ACTIVATIONS {
        for (serial, parallel) in computes() {
            let (one, other) = (
                forward(serial, activation, &x),
                forward(parallel, activation, &x),
            );
            assert_eq!(bits(&one), bits(&other));
            let one = backward(serial, activation, &x, &gradient);
            let other = backward(parallel, activation, &x, &gradient);
            assert_eq!(bits(&one), bits(&other));
        }
    }
}

proptest! {
    #![proptest_config(cases(32))]

    #[test]
    fn a_value_does_not_depend_on_its_place(seed: u64, count in 1usize..70) {
        let x = spread(&numbers(seed, count), 5.0, 0.0);
        check(&x);
        for activation in ACTIVATIONS {
            for (serial, _) in computes() {
                let whole = bits(&forward(serial, activation, &x));
                let alone = x.iter().map(|x| forward(serial, activation, &[*x])[0].to_bits());
                prop_assert_eq!(alone.collect::<Vec<_>>(), whole);
            }
        }
    }
}

#[test]
#[should_panic(expected = "assertion `left == right` failed")]
fn lengths_that_differ_are_refused() {
    activate(
        Compute::serial(),
        Activation::Relu,
        &[0.0; 3],
        &mut [0.0; 4],
    );
}

#[test]
#[should_panic(expected = "assertion `left == right` failed")]
fn lengths_that_differ_are_refused_backwards() {
    activate_backward(
        Compute::serial(),
        Activation::Relu,
        &[0.0; 3],
        &mut [0.0; 4],
    );
}
