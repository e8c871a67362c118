//! Attention and its gradient are the naive ones of each sequence and head, whatever the pack and the threads.
#![allow(
    clippy::indexing_slicing,
    reason = "oracles stop at the first wrong index"
)]

mod common;

use common::{assert_close, bits, cases, computes, largest, numbers, spread, wide};
use proptest::prelude::*;
use upturn_kernels::{Attended, Attention, Compute, Dropout, attend, attend_backward};

#[derive(Debug, Clone)]
struct Case {
    bounds: Vec<usize>,
    heads: usize,
    width: usize,
    qkv: Vec<f32>,
    /// Gradient of the result.
    upstream: Vec<f32>,
    dropout: Option<Dropout>,
}

impl Case {
    fn new(lengths: &[usize], heads: usize, width: usize, seed: u64) -> Self {
        let mut bounds = vec![0];
        for length in lengths {
            bounds.push(bounds.last().unwrap_or(&0) + length);
        }
        let cells = lengths.iter().sum::<usize>() * heads * width;
        Self {
            bounds,
            heads,
            width,
            qkv: spread(&numbers(seed, 3 * cells), 2.0, 0.1),
            upstream: numbers(seed ^ 1, cells),
            dropout: None,
        }
    }

    fn hidden(&self) -> usize {
        self.heads * self.width
    }

    fn tokens(&self) -> usize {
        self.bounds.last().copied().unwrap_or(0)
    }

    fn attention(&self) -> Attention<'_> {
        Attention {
            bounds: &self.bounds,
            heads: self.heads,
            hidden: self.hidden(),
            dropout: self.dropout,
        }
    }

    fn forward(&self, compute: Compute) -> Pass {
        let mut pass = Pass {
            out: vec![f32::NAN; self.tokens() * self.hidden()],
            log_sums: vec![f32::NAN; self.tokens() * self.heads],
        };
        let log_sums = Some(&mut pass.log_sums[..]);
        attend(
            compute,
            &self.attention(),
            &self.qkv,
            &mut pass.out,
            log_sums,
        );
        pass
    }

    fn backward(&self, compute: Compute) -> Vec<f32> {
        let pass = self.forward(compute);
        let mut gradient = vec![f32::NAN; self.qkv.len()];
        let attended = Attended {
            qkv: &self.qkv,
            out: &pass.out,
            log_sums: &pass.log_sums,
            gradient: &self.upstream,
        };
        attend_backward(compute, &self.attention(), attended, &mut gradient);
        gradient
    }

    /// A sequence as a pack of its own.
    fn alone(&self, sequence: usize) -> Self {
        let tokens = self.bounds[sequence]..self.bounds[sequence + 1];
        let of = |numbers: &[f32], columns: usize| {
            numbers[tokens.start * columns..tokens.end * columns].to_vec()
        };
        Self {
            bounds: vec![0, tokens.len()],
            qkv: of(&self.qkv, 3 * self.hidden()),
            upstream: of(&self.upstream, self.hidden()),
            ..self.clone()
        }
    }
}

#[derive(Debug)]
struct Pass {
    out: Vec<f32>,
    log_sums: Vec<f32>,
}

/// One head of one sequence in `f64`.
struct Naive {
    length: usize,
    width: usize,
    query: Vec<f64>,
    key: Vec<f64>,
    value: Vec<f64>,
    /// Shape: `[length, length]`.
    weights: Vec<f64>,
    log_sums: Vec<f64>,
    /// What the weights are multiplied by.
    factors: Vec<f64>,
}

/// `[rows, depth] [depth, columns]`, each matrix read by a function of row and column.
fn product(
    (rows, depth, columns): (usize, usize, usize),
    a: impl Fn(usize, usize) -> f64,
    b: impl Fn(usize, usize) -> f64,
) -> Vec<f64> {
    let term = |at: usize, inner| a(at / columns, inner) * b(inner, at % columns);
    let cell = |at: usize| (0..depth).map(|inner| term(at, inner)).sum();
    (0..rows * columns).map(cell).collect()
}

impl Naive {
    fn new(case: &Case, sequence: usize, head: usize, factors: Vec<f64>) -> Self {
        let (width, hidden) = (case.width, case.hidden());
        let tokens = case.bounds[sequence]..case.bounds[sequence + 1];
        let third = |third: usize| -> Vec<f64> {
            tokens
                .clone()
                .flat_map(|token| {
                    let first = (token * 3 + third) * hidden + head * width;
                    wide(&case.qkv[first..][..width])
                })
                .collect()
        };
        let mut naive = Self {
            length: tokens.len(),
            width,
            query: third(0),
            key: third(1),
            value: third(2),
            weights: Vec::new(),
            log_sums: Vec::new(),
            factors,
        };
        naive.weigh();
        naive
    }

    fn scale(&self) -> f64 {
        1.0 / (self.width as f64).sqrt()
    }

    fn weigh(&mut self) {
        let (n, d) = (self.length, self.width);
        self.weights = product(
            (n, d, n),
            |i, c| self.query[i * d + c] * self.scale(),
            |c, j| self.key[j * d + c],
        );
        for row in self.weights.chunks_exact_mut(n.max(1)) {
            let most = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = row.iter().map(|score| (score - most).exp()).sum();
            self.log_sums.push(most + sum.ln());
            for score in row {
                *score = (*score - most).exp() / sum;
            }
        }
    }

    fn dropped(&self, i: usize, j: usize) -> f64 {
        self.weights[i * self.length + j] * self.factors[i * self.length + j]
    }

    fn out(&self) -> Vec<f64> {
        let (n, d) = (self.length, self.width);
        product(
            (n, n, d),
            |i, j| self.dropped(i, j),
            |j, c| self.value[j * d + c],
        )
    }

    /// Gradients of query, key and value.
    fn backward(&self, upstream: &[f64]) -> [Vec<f64>; 3] {
        let (n, d) = (self.length, self.width);
        let mut slopes = product(
            (n, d, n),
            |i, c| upstream[i * d + c],
            |c, j| self.value[j * d + c],
        );
        for ((slopes, weights), factors) in slopes
            .chunks_exact_mut(n.max(1))
            .zip(self.weights.chunks_exact(n.max(1)))
            .zip(self.factors.chunks_exact(n.max(1)))
        {
            let dp = slopes.iter().zip(factors).map(|(a, b)| a * b);
            let dp: Vec<f64> = dp.collect();
            let mean: f64 = dp.iter().zip(weights).map(|(a, b)| a * b).sum();
            for ((slope, dp), weight) in slopes.iter_mut().zip(dp).zip(weights) {
                *slope = weight * (dp - mean) * self.scale();
            }
        }
        [
            product(
                (n, n, d),
                |i, j| slopes[i * n + j],
                |j, c| self.key[j * d + c],
            ),
            product(
                (n, n, d),
                |j, i| slopes[i * n + j],
                |i, c| self.query[i * d + c],
            ),
            product(
                (n, n, d),
                |j, i| self.dropped(i, j),
                |i, c| upstream[i * d + c],
            ),
        ]
    }
}

/// What each weight of a sequence is multiplied by, `[heads, length, length]`: values of one and zero let the forward
/// pass show its weights, a few keys at a time.
fn factors(case: &Case, sequence: usize) -> Vec<f64> {
    let tokens = case.bounds[sequence]..case.bounds[sequence + 1];
    let (n, d, hidden) = (tokens.len(), case.width, case.hidden());
    let mut factors = vec![1f64; case.heads * n * n];
    if case.dropout.is_none() {
        return factors;
    }
    let mut probe = case.clone();
    for first in (0..n).step_by(d) {
        for (token, row) in probe.qkv.chunks_exact_mut(3 * hidden).enumerate() {
            for (column, value) in row[2 * hidden..].iter_mut().enumerate() {
                let shown = token == tokens.start + first + column % d;
                *value = f32::from(u8::from(shown));
            }
        }
        let dropped = probe.forward(Compute::serial()).out;
        let plain = Case {
            dropout: None,
            ..probe.clone()
        };
        let plain = plain.forward(Compute::serial()).out;
        for (at, factor) in factors.iter_mut().enumerate() {
            let (head, i, j) = (at / (n * n), at / n % n, at % n);
            if (first..first + d).contains(&j) {
                let place = (tokens.start + i) * hidden + head * d + j - first;
                *factor = f64::from(dropped[place]) / f64::from(plain[place]);
            }
        }
    }
    factors
}

/// Asserts `check` of each head of each sequence, with the places of its rows.
fn each_head(case: &Case, mut check: impl FnMut(&Naive, usize, usize)) {
    for sequence in 0..case.bounds.len().saturating_sub(1) {
        let n = case.bounds[sequence + 1] - case.bounds[sequence];
        let factors = factors(case, sequence);
        for head in 0..case.heads {
            let factors = factors[head * n * n..][..n * n].to_vec();
            check(
                &Naive::new(case, sequence, head, factors),
                case.bounds[sequence],
                head,
            );
        }
    }
}

/// Rows of one head in a matrix of `columns`, from a column on.
fn rows_of(data: &[f32], columns: usize, column: usize, first: usize, naive: &Naive) -> Vec<f32> {
    (first..first + naive.length)
        .flat_map(|row| data[row * columns + column..][..naive.width].to_vec())
        .collect()
}

fn check_forward(case: &Case) {
    let hidden = case.hidden();
    for (serial, _) in computes() {
        let pass = case.forward(serial);
        each_head(case, |naive, first, head| {
            let ours = rows_of(&pass.out, hidden, head * case.width, first, naive);
            assert_close(&ours, &naive.out(), 2e-5 * largest(&naive.value));
            let log_sums = &pass.log_sums[head * case.tokens() + first..][..naive.length];
            assert_close(
                log_sums,
                &naive.log_sums,
                1e-5 * (1.0 + largest(&naive.log_sums)),
            );
        });
    }
}

fn check_backward(case: &Case) {
    let hidden = case.hidden();
    for (serial, _) in computes() {
        let gradient = case.backward(serial);
        each_head(case, |naive, first, head| {
            let column = head * case.width;
            let upstream = rows_of(&case.upstream, hidden, column, first, naive);
            let truth = naive.backward(&wide(&upstream));
            for (third, truth) in truth.iter().enumerate() {
                let column = third * hidden + column;
                let ours = rows_of(&gradient, 3 * hidden, column, first, naive);
                assert_close(&ours, truth, 5e-5 * (0.1 + largest(truth)));
            }
        });
    }
}

fn lengths() -> impl Strategy<Value = Vec<usize>> {
    let length = prop_oneof![
        2 => Just(0usize),
        2 => Just(1),
        6 => 2usize..30,
        1 => 90usize..120,
        1 => 188usize..200,
    ];
    let length = length.prop_map(common::bearable);
    prop::collection::vec(length, 0..6)
}

fn packs() -> impl Strategy<Value = Case> {
    let widths = prop_oneof![Just(8usize), Just(20), Just(32), Just(64)];
    (lengths(), 1usize..4, widths, any::<u64>())
        .prop_map(|(lengths, heads, width, seed)| Case::new(&lengths, heads, width, seed))
}

fn dropped() -> impl Strategy<Value = Case> {
    (packs(), 0.05f32..0.6, any::<u64>()).prop_map(|(case, share, key)| Case {
        dropout: Dropout::new(share, key),
        ..case
    })
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn the_forward_pass_is_the_naive_one(case in packs()) {
        check_forward(&case);
    }

    #[test]
    fn the_gradient_is_the_naive_one(case in packs()) {
        check_backward(&case);
    }

    #[test]
    fn threads_do_not_change_a_bit(case in prop_oneof![packs(), dropped()]) {
        for (serial, parallel) in computes() {
            let (one, other) = (case.forward(serial), case.forward(parallel));
            prop_assert_eq!(bits(&one.out), bits(&other.out));
            prop_assert_eq!(bits(&one.log_sums), bits(&other.log_sums));
            prop_assert_eq!(bits(&case.backward(serial)), bits(&case.backward(parallel)));
        }
    }

    #[test]
    fn a_sequence_does_not_depend_on_its_neighbours(case in packs()) {
        let (tokens, hidden) = (case.tokens(), case.hidden());
        for (serial, parallel) in computes() {
            let (pass, gradient) = (case.forward(parallel), case.backward(parallel));
            for sequence in 0..case.bounds.len() - 1 {
                let alone = case.alone(sequence);
                let (first, n) = (case.bounds[sequence], alone.tokens());
                let ours = alone.forward(serial);
                prop_assert_eq!(bits(&ours.out), bits(&pass.out[first * hidden..][..n * hidden]));
                for head in 0..case.heads {
                    prop_assert_eq!(
                        bits(&ours.log_sums[head * n..][..n]),
                        bits(&pass.log_sums[head * tokens + first..][..n])
                    );
                }
                prop_assert_eq!(
                    bits(&alone.backward(serial)),
                    bits(&gradient[first * 3 * hidden..][..n * 3 * hidden])
                );
            }
        }
    }

    #[test]
    fn without_log_sums_the_result_is_the_same(case in packs()) {
        for (serial, _) in computes() {
            let mut out = vec![f32::NAN; case.upstream.len()];
            attend(serial, &case.attention(), &case.qkv, &mut out, None);
            prop_assert_eq!(bits(&out), bits(&case.forward(serial).out));
        }
    }
}

proptest! {
    #![proptest_config(cases(16))]

    #[test]
    fn the_gradient_sees_the_mask_of_the_forward_pass(case in dropped()) {
        check_forward(&case);
        check_backward(&case);
    }
}

#[test]
fn a_weight_is_dropped_or_scaled_up() {
    let length = common::bearable(120);
    let mut case = Case::new(&[3, length], 2, 8, 4);
    case.dropout = Dropout::new(0.25, 11);
    let factors = factors(&case, 1);
    let dropped = factors.iter().filter(|factor| **factor == 0.0).count();
    for factor in &factors {
        assert!(
            *factor == 0.0 || (factor - 4.0 / 3.0).abs() < 1e-5,
            "{factor}"
        );
    }
    let share = dropped as f64 / factors.len() as f64;
    let deviation = (0.25 * 0.75 / factors.len() as f64).sqrt();
    assert!((share - 0.25).abs() < 5.0 * deviation, "{share}");
    let (one, other) = factors.split_at(length * length);
    assert_ne!(one, other, "each head has a mask of its own");
}

#[test]
#[cfg_attr(miri, ignore = "takes minutes there")]
fn several_blocks_of_queries_add_up() {
    let mut case = Case::new(&[0, 1, 99, 0], 1, 8, 6);
    check_forward(&case);
    check_backward(&case);
    case.dropout = Dropout::new(0.3, 2);
    check_backward(&case);
}

/// The loss whose gradient is `upstream`.
fn loss(case: &Case, compute: Compute) -> f64 {
    let out = wide(&case.forward(compute).out);
    out.iter()
        .zip(wide(&case.upstream))
        .map(|(a, b)| a * b)
        .sum()
}

#[test]
#[cfg_attr(miri, ignore = "takes minutes there")]
fn the_gradient_is_the_slope_of_the_forward_pass() {
    const STEP: f32 = 1.0 / 64.0;
    for dropout in [None, Dropout::new(0.3, 3)] {
        let case = Case {
            dropout,
            ..Case::new(&[5, 2], 2, 8, 3)
        };
        for (serial, _) in computes() {
            let slope = |at: usize| {
                let mut moved = case.clone();
                moved.qkv[at] = case.qkv[at] + STEP;
                let above = loss(&moved, serial);
                moved.qkv[at] = case.qkv[at] - STEP;
                (above - loss(&moved, serial)) / (2.0 * f64::from(STEP))
            };
            let slopes: Vec<f64> = (0..case.qkv.len()).map(slope).collect();
            assert!(largest(&slopes) > 0.1);
            assert_close(&case.backward(serial), &slopes, 1e-3);
        }
    }
}

#[test]
fn scores_far_apart_do_not_overflow() {
    let mut case = Case::new(&[20], 1, 8, 8);
    case.qkv = spread(&case.qkv, 40.0, 0.0);
    for (serial, _) in computes() {
        let pass = case.forward(serial);
        assert!(pass.out.iter().chain(&pass.log_sums).all(|x| x.is_finite()));
        assert!(case.backward(serial).iter().all(|x| x.is_finite()));
    }
    check_forward(&case);
}

#[test]
fn a_pack_without_tokens_is_left_alone() {
    for bounds in [&[][..], &[0], &[0, 0, 0]] {
        let attention = Attention {
            bounds,
            heads: 2,
            hidden: 16,
            dropout: None,
        };
        attend(Compute::parallel(), &attention, &[], &mut [], Some(&mut []));
    }
}

fn attend_zeros(bounds: &[usize], hidden: usize, qkv: usize, out: usize, log_sums: usize) {
    let attention = Attention {
        bounds,
        heads: 2,
        hidden,
        dropout: None,
    };
    let (mut to, mut sums) = (vec![0f32; out], vec![0f32; log_sums]);
    let qkv = vec![0f32; qkv];
    attend(
        Compute::serial(),
        &attention,
        &qkv,
        &mut to,
        Some(&mut sums),
    );
}

#[test]
fn shapes_that_fit_are_taken() {
    attend_zeros(&[0, 3], 16, 144, 48, 6);
}

#[test]
#[should_panic(expected = "assertion `left == right` failed")]
fn too_few_queries_are_refused() {
    attend_zeros(&[0, 3], 16, 143, 48, 6);
}

#[test]
#[should_panic(expected = "assertion `left == right` failed")]
fn a_result_that_is_too_short_is_refused() {
    attend_zeros(&[0, 3], 16, 144, 47, 6);
}

#[test]
#[should_panic(expected = "assertion `left == right` failed")]
fn log_sums_that_are_too_short_are_refused() {
    attend_zeros(&[0, 3], 16, 144, 48, 5);
}

#[test]
#[should_panic(expected = "assertion failed")]
fn heads_that_do_not_divide_the_width_are_refused() {
    attend_zeros(&[0, 3], 15, 135, 45, 6);
}

#[test]
#[should_panic(expected = "assertion failed")]
fn bounds_that_descend_are_refused() {
    attend_zeros(&[0, 4, 3], 16, 144, 48, 6);
}

#[test]
#[should_panic(expected = "assertion failed")]
fn bounds_that_begin_late_are_refused() {
    attend_zeros(&[1, 3], 16, 144, 48, 6);
}

#[test]
#[should_panic(expected = "assertion failed")]
fn a_gradient_that_is_too_short_is_refused() {
    let case = Case::new(&[3], 2, 8, 1);
    let pass = case.forward(Compute::serial());
    let attended = Attended {
        qkv: &case.qkv,
        out: &pass.out,
        log_sums: &pass.log_sums,
        gradient: &case.upstream[1..],
    };
    let mut gradient = vec![0f32; case.qkv.len()];
    attend_backward(
        Compute::serial(),
        &case.attention(),
        attended,
        &mut gradient,
    );
}
