use proptest::prelude::*;

use super::*;

/// `s` of the Python beside the numbers.
pub(super) const SCORES: [f64; 12] = [
    -2.0, -1.5, -0.5, -0.25, 0.1, 0.3, 0.9, 1.4, 2.2, 3.0, -1.0, 0.5,
];

/// `ask`.
pub(super) const ASKED: [f64; 5] = [-3.0, -0.4, 0.2, 1.0, 4.0];

const fn won(digits: [u8; 12]) -> [bool; 12] {
    let mut won = [false; 12];
    let mut at = 0;
    while at < 12 {
        won[at] = digits[at] == 1;
        at += 1;
    }
    won
}

/// `y`; with `w = y.sum()`, `z = where(y == 1, (w + 1) / (w + 2), 1 / (12 - w + 2))`: so each example stands once as won
/// with weight `z` and once as lost with weight `1 - z` where a library takes no other targets than 0 and 1.
pub(super) const OUTCOMES: [[bool; 12]; 4] = [
    won([0, 0, 1, 0, 0, 1, 1, 0, 1, 1, 0, 1]),
    won([1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0]),
    won([1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 0]),
    won([1, 1, 1, 0, 0, 0, 1, 1, 0, 1, 0, 1]),
];

proptest! {
    #[test]
    fn every_method_is_finite_keeps_the_order_and_is_kept_to_the_bit(
        examples in prop::collection::vec((-30.0f64..30.0, 1usize..60, any::<bool>()), 4..40),
        asked in prop::array::uniform2(-900.0f64..900.0),
        turns in 0usize..200,
    ) {
        let scores: Vec<f64> = examples.iter().map(|(score, ..)| *score).collect();
        let lengths: Vec<usize> = examples.iter().map(|(_, turns, _)| *turns).collect();
        let won: Vec<bool> = examples.iter().map(|(.., won)| *won).collect();
        prop_assume!(won.iter().any(|won| *won) && won.iter().any(|won| !won));
        let (low, high) = (asked[0].min(asked[1]), asked[0].max(asked[1]));
        for method in CalibrationMethod::ALL {
            let fitted = Calibration::fit(method, &scores, &lengths, &won).unwrap();
            prop_assert_eq!(fitted.method(), method);
            let (below, above) = (fitted.logit(low, turns), fitted.logit(high, turns));
            prop_assert!(below.is_finite() && above.is_finite(), "{:?}", fitted);
            prop_assert!(below <= above + 1e-9, "{:?}: {} {}", fitted, below, above);
            let kept = serde_json::to_string(&fitted).unwrap();
            prop_assert!(kept.contains(method.as_str()));
            let again: Calibration = serde_json::from_str(&kept).unwrap();
            prop_assert_eq!(again.logit(low, turns).to_bits(), below.to_bits());
        }
    }
}

#[test]
fn scores_that_part_without_error_give_finite_logits_and_those_that_mislead_one() {
    let scores = [-1.0, -0.5, 0.5, 1.0];
    let right = [false, false, true, true];
    for method in CalibrationMethod::ALL {
        let fit = |won: &[bool]| Calibration::fit(method, &scores, &[3; 4], won).unwrap();
        let told = fit(&right);
        assert!(
            told.logit(-1.0, 3) < 0.0 && told.logit(1.0, 3) > 0.0,
            "{told:?}"
        );
        assert!(told.logit(1.0, 3) < 20.0, "{told:?}");
        let misled = fit(&right.map(|won| !won));
        assert!(misled.logit(-9.0, 3).abs() < 1e-6 && misled.logit(9.0, 3).abs() < 1e-6);
    }
}

#[test]
fn what_cannot_be_learnt_from_is_refused_by_every_method() {
    for method in CalibrationMethod::ALL {
        let fit = |scores: &[f64], won: &[bool]| Calibration::fit(method, scores, &[1, 2], won);
        assert!(matches!(
            fit(&[0.0, 1.0], &[true, true]),
            Err(PredictError::OneOutcome { won: 2, lost: 0 })
        ));
        assert!(matches!(
            fit(&[0.0, f64::NAN], &[true, false]),
            Err(PredictError::NotFinite { row: 1, column: 0 })
        ));
    }
}
