//! rig's filters admit what rig itself would admit of the same documents.

use rig_core::vector_store::request::Filter as Canonical;
use serde_json::json;
use upturn_core::conformance::HashedWords;
use upturn_core::conformance::doors::fill;
use upturn_core::{DocumentMetadata, Embeddings as _, Point, VectorStore as _};
use upturn_vectorstore_memory::MemoryStore;

use super::*;

fn points() -> Vec<Point> {
    let embeddings = HashedWords::new();
    let store = MemoryStore::new(HashedWords::DIMENSION, embeddings.fingerprint().clone());
    fill(&embeddings, &store);
    store.scroll(&Filter::default(), None, 10_000).unwrap()
}

/// Every field with a value that some document has and one that none has, on both sides of every order.
fn leaves() -> Vec<Canonical<Value>> {
    let equal = [
        ("kind", json!("call")),
        ("outcome", json!("won")),
        ("outcome", json!("lost")),
        ("conversation", json!("call 3/é \"{}\"")),
        ("account", json!("account 2")),
        ("account", json!("nobody")),
        ("rep", json!("Kim \"K\" O'Neil")),
        ("stage", json!("closing")),
        ("industry", json!("insurance")),
        ("language", json!("en")),
        ("amount", json!(4002)),
        ("amount", json!(4002.0)),
        ("date", json!("2026-03-05")),
    ];
    let ordered = [("amount", json!(4002)), ("date", json!("2026-03-05"))];
    let mut leaves: Vec<_> = equal.map(|(key, value)| Canonical::eq(key, value)).into();
    leaves.extend(
        ordered
            .clone()
            .map(|(key, value)| Canonical::gt(key, value)),
    );
    leaves.extend(ordered.map(|(key, value)| Canonical::lt(key, value)));
    leaves
}

fn agree(canonical: &Canonical<Value>, documents: &[(DocumentMetadata, Value)]) -> usize {
    let ours: CallFilter = canonical.clone().interpret();
    let alternatives = ours.alternatives().unwrap();
    let agreed = documents.iter().filter(|(metadata, json)| {
        let expected = canonical.satisfies(json);
        let admitted = alternatives.iter().any(|filter| filter.admits(metadata));
        assert_eq!(admitted, expected, "{canonical:?} of {metadata:?}");
        admitted
    });
    agreed.count()
}

#[test]
fn each_condition_and_each_pair_admits_what_rig_says() {
    let documents = points().into_iter().map(|point| {
        let metadata = point.document.metadata;
        let json = serde_json::to_value(&metadata).unwrap();
        (metadata, json)
    });
    let documents: Vec<_> = documents.collect();
    let leaves = leaves();
    let mut admitted = 0;
    for left in &leaves {
        admitted += agree(left, &documents);
        for right in &leaves {
            admitted += agree(&left.clone().and(right.clone()), &documents);
            admitted += agree(&left.clone().or(right.clone()), &documents);
            let nested = left
                .clone()
                .or(right.clone())
                .and(leaves[1].clone().or(leaves[5].clone()));
            admitted += agree(&nested, &documents);
        }
    }
    assert!(admitted > 1_000);
}

#[test]
fn a_field_may_be_written_as_it_stands_in_the_document() {
    let short = CallFilter::eq("outcome", json!("won"))
        .alternatives()
        .unwrap();
    let long = CallFilter::eq("metadata.outcome", json!("won"))
        .alternatives()
        .unwrap();
    assert_eq!(short, long);
}

#[test]
fn what_stores_do_not_know_is_refused_with_the_reason() {
    for (filter, reason) in [
        (
            CallFilter::eq("colour", json!("red")),
            "'colour' must be kind, outcome",
        ),
        (
            CallFilter::eq("outcome", json!("Won")),
            "'outcome' must be `won` or `lost`",
        ),
        (
            CallFilter::eq("outcome", json!(null)),
            "'outcome' must be `won` or `lost`",
        ),
        (
            CallFilter::eq("labelled", json!(false)),
            "'labelled' must be `true`",
        ),
        (
            CallFilter::eq("conversation", json!("")),
            "'conversation' must be a call's id",
        ),
        (CallFilter::eq("rep", json!(7)), "'rep' must be text"),
        (
            CallFilter::gt("rep", json!("A")),
            "'rep' must be amount or date",
        ),
        (
            CallFilter::lt("amount", json!("1")),
            "'amount' must be a number",
        ),
        (
            CallFilter::lt("date", json!("yesterday")),
            "'date' must be a day such as",
        ),
        (
            CallFilter::gt("date", json!("9999-12-31")),
            "'date' must be a day before",
        ),
    ] {
        let error = filter.alternatives().unwrap_err().to_string();
        assert!(error.starts_with(reason), "{error}");
    }
}

#[test]
fn too_many_alternatives_are_refused() {
    let or = || CallFilter::eq("rep", json!("A")).or(CallFilter::eq("stage", json!("B")));
    let many = (0..6).fold(or(), |all, _| all.and(or()));
    let error = many.alternatives().unwrap_err().to_string();
    assert!(error.contains("64 at most"), "{error}");
}

#[test]
fn as_json_it_is_rigs_filter() {
    let canonical = Canonical::eq("outcome", json!("won")).and(Canonical::gt("amount", json!(5)));
    let json = serde_json::to_value(&canonical).unwrap();
    let ours: CallFilter = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&ours).unwrap(), json);
    let own: CallFilter = serde_json::from_value(json!({"calls": {"outcome": "won"}})).unwrap();
    assert_eq!(
        own.alternatives().unwrap(),
        CallFilter::eq("outcome", json!("won"))
            .alternatives()
            .unwrap()
    );
    assert!(serde_json::from_value::<CallFilter>(json!({"calls": {"colour": "red"}})).is_err());
}
