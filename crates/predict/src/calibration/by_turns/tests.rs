use proptest::prelude::*;

use super::*;

const SCORES: [f64; 12] = [
    -2.0, -1.5, -0.5, -0.25, 0.1, 0.3, 0.9, 1.4, 2.2, 3.0, -1.0, 0.5,
];
const TURNS: [usize; 12] = [2, 2, 3, 4, 5, 6, 8, 10, 12, 20, 7, 3];

fn won(digits: [u8; 12]) -> Vec<bool> {
    digits.iter().map(|digit| *digit == 1).collect()
}

/// Python 3.11.7, numpy 2.4.6, scipy 1.17.1, with `s`, `n` as above, `L = log(n)`, `e, l = sorted(L)[1], sorted(L)[10]`,
/// `t = clip((L - e) / (l - e), 0, 1)`, `z` the targets of Platt and `f(v, X) = logaddexp(0, X @ v).sum() - z @ (X @ v)`:
/// `P` of `minimize(f, [0, 0], (c_[s, ones(12)],), method="L-BFGS-B")`, then
/// `minimize(f(v, c_[s * (1 - t), s * t, t, ones(12)]) + ((v[:3] - [P, P, 0]) ** 2).sum() / 2, method="L-BFGS-B",
/// bounds=[(0, None)] * 2 + [(None, None)] * 2)`, asked about (1, 2), (1, 6), (1, 99) and (-1, 12). The second outcomes
/// mislead early: without the bound the early slope would be -0.129.
#[test]
fn agrees_with_scipy() -> Result<(), PredictError> {
    let asked = [(1.0, 2), (1.0, 6), (1.0, 99), (-1.0, 12)];
    for (outcomes, expected) in [
        (
            [0, 0, 1, 0, 0, 1, 1, 0, 1, 1, 0, 1],
            [0.903_398, 0.623_779, 0.447_36, -0.868_983],
        ),
        (
            [1, 0, 1, 0, 0, 1, 1, 0, 1, 1, 0, 0],
            [-0.277_377, 0.053_705, 0.262_594, -0.937_952],
        ),
    ] {
        let calibration = PlattByTurns::fit(&SCORES, &TURNS, &won(outcomes))?;
        for ((score, turns), expected) in asked.into_iter().zip(expected) {
            let got = calibration.logit(score, turns);
            assert!((got - expected).abs() < 1e-4, "{got} {expected}");
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_order_is_turned_round_among_calls_of_equal_length(
        examples in prop::collection::vec((-4.0f64..4.0, 1usize..60, any::<bool>()), 4..40),
        a in -9.0f64..9.0,
        b in -9.0f64..9.0,
        asked in 0usize..200,
    ) {
        let scores: Vec<f64> = examples.iter().map(|(score, ..)| *score).collect();
        let turns: Vec<usize> = examples.iter().map(|(_, turns, _)| *turns).collect();
        let won: Vec<bool> = examples.iter().map(|(.., won)| *won).collect();
        match PlattByTurns::fit(&scores, &turns, &won) {
            Ok(fitted) => {
                prop_assert!(fitted.early.slope >= 0.0 && fitted.late.slope >= 0.0);
                prop_assert!(fitted.logit(a.min(b), asked) <= fitted.logit(a.max(b), asked) + 1e-12);
            }
            Err(error) => prop_assert!(matches!(error, PredictError::OneOutcome { .. }), "{}", error),
        }
    }
}

#[test]
fn calls_of_one_length_are_calibrated_by_platt() -> Result<(), PredictError> {
    let won = won([0, 0, 1, 0, 0, 1, 1, 0, 1, 1, 0, 1]);
    let platt = Platt::fit(&SCORES, &won)?;
    let calibration = PlattByTurns::fit(&SCORES, &[9; 12], &won)?;
    for turns in [0, 1, 9, 30] {
        for score in SCORES {
            let (got, expected) = (calibration.logit(score, turns), platt.logit(score));
            assert_eq!(got.to_bits(), expected.to_bits());
        }
    }
    Ok(())
}

/// The early half of the examples says nothing, the late one everything but every tenth.
#[test]
fn scores_that_know_nothing_early_are_believed_late_only() -> Result<(), PredictError> {
    let example = |place: usize| {
        let won = place.is_multiple_of(2);
        let late = place >= 200;
        let told = if late {
            won != place.is_multiple_of(10)
        } else {
            (place / 2).is_multiple_of(2)
        };
        let turns = if late { 20 } else { 3 };
        (if told { 1.0 } else { -1.0 }, turns, won)
    };
    let examples: Vec<(f64, usize, bool)> = (0..400).map(example).collect();
    let scores: Vec<f64> = examples.iter().map(|(score, ..)| *score).collect();
    let turns: Vec<usize> = examples.iter().map(|(_, turns, _)| *turns).collect();
    let won: Vec<bool> = examples.iter().map(|(.., won)| *won).collect();
    let fitted = PlattByTurns::fit(&scores, &turns, &won)?;
    assert!(fitted.early.slope < 0.1, "{fitted:?}");
    assert!(fitted.late.slope > 1.0, "{fitted:?}");
    let between = fitted.logit(1.0, 8);
    assert!(fitted.logit(1.0, 3) < between && between < fitted.logit(1.0, 20));
    assert_eq!(
        fitted.logit(1.0, 20).to_bits(),
        fitted.logit(1.0, 2_000).to_bits()
    );
    Ok(())
}

#[test]
fn lists_of_different_lengths_are_refused() {
    let error = PlattByTurns::fit(&[0.0, 1.0], &[3], &[false, true]).unwrap_err();
    assert_eq!(
        error,
        PredictError::Unpaired {
            expected: 2,
            got: 1
        }
    );
}
