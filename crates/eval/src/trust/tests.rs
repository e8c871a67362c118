use super::*;
use crate::sample::calibrated;

fn said(probability: f64, won: bool, group: usize) -> Said {
    let set = |coverage: f64, reach: f64| OutcomeSet {
        coverage,
        won: probability > 0.5 - reach,
        lost: probability < 0.5 + reach,
    };
    Said {
        group: format!("g{group}"),
        won,
        probability: Probability::new(probability).unwrap(),
        sets: vec![set(0.8, 0.1), set(0.9, 0.2)],
        doubts: Vec::new(),
    }
}

fn spread(rows: usize, seed: u64, to: impl Fn(f64) -> f64) -> Vec<Said> {
    let rows = calibrated(rows, seed).into_iter().enumerate();
    rows.map(|(place, (p, won))| said(to(p), won, place))
        .collect()
}

#[test]
fn true_probabilities_lie_in_the_band_about_as_often_as_its_level_says() {
    let plan = Bootstrap::new(400, 0.95, 0).unwrap();
    let within = (0..200).filter(|seed| {
        let trust = Trust::of(1.0, &spread(300, *seed, |p| p), &plan);
        trust.calibration.unwrap().within
    });
    // 97.5 % are at most the upper end; four standard errors of 200 are 4.4 points.
    let within = within.count();
    assert!((186..=200).contains(&within), "{within}");
}

#[test]
fn probabilities_that_are_too_sure_lie_above_the_band() {
    let sharp = |p: f64| if p > 0.5 { 0.5 + p / 2.0 } else { p / 2.0 };
    let trust = Trust::of(1.0, &spread(1_000, 1, sharp), &Bootstrap::default());
    let band = trust.calibration.unwrap();
    assert!(!band.within && band.error > band.high, "{band:?}");
    assert!(band.low < band.high);
}

#[test]
fn coverage_size_and_doubts_are_counted() {
    let mut calls = vec![
        said(0.9, true, 0),
        said(0.8, false, 1),
        said(0.55, false, 2),
        said(0.35, true, 3),
    ];
    calls[1].doubts = vec![Doubt::NearTheLine];
    calls[3].doubts = vec![
        Doubt::NearTheLine,
        Doubt::NothingLikeIt {
            familiarity: 0.1,
            usual: 0.2,
        },
    ];
    let Trust { sets, doubts, .. } = Trust::of(0.5, &calls, &Bootstrap::default());
    let numbers: Vec<(f64, f64, f64)> = sets
        .iter()
        .map(|set| (set.coverage, set.held.value, set.mean_size))
        .collect();
    assert_eq!(numbers, [(0.8, 0.5, 1.25), (0.9, 0.75, 1.5)]);
    let numbers: Vec<(&str, u64, Option<f64>)> = doubts
        .iter()
        .map(|one| (one.doubt.as_str(), one.calls, one.right))
        .collect();
    assert_eq!(
        numbers,
        [
            ("none", 2, Some(0.5)),
            ("any", 2, Some(0.0)),
            ("near_the_line", 2, Some(0.0)),
            ("neighbours_disagree", 0, None),
            ("nothing_like_it", 1, Some(0.0)),
        ]
    );
}

#[test]
fn calls_without_sets_have_no_coverage_and_no_calls_no_band() {
    let mut calls = vec![said(0.9, true, 0), said(0.1, false, 1)];
    calls[1].sets.clear();
    let plan = Bootstrap::default();
    assert!(Trust::of(1.0, &calls, &plan).sets.is_empty());
    assert_eq!(Trust::of(1.0, &[], &plan).calibration, None);
}
