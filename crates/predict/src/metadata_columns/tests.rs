use proptest::prelude::*;
use upturn_core::{Conversation, ConversationId, Outcome, Prefix, Speaker, Turn};

use super::*;

/// A call of two turns of which this is known, and whether it was won.
fn call(at: usize, metadata: Metadata, won: bool) -> Conversation {
    let turns = vec![
        Turn::new(Speaker::Seller, "hello"),
        Turn::new(Speaker::Buyer, "hello"),
    ];
    Conversation::new(ConversationId::new(format!("c{at}")).unwrap(), turns)
        .unwrap()
        .with_outcome(Some(if won { Outcome::Won } else { Outcome::Lost }))
        .with_metadata(metadata)
}

fn lesson(call: &Conversation) -> Lesson<'_> {
    Lesson {
        prefix: call.whole(),
        outcome: call.outcome().unwrap(),
    }
}

fn columns(known: &[(Metadata, bool)]) -> MetadataColumns {
    let calls: Vec<Conversation> = known
        .iter()
        .enumerate()
        .map(|(at, (metadata, won))| call(at, metadata.clone(), *won))
        .collect();
    let lessons: Vec<Lesson<'_>> = calls.iter().map(lesson).collect();
    MetadataColumns::fit(&lessons, 3)
}

fn stage(stage: &str) -> Metadata {
    Metadata {
        stage: Some(stage.to_owned()),
        ..Metadata::default()
    }
}

fn amount(amount: f64) -> Metadata {
    Metadata {
        amount: Some(amount),
        ..Metadata::default()
    }
}

/// Stages by how often they were won and lost.
fn staged(stages: &[(&str, usize, usize)]) -> Vec<(Metadata, bool)> {
    let of = |&(name, won, lost): &(&str, usize, usize)| {
        let ends = std::iter::repeat_n(true, won).chain(std::iter::repeat_n(false, lost));
        ends.map(|won| (stage(name), won)).collect::<Vec<_>>()
    };
    stages.iter().flat_map(of).collect()
}

fn learnt(columns: &MetadataColumns) -> Vec<&str> {
    let names = columns.values.iter().map(|(_, name)| name.as_str());
    names.collect()
}

#[test]
fn a_value_that_names_the_outcome_is_not_learnt() {
    let known = staged(&[
        ("Closed Won", 9, 0),
        ("Closed Lost", 0, 9),
        ("Demo", 5, 4),
        (" demo ", 1, 0),
        ("Pilot", 1, 1),
        ("Offer", 1, 2),
    ]);
    let columns = columns(&known);
    assert_eq!(learnt(&columns), ["demo", "offer"]);
    assert_eq!(columns.row(&stage("DEMO")), [1.0, 0.0]);
    assert_eq!(columns.row(&stage("closed won")), [0.0, 0.0]);
    assert_eq!(columns.row(&Metadata::default()), [0.0, 0.0]);
}

#[test]
fn a_value_that_all_have_is_not_learnt() {
    let known = staged(&[("demo", 5, 5)]);
    assert!(columns(&known).is_empty());
    assert!(columns(&[]).is_empty());
    let same: Vec<_> = (0..8).map(|at| (amount(9.0), at % 2 == 0)).collect();
    assert!(columns(&same).is_empty());
}

#[test]
fn an_amount_that_only_one_outcome_has_says_nothing() {
    let of = |won: bool, has: bool| {
        let metadata = if has {
            amount(100.0)
        } else {
            Metadata::default()
        };
        (metadata, won)
    };
    let naming: Vec<_> = (0..20).map(|at| of(at % 2 == 0, at % 2 == 0)).collect();
    assert!(columns(&naming).is_empty());
    // Known of both, missing of the lost alone: that it is missing is the lost's name.
    let mut one_sided: Vec<_> = (0..20).map(|at| of(at % 2 == 0, at % 4 != 3)).collect();
    one_sided.push((amount(1e3), true));
    let learnt = columns(&one_sided);
    assert_eq!(learnt.width(), 2);
    assert_eq!(learnt.row(&Metadata::default()), [0.0, 0.0]);
    let telling: Vec<_> = (0..20).map(|at| of(at % 2 == 0, at % 3 == 0)).collect();
    assert_eq!(columns(&telling).row(&Metadata::default()), [0.0, 1.0]);
}

#[test]
fn the_prefixes_of_a_call_count_as_one_call() {
    let calls = [
        call(0, stage("demo"), true),
        call(1, stage("demo"), false),
        call(2, stage("pilot"), false),
    ];
    let lessons: Vec<Lesson<'_>> = calls
        .iter()
        .flat_map(|call| [lesson(call), lesson(call)])
        .collect();
    assert!(MetadataColumns::fit(&lessons, 3).is_empty());
    assert_eq!(learnt(&MetadataColumns::fit(&lessons, 2)), ["demo"]);
}

#[test]
fn nothing_that_names_a_deal_is_looked_at() {
    let named = |at: usize| Metadata {
        account: Some(format!("a{}", at % 4)),
        rep: Some(format!("r{}", at % 4)),
        date: Some(jiff_day(at)),
        outcome_date: Some(jiff_day(at + 9)),
        extra: BTreeMap::from([("crm_rule".to_owned(), (at % 4).into())]),
        ..Metadata::default()
    };
    let known: Vec<_> = (0..40).map(|at| (named(at), at % 8 < 4)).collect();
    assert!(columns(&known).is_empty());
}

fn jiff_day(at: usize) -> upturn_core::Date {
    format!("2026-01-{:02}", 1 + at % 20).parse().unwrap()
}

#[test]
fn numbers_are_read_from_extra_and_kept_within_what_was_seen() {
    let with = |contacts: serde_json::Value| Metadata {
        extra: BTreeMap::from([(Metadata::CONTACTS.to_owned(), contacts)]),
        ..Metadata::default()
    };
    let known: Vec<_> = (0..12usize)
        .map(|at| (with((1 + at % 3).into()), at < 6))
        .collect();
    let columns = columns(&known);
    let row = |contacts: serde_json::Value| columns.row(&with(contacts));
    assert_eq!(columns.width(), 2);
    assert_eq!(row(3.into()), row(vec!["a", "b", "c"].into()));
    assert_eq!(row(3.into()), row("3".into()));
    assert_eq!(row(3.into()), row(1e9.into()));
    assert_ne!(row(3.into()), row(2.into()));
    assert_eq!(row("many".into()), [0.0, 0.0]);
    // No call lacks it, so lacking it is nothing that was learnt of.
    assert_eq!(columns.row(&Metadata::default()), [0.0, 0.0]);
}

#[test]
fn an_amount_that_is_no_number_is_missing() {
    let known: Vec<_> = (0..20u8)
        .map(|at| (amount(at.into()), at % 2 == 0))
        .collect();
    let columns = columns(&known);
    for none in [f64::NAN, f64::INFINITY] {
        assert_eq!(columns.row(&amount(none)), [0.0, 0.0]);
    }
}

#[test]
fn the_fields_stand_in_the_order_of_the_columns() {
    let categories = Category::ALL.map(Category::as_str);
    let quantities = Quantity::ALL.map(Quantity::as_str);
    assert_eq!(
        MetadataColumns::FIELDS.to_vec(),
        [categories, quantities].concat()
    );
}

fn known_calls() -> impl Strategy<Value = Vec<(Metadata, bool)>> {
    let one = (0usize..4, prop::option::of(1e4f64..1e6), any::<bool>());
    let metadata = |(stage, amount, won): (usize, Option<f64>, bool)| {
        let stage = ["demo", "offer", "pilot"].get(stage);
        let metadata = Metadata {
            stage: stage.map(|stage| (*stage).to_owned()),
            amount,
            ..Metadata::default()
        };
        (metadata, won)
    };
    prop::collection::vec(one.prop_map(metadata), 1..40)
}

proptest! {
    #[test]
    fn rows_are_finite_and_as_wide_as_they_say(calls in known_calls(), asked in any::<f64>()) {
        let columns = columns(&calls);
        for metadata in calls.iter().map(|(metadata, _)| metadata).chain([&amount(asked), &Metadata::default()]) {
            let row = columns.row(metadata);
            prop_assert_eq!(row.len(), columns.width());
            prop_assert!(row.iter().all(|value| value.is_finite()));
        }
    }

    #[test]
    fn values_that_were_not_learnt_change_nothing(calls in known_calls(), unseen in "[a-z]{7,12}") {
        let columns = columns(&calls);
        let strange = Metadata {
            industry: Some(unseen.clone()),
            account: Some(unseen.clone()),
            extra: BTreeMap::from([(unseen.clone(), 7.into())]),
            ..stage(&unseen)
        };
        prop_assert_eq!(columns.row(&strange), columns.row(&Metadata::default()));
    }

    #[test]
    fn another_currency_changes_next_to_nothing(calls in known_calls(), rate in 0.5f64..200.0) {
        let dearer = |(metadata, won): &(Metadata, bool)| {
            let amount = metadata.amount.map(|amount| amount * rate);
            (Metadata { amount, ..metadata.clone() }, *won)
        };
        let others: Vec<_> = calls.iter().map(dearer).collect();
        let (one, other) = (columns(&calls), columns(&others));
        for ((here, _), (there, _)) in calls.iter().zip(&others) {
            for (a, b) in one.row(here).iter().zip(other.row(there)) {
                prop_assert!((a - b).abs() < 1e-3, "{a} {b}");
            }
        }
    }

    #[test]
    fn a_live_prefix_has_the_row_of_the_finished_call(calls in known_calls()) {
        let columns = columns(&calls);
        for (metadata, won) in calls {
            let call = call(0, metadata, won);
            let row = |prefix: Prefix<'_>| columns.row(prefix.conversation().metadata());
            prop_assert_eq!(row(Prefix::first(&call, 1)), row(call.whole()));
        }
    }
}
