use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use upturn_core::{
    Conversation, ConversationId, Diagnostic, ErrorKind, Metadata, Outcome, Speaker, Turn,
};

use super::*;
use crate::Folds;

const COLUMNS: [&str; 2] = ["account", "rep"];

fn day(at: usize) -> Date {
    let month = i8::try_from(at / 28 % 12 + 1).unwrap();
    let day = i8::try_from(at % 28 + 1).unwrap();
    let year = i16::try_from(2020 + at / 336).unwrap();
    jiff_date(year, month, day)
}

fn jiff_date(year: i16, month: i8, day: i8) -> Date {
    format!("{year}-{month:02}-{day:02}").parse().unwrap()
}

/// A row in short: account, rep, day, days until the outcome is known, won.
type Short = (
    Option<u8>,
    Option<u8>,
    Option<usize>,
    Option<usize>,
    Option<bool>,
);

fn row(at: usize, (account, rep, date, known, won): Short) -> SplitRow {
    let text = |value: Option<u8>| value.map(|value| value.to_string());
    SplitRow {
        id: format!("call {at}"),
        groups: vec![text(account), text(rep)],
        date: date.map(day),
        outcome_date: known.map(|days| day(date.unwrap_or_default() + days)),
        outcome: won.map(|won| if won { Outcome::Won } else { Outcome::Lost }),
    }
}

fn rows_of(short: &[Short]) -> Vec<SplitRow> {
    short
        .iter()
        .enumerate()
        .map(|(at, short)| row(at, *short))
        .collect()
}

fn any_rows() -> impl Strategy<Value = Vec<SplitRow>> {
    let some = |most: u8| prop::option::weighted(0.8, 0..most);
    let days = prop::option::weighted(0.9, 0usize..80);
    let known = prop::option::weighted(0.7, 0usize..40);
    let won = prop::option::weighted(0.85, any::<bool>());
    let short = (some(40), some(60), days, known, won);
    prop::collection::vec(short, 1..90).prop_map(|short| rows_of(&short))
}

fn any_options() -> impl Strategy<Value = SplitOptions> {
    let by = prop::sample::select(vec![SplitBy::Group, SplitBy::Time, SplitBy::TimeAndGroup]);
    let holdout = (0usize..4, 1usize..5).prop_map(|(validation, test)| SplitInto::Holdout {
        validation: validation as f64 / 10.0,
        test: test as f64 / 10.0,
    });
    let into = prop_oneof![2 => holdout, 1 => (2u16..6).prop_map(SplitInto::Folds)];
    let inner = prop_oneof![Just(0u16), 2u16..4];
    (by, into, inner, 0u32..9, any::<u64>()).prop_map(|(by, into, inner, gap, seed)| {
        SplitOptions::default()
            .with_by(by)
            .with_into(into)
            .with_groups(COLUMNS)
            .with_inner_folds(inner)
            .with_gap_days(gap)
            .with_seed(seed)
    })
}

/// Whether two labelled rows (dated ones by time) are tied together, by the oldest way: spread until nothing changes.
fn ties(rows: &[SplitRow], options: &SplitOptions) -> Vec<usize> {
    let by_time = options.by != SplitBy::Group;
    let counts = |row: &SplitRow| row.outcome.is_some() && (!by_time || row.date.is_some());
    let mut tie: Vec<usize> = (0..rows.len()).collect();
    let share = |a: &SplitRow, b: &SplitRow| {
        a.groups
            .iter()
            .zip(&b.groups)
            .any(|(a, b)| a.is_some() && a == b)
    };
    loop {
        let before = tie.clone();
        for a in 0..rows.len() {
            for b in 0..rows.len() {
                if counts(&rows[a]) && counts(&rows[b]) && share(&rows[a], &rows[b]) {
                    tie[a] = tie[a].min(tie[b]);
                }
            }
        }
        if tie == before {
            return tie;
        }
    }
}

fn is_used(part: SplitPart) -> bool {
    !matches!(part, SplitPart::Unlabelled | SplitPart::SetAside(_))
}

/// All laws of a split.
fn check(rows: &[SplitRow], options: &SplitOptions, split: &Split) {
    assert_eq!(split.parts().len(), rows.len());
    let counted: usize = split.summary().parts.iter().map(|part| part.rows).sum();
    assert_eq!(counted, rows.len());
    for (row, part) in rows.iter().zip(split.parts()) {
        assert_eq!(split.part_of(&row.id), Some(*part));
        assert_eq!(row.outcome.is_none(), *part == SplitPart::Unlabelled);
    }
    let used: Vec<(&SplitRow, SplitPart)> = rows
        .iter()
        .zip(split.parts().iter().copied())
        .filter(|(_, part)| is_used(*part))
        .collect();
    if options.by != SplitBy::Time {
        check_groups(rows, options, split);
    }
    if options.by == SplitBy::Group {
        assert!(
            split
                .parts()
                .iter()
                .all(|part| !matches!(part, SplitPart::SetAside(_)))
        );
    } else {
        check_time(&used, options);
        check_reasons(rows, options, split);
    }
    check_inner(rows, options, split);
    assert_eq!(split.part_of("nobody"), None);
}

fn check_groups(rows: &[SplitRow], options: &SplitOptions, split: &Split) {
    let tie = ties(rows, options);
    let mut part_of = BTreeMap::new();
    for (at, part) in split
        .parts()
        .iter()
        .enumerate()
        .filter(|(_, part)| is_used(**part))
    {
        assert_eq!(
            part_of.entry(tie[at]).or_insert(*part),
            part,
            "a group crosses"
        );
    }
    for (at, part) in split.parts().iter().enumerate() {
        if *part == SplitPart::SetAside(Aside::Straddling) {
            assert!(
                part_of[&tie[at]] > SplitPart::Train,
                "set aside for no later call"
            );
        }
    }
}

fn check_time(used: &[(&SplitRow, SplitPart)], options: &SplitOptions) {
    for (early, first) in used {
        for (late, second) in used.iter().filter(|(_, second)| second > first) {
            let (from, to) = (early.date.unwrap(), late.date.unwrap());
            let days = from.until(to).unwrap().get_days();
            assert!(
                days > i32::try_from(options.gap_days).unwrap(),
                "{first} {second}"
            );
            assert!(
                early.outcome_date.is_none_or(|known| known < to),
                "{first} {second}"
            );
        }
    }
}

/// Each call that is set aside is so for a reason that holds.
fn check_reasons(rows: &[SplitRow], options: &SplitOptions, split: &Split) {
    let summary = split.summary();
    let test = summary.test_starts.unwrap();
    let starts: Vec<Date> = summary
        .validation_starts
        .into_iter()
        .chain([test])
        .collect();
    for (row, part) in rows.iter().zip(split.parts()) {
        let next = || {
            *starts
                .iter()
                .find(|start| row.date.unwrap() < **start)
                .unwrap()
        };
        match part {
            SplitPart::SetAside(Aside::NoDate) => assert_eq!(row.date, None),
            SplitPart::SetAside(Aside::Gap) => {
                let days = row.date.unwrap().until(next()).unwrap().get_days();
                assert!(days <= i32::try_from(options.gap_days).unwrap());
            }
            SplitPart::SetAside(Aside::LateOutcome) => assert!(row.outcome_date.unwrap() >= next()),
            SplitPart::SetAside(Aside::Straddling) => assert_eq!(options.by, SplitBy::TimeAndGroup),
            SplitPart::Train | SplitPart::Validation | SplitPart::Test => {
                assert!(row.date.is_some());
            }
            SplitPart::Unlabelled => assert_eq!(row.outcome, None),
            SplitPart::Fold(_) => panic!("a fold by time"),
        }
    }
}

fn check_inner(rows: &[SplitRow], options: &SplitOptions, split: &Split) {
    let rounds = match options.into {
        SplitInto::Holdout { .. } => 1,
        SplitInto::Folds(folds) => folds,
    };
    let tie = ties(rows, options);
    for round in 0..rounds {
        let (mut fold_of, mut seen) = (BTreeMap::new(), BTreeSet::new());
        let mut days = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let inner = split.inner_fold_of(&row.id, round);
            let part = split.parts()[at];
            let expected = options.inner_folds > 0 && part.is_trained_on(round);
            assert_eq!(inner.is_some(), expected, "{part} in round {round}");
            let Some(inner) = inner else { continue };
            assert!(
                part != SplitPart::Test
                    && part != SplitPart::Validation
                    && part != SplitPart::Fold(round)
            );
            seen.insert(inner);
            days.push((inner, row.date));
            if options.by != SplitBy::Time {
                assert_eq!(*fold_of.entry(tie[at]).or_insert(inner), inner);
            }
        }
        assert_eq!(seen, (0..options.inner_folds).collect());
        if options.by == SplitBy::Time {
            let later = |a: &(u16, _), b: &(u16, _)| a.0 < b.0 && a.1 >= b.1;
            assert!(!days.iter().any(|a| days.iter().any(|b| later(a, b))));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn no_group_and_no_later_date_crosses_and_nothing_is_lost(
        rows in any_rows(), options in any_options(),
    ) {
        if let Ok(split) = split(&rows, &options) {
            check(&rows, &options, &split);
        }
    }

    #[test]
    fn the_order_of_the_rows_does_not_count(
        rows in any_rows(), options in any_options(), order: u64,
    ) {
        let mut shuffled = rows.clone();
        shuffled.shuffle(&mut ChaCha8Rng::seed_from_u64(order));
        match (split(&rows, &options), split(&shuffled, &options)) {
            (Ok(one), Ok(other)) => {
                prop_assert_eq!(one.summary(), other.summary());
                for row in &rows {
                    prop_assert_eq!(one.part_of(&row.id), other.part_of(&row.id));
                    for round in 0..6 {
                        prop_assert_eq!(one.inner_fold_of(&row.id, round), other.inner_fold_of(&row.id, round));
                    }
                }
            }
            (one, other) => prop_assert_eq!(one.err(), other.err()),
        }
    }
}

/// So many calls of groups of 1 to 12, two of five won, over two years.
fn many(count: usize, seed: u64) -> Vec<SplitRow> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (mut account, mut left) = (0, 0);
    let row = |at| {
        if left == 0 {
            account += 1;
            left = random.random_range(1..=12);
        }
        left -= 1;
        SplitRow {
            id: format!("call {at}"),
            groups: vec![Some(format!("account {account}")), None],
            date: Some(day(random.random_range(0..600))),
            outcome_date: None,
            outcome: Some(if random.random_bool(0.4) {
                Outcome::Won
            } else {
                Outcome::Lost
            }),
        }
    };
    (0..count).map(row).collect()
}

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

/// Ten calls on ten days; account 1 calls on the first and the last, the last call but one is open.
fn ten() -> Vec<SplitRow> {
    let account = |at: usize| {
        Some(if at == 9 {
            1
        } else {
            u8::try_from(at).unwrap() + 1
        })
    };
    let short: Vec<Short> = (0..10)
        .map(|at| {
            (
                account(at),
                None,
                Some(at),
                Some(usize::from(at == 4) * 9),
                (at != 8).then_some(at % 2 == 0),
            )
        })
        .collect();
    rows_of(&short)
}

#[test]
fn a_small_split_by_time_and_group_is_what_one_would_do_by_hand() {
    let options = SplitOptions::default()
        .with_by(SplitBy::TimeAndGroup)
        .with_groups(COLUMNS)
        .with_into(SplitInto::Holdout {
            validation: 0.2,
            test: 0.2,
        })
        .with_gap_days(1);
    let split = split(&ten(), &options).unwrap();
    let mut table = Vec::new();
    split.write_parts(&mut table).unwrap();
    // Of the nine labelled calls two are for test (days 7 and 9) and two for validation (5 and 6). Call 0 is of the account
    // of call 9; what call 4 led to became known on day 13; day 6 is one day before the test.
    let expected = "id,part\ncall 0,set_aside_straddling\ncall 1,train\ncall 2,train\ncall 3,train\n\
        call 4,set_aside_gap\ncall 5,validation\ncall 6,set_aside_gap\ncall 7,test\ncall 8,unlabelled\ncall 9,test\n";
    assert_eq!(String::from_utf8(table).unwrap(), expected);
}

#[test]
fn an_outcome_that_became_known_later_is_not_learned_from() {
    let options = SplitOptions::default()
        .with_by(SplitBy::Time)
        .with_groups(COLUMNS)
        .with_into(SplitInto::Holdout {
            validation: 0.2,
            test: 0.2,
        });
    let split = split(&ten(), &options).unwrap();
    assert_eq!(
        split.part_of("call 4"),
        Some(SplitPart::SetAside(Aside::LateOutcome))
    );
    assert_eq!(split.part_of("call 3"), Some(SplitPart::Train));
}

#[test]
fn the_summary_is_small_json_without_ids() {
    let options = SplitOptions::default()
        .with_by(SplitBy::Time)
        .with_groups(COLUMNS)
        .with_into(SplitInto::Holdout {
            validation: 0.0,
            test: 0.2,
        });
    let split = split(&ten(), &options).unwrap();
    let json = serde_json::to_value(split.summary()).unwrap();
    let expected = serde_json::json!({
        "schema": {"version": 1},
        "options": {
            "by": "time", "into": {"holdout": {"validation": 0.0, "test": 0.2}}, "groups": ["account", "rep"],
            "inner_folds": 0, "gap_days": 0, "seed": 0
        },
        "rows": 10,
        "test_starts": "2020-01-08",
        "without_outcome_date": 0,
        "parts": [
            {"part": "train", "rows": 6, "groups": 6, "won": 3, "lost": 3, "base_rate": 0.5,
                "first": "2020-01-01", "last": "2020-01-07"},
            {"part": "test", "rows": 2, "groups": 2, "won": 0, "lost": 2, "base_rate": 0.0,
                "first": "2020-01-08", "last": "2020-01-10"},
            {"part": "unlabelled", "rows": 1, "groups": 0, "won": 0, "lost": 0, "base_rate": null,
                "first": "2020-01-09", "last": "2020-01-09"},
            {"part": "set_aside_late_outcome", "rows": 1, "groups": 1, "won": 1, "lost": 0, "base_rate": 1.0,
                "first": "2020-01-05", "last": "2020-01-05"}
        ]
    });
    assert_eq!(json, expected);
}

#[test]
fn folds_and_inner_folds_are_read_back_by_folds() {
    let rows = many(120, 4);
    let options = SplitOptions::default()
        .with_groups(COLUMNS)
        .with_into(SplitInto::Folds(4))
        .with_inner_folds(3);
    let split = split(&rows, &options).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("folds.csv");
    split
        .write_folds(fs_err::File::create(&file).unwrap())
        .unwrap();
    let folds = Folds::read(&file, "fold").unwrap();
    assert_eq!(folds.count(), 4);
    split
        .write_inner_folds(fs_err::File::create(&file).unwrap(), 2)
        .unwrap();
    let inner = Folds::read(&file, "fold").unwrap();
    assert_eq!(inner.count(), 3);
    for row in &rows {
        let fold = folds.of(&row.id).unwrap();
        assert_eq!(
            split.part_of(&row.id),
            Some(SplitPart::Fold(u16::try_from(fold).unwrap()))
        );
        assert_eq!(inner.of(&row.id).is_some(), fold != 2);
    }
}

#[test]
fn a_row_takes_its_groups_from_any_column() {
    let mut metadata = Metadata {
        account: Some("acme".to_owned()),
        rep: Some(" ".to_owned()),
        ..Metadata::default()
    };
    metadata.extra.insert("listing".to_owned(), 17.into());
    metadata
        .extra
        .insert("tags".to_owned(), serde_json::json!(["a"]));
    let turns = vec![Turn::new(Speaker::Seller, "x")];
    let conversation = Conversation::new(ConversationId::new("a").unwrap(), turns)
        .unwrap()
        .with_metadata(metadata);
    let columns = ["account", "rep", "listing", "tags", "none"];
    let row = SplitRow::new(&conversation, &SplitOptions::default().with_groups(columns));
    let groups: Vec<_> = row.groups.iter().map(Option::as_deref).collect();
    assert_eq!(groups, [Some("acme"), None, Some("17"), None, None]);
    assert!(!format!("{row:?}").contains("acme"));
}

#[test]
fn a_chain_of_a_hundred_thousand_calls_is_one_group() {
    let count = 100_000_u32;
    let link = |at: u32| SplitRow {
        id: at.to_string(),
        groups: vec![Some((at / 2).to_string()), Some(at.div_ceil(2).to_string())],
        date: None,
        outcome_date: None,
        outcome: Some(Outcome::Won),
    };
    let rows: Vec<_> = (0..count).rev().map(link).collect();
    let error = split(&rows, &SplitOptions::default().with_groups(COLUMNS)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "1 groups cannot fill 3 parts; the largest holds 100000 of 100000 calls"
    );
}

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

fn plain() -> SplitOptions {
    SplitOptions::default().with_groups(COLUMNS)
}

fn holdout(validation: f64, test: f64) -> SplitOptions {
    plain().with_into(SplitInto::Holdout { validation, test })
}

/// Won calls of one account each (none for `None`), on these days.
fn won(account: Option<u8>, days: impl Iterator<Item = Option<usize>>) -> Vec<SplitRow> {
    let short: Vec<Short> = days
        .map(|day| (account, None, day, None, Some(true)))
        .collect();
    rows_of(&short)
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
