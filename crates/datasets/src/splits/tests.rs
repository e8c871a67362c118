mod by_hand;
mod large;
mod refusals;

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

/// Won calls of one account each (none for `None`), on these days.
fn won(account: Option<u8>, days: impl Iterator<Item = Option<usize>>) -> Vec<SplitRow> {
    let short: Vec<Short> = days
        .map(|day| (account, None, day, None, Some(true)))
        .collect();
    rows_of(&short)
}

fn holdout(validation: f64, test: f64) -> SplitOptions {
    plain().with_into(SplitInto::Holdout { validation, test })
}

fn plain() -> SplitOptions {
    SplitOptions::default().with_groups(COLUMNS)
}
