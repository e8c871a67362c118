use proptest::prelude::*;

use super::*;
use crate::Room;

const ONES: [f64; 6] = [1.0; 6];

fn problem<'a>(rows: Rows<'a>, targets: &'a [f64], centre: &'a [f64]) -> Problem<'a> {
    Problem {
        rows,
        targets,
        counts: &ONES[..targets.len()],
        c: 0.7,
        penalty: 1.0,
        centre,
    }
}

proptest! {
    #[test]
    fn the_gradient_agrees_with_finite_differences(
        rows in prop::collection::vec(prop::collection::vec(-3.0f64..3.0, 3), 6),
        targets in prop::collection::vec(0.0f64..1.0, 6),
        point in prop::collection::vec(-2.0f64..2.0, 4),
    ) {
        let problem = problem(Rows::Dense(&rows), &targets, &[0.5, 0.0, -1.0]);
        let (_, gradient) = problem.value_and_gradient(&point).unwrap();
        for (at, slope) in gradient.iter().enumerate() {
            let moved = |by: f64| {
                let mut moved = point.clone();
                moved[at] += by;
                problem.value_and_gradient(&moved).unwrap().0
            };
            let numeric = (moved(1e-5) - moved(-1e-5)) / 2e-5;
            prop_assert!((numeric - slope).abs() < 1e-6 * (1.0 + slope.abs()), "{} {}", numeric, slope);
        }
    }

    #[test]
    fn sparse_rows_give_what_dense_rows_give(
        rows in prop::collection::vec(prop::collection::vec(prop_oneof![Just(0.0), -3.0f64..3.0], 4), 6),
        targets in prop::collection::vec(0.0f64..1.0, 6),
    ) {
        let mut sparse = Shelf::new(Room::unlimited());
        for row in &rows {
            let row = (0..).zip(row).filter(|(_, v)| **v != 0.0).map(|(c, v)| (c, *v));
            sparse.push(row.collect()).unwrap();
        }
        let centre = [0.0; 4];
        let dense = problem(Rows::Dense(&rows), &targets, &centre).solve().unwrap();
        let sparse = problem(Rows::Sparse(&sparse), &targets, &centre).solve().unwrap();
        for (a, b) in dense.weights.iter().zip(&sparse.weights) {
            prop_assert!((a - b).abs() < 1e-5);
        }
        prop_assert!((dense.intercept - sparse.intercept).abs() < 1e-4);
    }

    #[test]
    fn no_neighbouring_point_is_lower(
        rows in prop::collection::vec(prop::collection::vec(-3.0f64..3.0, 2), 6),
        targets in prop::collection::vec(0.1f64..0.9, 6),
        away in prop::collection::vec(-0.1f64..0.1, 3),
    ) {
        let centre = [0.0; 2];
        let problem = problem(Rows::Dense(&rows), &targets, &centre);
        let best = problem.solve().unwrap();
        let other = Solution {
            weights: vec![best.weights[0] + away[0], best.weights[1] + away[1]],
            intercept: best.intercept + away[2],
        };
        prop_assert!(problem.value(&best).unwrap() <= problem.value(&other).unwrap() + 1e-12);
    }
}

#[test]
fn an_overwhelming_penalty_leaves_the_centre() -> Result<(), PredictError> {
    let rows = [vec![1.0], vec![-1.0]];
    let heavy = Problem {
        penalty: 1e9,
        ..problem(Rows::Dense(&rows), &[1.0, 0.0], &[-3.0])
    };
    assert!((heavy.solve()?.weights[0] + 3.0).abs() < 1e-6);
    Ok(())
}

#[test]
fn the_same_problem_gives_the_same_bits() -> Result<(), PredictError> {
    let rows = [vec![1.0, 0.3], vec![-1.0, 0.2], vec![0.4, -2.0]];
    let problem = problem(Rows::Dense(&rows), &[1.0, 0.0, 1.0], &[0.0, 0.0]);
    assert_eq!(problem.solve()?, problem.solve()?);
    Ok(())
}
