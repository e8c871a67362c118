//! How fast the two matrix products are at the encoder's shapes, on one thread, at every level of this machine.
//!
//! ```sh
//! cargo bench -p upturn-kernels --bench product_speed
//! ```
//!
//! Billions of multiplications and additions a second (two each); the best of many rounds, since others' work only slows.
#![allow(clippy::print_stdout, reason = "the figures are what it is for")]

use std::hint::black_box;
use std::time::Instant;

use upturn_kernels::{
    Compute, Level, Matrix, MatrixMut, Packed, PackedInt8, Quantized, Start, matmul, matmul_int8,
};

/// Rows, depth and columns: what a feed-forward and a projection of 128 tokens are, and a batch's.
const SHAPES: [(usize, usize, usize); 6] = [
    (32, 384, 1152),
    (128, 384, 384),
    (128, 384, 1536),
    (128, 1536, 384),
    (256, 384, 1536),
    (256, 1536, 384),
];

fn main() {
    for level in Level::here() {
        for shape in SHAPES {
            let compute = Compute::serial().at(level);
            let (rows, depth, columns) = shape;
            let (f32, int8) = (product(compute, shape), product_int8(compute, shape));
            println!("{level:?} {rows}x{depth}x{columns}: f32 {f32:.1}, int8 {int8:.1}");
        }
    }
}

fn numbers(length: usize) -> Vec<f32> {
    (0..length)
        .map(|at| (at % 97) as f32 / 97.0 - 0.5)
        .collect()
}

fn product(compute: Compute, (rows, depth, columns): (usize, usize, usize)) -> f64 {
    let (a, b) = (numbers(rows * depth), numbers(depth * columns));
    let packed = Packed::new(compute, Matrix::new(&b, depth, columns));
    let mut c = numbers(rows * columns);
    rate((rows, depth, columns), || {
        let to = MatrixMut::new(&mut c, rows, columns);
        matmul(
            compute,
            Matrix::new(black_box(&a), rows, depth),
            &packed,
            to,
            Start::Zero,
            None,
        );
    })
}

fn product_int8(compute: Compute, (rows, depth, columns): (usize, usize, usize)) -> f64 {
    let (a, b, bias) = (
        numbers(rows * depth),
        numbers(depth * columns),
        numbers(columns),
    );
    let packed = PackedInt8::new(compute, Matrix::new(&b, depth, columns));
    let (mut quantized, mut c) = (Quantized::default(), numbers(rows * columns));
    rate((rows, depth, columns), || {
        quantized.quantize(compute, black_box(&a), rows, depth);
        matmul_int8(
            compute,
            &quantized,
            &packed,
            &bias,
            MatrixMut::new(&mut c, rows, columns),
            None,
        );
    })
}

fn rate((rows, depth, columns): (usize, usize, usize), mut run: impl FnMut()) -> f64 {
    let best = (0..60)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min);
    2e-9 * (rows * depth * columns) as f64 / best
}
