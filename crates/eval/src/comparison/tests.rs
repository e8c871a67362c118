use proptest::prelude::*;
use upturn_core::{Diagnostic, ErrorKind};

use super::*;
use crate::estimate;
use crate::sample::{alone, any_rows, calibrated, row};

fn few() -> Bootstrap {
    Bootstrap::new(200, 0.95, 7).unwrap()
}

/// The same outcomes, predicted by what the truth shrinks to: right in order, timid in size.
fn timid(rows: &[(f64, bool)]) -> Predictions {
    alone(rows.iter().map(|&(p, won)| (0.5 + (p - 0.5) / 5.0, won)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn a_method_is_exactly_as_good_as_itself(rows in any_rows(30)) {
        let plan = Bootstrap::new(20, 0.9, 5).unwrap();
        let predictions = alone(rows);
        for metric in Metric::ALL {
            let Some(same) = compare(metric, &predictions, &predictions, &plan).unwrap() else {
                continue;
            };
            let Estimate { value, low, high } = same.difference;
            prop_assert_eq!((value, low, high, same.better), (0.0, 0.0, 0.0, 0.5));
            prop_assert!(same.p_value >= 1.0);
        }
    }

    #[test]
    fn changing_sides_changes_the_sign(rows in any_rows(30)) {
        let plan = Bootstrap::new(20, 0.9, 5).unwrap();
        let (ours, theirs) = (alone(rows.iter().copied()), timid(&rows));
        for metric in Metric::ALL {
            let one = compare(metric, &ours, &theirs, &plan).unwrap();
            let other = compare(metric, &theirs, &ours, &plan).unwrap();
            let (Some(one), Some(other)) = (one, other) else { continue };
            prop_assert_eq!(one.ours, other.theirs);
            prop_assert!((one.difference.value + other.difference.value).abs() < 1e-12);
            prop_assert!((one.difference.low + other.difference.high).abs() < 1e-12);
            prop_assert!((one.better + other.better - 1.0).abs() < 1e-12);
            prop_assert!((one.p_value - other.p_value).abs() < 1e-12);
        }
    }
}

#[test]
fn the_better_method_wins_whichever_way_the_metric_points() {
    let rows = calibrated(300, 2);
    let (ours, theirs) = (alone(rows.iter().copied()), timid(&rows));
    for metric in [Metric::Brier, Metric::LogLoss] {
        let found = compare(metric, &ours, &theirs, &few()).unwrap().unwrap();
        assert!(found.difference.high < 0.0, "{metric}: {found:?}");
        assert!(found.better > 0.99, "{metric}: {found:?}");
    }
    let reversed = alone(rows.iter().map(|&(p, won)| (1.0 - p, won)));
    for metric in [Metric::Auc, Metric::AveragePrecision] {
        let found = compare(metric, &ours, &reversed, &few()).unwrap().unwrap();
        assert!(found.difference.low > 0.0, "{metric}: {found:?}");
        assert!(found.better > 0.99, "{metric}: {found:?}");
    }
}

#[test]
fn pairing_sees_what_the_separate_intervals_do_not() {
    let rows = calibrated(100, 9);
    // A method that gives what came out 5 % less chance in every conversation.
    let less = |p: f64, won: bool| {
        if won {
            0.95 * p
        } else {
            1.0 - 0.95 * (1.0 - p)
        }
    };
    let worse = alone(rows.iter().map(|&(p, won)| (less(p, won), won)));
    let found = compare(Metric::Brier, &alone(rows), &worse, &few())
        .unwrap()
        .unwrap();
    assert!(found.ours.high > found.theirs.low, "{found:?}");
    assert!(found.difference.high < 0.0, "{found:?}");
}

#[test]
fn each_side_has_the_estimate_it_has_alone_whatever_the_order_of_rows() {
    let rows = calibrated(80, 5);
    let ours = alone(rows.iter().copied());
    let theirs = timid(&rows);
    let mut reversed = theirs.rows().to_vec();
    reversed.reverse();
    let reversed = Predictions::new(reversed).unwrap();
    for metric in Metric::ALL {
        let found = compare(metric, &ours, &reversed, &few()).unwrap().unwrap();
        assert_eq!(Some(found.ours), estimate(metric, &ours, &few()));
        assert_eq!(Some(found.theirs), estimate(metric, &theirs, &few()));
    }
}

#[test]
fn a_conversation_that_one_side_lacks_is_named() {
    let whole = alone(calibrated(10, 1));
    let part = Predictions::new(whole.rows().iter().skip(3).cloned().collect()).unwrap();
    let lacking = |ours, theirs| compare(Metric::Auc, ours, theirs, &few()).unwrap_err();
    let error = lacking(&whole, &part);
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(
        error.to_string(),
        "the other method's predictions lack 3 of 10 conversations, first `call-0`"
    );
    assert_eq!(
        lacking(&part, &whole).to_string(),
        "our predictions lack 3 of 10 conversations, first `call-0`"
    );
}

#[test]
fn methods_graded_on_different_outcomes_are_not_compared() {
    let rows = |flip: &[usize]| {
        let row = |id| row(id, id, 0.5, (id % 2 == 0) != flip.contains(&id));
        Predictions::new((0..6).map(row).collect()).unwrap()
    };
    let error = compare(Metric::Auc, &rows(&[]), &rows(&[2, 5]), &few()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the outcomes of 2 of 6 conversations differ, first `call-2`"
    );
}

#[test]
fn where_the_metric_is_not_defined_there_is_no_difference() {
    let all_won = alone([(0.2, true), (0.4, true)]);
    let found = compare(Metric::Auc, &all_won, &all_won, &few()).unwrap();
    assert_eq!(found, None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn an_interval_without_zero_has_a_p_value_of_at_most_one_less_its_level(rows in any_rows(40), level in 0.5f64..0.95) {
        let plan = Bootstrap::new(60, level, 5).unwrap();
        let (ours, theirs) = (alone(rows.iter().copied()), timid(&rows));
        for metric in Metric::ALL {
            let Some(found) = compare(metric, &ours, &theirs, &plan).unwrap() else { continue };
            let Estimate { low, high, .. } = found.difference;
            if low > 0.0 || high < 0.0 {
                prop_assert!(found.p_value <= 1.0 - level + 2.0 / 60.0, "{metric}: {found:?}");
            }
        }
    }
}

/// `DeLong`, `DeLong` and Clarke-Pearson (1988): the standard error of the difference of two AUCs on the same rows.
fn delong_error(ours: &[(f64, bool)], theirs: &[(f64, bool)]) -> f64 {
    let above = |a: f64, b: f64| f64::midpoint(f64::from(a > b), f64::from(a >= b));
    let placements = |rows: &[(f64, bool)], of_won: bool| -> Vec<f64> {
        let others = || rows.iter().filter(|row| row.1 != of_won);
        let of = |row: &(f64, bool)| {
            let wins = others().map(|other| {
                if of_won {
                    above(row.0, other.0)
                } else {
                    above(other.0, row.0)
                }
            });
            wins.sum::<f64>() / others().count() as f64
        };
        rows.iter().filter(|row| row.1 == of_won).map(of).collect()
    };
    let variance = |of_won: bool| {
        let pairs = placements(ours, of_won)
            .into_iter()
            .zip(placements(theirs, of_won));
        let apart: Vec<f64> = pairs.map(|(our, their)| our - their).collect();
        let n = apart.len() as f64;
        let mean = apart.iter().sum::<f64>() / n;
        apart.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / (n - 1.0) / n
    };
    (variance(true) + variance(false)).sqrt()
}

#[test]
fn the_interval_of_independent_rows_is_that_of_delong() {
    let rows = calibrated(400, 11);
    // Another method: right in half of what it says, its rest a shuffle.
    let other: Vec<(f64, bool)> = rows
        .iter()
        .enumerate()
        .map(|(at, row)| {
            (
                f64::midpoint(row.0, rows[(at * 7 + 3) % rows.len()].0),
                row.1,
            )
        })
        .collect();
    let plan = Bootstrap::new(2000, 0.95, 1).unwrap();
    let found = compare(
        Metric::Auc,
        &alone(rows.iter().copied()),
        &alone(other.iter().copied()),
        &plan,
    );
    let Estimate { low, high, .. } = found.unwrap().unwrap().difference;
    let delong = 2.0 * 1.959_964 * delong_error(&rows, &other);
    assert!(
        ((high - low) / delong - 1.0).abs() < 0.08,
        "{} against {delong}",
        high - low
    );
}

#[test]
fn without_a_difference_the_p_value_is_small_as_often_as_it_says() {
    // Two methods that add as much noise each to the same truth.
    let small = (0..200).filter(|seed| {
        let rows = calibrated(80, 5000 + seed);
        let noise = calibrated(160, 9000 + seed);
        let with = |from: usize| {
            alone(
                rows.iter()
                    .enumerate()
                    .map(|(at, &(p, won))| (f64::midpoint(p, noise[from + at].0), won)),
            )
        };
        let plan = Bootstrap::new(100, 0.9, *seed).unwrap();
        let found = compare(Metric::Brier, &with(0), &with(80), &plan)
            .unwrap()
            .unwrap();
        found.p_value <= 0.1
    });
    // Binomial(200, 0.1): 20 give or take 4.2; percentile intervals are a little narrow.
    let small = small.count();
    assert!((8..=36).contains(&small), "{small} of 200");
}
