//! What is asked of any store beyond the nearest points, on the exact one.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the functions between the tests are tests too"
)]

#[path = "retrieval/search.rs"]
mod search;

use std::collections::BTreeSet;

use proptest::prelude::*;
use upturn_core::retrieval::{
    comparables, diverse, hybrid, nearest_calls, reciprocal_rank_fusion, recommend, said_next,
};
use upturn_core::{
    Conversation, ConversationId, DocumentKind, Embedding, EncodedMoment, Filter, Fingerprint,
    Metadata, Moment, Outcome, ScoredDocument, SearchRequest, Speaker, Turn, TurnRange,
    VectorStore, points,
};
use upturn_vectorstore_memory::MemoryStore;

const DIMENSION: usize = 4;
const MOMENTS: usize = 3;

/// A call with three moments of two turns.
fn call(number: usize) -> Conversation {
    let turns = (0..2 * MOMENTS).map(|turn| {
        let speaker = [Speaker::Seller, Speaker::Buyer][turn % 2];
        Turn::new(speaker, format!("turn {turn} of call {number}"))
    });
    let outcome = [Outcome::Won, Outcome::Lost][number % 2];
    Conversation::new(id(number), turns.collect())
        .unwrap()
        .with_outcome(Some(outcome))
        .with_metadata(Metadata {
            account: Some(format!("account {}", number / 2)),
            ..Metadata::default()
        })
}

fn id(number: usize) -> ConversationId {
    ConversationId::new(format!("call {number}")).unwrap()
}

fn encoded(call: &Conversation, vectors: &[Embedding]) -> Vec<EncodedMoment> {
    let moments = vectors.iter().enumerate().map(|(at, embedding)| {
        let turns = TurnRange {
            start: 2 * at,
            end: 2 * at + 2,
        };
        let said = &call.turns()[turns.start..turns.end];
        let lines = said
            .iter()
            .map(|turn| format!("{}: {}", turn.speaker.as_str(), turn.text));
        EncodedMoment {
            moment: Moment {
                conversation: call.id().clone(),
                turns,
                text: lines.collect::<Vec<_>>().join("\n"),
            },
            embedding: embedding.clone(),
            turns: Vec::new(),
        }
    });
    moments.collect()
}

fn store(vectors: &[Vec<Embedding>]) -> MemoryStore {
    let store = MemoryStore::new(DIMENSION, Fingerprint::new("test"));
    for (number, vectors) in vectors.iter().enumerate() {
        let call = call(number);
        store
            .upsert(&points(&call, &encoded(&call, vectors)))
            .unwrap();
    }
    store
}

fn embedding() -> impl Strategy<Value = Embedding> {
    prop::collection::vec(-1.0f32..1.0, DIMENSION)
        .prop_filter_map("no direction", |values| Embedding::normalized(values).ok())
}

fn calls() -> impl Strategy<Value = Vec<Vec<Embedding>>> {
    prop::collection::vec(prop::collection::vec(embedding(), MOMENTS), 1..14)
}

fn names(found: &[ScoredDocument]) -> Vec<(String, usize)> {
    let name = |near: &ScoredDocument| {
        let metadata = &near.document.metadata;
        (metadata.conversation.to_string(), metadata.turns.start)
    };
    found.iter().map(name).collect()
}

fn whole(store: &MemoryStore, query: &Embedding) -> Vec<ScoredDocument> {
    store
        .search(&SearchRequest::new(query.clone(), usize::MAX))
        .unwrap()
}

proptest! {
    #[test]
    fn each_call_comes_once_by_its_nearest_document(
        vectors in calls(), query in embedding(), limit in 0usize..9, offset in 0usize..4,
    ) {
        let store = store(&vectors);
        let mut seen = BTreeSet::new();
        let mut expected = whole(&store, &query);
        expected.retain(|near| seen.insert(near.document.metadata.conversation.clone()));
        let request = SearchRequest::new(query, limit).with_offset(offset);
        let found = nearest_calls(&store, &request).unwrap();
        let expected: Vec<_> = names(&expected).into_iter().skip(offset).take(limit).collect();
        prop_assert_eq!(names(&found), expected);
    }

    #[test]
    fn with_full_relevance_the_answer_is_the_stores_own_and_with_none_each_choice_is_the_least_alike(
        vectors in calls(), query in embedding(), limit in 1usize..6,
    ) {
        let store = store(&vectors);
        let request = SearchRequest::new(query, limit);
        let plain = store.search(&request).unwrap();
        prop_assert_eq!(names(&diverse(&store, &request, 1.0).unwrap()), names(&plain));
        let different = diverse(&store, &request, 0.0).unwrap();
        prop_assert_eq!(different.len(), plain.len());
        prop_assert_eq!(names(&different[..1]), names(&plain[..1]));
        let vector = |near: &ScoredDocument| {
            store.retrieve(&[near.document.id()]).unwrap().remove(0).embedding
        };
        if let [first, second, ..] = different.as_slice() {
            let likeness = vector(second).cosine(&vector(first)).max(0.0);
            for candidate in &plain[1..] {
                let other = vector(candidate).cosine(&vector(first)).max(0.0);
                prop_assert!(likeness <= other + 1e-6);
            }
        }
    }

    #[test]
    fn fusion_is_the_sum_of_the_shares_of_both_places(
        vectors in calls(), one in embedding(), two in embedding(),
    ) {
        let store = store(&vectors);
        let lists = [whole(&store, &one), whole(&store, &two)];
        let fused = reciprocal_rank_fusion(&lists, usize::MAX);
        prop_assert_eq!(fused.len(), lists[0].len());
        let place = |list: &[ScoredDocument], near: &ScoredDocument| {
            let at = list.iter().position(|other| other.document == near.document).unwrap();
            1.0 / (61.0 + at as f32)
        };
        for near in &fused {
            let sum = place(&lists[0], near) + place(&lists[1], near);
            prop_assert!((near.score - sum).abs() < 1e-6);
        }
        prop_assert!(fused.is_sorted_by(|left, right| left.score >= right.score));
    }

    #[test]
    fn comparables_are_of_other_accounts_and_as_near_as_any(
        vectors in calls(), own in prop::collection::vec(embedding(), MOMENTS), limit in 1usize..5,
    ) {
        let store = store(&vectors);
        let this = call(0);
        let moments = encoded(&this, &own);
        let found = comparables(&store, this.whole(), &moments, &Filter::default(), limit).unwrap();
        for (side, outcome) in [(&found.won, Outcome::Won), (&found.lost, Outcome::Lost)] {
            let others = (2..vectors.len()).filter(|number| call(*number).outcome() == Some(outcome));
            let best = |number: usize| {
                let pairs = vectors[number].iter().flat_map(|vector| own.iter().map(|own| own.cosine(vector)));
                pairs.fold(f32::NEG_INFINITY, f32::max)
            };
            let mut expected: Vec<f32> = others.map(best).collect();
            expected.sort_by(|left, right| right.total_cmp(left));
            expected.truncate(limit);
            prop_assert_eq!(side.len(), expected.len());
            for (near, score) in side.iter().zip(&expected) {
                prop_assert!((near.found.score - score).abs() < 1e-5);
                prop_assert_eq!(near.found.document.metadata.outcome, Some(outcome));
                prop_assert_eq!(near.found.document.metadata.kind, DocumentKind::Moment);
            }
        }
    }
}

/// One of the coordinate axes.
fn axis(at: usize) -> Embedding {
    let mut values = vec![0.0; DIMENSION];
    values[at] = 1.0;
    Embedding::normalized(values).unwrap()
}

#[test]
fn a_rare_word_brings_up_what_the_direction_alone_would_not() {
    let vectors: Vec<_> = (0..8)
        .map(|call| vec![axis(usize::from(call == 7)); MOMENTS])
        .collect();
    let store = store(&vectors);
    let request = SearchRequest::new(axis(0), 3);
    let has_it = |found: &[ScoredDocument]| names(found).iter().any(|(call, _)| call == "call 7");
    assert!(!has_it(&store.search(&request).unwrap()));
    let found = hybrid(&store, &axis(0), "7?", &request).unwrap();
    assert!(has_it(&found));
    assert_eq!(found.len(), 3);
    let next = hybrid(
        &store,
        &axis(0),
        "what about call 7?",
        &request.with_offset(2),
    )
    .unwrap();
    assert!(
        names(&next)
            .iter()
            .all(|name| !names(&found)[..2].contains(name))
    );
}

#[test]
fn what_is_recommended_is_like_the_one_and_unlike_the_other_and_neither_of_them() {
    let vectors = vec![
        vec![axis(0); MOMENTS],
        vec![axis(1); MOMENTS],
        vec![axis(0); MOMENTS],
        vec![axis(1); MOMENTS],
    ];
    let store = store(&vectors);
    let all = Filter::default();
    let found = recommend(&store, &[id(0)], &[id(1)], &all, 9).unwrap();
    let calls: Vec<_> = names(&found).into_iter().map(|(call, _)| call).collect();
    assert_eq!(calls[..=MOMENTS], ["call 2", "call 2", "call 2", "call 2"]);
    assert!(!calls.contains(&"call 0".to_owned()) && !calls.contains(&"call 1".to_owned()));
    assert!(
        recommend(&store, &[id(99)], &[], &all, 9)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn how_a_call_went_on_is_quoted_until_its_end() {
    let store = store(&[vec![axis(0); MOMENTS]]);
    let found = whole(&store, &axis(0));
    let moment = |start| {
        let at = found.iter().find(|near| {
            near.document.metadata.turns.start == start
                && near.document.metadata.kind == DocumentKind::Moment
        });
        &at.unwrap().document.metadata
    };
    let next = said_next(&store, moment(0), Speaker::Seller)
        .unwrap()
        .unwrap();
    assert_eq!(next.text, "turn 2 of call 0");
    assert_eq!(next.turns, TurnRange { start: 2, end: 3 });
    assert_eq!(said_next(&store, moment(4), Speaker::Seller).unwrap(), None);
    assert_eq!(said_next(&store, moment(0), Speaker::Other).unwrap(), None);
}
