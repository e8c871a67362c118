//! What is refused, with a hint.

use super::*;

/// Checks that each is refused, with this in the message and with a hint.
fn check_refused(cases: &[(&[SplitRow], SplitOptions, &str)]) {
    for (rows, options, message) in cases {
        let error = split(rows, options).unwrap_err();
        assert!(
            error.to_string().contains(message),
            "{error}\n  not: {message}"
        );
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.hint().is_some());
    }
}

#[test]
fn options_that_fit_no_data_are_refused_with_a_hint() {
    let rows = won(None, [Some(7); 3].into_iter());
    let shares = "are no shares that leave something to train on";
    let folds = |folds| plain().with_into(SplitInto::Folds(folds));
    check_refused(&[
        (&rows, holdout(0.5, 0.5), "`validation` 0.5 and `test` 0.5"),
        (&rows, holdout(0.1, 0.0), shares),
        (&rows, holdout(f64::NAN, 0.1), shares),
        (&rows, holdout(-0.1, 0.1), shares),
        (&rows, folds(1), "1 folds, expected 2 to 100"),
        (
            &rows,
            plain().with_inner_folds(101),
            "101 folds, expected 2 to 100",
        ),
        (
            &rows,
            folds(2).with_by(SplitBy::Time),
            "folds cannot be drawn by time",
        ),
        (
            &rows,
            SplitOptions::default(),
            "call `call 0` has 2 groups, the options name 1 columns",
        ),
    ]);
}

#[test]
fn data_too_small_for_what_is_asked_are_refused_with_a_hint() {
    let one_account = won(Some(1), (0..9).map(Some));
    let one_day = won(None, [Some(7); 3].into_iter());
    let undated = won(None, [None; 3].into_iter());
    let open = rows_of(&[(None, None, None, None, None); 3]);
    let twice = [one_day[0].clone(), one_day[0].clone()];
    let by_time = || plain().with_by(SplitBy::Time);
    let no_training = "no call is left for the part `train`";
    check_refused(&[
        (&[], plain(), "there is no call to split"),
        (&open, plain(), "none of 3 calls has an outcome"),
        (&twice, plain(), "id `call 0` is not unique"),
        (&undated, by_time(), "none of 3 labelled calls has a date"),
        (
            &one_day,
            by_time(),
            "3 parts by time need as many days at least, the labelled calls are of 1",
        ),
        (
            &one_account,
            plain(),
            "1 groups cannot fill 3 parts; the largest holds 9 of 9 calls",
        ),
        (
            &one_day,
            plain().with_into(SplitInto::Folds(4)),
            "3 groups cannot fill 4 parts; the largest holds 1 of 3 calls",
        ),
        (
            &one_day,
            holdout(0.0, 0.3).with_inner_folds(3),
            "2 groups or days of the training part of round 0 cannot fill 3 inner folds",
        ),
        (
            &one_account,
            by_time().with_by(SplitBy::TimeAndGroup),
            no_training,
        ),
        (&one_account, by_time().with_gap_days(99), no_training),
        (
            &one_account,
            by_time().with_inner_folds(7),
            "6 groups or days of the training part of round 0 cannot fill 7 inner folds",
        ),
    ]);
}
