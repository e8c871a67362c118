//! Values for every row from a fit that never saw it: [`cross_validate`], [`cross_validate_some`].

use std::collections::BTreeSet;
use std::error::Error;

use upturn_core::{Diagnostic, ErrorKind};

/// One split: fit on `train`, predict `test`. Both hold places of rows, rising.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fold<'a> {
    /// Number of the fold that is left out.
    pub number: usize,
    /// Rows of all other folds; never empty.
    pub train: &'a [usize],
    /// Rows of this fold; never empty.
    pub test: &'a [usize],
}

/// Why a cross-validation has no result. `E` is the error of a fold's fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CrossValidationError<E: Error + 'static> {
    /// Fewer than two different folds: nothing would be left to fit on.
    #[error("cross-validation needs at least two folds, got {got}")]
    TooFewFolds {
        /// How many different folds there are.
        got: usize,
    },
    /// A fold's fit gave more or fewer values than the fold has rows.
    #[error("fold {fold} has {expected} rows, its predictions have {got}")]
    WrongCount {
        /// Number of the fold.
        fold: usize,
        /// Rows of the fold.
        expected: usize,
        /// Values given.
        got: usize,
    },
    /// A fold's fit failed.
    #[error("fold {fold} failed")]
    Failed {
        /// Number of the fold.
        fold: usize,
        /// Why.
        source: E,
    },
}

impl<E: Diagnostic> Diagnostic for CrossValidationError<E> {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::TooFewFolds { .. } => ErrorKind::InvalidInput,
            Self::WrongCount { .. } => ErrorKind::Internal,
            Self::Failed { source, .. } => source.kind(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::TooFewFolds { .. } => {
                Some("give every conversation one of at least two fold numbers".to_owned())
            }
            Self::WrongCount { .. } => None,
            Self::Failed { source, .. } => source.hint(),
        }
    }
}

/// Fits and predicts once for each fold and gives every row its out-of-fold value, in the order of rows.
///
/// `folds[row]` is the number of the row's fold; numbers need not be consecutive, and are visited rising.
/// `fit_and_predict` returns one value for each row of [`Fold::test`], in that order.
///
/// # Laws
///
/// - Every row is in exactly one test part.
/// - No row is in the train part of the fold that tests it.
///
/// That rows of one group share a fold is for the caller to see to.
///
/// # Errors
///
/// [`CrossValidationError`]; the first fold that fails ends the run.
pub fn cross_validate<T, E: Error + 'static>(
    folds: &[usize],
    fit_and_predict: impl FnMut(Fold<'_>) -> Result<Vec<T>, E>,
) -> Result<Vec<T>, CrossValidationError<E>> {
    let all = folds.iter().copied().collect();
    let values = cross_validate_some(folds, &all, fit_and_predict)?;
    Ok(values.into_iter().map(|(_, value)| value).collect())
}

/// A share of [`cross_validate`]: the same of these folds alone, each value with its row. What runs over different folds
/// give is together what one run over all of them gives.
///
/// # Errors
///
/// [`CrossValidationError`]; the first fold that fails ends the run.
pub fn cross_validate_some<T, E: Error + 'static>(
    folds: &[usize],
    asked: &BTreeSet<usize>,
    mut fit_and_predict: impl FnMut(Fold<'_>) -> Result<Vec<T>, E>,
) -> Result<Vec<(usize, T)>, CrossValidationError<E>> {
    let numbers: BTreeSet<usize> = folds.iter().copied().collect();
    if numbers.len() < 2 {
        return Err(CrossValidationError::TooFewFolds { got: numbers.len() });
    }
    let mut values = Vec::with_capacity(folds.len());
    for &number in numbers.intersection(asked) {
        let (test, train): (Vec<usize>, Vec<usize>) =
            (0..folds.len()).partition(|&row| folds.get(row) == Some(&number));
        let fold = Fold {
            number,
            train: &train,
            test: &test,
        };
        let predicted = fit_and_predict(fold).map_err(|source| CrossValidationError::Failed {
            fold: number,
            source,
        })?;
        if predicted.len() != test.len() {
            return Err(CrossValidationError::WrongCount {
                fold: number,
                expected: test.len(),
                got: predicted.len(),
            });
        }
        values.extend(test.into_iter().zip(predicted));
    }
    values.sort_by_key(|(row, _)| *row);
    Ok(values)
}

#[cfg(test)]
mod tests {
    use std::io;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_row_is_tested_once_and_never_by_a_fit_that_saw_it(
            folds in prop::collection::vec(0usize..5, 2..60),
        ) {
            prop_assume!(folds.iter().any(|fold| *fold != folds[0]));
            let values = cross_validate(&folds, |fold| {
                let seen = |row: &usize| fold.train.contains(row);
                assert!(!fold.test.iter().any(seen));
                assert!(fold.test.iter().all(|row| folds[*row] == fold.number));
                assert_eq!(fold.train.len() + fold.test.len(), folds.len());
                Ok::<_, io::Error>(fold.test.iter().map(|row| (fold.number, *row)).collect())
            })
            .unwrap();
            let expected: Vec<_> = folds.iter().copied().zip(0..folds.len()).collect();
            prop_assert_eq!(values, expected);
        }
    }

    proptest! {
        #[test]
        fn runs_over_some_folds_are_together_one_over_all(
            folds in prop::collection::vec(0usize..5, 2..60),
            asked in prop::collection::btree_set(0usize..5, 0..5),
        ) {
            prop_assume!(folds.iter().any(|fold| *fold != folds[0]));
            let others = (0..5).filter(|fold| !asked.contains(fold)).collect();
            let told = |asked: &BTreeSet<usize>| {
                let tell = |fold: Fold<'_>| Ok::<_, io::Error>(fold.test.iter().map(|row| (fold.number, *row)).collect());
                cross_validate_some(&folds, asked, tell).unwrap()
            };
            let mut both = [told(&asked), told(&others)].concat();
            both.sort_unstable();
            let expected: Vec<_> = folds.iter().copied().zip(0..).map(|(fold, row)| (row, (fold, row))).collect();
            prop_assert_eq!(both, expected);
        }
    }

    #[test]
    fn a_fold_that_predicts_too_little_is_an_error() {
        let short = cross_validate(&[7, 3, 7], |_| Ok::<_, io::Error>(vec![0.5]));
        assert!(matches!(
            short,
            Err(CrossValidationError::WrongCount {
                fold: 7,
                expected: 2,
                got: 1
            })
        ));
    }

    #[test]
    fn a_fit_that_fails_names_its_fold_and_ends_the_run() {
        let mut fits = 0;
        let failed = cross_validate(&[1, 2, 0], |fold| {
            fits += 1;
            if fold.number == 1 {
                return Err(io::Error::other("no convergence"));
            }
            Ok(vec![()])
        });
        assert!(matches!(
            failed,
            Err(CrossValidationError::Failed { fold: 1, .. })
        ));
        assert_eq!(fits, 2);
    }

    #[test]
    fn one_fold_is_no_cross_validation() {
        for folds in [&[][..], &[4, 4, 4]] {
            let result = cross_validate(folds, |_| Ok::<_, io::Error>(vec![()]));
            let got = usize::from(!folds.is_empty());
            assert!(
                matches!(result, Err(CrossValidationError::TooFewFolds { got: g }) if g == got)
            );
        }
    }
}
