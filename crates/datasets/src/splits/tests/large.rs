//! Large data, by their shares.

use super::*;

#[test]
fn large_data_are_split_in_the_shares_and_base_rates_asked_for() {
    let rows = many(20_000, 1);
    let holdout = SplitOptions::default().with_groups(COLUMNS);
    let folds = holdout
        .clone()
        .with_into(SplitInto::Folds(5))
        .with_inner_folds(3);
    for options in [holdout, folds] {
        let split = split(&rows, &options).unwrap();
        let base_rate = rows
            .iter()
            .filter(|row| row.outcome == Some(Outcome::Won))
            .count() as f64
            / 20_000.0;
        let (names, shares) = options.into.parts();
        let total: f64 = shares.iter().sum();
        for (name, share) in names.iter().zip(shares) {
            let part = split
                .summary()
                .parts
                .iter()
                .find(|part| part.part == *name)
                .unwrap();
            assert!(
                (part.rows as f64 / 20_000.0 - share / total).abs() < 0.002,
                "{name}"
            );
            assert!(
                (part.base_rate.unwrap() - base_rate).abs() < 0.002,
                "{name}"
            );
        }
        for inner in split.summary().inner.iter().flatten() {
            assert!((inner.base_rate.unwrap() - base_rate).abs() < 0.002);
        }
    }
}

#[test]
fn large_data_are_cut_in_time_at_the_shares_asked_for() {
    let options = SplitOptions::default()
        .with_by(SplitBy::Time)
        .with_groups(COLUMNS);
    let split = split(&many(20_000, 2), &options).unwrap();
    let rows: Vec<_> = split
        .summary()
        .parts
        .iter()
        .map(|part| part.rows as f64 / 20_000.0)
        .collect();
    for (got, asked) in rows.iter().zip([0.7, 0.1, 0.2]) {
        assert!((got - asked).abs() < 0.002, "{rows:?}");
    }
}

#[test]
fn inner_folds_by_time_are_filled_however_uneven_the_days_are() {
    let days = [0, 1].into_iter().chain([2; 10]).chain([3; 3]);
    let rows = won(None, days.map(Some));
    let options = holdout(0.0, 0.2).with_by(SplitBy::Time).with_inner_folds(3);
    let split = split(&rows, &options).unwrap();
    let inner = |at: usize| split.inner_fold_of(&rows[at].id, 0);
    assert_eq!([0, 1, 2, 12].map(inner), [Some(0), Some(1), Some(2), None]);
}

#[test]
fn another_seed_draws_another_split() {
    let rows = many(600, 3);
    let parts = |seed| {
        let options = SplitOptions::default().with_groups(COLUMNS).with_seed(seed);
        split(&rows, &options).unwrap().parts().to_vec()
    };
    assert_ne!(parts(1), parts(2));
}
