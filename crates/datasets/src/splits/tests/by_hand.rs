//! Splits that one can make by hand.

use super::*;

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
