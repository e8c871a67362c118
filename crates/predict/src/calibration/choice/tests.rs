use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::PartLogits;

/// `groups` groups of `size` examples whose scores have the true logit `truth` of score and turns.
fn examples(
    groups: usize,
    size: usize,
    truth: impl Fn(f64, usize) -> f64,
) -> (Vec<OutOfFold>, Vec<f64>) {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    (0..groups * size)
        .map(|place| {
            let score = rng.random_range(-4.0..4.0);
            let turns = rng.random_range(2..40);
            let p = 1.0 / (1.0 + (-truth(score, turns)).exp());
            let example = OutOfFold {
                logits: PartLogits::default(),
                won: rng.random_bool(p),
                group: format!("g{}", place / size),
                turns,
                familiarity: None,
            };
            (example, score)
        })
        .unzip()
}

fn chosen(groups: usize, truth: impl Fn(f64, usize) -> f64) -> CalibrationChoice {
    let (examples, scores) = examples(groups, 1, truth);
    let fold_of: Vec<usize> = (0..groups).map(|place| place % 5).collect();
    let chosen = choose(&examples, &scores, &vec![1.0; groups], &fold_of).unwrap();
    assert_eq!(chosen.calibration.method(), chosen.choice.chosen);
    chosen.choice
}

#[test]
fn the_usual_method_stays_unless_another_is_better_by_more_than_the_standard_error() {
    for slope in [0.2, 0.5, 0.7, 1.0, 1.3] {
        let choice = chosen(300, |score, _| slope * score - 0.2);
        let usual = choice.chosen == CalibrationMethod::PlattByTurns;
        let clear = |other: &&CandidateLoss| other.gain > other.standard_error;
        let best = choice.candidates[1..].iter().filter(clear);
        let best = best.min_by(|a, b| a.loss.total_cmp(&b.loss));
        assert_eq!(best.is_none(), usual, "{choice:?}");
        assert!(best.is_none_or(|best| best.method == choice.chosen));
    }
}

#[test]
fn few_groups_leave_isotonic_regression_out() {
    let methods = |groups: usize| chosen(groups, |score, _| score).candidates.len();
    assert_eq!((methods(999), methods(1_000)), (4, 5));
}

#[test]
fn scores_that_tell_more_late_stay_with_the_usual_method() {
    let choice = chosen(1_500, |score, turns| score * turns as f64 / 20.0);
    assert_eq!(choice.chosen, CalibrationMethod::PlattByTurns, "{choice:?}");
    // The others lose by far more than noise.
    for other in &choice.candidates[1..] {
        assert!(other.gain < -2.0 * other.standard_error, "{other:?}");
    }
}

#[test]
fn steps_are_left_to_a_curve_that_can_follow_them() {
    let choice = chosen(3_000, |score, _| match score {
        ..-1.0 => -2.5,
        ..1.0 => 0.0,
        _ => 2.5,
    });
    assert_eq!(choice.chosen, CalibrationMethod::Isotonic, "{choice:?}");
}

#[test]
fn what_bends_on_one_side_only_is_left_to_beta() {
    let choice = chosen(3_000, |score, _| 2.0 * score.exp().ln_1p() - 1.5);
    assert_eq!(choice.chosen, CalibrationMethod::Beta, "{choice:?}");
}

#[test]
fn no_example_is_judged_by_a_calibration_that_saw_its_group() {
    let (mut examples, scores) = examples(60, 2, |score, _| score);
    let weights = vec![0.5; 120];
    let fold_of: Vec<usize> = (0..120).map(|place| place / 2 % 5).collect();
    let before = choose(&examples, &scores, &weights, &fold_of).unwrap();
    for (example, fold) in examples.iter_mut().zip(&fold_of) {
        example.won ^= *fold == 0;
    }
    let rows = Rows {
        examples: &examples,
        scores: &scores,
        fold_of: &fold_of,
    };
    let after = rows.unseen(before.choice.chosen).unwrap();
    for ((before, after), fold) in before.unseen.iter().zip(&after).zip(&fold_of) {
        assert_eq!(before.to_bits() == after.to_bits(), *fold == 0);
    }
}

/// Two groups: losses ln 2 each for the usual, 0.5 and 0.7 for the other.
#[test]
fn gain_and_standard_error_are_the_formulas() {
    let ln2 = std::f64::consts::LN_2;
    let other = compared(CalibrationMethod::Beta, &[ln2, ln2], &[0.5, 0.7]);
    assert!((other.loss - 0.6).abs() < 1e-12);
    assert!((other.gain - (ln2 - 0.6)).abs() < 1e-12);
    // The differences are 0.1 from their mean: √((0.01 + 0.01) / 1 / 2).
    assert!((other.standard_error - 0.1).abs() < 1e-12);
}
