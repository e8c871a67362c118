//! Attention refuses shapes that do not fit.

mod common;

use common::naive_attention::Case;
use upturn_kernels::{Attended, Attention, Compute, attend, attend_backward};

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
