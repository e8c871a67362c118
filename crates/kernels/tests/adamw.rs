//! Steps of the optimiser are those of the plain loop.
#![allow(
    clippy::indexing_slicing,
    reason = "oracles stop at the first wrong index"
)]

mod common;

use common::{assert_close, bits, cases, computes, numbers, spread, wide};
use proptest::prelude::*;
use upturn_kernels::{AdamWStep, Compute, adamw, sum_of_squares};

const STEPS: i32 = 6;

/// More than one task's worth of numbers, and not a multiple of any vector.
const MANY: usize = if cfg!(miri) { 37 } else { 70_003 };

fn step_of(step: i32) -> AdamWStep {
    AdamWStep {
        rate: 0.01,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        decay: 0.1,
        gradient_scale: 0.7,
        step,
    }
}

fn gradient(seed: u64, step: i32, count: usize) -> Vec<f32> {
    numbers(seed ^ u64::from(step.unsigned_abs()), count)
}

struct State {
    parameters: Vec<f32>,
    first: Vec<f32>,
    second: Vec<f32>,
}

fn run(compute: Compute, seed: u64, count: usize, of: impl Fn(i32) -> AdamWStep) -> State {
    let mut state = State {
        parameters: spread(&numbers(!seed, count), 3.0, 0.0),
        first: vec![0.0; count],
        second: vec![0.0; count],
    };
    for step in 1..=STEPS {
        let State {
            parameters,
            first,
            second,
        } = &mut state;
        adamw(
            compute,
            of(step),
            parameters,
            &gradient(seed, step, count),
            first,
            second,
        );
    }
    state
}

/// Parameters, first and second moments by the formulas of the paper, number by number.
fn oracle(seed: u64, count: usize, of: impl Fn(i32) -> AdamWStep) -> [Vec<f64>; 3] {
    let mut parameters = wide(&spread(&numbers(!seed, count), 3.0, 0.0));
    let (mut first, mut second) = (vec![0f64; count], vec![0f64; count]);
    for step in 1..=STEPS {
        let numbers = of(step);
        let [rate, beta1, beta2] = [numbers.rate, numbers.beta1, numbers.beta2].map(f64::from);
        let [epsilon, decay] = [numbers.epsilon, numbers.decay].map(f64::from);
        for (at, gradient) in gradient(seed, step, count).iter().enumerate() {
            let gradient = f64::from(*gradient) * f64::from(numbers.gradient_scale);
            first[at] = beta1 * first[at] + (1.0 - beta1) * gradient;
            second[at] = beta2 * second[at] + (1.0 - beta2) * gradient * gradient;
            let m = first[at] / (1.0 - beta1.powi(step));
            let v = second[at] / (1.0 - beta2.powi(step));
            parameters[at] *= 1.0 - rate * decay;
            parameters[at] -= rate * m / (v.sqrt() + epsilon);
        }
    }
    [parameters, first, second]
}

proptest! {
    #![proptest_config(cases(32))]

    #[test]
    fn several_steps_are_those_of_the_plain_loop(count in 0usize..100, seed: u64) {
        let [parameters, first, second] = oracle(seed, count, step_of);
        for (serial, _) in computes() {
            let ours = run(serial, seed, count, step_of);
            assert_close(&ours.parameters, &parameters, 5e-6);
            assert_close(&ours.first, &first, 1e-6);
            assert_close(&ours.second, &second, 1e-8);
        }
    }

    #[test]
    fn the_sum_of_squares_is_the_naive_one(count in 0usize..300, seed: u64) {
        let numbers = numbers(seed, count);
        let truth: f64 = wide(&numbers).iter().map(|x| x * x).sum();
        for (serial, _) in computes() {
            prop_assert!((sum_of_squares(serial, &numbers) - truth).abs() <= 1e-6 * truth);
        }
    }
}

#[test]
fn a_large_epsilon_damps_the_step() {
    let damped = |step| AdamWStep {
        epsilon: 0.5,
        ..step_of(step)
    };
    let [parameters, ..] = oracle(1, 50, damped);
    for (serial, _) in computes() {
        assert_close(&run(serial, 1, 50, damped).parameters, &parameters, 5e-6);
    }
}

#[test]
fn threads_do_not_change_a_bit() {
    let numbers = numbers(2, MANY);
    let truth: f64 = wide(&numbers).iter().map(|x| x * x).sum();
    for (serial, parallel) in computes() {
        let one = run(serial, 2, MANY, step_of);
        let other = run(parallel, 2, MANY, step_of);
        assert_eq!(bits(&one.parameters), bits(&other.parameters));
        assert_eq!(bits(&one.first), bits(&other.first));
        assert_eq!(bits(&one.second), bits(&other.second));
        let sum = sum_of_squares(serial, &numbers);
        assert!((sum - truth).abs() <= 1e-5 * truth);
        assert_eq!(sum.to_bits(), sum_of_squares(parallel, &numbers).to_bits());
    }
}

#[test]
#[should_panic(expected = "assertion failed")]
fn lengths_that_differ_are_refused() {
    let (mut parameters, mut first, mut second) = ([0f32; 4], [0f32; 4], [0f32; 3]);
    let compute = Compute::serial();
    adamw(
        compute,
        step_of(1),
        &mut parameters,
        &[0.0; 4],
        &mut first,
        &mut second,
    );
}
