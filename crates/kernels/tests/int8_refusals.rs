//! What the product in eight bits refuses: shapes that do not fit, and rows rounded for another level.
#![allow(
    clippy::indexing_slicing,
    reason = "the tests choose lengths within what they cut"
)]

use upturn_kernels::{Compute, Level, Matrix, MatrixMut, PackedInt8, Quantized, matmul_int8};

fn multiply(a: (usize, usize), b: (usize, usize), c: (usize, usize), bias: usize) {
    let compute = Compute::serial();
    let zeros = [0f32; 100];
    let packed = PackedInt8::new(compute, Matrix::new(&zeros, b.0, b.1));
    let mut quantized = Quantized::default();
    quantized.quantize(compute, &zeros[..a.0 * a.1], a.0, a.1);
    let mut to = [0f32; 100];
    let to = MatrixMut::new(&mut to, c.0, c.1);
    matmul_int8(compute, &quantized, &packed, &zeros[..bias], to, None);
}

#[test]
#[should_panic(expected = "the inner dimensions differ")]
fn inner_dimensions_that_differ_are_refused() {
    multiply((4, 5), (6, 6), (4, 6), 6);
}

#[test]
#[should_panic(expected = "C's shape")]
fn a_result_with_too_few_rows_is_refused() {
    multiply((4, 5), (5, 6), (3, 6), 6);
}

#[test]
#[should_panic(expected = "the bias's shape")]
fn a_bias_that_is_too_short_is_refused() {
    multiply((4, 5), (5, 6), (4, 6), 5);
}

#[test]
fn rows_rounded_for_another_level_are_refused() {
    let levels = Level::here();
    let pairs = levels
        .iter()
        .flat_map(|here| levels.iter().map(move |other| (*here, *other)));
    for (here, other) in pairs {
        let compute = Compute::serial().at(here);
        let packed = PackedInt8::new(compute, Matrix::new(&[0.0; 6], 2, 3));
        let answer = std::panic::catch_unwind(|| {
            let mut quantized = Quantized::default();
            quantized.quantize(Compute::serial().at(other), &[0.0; 8], 4, 2);
            let mut to = [0f32; 12];
            let to = MatrixMut::new(&mut to, 4, 3);
            matmul_int8(compute, &quantized, &packed, &[0.0; 3], to, None);
        });
        assert_eq!(answer.is_ok(), here == other, "{other:?} at {here:?}");
    }
}
