//! Filling anew while searches go on, snapshots, and TLS.

use tonic::transport::Identity;
use upturn_core::{Filter, VectorStore, VectorStoreError};
use upturn_vectorstore_qdrant::{CollectionLayout, QdrantStore, QdrantStoreError, Tenant};

use crate::sample::{config, encoder, nearest, opened, other_encoder, point, points};
use crate::server::Server;

fn collections(server: &Server) -> Vec<String> {
    let collections = server.state.collections.lock().unwrap();
    collections.keys().cloned().collect()
}

#[test]
fn searches_go_on_in_the_old_generation_until_the_new_one_is_published() {
    let server = Server::start();
    let store = opened(server.url());
    store.upsert(&points(10)).unwrap();
    let rebuild = QdrantStore::rebuild(&config(server.url()), "calls", 2, &encoder()).unwrap();
    assert_eq!(rebuild.store().collection(), "calls-2");
    rebuild.store().upsert(&points(4)).unwrap();
    assert_eq!(store.count(&Filter::default()).unwrap(), 10);
    assert_eq!(nearest(&store, &point(9), 1), ["said in call 9"]);
    rebuild.publish().unwrap();
    // The store that was open goes over by itself.
    assert_eq!(store.count(&Filter::default()).unwrap(), 4);
    store.upsert(&points(5)).unwrap();
    assert_eq!(opened(server.url()).count(&Filter::default()).unwrap(), 5);
    assert_eq!(collections(&server), ["calls-2"]);
    rebuild.publish().unwrap();
    assert_eq!(collections(&server), ["calls-2"]);
}

#[test]
fn a_store_of_the_old_encoder_is_refused_after_another_has_taken_over() {
    let server = Server::start();
    let store = opened(server.url());
    store.upsert(&points(10)).unwrap();
    let config = config(server.url());
    let rebuild = QdrantStore::rebuild(&config, "calls", 2, &other_encoder()).unwrap();
    rebuild.store().upsert(&points(3)).unwrap();
    assert_eq!(nearest(&store, &point(9), 1), ["said in call 9"]);
    rebuild.publish().unwrap();
    let error = store.count(&Filter::default()).unwrap_err();
    assert!(
        matches!(error, VectorStoreError::ForeignEncoder { .. }),
        "{error:?}"
    );
    let store = QdrantStore::open(&config, "calls", &other_encoder()).unwrap();
    assert_eq!(store.count(&Filter::default()).unwrap(), 3);
}

#[test]
fn a_rebuild_may_be_abandoned_and_two_do_not_meet() {
    let server = Server::start();
    let store = opened(server.url());
    store.upsert(&points(10)).unwrap();
    let config = config(server.url());
    let begin = || QdrantStore::rebuild(&config, "calls", 2, &encoder()).unwrap();
    let (second, third) = (begin(), begin());
    assert_eq!(collections(&server), ["calls-1", "calls-2", "calls-3"]);
    third.abandon().unwrap();
    second.abandon().unwrap();
    assert_eq!(collections(&server), ["calls-1"]);
    assert_eq!(store.count(&Filter::default()).unwrap(), 10);
}

#[test]
fn what_was_never_published_is_removed_and_what_is_in_use_stays() {
    let server = Server::start();
    let config = config(server.url());
    QdrantStore::remove_unpublished(&config, "calls").unwrap();
    let store = opened(server.url());
    store.upsert(&points(10)).unwrap();
    for _ in 0..2 {
        drop(QdrantStore::rebuild(&config, "calls", 2, &encoder()).unwrap());
    }
    assert_eq!(collections(&server), ["calls-1", "calls-2", "calls-3"]);
    QdrantStore::remove_unpublished(&config, "calls").unwrap();
    assert_eq!(collections(&server), ["calls-1"]);
    assert_eq!(store.count(&Filter::default()).unwrap(), 10);
}

#[test]
fn a_collection_that_tenants_share_is_not_replaced_for_one_of_them() {
    let server = Server::start();
    let layout = CollectionLayout {
        tenant: Some(Tenant::ShardKey("north".to_owned())),
        ..CollectionLayout::default()
    };
    let config = config(server.url()).with_layout(layout);
    let error = QdrantStore::rebuild(&config, "calls", 2, &encoder()).unwrap_err();
    assert!(
        matches!(error, QdrantStoreError::Shared { .. }),
        "{error:?}"
    );
}

#[test]
fn a_removed_collection_leaves_its_name_free() {
    let server = Server::start();
    let store = opened(server.url());
    store.upsert(&points(10)).unwrap();
    store.remove().unwrap();
    assert!(collections(&server).is_empty());
    assert_eq!(opened(server.url()).count(&Filter::default()).unwrap(), 0);
}

#[test]
fn snapshots_are_made_listed_and_removed() {
    let server = Server::start();
    let store = opened(server.url());
    let made = store.create_snapshot().unwrap();
    assert_eq!((made.size, made.checksum.as_deref()), (4_096, Some("00ff")));
    assert!(made.created.is_some());
    assert_eq!(store.snapshots().unwrap(), std::slice::from_ref(&made));
    store.delete_snapshot(&made.name).unwrap();
    assert!(store.snapshots().unwrap().is_empty());
    assert!(store.delete_snapshot(&made.name).is_err());
}

#[test]
fn https_trusts_the_given_authority_only() {
    let names = vec!["localhost".to_owned()];
    let certified = rcgen::generate_simple_self_signed(names.clone()).unwrap();
    let (pem, key) = (certified.cert.pem(), certified.signing_key.serialize_pem());
    let server = Server::start_secured(Identity::from_pem(&pem, key));
    let url = format!("https://localhost:{}", server.address().port());
    let trusting = config(url.clone()).with_certificate_authority(&pem);
    let store = QdrantStore::create_or_open(&trusting, "calls", 2, &encoder()).unwrap();
    store.upsert(&points(3)).unwrap();
    assert_eq!(store.count(&Filter::default()).unwrap(), 3);
    let other = rcgen::generate_simple_self_signed(names)
        .unwrap()
        .cert
        .pem();
    let wary = config(url)
        .with_retries(0)
        .with_certificate_authority(other);
    assert!(QdrantStore::open(&wary, "calls", &encoder()).is_err());
}
