//! Attention and its gradient are the naive ones of each sequence and head, whatever the pack and the threads.
#![allow(
    clippy::indexing_slicing,
    reason = "oracles stop at the first wrong index"
)]

mod common;

use common::naive_attention::{Case, each_head, factors, rows_of};
use common::{assert_close, bits, cases, computes, largest, spread, wide};
use proptest::prelude::*;
use upturn_kernels::{Attention, Compute, Dropout, attend};

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
