use proptest::prelude::*;

use super::{BrierDecomposition, Metric};
use crate::sample::{any_rows, calibrated};

/// The metrics as their definitions say, pair by pair, threshold by threshold, bin by bin.
mod oracle {
    pub(super) fn auc(rows: &[(f64, bool)]) -> Option<f64> {
        let mut pairs = 0.0;
        let mut in_order = 0.0;
        for won in rows.iter().filter(|row| row.1) {
            for lost in rows.iter().filter(|row| !row.1) {
                pairs += 1.0;
                in_order += match won.0.partial_cmp(&lost.0).unwrap() {
                    std::cmp::Ordering::Greater => 1.0,
                    std::cmp::Ordering::Equal => 0.5,
                    std::cmp::Ordering::Less => 0.0,
                };
            }
        }
        (pairs > 0.0).then_some(in_order / pairs)
    }

    pub(super) fn average_precision(rows: &[(f64, bool)]) -> Option<f64> {
        let won = rows.iter().filter(|row| row.1).count();
        if won == 0 || won == rows.len() {
            return None;
        }
        let won = won as f64;
        let mut thresholds: Vec<f64> = rows.iter().map(|row| row.0).collect();
        thresholds.sort_by(|a, b| b.partial_cmp(a).unwrap());
        thresholds.dedup();
        let mut recall_before = 0.0;
        let mut sum = 0.0;
        for threshold in thresholds {
            let said_won = rows.iter().filter(|row| row.0 >= threshold);
            let hits = said_won.clone().filter(|row| row.1).count() as f64;
            let recall = hits / won;
            sum += (recall - recall_before) * hits / said_won.count() as f64;
            recall_before = recall;
        }
        Some(sum)
    }

    pub(super) fn brier(rows: &[(f64, bool)]) -> f64 {
        let squares = rows.iter().map(|row| (row.0 - f64::from(row.1)).powi(2));
        squares.sum::<f64>() / rows.len() as f64
    }

    pub(super) fn log_loss(rows: &[(f64, bool)]) -> f64 {
        let losses = rows.iter().map(|&(p, won)| {
            let p = p.clamp(1e-15, 1.0 - 1e-15);
            let y = f64::from(won);
            -(y * p.ln() + (1.0 - y) * (1.0 - p).ln())
        });
        losses.sum::<f64>() / rows.len() as f64
    }

    fn away(p: f64, step: i32) -> f64 {
        (p * 20.0 - f64::from(step)).abs()
    }

    /// For rows in steps of 0.05: ten times a decile is then a whole number of steps.
    pub(super) fn ece(rows: &[(f64, bool)]) -> f64 {
        let step = |p: f64| {
            (0..=20)
                .min_by(|a, b| away(p, *a).total_cmp(&away(p, *b)))
                .unwrap()
        };
        let mut sorted: Vec<i32> = rows.iter().map(|row| step(row.0)).collect();
        sorted.sort_unstable();
        let last = sorted.len() - 1;
        let decile = |k: usize| {
            let (at, rest) = (k * last / 10, i32::try_from(k * last % 10).unwrap());
            10 * sorted[at] + rest * (sorted[(at + 1).min(last)] - sorted[at])
        };
        let bin_of = |p: f64| (1..10).filter(|k| decile(*k) < 10 * step(p)).count();
        let mut sum = 0.0;
        for bin in 0..10 {
            let rows_in: Vec<_> = rows.iter().filter(|row| bin_of(row.0) == bin).collect();
            if rows_in.is_empty() {
                continue;
            }
            let n = rows_in.len() as f64;
            let won = rows_in.iter().filter(|row| row.1).count() as f64 / n;
            let said = rows_in.iter().map(|row| row.0).sum::<f64>() / n;
            sum += n / rows.len() as f64 * (won - said).abs();
        }
        sum
    }

    /// The chance of each row to be in the top tenth if tied rows are drawn by lot.
    pub(super) fn lift(rows: &[(f64, bool)]) -> Option<f64> {
        let top = rows.len().div_ceil(10) as f64;
        let base = rows.iter().filter(|row| row.1).count() as f64 / rows.len() as f64;
        let chance = |row: &(f64, bool)| {
            let above = rows.iter().filter(|other| other.0 > row.0).count() as f64;
            let tied = rows
                .iter()
                .filter(|other| (other.0 - row.0).abs() < 1e-9)
                .count() as f64;
            ((top - above) / tied).clamp(0.0, 1.0)
        };
        let won: f64 = rows.iter().filter(|row| row.1).map(chance).sum();
        (base > 0.0).then_some(won / top / base)
    }

    /// Isotonic regression by its minimax formula: `max over i <= t of min over j >= t of the share won in i..=j`.
    pub(super) fn isotonic(rows: &[(f64, bool)]) -> Vec<f64> {
        let share = |low: f64, high: f64| {
            let inside = rows.iter().filter(|row| row.0 >= low && row.0 <= high);
            inside.clone().filter(|row| row.1).count() as f64 / inside.count() as f64
        };
        let at = |p: f64| {
            let below = rows.iter().map(|row| row.0).filter(|low| *low <= p);
            let above = || rows.iter().map(|row| row.0).filter(move |high| *high >= p);
            let least = below.map(|low| above().map(|high| share(low, high)).fold(1.0, f64::min));
            least.fold(0.0, f64::max)
        };
        rows.iter().map(|row| at(row.0)).collect()
    }
}

fn of(metric: Metric, rows: &[(f64, bool)]) -> Option<f64> {
    let (probabilities, won): (Vec<f64>, Vec<bool>) = rows.iter().copied().unzip();
    metric.of(&probabilities, &won)
}

fn parts(rows: &[(f64, bool)]) -> BrierDecomposition {
    let (probabilities, won): (Vec<f64>, Vec<bool>) = rows.iter().copied().unzip();
    BrierDecomposition::of(&probabilities, &won).unwrap()
}

fn near(got: Option<f64>, expected: Option<f64>) -> bool {
    match (got, expected) {
        (Some(got), Some(expected)) => (got - expected).abs() < 1e-12,
        (got, expected) => got == expected,
    }
}

proptest! {
    #[test]
    fn every_metric_agrees_with_its_definition(rows in any_rows(40)) {
        prop_assert!(near(of(Metric::Auc, &rows), oracle::auc(&rows)));
        prop_assert!(near(of(Metric::AveragePrecision, &rows), oracle::average_precision(&rows)));
        prop_assert!(near(of(Metric::Brier, &rows), Some(oracle::brier(&rows))));
        prop_assert!(near(of(Metric::LogLoss, &rows), Some(oracle::log_loss(&rows))));
        prop_assert!(near(of(Metric::Ece, &rows), Some(oracle::ece(&rows))));
        prop_assert!(near(of(Metric::Lift, &rows), oracle::lift(&rows)));
    }

    #[test]
    fn the_parts_of_the_brier_score_are_those_of_isotonic_recalibration(rows in any_rows(30)) {
        let parts = parts(&rows);
        let recalibrated: Vec<_> = oracle::isotonic(&rows).into_iter().zip(rows.iter().map(|row| row.1)).collect();
        let (score, best) = (oracle::brier(&rows), oracle::brier(&recalibrated));
        let share = rows.iter().filter(|row| row.1).count() as f64 / rows.len() as f64;
        prop_assert!((parts.brier() - score).abs() < 1e-12);
        prop_assert!((parts.reliability - (score - best)).abs() < 1e-12);
        prop_assert!((parts.uncertainty - share * (1.0 - share)).abs() < 1e-12);
        prop_assert!(parts.reliability >= 0.0 && parts.resolution >= 0.0);
    }

    #[test]
    fn a_strictly_rising_function_changes_the_reliability_alone(rows in any_rows(40)) {
        let bent: Vec<_> = rows.iter().map(|&(p, won)| (p.powi(3) * 0.4 + 0.5, won)).collect();
        prop_assert!((parts(&rows).resolution - parts(&bent).resolution).abs() < 1e-12);
        prop_assert!((parts(&rows).uncertainty - parts(&bent).uncertainty).abs() < 1e-12);
    }

    #[test]
    fn a_strictly_rising_function_keeps_the_metrics_of_order(rows in any_rows(40)) {
        let bent: Vec<_> = rows.iter().map(|&(p, won)| (p.powi(3) * 0.4 + 0.5, won)).collect();
        for metric in [Metric::Auc, Metric::AveragePrecision, Metric::Lift] {
            prop_assert_eq!(of(metric, &rows), of(metric, &bent));
        }
    }

    #[test]
    fn a_reversed_order_has_the_complementary_auc(rows in any_rows(40)) {
        let reversed: Vec<_> = rows.iter().map(|&(p, won)| (1.0 - p, won)).collect();
        let complement = of(Metric::Auc, &rows).map(|auc| 1.0 - auc);
        prop_assert!(near(of(Metric::Auc, &reversed), complement));
    }

    #[test]
    fn no_constant_beats_the_share_of_won_by_a_proper_score(
        rows in any_rows(40),
        constant in 0.0f64..=1.0,
    ) {
        let share = rows.iter().filter(|row| row.1).count() as f64 / rows.len() as f64;
        let always = |p: f64| rows.iter().map(|row| (p, row.1)).collect::<Vec<_>>();
        for metric in [Metric::Brier, Metric::LogLoss] {
            let best = of(metric, &always(share)).unwrap();
            prop_assert!(best <= of(metric, &always(constant)).unwrap() + 1e-12);
        }
    }

    #[test]
    fn every_value_is_finite_and_not_negative(rows in any_rows(40)) {
        for metric in Metric::ALL {
            let value = of(metric, &rows).unwrap_or(0.5);
            let most = match metric {
                Metric::LogLoss => 34.6,
                Metric::Lift => 10.0 + 1e-12,
                Metric::Auc | Metric::AveragePrecision | Metric::Brier | Metric::Ece => 1.0 + 1e-12,
            };
            prop_assert!((0.0..=most).contains(&value), "{metric} is {value}");
        }
    }
}

#[test]
fn numbers_that_can_be_checked_by_hand() {
    // Pairs (0.8, 0.4), (0.8, 0.6), (0.4, 0.4), (0.4, 0.6): two in order, one tied, one not.
    let rows = [(0.8, true), (0.4, true), (0.4, false), (0.6, false)];
    assert!(near(of(Metric::Auc, &rows), Some(2.5 / 4.0)));
    // Recall one half at precision 1, the other half at precision 2 / 4.
    assert!(near(of(Metric::AveragePrecision, &rows), Some(0.5 + 0.25)));
    assert!(near(
        of(Metric::Brier, &rows),
        Some((0.04 + 0.36 + 0.16 + 0.36) / 4.0)
    ));
    assert!(near(
        of(Metric::LogLoss, &rows),
        Some(-(0.8f64 * 0.4 * 0.6 * 0.4).ln() / 4.0)
    ));
    // Bins: 0.4 twice (won 1 of 2), 0.6 (won 0), 0.8 (won 1).
    assert!(near(of(Metric::Ece, &rows), Some((0.2 + 0.2 + 0.6) / 4.0)));
    // The top tenth is one row, which is won; half of all are.
    assert!(near(of(Metric::Lift, &rows), Some(2.0)));
    // Recalibrated: 0.4 and 0.6 pool to 1 of 3, 0.8 has 1 of 1; their score is 3 * 2 / 9 / 4.
    let parts = parts(&rows);
    assert!((parts.resolution - (0.25 - 1.0 / 6.0)).abs() < 1e-12);
    assert!((parts.reliability - (0.23 - 1.0 / 6.0)).abs() < 1e-12);
}

// Python 3.11.7, scikit-learn 1.9.1, numpy 2.4.6:
//   roc_auc_score(y, p)            # 0.78125
//   average_precision_score(y, p)  # 0.804405990547295
//   brier_score_loss(y, p)         # 0.1937875
//   log_loss(y, p)                 # 0.5843877114323716
//   t, q = calibration_curve(y, p, n_bins=10, strategy="quantile")
//   e = np.percentile(p, np.linspace(0, 1, 11) * 100)
//   n = np.bincount(np.searchsorted(e[1:-1], p)); n = n[n > 0]
//   (n / len(p) * abs(t - q)).sum()  # 0.19458333333333333
//   r = IsotonicRegression().fit_transform(p, y); s = brier_score_loss(y, p); c = ((r - y) ** 2).mean()
//   s - c, 0.25 - c                # 0.02712083333333329, 0.08333333333333329
#[test]
fn numbers_of_scikit_learn() {
    let p = [
        0.91, 0.13, 0.44, 0.44, 0.44, 0.72, 0.72, 0.05, 0.05, 0.60, 0.60, 0.60, 0.33, 0.88, 0.27,
        0.51, 1.0, 0.0, 0.19, 0.67, 0.30, 0.70, 0.78, 0.44,
    ];
    let y = [
        1, 0, 1, 0, 0, 1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 1, 0,
    ];
    let won = y.map(|y| y == 1);
    let expected = [
        (Metric::Auc, 0.78125),
        (Metric::AveragePrecision, 0.804_405_990_547_295),
        (Metric::Brier, 0.193_787_5),
        (Metric::LogLoss, 0.584_387_711_432_371_6),
        (Metric::Ece, 0.194_583_333_333_333_33),
    ];
    for (metric, expected) in expected {
        let got = metric.of(&p, &won);
        assert!(near(got, Some(expected)), "{metric}: {got:?}");
    }
    let parts = BrierDecomposition::of(&p, &won).unwrap();
    assert!(
        (parts.reliability - 0.027_120_833_333_333_29).abs() < 1e-12,
        "{parts:?}"
    );
    assert!(
        (parts.resolution - 0.083_333_333_333_333_29).abs() < 1e-12,
        "{parts:?}"
    );
}

#[test]
fn where_a_metric_is_not_defined_there_is_none() {
    for metric in Metric::ALL {
        let needs_both = matches!(metric, Metric::Auc | Metric::AveragePrecision);
        for won in [true, false] {
            let is_none = needs_both || (metric == Metric::Lift && !won);
            assert_eq!(metric.of(&[0.2, 0.3], &[won, won]).is_none(), is_none);
        }
        assert_eq!(metric.of(&[], &[]), None);
        assert_eq!(metric.of(&[0.5], &[true, false]), None);
        for wrong in [f64::NAN, -0.1, 1.1] {
            assert_eq!(metric.of(&[0.5, wrong], &[true, false]), None);
        }
    }
}

#[test]
fn a_certain_mistake_costs_the_clip_and_not_infinity() {
    let cost = of(Metric::LogLoss, &[(0.0, true)]).unwrap();
    assert!((cost - 34.538_776_394_910_684).abs() < 1e-9, "{cost}");
}

#[test]
fn calibrated_probabilities_have_the_calibration_error_of_their_noise() {
    let errors = (0..100).map(|seed| of(Metric::Ece, &calibrated(1000, seed)).unwrap());
    let mean = errors.sum::<f64>() / 100.0;
    assert!((mean - 0.031).abs() < 0.003, "{mean}");
}

#[test]
fn the_word_in_json_is_the_word_in_files() {
    for metric in Metric::ALL {
        assert_eq!(
            serde_json::to_value(metric).unwrap(),
            metric.as_str(),
            "{metric}"
        );
    }
}
