//! Rows of tables are added up by token, and their gradients by row.
#![allow(
    clippy::indexing_slicing,
    reason = "oracles stop at the first wrong index"
)]

mod common;

use common::{assert_close, bearable, bits, cases, computes, largest, numbers, wide};
use proptest::prelude::*;
use upturn_kernels::{Compute, Tokens, column_sums, scatter_add};

#[derive(Debug, Clone)]
struct Case {
    hidden: usize,
    ids: Vec<u32>,
    positions: Vec<u32>,
    words: Vec<f32>,
    places: Vec<f32>,
    segment: Vec<f32>,
}

const WORDS: u32 = 50;
const PLACES: u32 = 30;

fn texts() -> impl Strategy<Value = Case> {
    let tokens = prop::collection::vec((0..WORDS, 0..PLACES), 0..200);
    (1usize..70, tokens, any::<u64>()).prop_map(|(hidden, tokens, seed)| {
        let hidden = bearable(hidden).max(1);
        let (ids, positions) = tokens.into_iter().unzip();
        Case {
            hidden,
            ids,
            positions,
            words: numbers(seed, WORDS as usize * hidden),
            places: numbers(seed ^ 1, PLACES as usize * hidden),
            segment: numbers(seed ^ 2, hidden),
        }
    })
}

impl Case {
    fn embed(&self, compute: Compute) -> Vec<f32> {
        let tokens = Tokens {
            ids: &self.ids,
            positions: &self.positions,
        };
        let mut out = vec![f32::NAN; self.ids.len() * self.hidden];
        tokens.embed(compute, &self.words, &self.places, &self.segment, &mut out);
        out
    }

    fn cell(&self, token: usize, column: usize) -> f64 {
        let at = |row: &[u32]| row[token] as usize * self.hidden + column;
        f64::from(self.words[at(&self.ids)])
            + f64::from(self.places[at(&self.positions)])
            + f64::from(self.segment[column])
    }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn a_token_is_the_sum_of_its_rows(case in texts()) {
        let truth: Vec<f64> = (0..case.ids.len() * case.hidden)
            .map(|at| case.cell(at / case.hidden, at % case.hidden))
            .collect();
        for (serial, parallel) in computes() {
            let ours = case.embed(serial);
            assert_close(&ours, &truth, 5e-7);
            prop_assert_eq!(bits(&ours), bits(&case.embed(parallel)));
        }
    }

    #[test]
    fn each_row_gets_the_gradients_of_its_tokens(case in texts(), seed: u64) {
        let gradient = numbers(seed, case.ids.len() * case.hidden);
        let mut table = case.words.clone();
        let mut truth = wide(&table);
        scatter_add(&case.ids, &gradient, case.hidden, &mut table);
        for (id, gradient) in case.ids.iter().zip(gradient.chunks_exact(case.hidden)) {
            let row = &mut truth[*id as usize * case.hidden..][..case.hidden];
            for (to, from) in row.iter_mut().zip(gradient) {
                *to += f64::from(*from);
            }
        }
        assert_close(&table, &truth, 2e-5);
    }

    #[test]
    fn the_sum_of_all_rows_is_the_naive_one(
        rows in 0usize..300,
        columns in prop_oneof![1usize..70, Just(384usize)],
        seed: u64,
    ) {
        let (rows, columns) = (bearable(rows), bearable(columns).max(1));
        let data = numbers(seed, rows * columns);
        let mut truth = vec![0f64; columns];
        for row in data.chunks_exact(columns) {
            for (sum, cell) in truth.iter_mut().zip(row) {
                *sum += f64::from(*cell);
            }
        }
        for (serial, parallel) in computes() {
            let ours = column_sums(serial, &data, columns);
            assert_close(&ours, &truth, 1e-5 * (1.0 + largest(&truth)));
            prop_assert_eq!(bits(&ours), bits(&column_sums(parallel, &data, columns)));
        }
    }
}

fn embed_zeros(id: u32, position: u32, positions: usize, out: usize) {
    let tokens = Tokens {
        ids: &[0, id],
        positions: &[0, position][..positions],
    };
    let mut out = vec![0f32; out];
    tokens.embed(
        Compute::serial(),
        &[0.0; 12],
        &[0.0; 8],
        &[0.0; 4],
        &mut out,
    );
}

#[test]
fn shapes_that_fit_are_taken() {
    embed_zeros(2, 1, 2, 8);
}

#[test]
#[should_panic(expected = "out of range")]
fn a_word_outside_the_table_is_refused() {
    embed_zeros(3, 1, 2, 8);
}

#[test]
#[should_panic(expected = "out of range")]
fn a_position_outside_the_table_is_refused() {
    embed_zeros(2, 2, 2, 8);
}

#[test]
#[should_panic(expected = "assertion failed")]
fn a_token_without_a_position_is_refused() {
    embed_zeros(2, 1, 1, 8);
}

#[test]
#[should_panic(expected = "assertion failed")]
fn a_result_that_is_too_short_is_refused() {
    embed_zeros(2, 1, 2, 7);
}

#[test]
#[should_panic(expected = "out of range")]
fn a_gradient_for_a_row_outside_is_refused() {
    scatter_add(&[0, 3], &[0.0; 8], 4, &mut [0.0; 12]);
}

#[test]
#[should_panic(expected = "assertion failed")]
fn a_gradient_without_its_row_is_refused() {
    scatter_add(&[0], &[0.0; 8], 4, &mut [0.0; 12]);
}

#[test]
#[should_panic(expected = "assertion failed")]
fn a_sum_over_part_of_a_row_is_refused() {
    column_sums(Compute::serial(), &[0.0; 7], 4);
}
