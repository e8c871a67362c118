//! The product of matrices is the naive one, whatever the layouts, the threads and the other rows.
#![allow(
    clippy::indexing_slicing,
    reason = "oracles stop at the first wrong index"
)]

mod common;

use common::{activated, activations, assert_each_close, bearable, bits, cases, computes, numbers};
use proptest::prelude::*;
use upturn_kernels::{Activation, Compute, Level, Matrix, MatrixMut, Packed, Start, matmul};

#[derive(Debug, Clone)]
struct Case {
    rows: usize,
    depth: usize,
    columns: usize,
    seed: u64,
    a: Layout,
    b: Layout,
    /// Cells between the rows of C.
    gap: usize,
    start: Begin,
    activation: Option<Activation>,
}

/// How a matrix lies in memory: column by column if `across`, `gap` unused numbers after each row (or column).
#[derive(Debug, Clone, Copy)]
struct Layout {
    across: bool,
    gap: usize,
}

#[derive(Debug, Clone, Copy)]
enum Begin {
    Zero,
    Bias,
    Existing,
}

fn layouts() -> impl Strategy<Value = Layout> {
    (any::<bool>(), 0usize..4).prop_map(|(across, gap)| Layout { across, gap })
}

fn shapes() -> impl Strategy<Value = (usize, usize, usize)> {
    let rows = prop_oneof![1 => Just(0usize), 1 => Just(1), 6 => 2usize..30, 3 => 120usize..300];
    let depths = prop_oneof![1 => Just(0usize), 1 => Just(1), 5 => 2usize..70, 3 => 505usize..1060];
    let columns = prop_oneof![1 => Just(0usize), 1 => Just(1), 6 => 2usize..60, 3 => 90usize..210];
    (rows, depths, columns)
        .prop_map(|(rows, depth, columns)| (bearable(rows), bearable(depth), bearable(columns)))
}

fn products() -> impl Strategy<Value = Case> {
    let begins = prop_oneof![Just(Begin::Zero), Just(Begin::Bias), Just(Begin::Existing)];
    let layouts = (layouts(), layouts(), 0usize..5);
    (shapes(), any::<u64>(), layouts, begins, activations()).prop_map(
        |((rows, depth, columns), seed, (a, b, gap), start, activation)| Case {
            rows,
            depth,
            columns,
            seed,
            a,
            b,
            gap,
            start,
            activation,
        },
    )
}

/// Numbers of a matrix, and where each lies.
struct Laid {
    data: Vec<f32>,
    rows: usize,
    columns: usize,
    layout: Layout,
}

impl Laid {
    fn new(seed: u64, rows: usize, columns: usize, layout: Layout) -> Self {
        let lines = if layout.across { columns } else { rows };
        let mut laid = Self {
            data: Vec::new(),
            rows,
            columns,
            layout,
        };
        laid.data = numbers(seed, lines * laid.stride());
        laid
    }

    fn stride(&self) -> usize {
        let line = if self.layout.across {
            self.rows
        } else {
            self.columns
        };
        line + self.layout.gap
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        let place = if self.layout.across {
            column * self.stride() + row
        } else {
            row * self.stride() + column
        };
        f64::from(self.data[place])
    }

    /// Some rows of it.
    fn matrix(&self, rows: std::ops::Range<usize>) -> Matrix<'_> {
        let stride = self.stride();
        if self.layout.across {
            let from = self.data.get(rows.start..).unwrap_or_default();
            Matrix::strided(from, self.columns, rows.len(), stride).transposed()
        } else {
            let from = self.data.get(rows.start * stride..).unwrap_or_default();
            Matrix::strided(from, rows.len(), self.columns, stride)
        }
    }
}

impl Case {
    fn a(&self) -> Laid {
        Laid::new(self.seed ^ 1, self.rows, self.depth, self.a)
    }

    fn b(&self) -> Laid {
        Laid::new(self.seed ^ 2, self.depth, self.columns, self.b)
    }

    fn bias(&self) -> Vec<f32> {
        numbers(self.seed ^ 3, self.columns)
    }

    fn stride(&self) -> usize {
        self.columns + self.gap
    }

    /// What C holds before.
    fn before(&self) -> Vec<f32> {
        numbers(self.seed ^ 4, self.rows * self.stride() + 3)
    }

    /// C after the product of some rows of A.
    fn run(&self, compute: Compute, rows: std::ops::Range<usize>) -> Vec<f32> {
        let (a, b, bias) = (self.a(), self.b(), self.bias());
        let packed = Packed::new(compute, b.matrix(0..self.depth));
        let start = match self.start {
            Begin::Zero => Start::Zero,
            Begin::Bias => Start::Bias(&bias),
            Begin::Existing => Start::Existing,
        };
        let mut c = self.before().split_off(rows.start * self.stride());
        let to = MatrixMut::strided(&mut c, rows.len(), self.columns, self.stride());
        let a = a.matrix(rows);
        matmul(compute, a, &packed, to, start, self.activation);
        c
    }

    /// The truth, and how far rounding may lead away from it; cells between the rows stay.
    fn oracle(&self) -> (Vec<f64>, Vec<f64>) {
        let (a, b, bias, before) = (self.a(), self.b(), self.bias(), self.before());
        let mut truth: Vec<f64> = before.iter().copied().map(f64::from).collect();
        let mut tolerances = vec![0f64; truth.len()];
        for row in 0..self.rows {
            for (column, bias) in bias.iter().enumerate() {
                let place = row * self.stride() + column;
                let start = match self.start {
                    Begin::Zero => 0.0,
                    Begin::Bias => f64::from(*bias),
                    Begin::Existing => truth[place],
                };
                let (mut sum, mut size) = (start, start.abs());
                for inner in 0..self.depth {
                    let term = a.at(row, inner) * b.at(inner, column);
                    sum += term;
                    size += term.abs();
                }
                let rounding = (self.depth + 4) as f64 * f64::from(f32::EPSILON) * size;
                (truth[place], tolerances[place]) = match self.activation {
                    None => (sum, rounding),
                    Some(activation) => (
                        activated(activation, sum),
                        1.2 * rounding + 1e-6 * sum.abs(),
                    ),
                };
            }
        }
        (truth, tolerances)
    }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn a_product_is_the_naive_one_and_touches_nothing_else(case in products()) {
        let (truth, tolerances) = case.oracle();
        for (serial, _) in computes() {
            assert_each_close(&case.run(serial, 0..case.rows), &truth, &tolerances);
        }
    }

    #[test]
    fn threads_do_not_change_a_bit_of_a_product(case in products()) {
        for (serial, parallel) in computes() {
            let rows = 0..case.rows;
            prop_assert_eq!(bits(&case.run(serial, rows.clone())), bits(&case.run(parallel, rows)));
        }
    }

    #[test]
    fn a_row_of_a_product_does_not_depend_on_its_neighbours(
        case in products(),
        cut in any::<prop::sample::Index>(),
    ) {
        prop_assume!(case.rows > 0);
        let row = cut.index(case.rows);
        for (serial, parallel) in computes() {
            let whole = bits(&case.run(serial, 0..case.rows));
            let stride = case.stride();
            let alone = case.run(serial, row..row + 1);
            prop_assert_eq!(&bits(&alone)[..case.columns], &whole[row * stride..][..case.columns]);
            let rest = case.run(parallel, row..case.rows);
            prop_assert_eq!(&bits(&rest), &whole[row * stride..]);
        }
    }
}

fn plain(rows: usize, depth: usize, columns: usize) -> Case {
    let layout = Layout {
        across: false,
        gap: 0,
    };
    Case {
        rows,
        depth,
        columns,
        seed: 5,
        a: layout,
        b: layout,
        gap: 0,
        start: Begin::Bias,
        activation: None,
    }
}

#[test]
fn a_depth_of_several_blocks_is_added_up() {
    let (rows, depth) = if cfg!(miri) { (2, 514) } else { (7, 1030) };
    for across in [false, true] {
        let mut case = plain(rows, depth, 9);
        case.a.across = across;
        let (truth, tolerances) = case.oracle();
        for (serial, parallel) in computes() {
            assert_each_close(&case.run(serial, 0..rows), &truth, &tolerances);
            assert_each_close(&case.run(parallel, 0..rows), &truth, &tolerances);
        }
    }
}

#[test]
fn a_product_without_depth_is_its_start() {
    let case = plain(9, 0, 50);
    for (serial, _) in computes() {
        let c = case.run(serial, 0..9);
        for row in c.chunks_exact(50) {
            assert_eq!(bits(row), bits(&case.bias()));
        }
    }
}

fn multiply(a: (usize, usize), b: (usize, usize), c: (usize, usize), bias: Option<usize>) {
    let compute = Compute::serial();
    let zeros = vec![0f32; 100];
    let packed = Packed::new(compute, Matrix::new(&zeros, b.0, b.1));
    let mut to = vec![0f32; 100];
    matmul(
        compute,
        Matrix::new(&zeros, a.0, a.1),
        &packed,
        MatrixMut::new(&mut to, c.0, c.1),
        bias.map_or(Start::Zero, |bias| Start::Bias(&zeros[..bias])),
        None,
    );
}

#[test]
fn shapes_that_fit_are_taken() {
    multiply((4, 5), (5, 6), (4, 6), Some(6));
}

#[test]
#[should_panic(expected = "the inner dimensions differ")]
fn inner_dimensions_that_differ_are_refused() {
    multiply((4, 5), (6, 6), (4, 6), None);
}

#[test]
#[should_panic(expected = "C's shape")]
fn a_result_with_too_few_rows_is_refused() {
    multiply((4, 5), (5, 6), (3, 6), None);
}

#[test]
#[should_panic(expected = "C's shape")]
fn a_result_with_too_few_columns_is_refused() {
    multiply((4, 5), (5, 6), (4, 5), None);
}

#[test]
#[should_panic(expected = "the bias's shape")]
fn a_bias_that_is_too_short_is_refused() {
    multiply((4, 5), (5, 6), (4, 6), Some(5));
}

#[test]
#[should_panic(expected = "assertion failed")]
fn a_matrix_that_is_longer_than_its_slice_is_refused() {
    Matrix::strided(&[0.0; 10], 3, 3, 4);
}

#[test]
#[should_panic(expected = "assertion failed")]
fn a_result_that_is_longer_than_its_slice_is_refused() {
    MatrixMut::strided(&mut [0.0; 10], 3, 3, 4);
}

#[test]
#[should_panic(expected = "assertion failed")]
fn a_result_whose_rows_overlap_is_refused() {
    MatrixMut::strided(&mut [0.0; 10], 2, 3, 2);
}

/// Three times this is 2 after it has wrapped around.
const WRAPS: usize = usize::MAX / 3 + 1;

#[test]
#[should_panic(expected = "assertion failed")]
fn a_matrix_whose_end_wraps_around_is_refused() {
    Matrix::strided(&[0.0; 10], 4, 1, WRAPS);
}

#[test]
#[should_panic(expected = "assertion failed")]
fn a_result_whose_end_wraps_around_is_refused() {
    MatrixMut::strided(&mut [0.0; 10], 4, 1, WRAPS);
}

#[test]
fn a_matrix_packed_for_another_level_is_refused() {
    let zeros = [0f32; 4];
    for here in Level::here() {
        for other in Level::here().into_iter().filter(|other| *other != here) {
            let packed = Packed::new(Compute::serial().at(other), Matrix::new(&zeros, 2, 2));
            let refused = std::panic::catch_unwind(|| {
                let mut c = [0f32; 4];
                let compute = Compute::serial().at(here);
                let to = MatrixMut::new(&mut c, 2, 2);
                matmul(
                    compute,
                    Matrix::new(&zeros, 2, 2),
                    &packed,
                    to,
                    Start::Zero,
                    None,
                );
            });
            assert!(refused.is_err(), "{other:?} at {here:?}");
        }
    }
}
