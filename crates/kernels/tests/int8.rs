//! The product in eight bits is exact in its integers, and near the product in `f32`.
#![allow(
    clippy::indexing_slicing,
    reason = "oracles stop at the first wrong index"
)]

mod common;

use common::{activations, assert_each_close, bearable, bits, cases, computes, numbers, spread};
use proptest::prelude::*;
use upturn_kernels::{
    Activation, Compute, Level, Matrix, MatrixMut, PackedInt8, Quantized, activate, matmul_int8,
};

#[derive(Debug, Clone)]
struct Case {
    rows: usize,
    depth: usize,
    columns: usize,
    /// Added to the activations, so that their range is on one side of 0.
    offset: f32,
    seed: u64,
    /// The weight is `[columns, depth]`, as a linear map's is.
    across: bool,
    activation: Option<Activation>,
}

fn products() -> impl Strategy<Value = Case> {
    let rows = prop_oneof![1 => Just(0usize), 1 => Just(1), 6 => 2usize..30, 2 => 120usize..280];
    let depths = prop_oneof![1 => Just(1usize), 6 => 2usize..70, 2 => 380usize..1060];
    let columns = prop_oneof![1 => Just(0usize), 1 => Just(1), 6 => 2usize..60, 2 => 90usize..210];
    let offsets = prop_oneof![2 => Just(0f32), 1 => Just(1.5), 1 => Just(-1.5), 1 => -0.9f32..0.9];
    let shapes = (rows, depths, columns);
    (shapes, offsets, any::<u64>(), any::<bool>(), activations()).prop_map(
        |((rows, depth, columns), offset, seed, across, activation)| Case {
            rows: bearable(rows),
            depth: bearable(depth).max(1),
            columns: bearable(columns),
            offset,
            seed,
            across,
            activation,
        },
    )
}

impl Case {
    fn a(&self) -> Vec<f32> {
        spread(
            &numbers(self.seed ^ 1, self.rows * self.depth),
            1.0,
            self.offset,
        )
    }

    fn b(&self) -> Vec<f32> {
        numbers(self.seed ^ 2, self.depth * self.columns)
    }

    fn bias(&self) -> Vec<f32> {
        numbers(self.seed ^ 3, self.columns)
    }

    fn weight(&self, b: &[f32], row: usize, column: usize) -> f32 {
        if self.across {
            b[column * self.depth + row]
        } else {
            b[row * self.columns + column]
        }
    }

    fn packed(&self, compute: Compute) -> PackedInt8 {
        let b = self.b();
        if self.across {
            let weight = Matrix::new(&b, self.columns, self.depth);
            PackedInt8::new(compute, weight.transposed())
        } else {
            PackedInt8::new(compute, Matrix::new(&b, self.depth, self.columns))
        }
    }

    fn quantized(&self, compute: Compute) -> Quantized {
        let mut quantized = Quantized::default();
        quantized.quantize(compute, &self.a(), self.rows, self.depth);
        quantized
    }

    fn multiply(&self, compute: Compute, a: &Quantized) -> Vec<f32> {
        let mut c = vec![f32::NAN; self.rows * self.columns];
        let to = MatrixMut::new(&mut c, self.rows, self.columns);
        let bias = self.bias();
        matmul_int8(
            compute,
            a,
            &self.packed(compute),
            &bias,
            to,
            self.activation,
        );
        c
    }

    fn run(&self, compute: Compute) -> Vec<f32> {
        self.multiply(compute, &self.quantized(compute))
    }
}

/// Whether a level multiplies and adds in one rounding.
fn fuses(level: Level) -> bool {
    level != Level::Portable || cfg!(target_arch = "aarch64")
}

fn times_plus(level: Level, a: f32, b: f32, c: f32) -> f32 {
    if fuses(level) {
        a.mul_add(b, c)
    } else {
        a * b + c
    }
}

/// `x ≈ scale · code`.
struct Rounded {
    scale: f32,
    codes: Vec<i64>,
}

/// Steps of a row: 7 bits where two products are added in 16.
fn steps(level: Level) -> f32 {
    if level == Level::Avx2 { 127.0 } else { 255.0 }
}

/// A row in steps from its least number (or 0) to its most (or 0), less the step of 0.
#[expect(clippy::cast_possible_truncation, reason = "codes from 0 to 255")]
fn row_in_steps(level: Level, row: &[f32]) -> Rounded {
    let least = row.iter().copied().fold(0f32, f32::min);
    let most = row.iter().copied().fold(0f32, f32::max);
    let scale = if most > least {
        (most - least) / steps(level)
    } else {
        1.0
    };
    let inverse = 1.0 / scale;
    let zero = (-least * inverse).round_ties_even();
    let code = |x: &f32| times_plus(level, *x, inverse, zero).clamp(0.0, steps(level));
    Rounded {
        scale,
        codes: row
            .iter()
            .map(|x| code(x).round_ties_even() as i64 - zero as i64)
            .collect(),
    }
}

/// A column in 127 steps to each side of 0.
#[expect(clippy::cast_possible_truncation, reason = "codes from −127 to 127")]
fn column_in_steps(column: &[f32]) -> Rounded {
    let largest = column.iter().fold(0f32, |most, x| most.max(x.abs()));
    let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
    let inverse = 1.0 / scale;
    Rounded {
        scale,
        codes: column
            .iter()
            .map(|x| (x * inverse).round_ties_even() as i64)
            .collect(),
    }
}

impl Case {
    fn steps(&self, level: Level) -> (Vec<Rounded>, Vec<Rounded>) {
        let (a, b) = (self.a(), self.b());
        let rows = a.chunks(self.depth).map(|row| row_in_steps(level, row));
        let columns = (0..self.columns).map(|column| {
            let column: Vec<f32> = (0..self.depth)
                .map(|row| self.weight(&b, row, column))
                .collect();
            column_in_steps(&column)
        });
        (rows.collect(), columns.collect())
    }

    fn oracle(&self, level: Level) -> Vec<f32> {
        let (rows, columns) = self.steps(level);
        let bias = self.bias();
        let mut c = Vec::new();
        for row in &rows {
            for (column, bias) in columns.iter().zip(&bias) {
                let sum: i64 = row
                    .codes
                    .iter()
                    .zip(&column.codes)
                    .map(|(a, b)| a * b)
                    .sum();
                c.push(times_plus(
                    level,
                    sum as f32,
                    row.scale * column.scale,
                    *bias,
                ));
            }
        }
        c
    }

    /// The product in `f64` of the numbers before rounding, and how far rounding to steps may lead away from it.
    fn bounds(&self, level: Level) -> (Vec<f64>, Vec<f64>) {
        let (a, b, bias) = (self.a(), self.b(), self.bias());
        let (rows, columns) = self.steps(level);
        let (mut truth, mut tolerances) = (Vec::new(), Vec::new());
        for (row, steps) in a.chunks(self.depth).zip(&rows) {
            for (column, bias) in bias.iter().enumerate() {
                let half = |scale: f32| f64::from(scale) * 0.501;
                let (left, right) = (half(steps.scale), half(columns[column].scale));
                let (mut sum, mut tolerance) = (f64::from(*bias), 1e-4);
                for (inner, a) in row.iter().enumerate() {
                    let b = f64::from(self.weight(&b, inner, column));
                    sum += f64::from(*a) * b;
                    tolerance += left * b.abs() + right * f64::from(a.abs()) + left * right;
                }
                truth.push(sum);
                tolerances.push(tolerance);
            }
        }
        (truth, tolerances)
    }
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn the_integers_are_exact(case in products()) {
        for ((serial, _), level) in computes().into_iter().zip(Level::here()) {
            let case = Case { activation: None, ..case.clone() };
            prop_assert_eq!(bits(&case.run(serial)), bits(&case.oracle(level)), "{:?}", level);
        }
    }

    #[test]
    fn the_product_is_within_the_steps_of_the_one_in_full_precision(case in products()) {
        let case = Case { activation: None, ..case };
        for ((serial, _), level) in computes().into_iter().zip(Level::here()) {
            let (truth, tolerances) = case.bounds(level);
            assert_each_close(&case.run(serial), &truth, &tolerances);
        }
    }

    #[test]
    fn threads_do_not_change_a_bit_of_a_product(case in products()) {
        for (serial, parallel) in computes() {
            prop_assert_eq!(bits(&case.run(serial)), bits(&case.run(parallel)));
        }
    }

    #[test]
    fn a_row_of_a_product_does_not_depend_on_its_neighbours(
        case in products(),
        cut in any::<prop::sample::Index>(),
    ) {
        prop_assume!(case.rows > 0);
        let row = cut.index(case.rows);
        let a = case.a();
        for (serial, _) in computes() {
            let whole = case.run(serial);
            let mut alone = Quantized::default();
            alone.quantize(serial, &a[row * case.depth..][..case.depth], 1, case.depth);
            let one = Case { rows: 1, ..case.clone() };
            let ours = one.multiply(serial, &alone);
            prop_assert_eq!(bits(&ours), bits(&whole[row * case.columns..][..case.columns]));
        }
    }

    #[test]
    fn the_non_linearity_is_that_of_activate(case in products()) {
        let Some(activation) = case.activation else { return Ok(()); };
        let plain = Case { activation: None, ..case.clone() };
        for (serial, parallel) in computes() {
            let linear = plain.run(serial);
            let mut truth = vec![0f32; linear.len()];
            activate(serial, activation, &linear, &mut truth);
            prop_assert_eq!(bits(&case.run(parallel)), bits(&truth));
        }
    }

    #[test]
    fn memory_that_has_held_other_rows_does_not_matter(one in products(), other in products()) {
        for (serial, _) in computes() {
            let mut reused = other.quantized(serial);
            reused.quantize(serial, &one.a(), one.rows, one.depth);
            prop_assert_eq!(bits(&one.multiply(serial, &reused)), bits(&one.run(serial)));
        }
    }
}

fn case(rows: usize, depth: usize, columns: usize) -> Case {
    Case {
        rows,
        depth,
        columns,
        offset: 0.0,
        seed: 9,
        across: true,
        activation: None,
    }
}

#[test]
fn random_products_point_where_those_in_full_precision_do() {
    let case = case(bearable(64), bearable(384), bearable(384));
    let (truth, _) = case.bounds(Level::best());
    for (serial, _) in computes() {
        let ours = case.run(serial);
        let dot: f64 = ours
            .iter()
            .zip(&truth)
            .map(|(a, b)| f64::from(*a) * b)
            .sum();
        let ours: f64 = ours.iter().map(|a| f64::from(*a).powi(2)).sum();
        let length: f64 = truth.iter().map(|b| b * b).sum();
        let cosine = dot / (ours * length).sqrt();
        assert!(cosine >= 0.999, "{cosine}");
    }
}

#[test]
fn rows_and_columns_of_nothing_give_the_bias() {
    let (zeros, bias) = ([0f32; 60], numbers(1, 10));
    for (serial, _) in computes() {
        let packed = PackedInt8::new(serial, Matrix::new(&zeros, 6, 10));
        let mut quantized = Quantized::default();
        quantized.quantize(serial, &zeros[..12], 2, 6);
        let mut c = [f32::NAN; 20];
        let to = MatrixMut::new(&mut c, 2, 10);
        matmul_int8(serial, &quantized, &packed, &bias, to, None);
        assert_eq!(bits(&c[..10]), bits(&bias));
        assert_eq!(bits(&c[10..]), bits(&bias));
    }
}

/// The largest codes everywhere: a sum of 16 bits would saturate.
#[test]
fn the_largest_codes_do_not_saturate() {
    let depth = bearable(1536).max(12);
    let ones = vec![1f32; depth];
    for (serial, _) in computes() {
        for sign in [1.0, -1.0] {
            let weights = vec![sign; depth * 3];
            let packed = PackedInt8::new(serial, Matrix::new(&weights, depth, 3));
            let mut quantized = Quantized::default();
            quantized.quantize(serial, &ones, 1, depth);
            let mut c = [0f32; 3];
            matmul_int8(
                serial,
                &quantized,
                &packed,
                &[0.0; 3],
                MatrixMut::new(&mut c, 1, 3),
                None,
            );
            for c in c {
                assert!((c - sign * depth as f32).abs() < 1e-3, "{c}");
            }
        }
    }
}
