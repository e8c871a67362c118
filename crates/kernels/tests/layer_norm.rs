//! A normalisation and its gradient are the naive ones, with what is added and dropped before.
#![allow(
    clippy::indexing_slicing,
    reason = "oracles stop at the first wrong index"
)]

mod common;

use common::{assert_each_close, bearable, bits, cases, computes, numbers, spread, wide};
use proptest::prelude::*;
use upturn_kernels::{Compute, Dropout, Norm, drop, layer_norm, layer_norm_backward};

#[derive(Debug, Clone)]
struct Case {
    rows: usize,
    hidden: usize,
    seed: u64,
    /// Around which number the rows lie.
    offset: f32,
    epsilon: f32,
    residual: bool,
    dropout: Option<Dropout>,
}

fn norms() -> impl Strategy<Value = Case> {
    let rows = prop_oneof![
        Just(0usize),
        Just(1),
        2usize..12,
        60usize..70,
        120usize..200
    ];
    let hidden = prop_oneof![Just(1usize), 2usize..40, Just(384usize)];
    let offsets = prop_oneof![Just(0f32), Just(30.0)];
    let epsilons = prop_oneof![Just(1e-12f32), Just(1e-5)];
    let dropouts = prop_oneof![
        Just(None),
        (0.1f32..0.6, any::<u64>()).prop_map(|(share, key)| Dropout::new(share, key)),
    ];
    let shapes = (rows, hidden, any::<u64>());
    (shapes, offsets, epsilons, any::<bool>(), dropouts).prop_map(
        |((rows, hidden, seed), offset, epsilon, residual, dropout)| Case {
            rows: bearable(rows),
            hidden: bearable(hidden).max(1),
            seed,
            offset,
            epsilon,
            residual,
            dropout,
        },
    )
}

/// `z`, `y` and, for each row, how much rounding grows: `(1 + max |z| / σ)`.
struct Naive {
    z: Vec<f64>,
    y: Vec<f64>,
    growth: Vec<f64>,
    deviations: Vec<f64>,
}

impl Case {
    fn cells(&self, seed: u64, factor: f32, offset: f32) -> Vec<f32> {
        let numbers = numbers(self.seed ^ seed, self.rows * self.hidden);
        spread(&numbers, factor, offset)
    }

    fn x(&self) -> Vec<f32> {
        self.cells(1, 2.0, self.offset)
    }

    fn residual(&self) -> Option<Vec<f32>> {
        self.residual.then(|| self.cells(2, 1.0, 0.0))
    }

    fn parameters(&self) -> (Vec<f32>, Vec<f32>) {
        (
            numbers(self.seed ^ 3, self.hidden),
            numbers(self.seed ^ 4, self.hidden),
        )
    }

    /// What is left in `sum`, and `out` if it is asked for.
    fn run(&self, compute: Compute, with_out: bool) -> (Vec<f32>, Vec<f32>) {
        let (weight, bias) = self.parameters();
        let norm = Norm {
            weight: &weight,
            bias: &bias,
            epsilon: self.epsilon,
        };
        let (mut sum, residual) = (self.x(), self.residual());
        let mut out = vec![f32::NAN; if with_out { sum.len() } else { 0 }];
        layer_norm(
            compute,
            norm,
            &mut sum,
            residual.as_deref(),
            self.dropout,
            with_out.then_some(&mut out[..]),
        );
        (sum, out)
    }

    fn backward(&self, compute: Compute, z: &[f32]) -> (Vec<f32>, Vec<f32>, Vec<f32>) {
        let (weight, bias) = self.parameters();
        let norm = Norm {
            weight: &weight,
            bias: &bias,
            epsilon: self.epsilon,
        };
        let mut gradient = self.cells(5, 1.0, 0.0);
        let (weight, bias) = layer_norm_backward(compute, norm, z, &mut gradient);
        (gradient, weight, bias)
    }

    fn naive(&self) -> Naive {
        let mut factors = vec![1f32; self.rows * self.hidden];
        if let Some(dropout) = self.dropout {
            drop(Compute::serial(), dropout, &mut factors);
        }
        let residual = self.residual().unwrap_or(vec![0.0; factors.len()]);
        let x = wide(&self.x());
        let z = x.iter().zip(wide(&factors)).map(|(x, factor)| x * factor);
        let z = z.zip(wide(&residual)).map(|(x, residual)| x + residual);
        let mut naive = Naive {
            z: z.collect(),
            y: Vec::new(),
            growth: Vec::new(),
            deviations: Vec::new(),
        };
        let (weight, bias) = self.parameters();
        for row in naive.z.chunks_exact(self.hidden) {
            let mean = row.iter().sum::<f64>() / self.hidden as f64;
            let squares = row.iter().map(|z| (z - mean).powi(2)).sum::<f64>();
            let variance = squares / self.hidden as f64;
            let deviation = (variance + f64::from(self.epsilon)).sqrt();
            let largest = common::largest(row);
            naive.growth.push(1.0 + largest / deviation);
            naive.deviations.push(deviation);
            for ((z, weight), bias) in row.iter().zip(&weight).zip(&bias) {
                let y = (z - mean) / deviation * f64::from(*weight) + f64::from(*bias);
                naive.y.push(y);
            }
        }
        naive
    }
}

/// A tolerance for each cell, `unit` times its row's.
fn by_rows(rows: &[f64], hidden: usize, unit: f64) -> Vec<f64> {
    let row = |tolerance: &f64| vec![unit * tolerance; hidden];
    rows.iter().flat_map(row).collect()
}

/// Gradients of `z`, `w` and `b`, and the tolerances of the first two.
struct Gradients {
    z: Vec<f64>,
    weight: Vec<f64>,
    bias: Vec<f64>,
    z_tolerances: Vec<f64>,
    weight_tolerances: Vec<f64>,
}

impl Case {
    fn naive_backward(&self, naive: &Naive) -> Gradients {
        let hidden = self.hidden;
        let weight = wide(&self.parameters().0);
        let dy = wide(&self.cells(5, 1.0, 0.0));
        let mut gradients = Gradients {
            z: Vec::new(),
            weight: vec![0.0; hidden],
            bias: vec![0.0; hidden],
            z_tolerances: Vec::new(),
            weight_tolerances: vec![1e-5; hidden],
        };
        let rows = naive.z.chunks_exact(hidden).zip(dy.chunks_exact(hidden));
        for ((z, dy), (deviation, growth)) in rows.zip(naive.deviations.iter().zip(&naive.growth)) {
            let mean = z.iter().sum::<f64>() / hidden as f64;
            let along: Vec<f64> = z.iter().map(|z| (z - mean) / deviation).collect();
            let g: Vec<f64> = dy.iter().zip(&weight).map(|(dy, w)| dy * w).collect();
            let mean_g = g.iter().sum::<f64>() / hidden as f64;
            let mean_gx = g.iter().zip(&along).map(|(g, x)| g * x).sum::<f64>() / hidden as f64;
            for (at, x) in along.iter().enumerate() {
                gradients.z.push((g[at] - mean_g - x * mean_gx) / deviation);
                let rounding = 4e-6 * growth * growth / deviation;
                gradients.z_tolerances.push(rounding);
                gradients.weight[at] += dy[at] * x;
                gradients.bias[at] += dy[at];
                gradients.weight_tolerances[at] += 4e-6 * growth;
            }
        }
        gradients
    }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn the_forward_pass_is_the_naive_one(case in norms()) {
        let naive = case.naive();
        let tolerances = by_rows(&naive.growth, case.hidden, 2e-6);
        for (serial, _) in computes() {
            assert_each_close(&case.run(serial, false).0, &naive.y, &tolerances);
        }
    }

    #[test]
    fn with_a_place_for_the_result_the_sum_is_kept(case in norms()) {
        let naive = case.naive();
        let tolerances: Vec<f64> = naive.z.iter().map(|z| 3e-6 * (1.0 + z.abs())).collect();
        for (serial, _) in computes() {
            let (z, out) = case.run(serial, true);
            assert_each_close(&z, &naive.z, &tolerances);
            prop_assert_eq!(bits(&out), bits(&case.run(serial, false).0));
        }
    }

    #[test]
    fn the_gradient_is_the_naive_one(case in norms()) {
        let mut naive = case.naive();
        for (serial, _) in computes() {
            let (z, _) = case.run(serial, true);
            naive.z = wide(&z);
            let truth = case.naive_backward(&naive);
            let (gradient, weight, bias) = case.backward(serial, &z);
            assert_each_close(&gradient, &truth.z, &truth.z_tolerances);
            assert_each_close(&weight, &truth.weight, &truth.weight_tolerances);
            common::assert_close(&bias, &truth.bias, 1e-5 * (1.0 + case.rows as f64 / 10.0));
        }
    }

    #[test]
    fn threads_do_not_change_a_bit(case in norms()) {
        for (serial, parallel) in computes() {
            let (z, y) = case.run(serial, true);
            let (other_z, other_y) = case.run(parallel, true);
            prop_assert_eq!((bits(&z), bits(&y)), (bits(&other_z), bits(&other_y)));
            let (one, other) = (case.backward(serial, &z), case.backward(parallel, &z));
            prop_assert_eq!(bits(&one.0), bits(&other.0));
            prop_assert_eq!(bits(&one.1), bits(&other.1));
            prop_assert_eq!(bits(&one.2), bits(&other.2));
        }
    }

    #[test]
    fn a_row_does_not_depend_on_its_neighbours(case in norms()) {
        let case = Case { dropout: None, ..case };
        let (weight, bias) = case.parameters();
        let norm = Norm { weight: &weight, bias: &bias, epsilon: case.epsilon };
        for (serial, _) in computes() {
            let (z, y) = case.run(serial, true);
            for (z, y) in z.chunks_exact(case.hidden).zip(y.chunks_exact(case.hidden)) {
                let mut alone = z.to_vec();
                layer_norm(serial, norm, &mut alone, None, None, None);
                prop_assert_eq!(bits(&alone), bits(y));
            }
        }
    }
}

fn norm_zeros(sum: usize, residual: usize, out: usize) {
    let (weight, bias) = ([1f32; 4], [0f32; 4]);
    let norm = Norm {
        weight: &weight,
        bias: &bias,
        epsilon: 1e-5,
    };
    let (mut sum, residual, mut out) = (vec![0.0; sum], vec![0.0; residual], vec![0.0; out]);
    layer_norm(
        Compute::serial(),
        norm,
        &mut sum,
        Some(&residual),
        None,
        Some(&mut out),
    );
}

#[test]
fn shapes_that_fit_are_taken() {
    norm_zeros(8, 8, 8);
}

#[test]
#[should_panic(expected = "assertion failed")]
fn a_row_that_is_not_whole_is_refused() {
    norm_zeros(7, 7, 7);
}

#[test]
#[should_panic(expected = "assertion failed")]
fn a_residual_that_is_too_short_is_refused() {
    norm_zeros(8, 4, 8);
}

#[test]
#[should_panic(expected = "assertion failed")]
fn a_result_that_is_too_short_is_refused() {
    norm_zeros(8, 8, 4);
}
