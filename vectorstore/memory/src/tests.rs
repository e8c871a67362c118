//! The conformance suite, and what the memory store promises beyond it.

use proptest::prelude::*;
use upturn_core::{
    Bm25, ConversationId, Document, DocumentKind, DocumentMetadata, Embedding, Filter, Fingerprint,
    Point, SearchRequest, TurnRange, VectorStore, conformance,
};

use super::MemoryStore;

fn store(dimension: usize) -> MemoryStore {
    MemoryStore::new(dimension, Fingerprint::new("test"))
}

fn point(number: usize, embedding: Embedding) -> Point {
    let metadata = DocumentMetadata {
        kind: DocumentKind::Moment,
        conversation: ConversationId::new(format!("call {number}")).unwrap(),
        turns: TurnRange { start: 0, end: 1 },
        account: "acme".to_owned(),
        outcome: None,
        rep: None,
        stage: None,
        industry: None,
        amount: None,
        date: None,
        language: None,
    };
    let page_content = number.to_string();
    Point {
        document: Document {
            page_content,
            metadata,
        },
        embedding,
    }
}

#[test]
fn the_store_keeps_every_law() {
    conformance::vector_store::check(|dimension| Box::new(store(dimension)));
}

#[test]
fn the_oracle_agrees_with_itself() {
    let recall = conformance::vector_store::agrees_with(&store(16), &store(16));
    assert!((recall - 1.0).abs() < f64::EPSILON);
}

#[test]
fn a_panic_elsewhere_leaves_the_store_usable() {
    let store = store(2);
    let poisoned = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _guard = store.points.write().unwrap();
        panic!("while holding the lock");
    }));
    assert!(poisoned.is_err() && store.points.is_poisoned());
    let east = Embedding::normalized(vec![1.0, 0.0]).unwrap();
    store.upsert(&[point(0, east)]).unwrap();
    assert_eq!(store.count(&Filter::default()).unwrap(), 1);
}

proptest! {
    #[test]
    fn answers_do_not_depend_on_the_order_of_filling(order in Just((0..12).collect::<Vec<usize>>()).prop_shuffle(), limit in 1usize..14) {
        let (forwards, shuffled) = (store(2), store(2));
        let east = Embedding::normalized(vec![1.0, 0.0]).unwrap();
        let north = Embedding::normalized(vec![0.0, 1.0]).unwrap();
        let place = |number: usize| if number.is_multiple_of(3) { north.clone() } else { east.clone() };
        for number in 0..12 {
            forwards.upsert(&[point(number, place(number))]).unwrap();
        }
        for number in order {
            shuffled.upsert(&[point(number, place(number))]).unwrap();
        }
        let request = SearchRequest::new(east.clone(), limit);
        prop_assert_eq!(forwards.search(&request).unwrap(), shuffled.search(&request).unwrap());
    }

    /// Searches by words in between must leave nothing behind.
    #[test]
    fn words_are_those_of_what_is_stored_now(steps in proptest::collection::vec((0usize..8, 0usize..3, any::<bool>()), 1..20)) {
        let east = Embedding::normalized(vec![1.0, 0.0]).unwrap();
        let said = ["price and time", "time", "team"];
        let (store, mut now) = (store(2), std::collections::BTreeMap::new());
        let request = SearchRequest::words(Bm25.query("time price"), 20);
        for (number, text, removes) in steps {
            let mut point = point(number, east.clone());
            if removes {
                let conversations = vec![point.document.metadata.conversation];
                store.delete(&Filter { conversations, ..Filter::default() }).unwrap();
                now.remove(&number);
            } else {
                said[text].clone_into(&mut point.document.page_content);
                store.upsert(&[point.clone()]).unwrap();
                now.insert(number, point);
            }
            let anew = self::store(2);
            anew.upsert(&now.values().cloned().collect::<Vec<_>>()).unwrap();
            prop_assert_eq!(store.search(&request).unwrap(), anew.search(&request).unwrap());
        }
    }
}

proptest! {
    #[test]
    fn a_filter_is_kept_whether_it_is_looked_at_first_or_last(
        accounts in prop::collection::vec(0usize..6, 1..200),
        without in prop::collection::vec(0usize..6, 1..6),
        (offset, limit) in (0usize..5, 0usize..40),
    ) {
        let store = store(2);
        let name = |account: usize| format!("account {account}");
        let points: Vec<Point> = accounts.iter().enumerate().map(|(number, &account)| {
            // Few directions, so that many scores are equal.
            let angle = (number % 7) as f32;
            let mut point = point(number, Embedding::normalized(vec![angle.cos(), angle.sin()]).unwrap());
            point.document.metadata.account = name(account);
            point
        }).collect();
        store.upsert(&points).unwrap();
        let query = Embedding::normalized(vec![1.0, 0.5]).unwrap();
        let filter = Filter { without_accounts: without.into_iter().map(name).collect(), ..Filter::default() };
        let mut expected: Vec<&Point> = points.iter().filter(|it| filter.admits(&it.document.metadata)).collect();
        expected.sort_by(|a, b| {
            let cosine = |point: &Point| point.embedding.cosine(&query).clamp(-1.0, 1.0);
            cosine(b).total_cmp(&cosine(a)).then_with(|| a.document.id().cmp(&b.document.id()))
        });
        let expected: Vec<&Document> = expected.iter().skip(offset).take(limit).map(|it| &it.document).collect();
        let request = SearchRequest { filter, offset, ..SearchRequest::new(query, limit) };
        let found = store.search(&request).unwrap();
        let found: Vec<&Document> = found.iter().map(|it| &it.document).collect();
        prop_assert_eq!(found, expected);
    }
}
