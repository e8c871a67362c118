//! The contract's laws, on the test's own server always and on a real one where there is one.

use std::sync::atomic::{AtomicUsize, Ordering};

use upturn_core::{Document, Filter, Point, SearchRequest, VectorStore, conformance};
use upturn_vectorstore_memory::MemoryStore;
use upturn_vectorstore_qdrant::{CollectionLayout, QdrantConfig, QdrantStore, Tenant};

use crate::sample::{config, encoder, nearest, opened, point, points};
use crate::server::Server;

/// Where a real server is, if there is one.
const REAL: &str = "UPTURN_TEST_QDRANT_URL";

fn check(config: &QdrantConfig, prefix: &str) -> Vec<String> {
    let made = AtomicUsize::new(0);
    conformance::vector_store::check(|dimension| {
        let number = made.fetch_add(1, Ordering::Relaxed);
        let name = format!("{prefix}-laws-{number}");
        Box::new(QdrantStore::create_or_open(config, name, dimension, &encoder()).unwrap())
    });
    let made = made.into_inner();
    (0..made)
        .map(|number| format!("{prefix}-laws-{number}"))
        .collect()
}

fn agree(config: &QdrantConfig, name: &str) {
    let store = QdrantStore::create_or_open(config, name, 32, &encoder()).unwrap();
    let oracle = MemoryStore::new(32, encoder());
    assert!(conformance::vector_store::agrees_with(&oracle, &store) >= 0.95);
}

#[test]
fn the_store_keeps_every_law() {
    let server = Server::start();
    check(&config(server.url()), "test");
}

#[test]
fn the_store_agrees_with_exact_search() {
    let server = Server::start();
    agree(&config(server.url()), "test-agrees");
}

#[test]
fn a_real_server_keeps_every_law() {
    let Ok(url) = std::env::var(REAL) else {
        eprintln!("\n**** SKIPPED: `{REAL}` is not set, no real Qdrant server was tried ****\n");
        return;
    };
    let mut config = QdrantConfig::new(url);
    if let Ok(key) = std::env::var("UPTURN_TEST_QDRANT_API_KEY") {
        config = config.with_api_key(key);
    }
    // The name of this process, so that what an earlier run left does not matter; what this one made goes.
    let prefix = format!("upturn-test-{}", std::process::id());
    let mut names = check(&config, &prefix);
    let agrees = format!("{prefix}-agrees");
    agree(&config, &agrees);
    names.push(agrees);
    for name in names {
        let store = QdrantStore::open(&config, name.clone(), &encoder()).unwrap();
        store.delete(&Filter::default()).unwrap();
        store.remove().unwrap();
    }
}

#[test]
fn tenants_with_a_key_see_their_own_points_only() {
    let server = Server::start();
    let tenant = |name: &str| {
        let layout = CollectionLayout {
            tenant: Some(Tenant::ShardKey(name.to_owned())),
            ..CollectionLayout::default()
        };
        let config = config(server.url()).with_layout(layout);
        QdrantStore::create_or_open(&config, "shared", 2, &encoder()).unwrap()
    };
    let (north, south) = (tenant("north"), tenant("south"));
    north.upsert(&points(5)).unwrap();
    // The same conversation in another tenant's part is another point.
    south.upsert(&points(2)).unwrap();
    assert_eq!(server.state.faults().last_key.as_deref(), Some("south"));
    south.delete(&Filter::default()).unwrap();
    let count = |store: &QdrantStore| store.count(&Filter::default()).unwrap();
    assert_eq!((count(&north), count(&south)), (5, 0));
    assert_eq!(nearest(&north, &point(3), 1), ["said in call 3"]);
    assert_eq!(count(&tenant("north")), 5);
}

#[test]
fn what_a_filter_may_name_is_indexed() {
    let server = Server::start();
    opened(server.url());
    let collections = server.state.collections.lock().unwrap();
    let mut fields = collections["calls-1"].fields.clone();
    fields.sort();
    let expected = [
        "account",
        "amount",
        "conversation",
        "date",
        "fingerprint",
        "industry",
        "kind",
        "language",
        "outcome",
        "rep",
        "stage",
    ];
    assert_eq!(fields, expected);
}

#[test]
fn equal_scores_are_ordered_by_id() {
    let server = Server::start();
    let store = opened(server.url());
    let mut alike = points(40);
    let embedding = alike[0].embedding.clone();
    for point in &mut alike {
        point.embedding = embedding.clone();
    }
    store.upsert(&alike).unwrap();
    let request = SearchRequest::new(embedding, 40);
    let found = store.search(&request).unwrap();
    assert_eq!(found.len(), 40);
    let id = |document: &Document| document.id();
    assert!(found.is_sorted_by_key(|found| id(&found.document)));
}

#[test]
fn the_latest_of_two_with_one_id_is_kept() {
    let server = Server::start();
    let store = opened(server.url());
    let mut later = point(3);
    later.document.page_content = "said otherwise".to_owned();
    let both: Vec<Point> = vec![point(3), later.clone()];
    store.upsert(&both).unwrap();
    assert_eq!(store.retrieve(&[later.document.id()]).unwrap(), [later]);
}

#[test]
fn a_store_may_be_used_and_dropped_inside_an_asynchronous_runtime() {
    let server = Server::start();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let store = opened(server.url());
        store.upsert(&points(3)).unwrap();
        assert_eq!(store.count(&Filter::default()).unwrap(), 3);
        drop(store);
    });
}
