use proptest::prelude::*;

use super::*;

const ROWS: [[f64; 3]; 8] = [
    [1.0, 200.0, -0.5],
    [2.0, 180.0, 0.25],
    [3.0, 240.0, 1.5],
    [4.0, 150.0, -1.0],
    [5.0, 260.0, 0.0],
    [6.0, 210.0, 2.0],
    [7.0, 170.0, 0.75],
    [8.0, 300.0, -2.0],
];
const WON: [bool; 8] = [false, false, true, false, true, true, false, true];
const COUNTS: [f64; 8] = [1.0, 1.0, 0.5, 0.5, 1.0, 2.0, 0.25, 1.0];
const ASKED: [[f64; 3]; 2] = [[4.5, 222.0, 0.1], [1.0, 300.0, 3.0]];

fn rows() -> Vec<Vec<f64>> {
    ROWS.iter().map(|row| row.to_vec()).collect()
}

/// Python 3.11.7, scikit-learn 1.9.1, numpy 2.4.6:
/// `s = StandardScaler().fit(X, sample_weight=n)`,
/// `LogisticRegression(C=0.5, tol=1e-12, max_iter=10000).fit(s.transform(X), y, sample_weight=n)`, and its
/// `decision_function(s.transform(asked))`; first with n all ones, then with `COUNTS`.
#[test]
fn agrees_with_scikit_learn() -> Result<(), PredictError> {
    let plain = LinearModel::fit(&rows(), &WON, 0.5)?;
    let counted = LinearModel::fit_counted(&rows(), &WON, &COUNTS, 0.5)?;
    for (model, expected) in [
        (plain, [0.138_788_20, 1.828_184_39]),
        (counted, [0.544_405_51, 1.609_797_89]),
    ] {
        for (row, expected) in ASKED.iter().zip(expected) {
            let got = model.logit(row)?;
            assert!((got - expected).abs() < 1e-5, "{got} {expected}");
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn units_do_not_matter(factor in 1e-6f64..1e6, shift in -100.0f64..100.0, column in 0usize..3) {
        let convert = |row: &[f64]| {
            let mut row = row.to_vec();
            row[column] = (row[column] + shift) * factor;
            row
        };
        let other_units: Vec<Vec<f64>> = ROWS.iter().map(|row| convert(row)).collect();
        let (a, b) = (LinearModel::fit(&rows(), &WON, 1.0).unwrap(), LinearModel::fit(&other_units, &WON, 1.0).unwrap());
        for row in ASKED {
            let (a, b) = (a.logit(&row).unwrap(), b.logit(&convert(&row)).unwrap());
            prop_assert!((a - b).abs() < 1e-4, "{} {}", a, b);
        }
    }
}

#[test]
fn a_constant_column_changes_nothing() -> Result<(), PredictError> {
    let with = |row: &[f64], value: f64| [row, &[value]].concat();
    let wider: Vec<Vec<f64>> = ROWS.iter().map(|row| with(row, 0.1)).collect();
    let (plain, wider) = (
        LinearModel::fit(&rows(), &WON, 1.0)?,
        LinearModel::fit(&wider, &WON, 1.0)?,
    );
    let (a, b) = (
        plain.logit(&ASKED[0])?,
        wider.logit(&with(&ASKED[0], 99.0))?,
    );
    assert!((a - b).abs() < 1e-9);
    Ok(())
}

#[test]
fn counting_a_row_twice_is_giving_it_twice() -> Result<(), PredictError> {
    let twice: Vec<Vec<f64>> = rows().into_iter().chain([ROWS[2].to_vec()]).collect();
    let mut won = WON.to_vec();
    won.push(WON[2]);
    let mut counts = [1.0; 8];
    counts[2] = 2.0;
    let (given, counted) = (
        LinearModel::fit(&twice, &won, 1.0)?,
        LinearModel::fit_counted(&rows(), &WON, &counts, 1.0)?,
    );
    let (a, b) = (given.logit(&ASKED[1])?, counted.logit(&ASKED[1])?);
    assert!((a - b).abs() < 1e-5, "{a} {b}");
    Ok(())
}

#[test]
fn rows_that_do_not_fit_are_refused() {
    let fit = |rows: &[Vec<f64>], won: &[bool]| LinearModel::fit(rows, won, 1.0).unwrap_err();
    let ragged = [vec![1.0], vec![1.0, 2.0]];
    assert_eq!(
        fit(&ragged, &[true, false]),
        PredictError::Width {
            expected: 1,
            got: 2
        }
    );
    let nan = [vec![1.0, 0.0], vec![1.0, f64::NAN]];
    assert_eq!(
        fit(&nan, &[true, false]),
        PredictError::NotFinite { row: 1, column: 1 }
    );
    assert_eq!(
        fit(&[vec![1.0], vec![2.0]], &[true, true]),
        PredictError::OneOutcome { won: 2, lost: 0 }
    );
    assert_eq!(fit(&[], &[]), PredictError::OneOutcome { won: 0, lost: 0 });
    assert_eq!(
        fit(&[vec![1.0]], &[true, false]),
        PredictError::Unpaired {
            expected: 1,
            got: 2
        }
    );
}

#[test]
fn a_kept_model_whose_lists_differ_is_refused() {
    let broken = r#"{"mean":[1.0],"scale":[1.0,2.0],"weights":[1.0],"intercept":0.0}"#;
    let error = serde_json::from_str::<LinearModel>(broken).unwrap_err();
    assert!(error.to_string().contains("expected 1"), "{error}");
}

proptest! {
    #[test]
    fn rows_in_a_scratch_file_give_the_same_bits(
        rows in prop::collection::vec(prop::collection::vec(-3.0f64..3.0, 11), 12),
        bytes in 0usize..1_200,
    ) {
        let won: Vec<bool> = (0..12).map(|at| at % 3 == 0).collect();
        let counts: Vec<f64> = (0..12).map(|at| 1.0 / f64::from(1 + at % 2)).collect();
        let files = || tempfile::tempfile();
        let mut kept = LinearRows::new(Room::new(bytes, &files));
        for row in &rows {
            kept.push(row.clone()).unwrap();
        }
        let streamed = LinearModel::fit_rows(kept, &won, &counts, 0.5).unwrap();
        prop_assert_eq!(streamed, LinearModel::fit_counted(&rows, &won, &counts, 0.5).unwrap());
    }
}
