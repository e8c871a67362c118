//! Pooled vectors are means of length 1, and their gradients the naive ones.
#![allow(
    clippy::indexing_slicing,
    reason = "oracles stop at the first wrong index"
)]

mod common;

use std::ops::Range;

use common::{assert_close, bearable, bits, cases, computes, largest, numbers, wide};
use proptest::prelude::*;
use upturn_kernels::{Compute, mean_pool, mean_pool_backward};

#[derive(Debug, Clone)]
struct Case {
    columns: usize,
    hidden: Vec<f32>,
    /// Overlapping, empty, or with gaps between them.
    groups: Vec<Range<usize>>,
    gradient: Vec<f32>,
}

fn pools() -> impl Strategy<Value = Case> {
    let columns = prop_oneof![1usize..40, Just(384usize)].prop_map(|n| bearable(n).max(1));
    let groups = prop::collection::vec((any::<u16>(), any::<u16>()), 0..7);
    (1usize..40, columns, groups, any::<u64>()).prop_map(|(tokens, columns, groups, seed)| {
        let place = |at: u16| usize::from(at) % (tokens + 1);
        let groups: Vec<Range<usize>> = groups
            .into_iter()
            .map(|(a, b)| place(a).min(place(b))..place(a).max(place(b)))
            .collect();
        Case {
            columns,
            hidden: numbers(seed, tokens * columns),
            gradient: numbers(seed ^ 1, groups.len() * columns),
            groups,
        }
    })
}

/// The sum of products.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl Case {
    fn mean(&self, group: &Range<usize>) -> Vec<f64> {
        let mut mean = vec![0f64; self.columns];
        for row in wide(&self.hidden)
            .chunks_exact(self.columns)
            .take(group.end)
            .skip(group.start)
        {
            for (mean, cell) in mean.iter_mut().zip(row) {
                *mean += cell / group.len() as f64;
            }
        }
        mean
    }

    fn forward(&self, compute: Compute) -> Vec<f32> {
        let mut out = vec![f32::NAN; self.gradient.len()];
        mean_pool(compute, &self.hidden, self.columns, &self.groups, &mut out);
        out
    }

    fn backward(&self, compute: Compute) -> Vec<f32> {
        mean_pool_backward(
            compute,
            &self.hidden,
            self.columns,
            &self.groups,
            &self.gradient,
        )
    }

    fn naive_backward(&self) -> Vec<f64> {
        let mut out = vec![0f64; self.hidden.len()];
        let gradients = wide(&self.gradient);
        for (group, du) in self.groups.iter().zip(gradients.chunks_exact(self.columns)) {
            let mean = self.mean(group);
            let norm = dot(&mean, &mean).sqrt();
            let along = dot(&mean, du) / norm;
            let rows = out.chunks_exact_mut(self.columns);
            for row in rows.take(group.end).skip(group.start) {
                for ((cell, mean), du) in row.iter_mut().zip(&mean).zip(du) {
                    *cell += (du - mean / norm * along) / norm / group.len() as f64;
                }
            }
        }
        out
    }
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn a_group_is_pooled_to_its_mean_of_length_one(case in pools()) {
        for (serial, parallel) in computes() {
            let ours = case.forward(serial);
            for (group, ours) in case.groups.iter().zip(ours.chunks_exact(case.columns)) {
                let mean = case.mean(group);
                let norm = dot(&mean, &mean).sqrt();
                // Numbers that cancel leave a short mean, whose direction rounding turns.
                let tolerance = 2e-6 * (1.0 + 1.0 / norm.max(1e-12));
                if group.is_empty() {
                    assert_close(ours, &mean, 0.0);
                } else {
                    let truth: Vec<f64> = mean.iter().map(|mean| mean / norm).collect();
                    assert_close(ours, &truth, tolerance);
                }
            }
            prop_assert_eq!(bits(&ours), bits(&case.forward(parallel)));
        }
    }

    #[test]
    fn the_gradient_is_the_naive_one(case in pools()) {
        let truth = case.naive_backward();
        let shortest = case
            .groups
            .iter()
            .filter(|group| !group.is_empty())
            .map(|group| case.mean(group))
            .map(|mean| dot(&mean, &mean).sqrt())
            .fold(1.0, f64::min);
        let tolerance = 1e-5 * (1.0 + largest(&truth)) / shortest;
        for (serial, parallel) in computes() {
            let ours = case.backward(serial);
            assert_close(&ours, &truth, tolerance);
            prop_assert_eq!(bits(&ours), bits(&case.backward(parallel)));
        }
    }

    #[test]
    fn a_row_in_no_group_gets_no_gradient(case in pools()) {
        for (serial, _) in computes() {
            for (row, gradient) in case.backward(serial).chunks_exact(case.columns).enumerate() {
                let pooled = case.groups.iter().any(|group| group.contains(&row));
                prop_assert!(pooled || gradient.iter().all(|x| *x == 0.0));
            }
        }
    }
}

#[test]
fn a_mean_of_nothing_stays_nothing() {
    let case = Case {
        columns: 3,
        hidden: vec![1.0, -2.0, 0.5, -1.0, 2.0, -0.5],
        groups: vec![0..2, 1..1],
        gradient: vec![1.0; 6],
    };
    for (serial, _) in computes() {
        assert_eq!(bits(&case.forward(serial)), bits(&[0.0; 6]));
        assert!(case.backward(serial).iter().all(|x| x.is_finite()));
    }
}

#[test]
#[should_panic(expected = "out of range")]
fn a_group_outside_is_refused() {
    mean_pool(
        Compute::serial(),
        &[0.0; 6],
        3,
        &[0..1, 1..3],
        &mut [0.0; 6],
    );
}

#[test]
#[should_panic(expected = "assertion failed")]
fn a_result_that_is_too_short_is_refused() {
    mean_pool(
        Compute::serial(),
        &[0.0; 6],
        3,
        &[0..1, 1..2],
        &mut [0.0; 3],
    );
}

#[test]
#[should_panic(expected = "assertion failed")]
fn a_gradient_that_is_too_short_is_refused() {
    mean_pool_backward(Compute::serial(), &[0.0; 6], 3, &[0..1, 1..2], &[0.0; 3]);
}
