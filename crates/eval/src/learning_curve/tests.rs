use proptest::prelude::*;

use super::*;

fn plan() -> Bootstrap {
    Bootstrap::new(60, 0.95, 1).unwrap()
}

/// Points on a law, each with replicates that lie `noise` to both sides and on it.
fn on(law: impl Fn(f64) -> f64, sizes: &[u64], noise: f64) -> Vec<CurvePoint> {
    let point = |calls: &u64| {
        let value = law(*calls as f64);
        CurvePoint {
            calls: *calls,
            replicates: vec![value - noise, value, value + noise],
        }
    };
    sizes.iter().map(point).collect()
}

const SIZES: [u64; 5] = [50, 100, 200, 400, 800];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_curve_that_is_a_power_law_is_continued_as_it_goes_on(limit in 0.7f64..0.95, scale in 0.3f64..1.5, exponent in 0.25f64..0.9) {
        let law = |n: f64| limit - scale * n.powf(-exponent);
        let curve = LearningCurve::fit(Metric::Auc, &on(law, &SIZES, 0.0005), &[800], &plan()).unwrap();
        let gain = curve.forecasts[0].gain;
        prop_assert!((gain.value - (law(1600.0) - law(800.0))).abs() < 0.002, "{curve:?}");
        prop_assert!(gain.low <= gain.value + 1e-9 && gain.value <= gain.high + 1e-9);
    }

    #[test]
    fn limits_stay_within_the_metric_and_no_more_data_is_worse(values in prop::collection::vec(0.0f64..=1.0, 5)) {
        for metric in [Metric::Auc, Metric::Brier] {
            let points: Vec<_> = SIZES.iter().zip(&values).map(|(calls, value)| CurvePoint { calls: *calls, replicates: vec![*value] }).collect();
            let curve = LearningCurve::fit(metric, &points, &[100, 1000], &plan()).unwrap();
            let law = curve.law.unwrap();
            prop_assert!((-1e-9..=1.0 + 1e-9).contains(&law.limit), "{law:?}");
            let sign = if metric == Metric::Auc { 1.0 } else { -1.0 };
            prop_assert!(curve.forecasts.iter().all(|forecast| sign * forecast.gain.value >= -1e-12));
            prop_assert!(curve.doubts.contains(&Doubt::OneReplicate));
        }
    }
}

#[test]
fn one_training_that_failed_does_not_bend_the_curve() {
    let law = |n: f64| 0.8 - 0.8 * n.powf(-0.5);
    let mut points = on(law, &SIZES, 0.002);
    points[3].replicates.push(0.5);
    let curve = LearningCurve::fit(Metric::Auc, &points, &[800], &plan()).unwrap();
    let expected = law(1600.0) - law(800.0);
    assert!(
        (curve.forecasts[0].gain.value - expected).abs() < 0.003,
        "{curve:?}"
    );
}

#[test]
fn too_few_sizes_have_no_forecast_but_a_sentence() {
    let points = on(|n| 0.8 - 1.0 / n, &SIZES[..3], 0.001);
    let curve = LearningCurve::fit(Metric::Auc, &points, &[800], &plan()).unwrap();
    assert_eq!((curve.law, curve.forecasts.len()), (None, 0));
    assert_eq!(
        curve.to_string(),
        "What more labelled calls would buy cannot be said: it takes at least four sizes of training data."
    );
}

#[test]
fn a_flat_curve_refuses_to_go_on() {
    let curve = LearningCurve::fit(
        Metric::Auc,
        &on(|_| 0.7, &SIZES, 0.01),
        &[800, 9000],
        &plan(),
    )
    .unwrap();
    assert_eq!(curve.doubts, [Doubt::Flat]);
    assert!(!curve.is_identified());
    assert_eq!(
        curve.to_string(),
        "What more labelled calls would buy cannot be said: from the smallest size to the largest nothing was gained beyond \
         noise."
    );
}

#[test]
fn a_loss_falls_to_its_floor() {
    let law = |n: f64| 0.2 + 0.3 * n.powf(-0.5);
    let curve =
        LearningCurve::fit(Metric::Brier, &on(law, &SIZES, 0.0005), &[800], &plan()).unwrap();
    assert!(
        curve.forecasts[0].gain.high < 0.0 && curve.doubts.is_empty(),
        "{curve:?}"
    );
}

#[test]
fn a_point_without_meaning_is_an_error() {
    for (calls, replicates) in [(0, vec![0.5]), (9, vec![]), (9, vec![f64::NAN])] {
        let points = [
            CurvePoint {
                calls: 5,
                replicates: vec![0.5],
            },
            CurvePoint { calls, replicates },
        ];
        let found = LearningCurve::fit(Metric::Auc, &points, &[1], &plan());
        assert!(matches!(found, Err(EvalError::CurvePoint { at: 1 })));
    }
}

#[test]
fn a_forecast_beyond_four_times_the_data_is_called_a_guess() {
    let points = on(|n| 0.8 - 0.8 * n.powf(-0.5), &SIZES, 0.0005);
    let curve = LearningCurve::fit(Metric::Auc, &points, &[800, 9000], &plan()).unwrap();
    let said = curve.to_string();
    assert!(
        said.contains("9,000 more") && said.contains("a guess"),
        "{said}"
    );
}

/// Each fold has a level of its own, and all rise alike.
fn folds() -> Vec<CurvePoint> {
    let point = |calls: &u64| {
        let rise = 0.8 - 1.5 * (*calls as f64).powf(-0.5);
        CurvePoint {
            calls: *calls,
            replicates: [-0.06, -0.02, 0.0, 0.03, 0.05]
                .map(|level| rise + level)
                .to_vec(),
        }
    };
    SIZES.iter().map(point).collect()
}

#[test]
fn folds_that_differ_are_no_noise_where_they_are_paired() {
    let plan = Bootstrap::new(200, 0.95, 1).unwrap();
    let width = |curve: LearningCurve| {
        let gain = curve.forecasts[0].gain;
        gain.high - gain.low
    };
    let paired = LearningCurve::fit_paired(Metric::Auc, &folds(), &[800], &plan).unwrap();
    let apart = LearningCurve::fit(Metric::Auc, &folds(), &[800], &plan).unwrap();
    assert!(paired.doubts.is_empty(), "{paired:?}");
    assert_eq!(paired.law, apart.law);
    let (paired, apart) = (width(paired), width(apart));
    assert!(paired < apart / 3.0, "{paired} {apart}");
}

#[test]
fn folds_that_lack_a_size_do_not_pair() {
    let mut points = folds();
    points[2].replicates.pop();
    let found = LearningCurve::fit_paired(Metric::Auc, &points, &[800], &plan());
    assert!(matches!(found, Err(EvalError::CurvePoint { at: 2 })));
}
