use upturn_core::Diagnostic;

use super::*;
use crate::sample::{alone, calibrated, row};
use crate::{compare, estimate};

fn few() -> Bootstrap {
    Bootstrap::new(200, 0.95, 7).unwrap()
}

/// The same conversations and outcomes under a rising function of the probabilities.
fn bent(rows: &[(f64, bool)], power: f64) -> Predictions {
    alone(rows.iter().map(|&(p, won)| (p.powf(power), won)))
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-12
}

#[test]
fn one_run_is_measured_and_compared_as_predictions_are() {
    let rows = calibrated(90, 4);
    let (ours, theirs) = (bent(&rows, 1.0), bent(&rows, 2.0));
    for metric in Metric::ALL {
        let once = Runs::from(ours.clone());
        assert_eq!(
            once.estimate(metric, &few()),
            estimate(metric, &ours, &few())
        );
        assert_eq!(
            once.compare(metric, &theirs.clone().into(), &few())
                .unwrap(),
            compare(metric, &ours, &theirs, &few()).unwrap()
        );
        let four_times = Runs::new(vec![ours.clone(); 4]).unwrap();
        assert_eq!(
            four_times.estimate(metric, &few()),
            estimate(metric, &ours, &few())
        );
    }
}

#[test]
fn the_value_is_the_mean_of_the_runs() {
    let rows = calibrated(90, 4);
    let runs = Runs::new(vec![bent(&rows, 1.0), bent(&rows, 2.0), bent(&rows, 0.5)]).unwrap();
    for metric in Metric::ALL {
        let each = runs.by_run(metric);
        let value = runs.estimate(metric, &few()).unwrap().value;
        assert!(near(value, each.iter().sum::<f64>() / 3.0), "{metric}");
    }
    let parts = runs.brier_decomposition().unwrap();
    let brier = runs.estimate(Metric::Brier, &few()).unwrap().value;
    assert!(near(parts.brier(), brier));
}

#[test]
fn runs_do_not_make_conversations_more() {
    let rows = calibrated(100, 6);
    let once = Runs::from(bent(&rows, 1.0));
    let thrice = Runs::new(vec![bent(&rows, 1.0), bent(&rows, 1.1), bent(&rows, 0.9)]).unwrap();
    let width = |runs: &Runs| {
        let auc = runs.estimate(Metric::Auc, &few()).unwrap();
        auc.high - auc.low
    };
    // All three have the same order, so the same AUC on every resample.
    assert!(near(width(&once), width(&thrice)));
}

#[test]
fn luck_that_differs_between_runs_averages_out() {
    let rows = calibrated(200, 8);
    let noisy = |seed: usize| {
        let shift = move |at: usize| {
            if (at * 7 + seed * 3).is_multiple_of(5) {
                0.4
            } else {
                0.0
            }
        };
        let rows = rows.iter().enumerate();
        alone(rows.map(|(at, &(p, won))| ((p - shift(at)).max(0.0), won)))
    };
    let width = |runs: Vec<Predictions>| {
        let ours = Runs::new(runs).unwrap();
        let found = ours.compare(Metric::Brier, &bent(&rows, 1.0).into(), &few());
        let Estimate { low, high, .. } = found.unwrap().unwrap().difference;
        high - low
    };
    assert!(width((0..5).map(noisy).collect()) < 0.8 * width(vec![noisy(0)]));
}

#[test]
fn rows_are_paired_by_conversation_and_not_by_place() {
    let rows = calibrated(40, 5);
    let first = bent(&rows, 1.0);
    let mut turned = first.rows().to_vec();
    turned.reverse();
    let runs = Runs::new(vec![first.clone(), Predictions::new(turned).unwrap()]).unwrap();
    assert_eq!(runs.all()[0], runs.all()[1]);
}

#[test]
fn runs_of_other_conversations_or_outcomes_are_no_runs() {
    let first = Predictions::new(vec![row(1, 1, 0.5, true), row(2, 2, 0.4, false)]).unwrap();
    let fewer = Predictions::new(vec![row(1, 1, 0.5, true)]).unwrap();
    let other = Predictions::new(vec![row(1, 1, 0.5, false), row(2, 2, 0.4, false)]).unwrap();
    let error = |runs| Runs::new(runs).unwrap_err();
    assert_eq!(
        error(vec![first.clone(), fewer]).to_string(),
        "another run's predictions lack 1 of 2 conversations, first `call-2`"
    );
    assert!(matches!(
        error(vec![first, other]),
        EvalError::OutcomesDiffer { differing: 1, .. }
    ));
    assert!(matches!(error(Vec::new()), EvalError::NoPredictions));
    assert!(error(Vec::new()).hint().is_none());
}

/// The share of won rows in all folds but the row's own, for folds of so many rows, of which so many were won.
fn base_rates(folds: &[(usize, usize)]) -> Predictions {
    let won: usize = folds.iter().map(|(_, won)| won).sum();
    let rows: usize = folds.iter().map(|(rows, _)| rows).sum();
    let fold = |&(size, of_it): &(usize, usize)| {
        let rate = (won - of_it) as f64 / (rows - size) as f64;
        (0..size).map(move |at| (rate, at < of_it))
    };
    alone(folds.iter().flat_map(fold))
}

#[test]
fn a_base_rate_ranks_nothing_though_its_folds_are_in_the_wrong_order() {
    let pooled = Runs::from(base_rates(&[(20, 4), (20, 10), (20, 15)]));
    let auc = |runs: &Runs| runs.estimate(Metric::Auc, &few()).unwrap();
    assert!(auc(&pooled).value < 0.3, "{:?}", auc(&pooled));
    let unranked = auc(&pooled.unranked());
    assert!(
        [unranked.value, unranked.low, unranked.high]
            .iter()
            .all(|auc| near(*auc, 0.5))
    );
    let lift = pooled.unranked().estimate(Metric::Lift, &few()).unwrap();
    assert!(near(lift.value, 1.0));
}
