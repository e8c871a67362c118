//! A server that hangs, resets, is away or restarts.

use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use upturn_core::{Diagnostic, ErrorKind, Filter, VectorStore};
use upturn_vectorstore_qdrant::QdrantStore;

use crate::proxy::Proxy;
use crate::sample::{config, encoder, nearest, opened, point, points, said};
use crate::server::Server;

#[test]
fn a_server_that_hangs_is_given_up_with_one_clear_error() {
    let server = Server::start();
    opened(server.url());
    let proxy = Proxy::before(server.address());
    let patience = Duration::from_millis(300);
    let config = config(proxy.url())
        .with_retries(1)
        .with_request_timeout(patience);
    let store = QdrantStore::open(&config, "calls", &encoder()).unwrap();
    proxy.hang(true);
    let error = store.upsert(&points(3)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let text = said(&error);
    assert!(
        text.contains("`calls` gave no answer within 0.3 s while storing points (2 attempts)"),
        "{text}"
    );
    assert!(error.hint().unwrap().contains("6334"));
}

#[test]
fn a_connection_that_is_cut_is_made_again() {
    let server = Server::start();
    let proxy = Proxy::before(server.address());
    let config = config(proxy.url()).with_connections(1);
    let store = QdrantStore::create_or_open(&config, "calls", 2, &encoder()).unwrap();
    for _ in 0..3 {
        proxy.cut(1);
        store.upsert(&points(50)).unwrap();
        assert_eq!(proxy.cuts_left(), 0);
        proxy.cut(1);
        assert_eq!(nearest(&store, &point(20), 1), ["said in call 20"]);
        assert_eq!(proxy.cuts_left(), 0);
    }
    assert_eq!(store.count(&Filter::default()).unwrap(), 50);
}

#[test]
fn a_server_that_is_away_for_a_while_is_waited_for() {
    let server = Server::start();
    let store = opened(server.url());
    server.state.faults().unavailable = 6;
    store.upsert(&points(3)).unwrap();
    assert_eq!(server.state.faults().unavailable, 0);
    assert_eq!(store.count(&Filter::default()).unwrap(), 3);
}

#[test]
fn a_server_that_stays_away_is_given_up_with_what_it_said() {
    let server = Server::start();
    let store = opened(server.url());
    server.state.faults().unavailable = usize::MAX;
    let before = server.state.faults().requests;
    let error = store.count(&Filter::default()).unwrap_err();
    assert_eq!(server.state.faults().requests - before, 7);
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let text = said(&error);
    assert!(
        text.contains("`calls` failed while counting points (7 attempts): the server is starting"),
        "{text}"
    );
}

#[test]
fn a_server_that_is_not_there_is_named_with_its_port() {
    let mut server = Server::start();
    let url = server.url();
    server.stop();
    let error = QdrantStore::open(&config(url), "calls", &encoder()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(said(&error).contains("refused"), "{}", said(&error));
    assert!(error.hint().unwrap().contains("6334"));
}

#[test]
fn a_server_that_restarts_in_the_middle_of_a_batch_loses_nothing_acknowledged() {
    let mut server = Server::start();
    // However long a restart takes on a busy machine.
    let patient = config(server.url()).with_retries(200);
    let store = QdrantStore::create_or_open(&patient, "calls", 2, &encoder()).unwrap();
    store.upsert(&points(100)).unwrap();
    let (tell, told) = channel();
    // The third of the four messages is never answered by the first server.
    server.state.faults().hang_after = Some((2, tell));
    thread::scope(|scope| {
        let filling = scope.spawn(|| store.upsert(&points(1_000)));
        told.recv().unwrap();
        server.restart();
        filling.join().unwrap().unwrap();
    });
    assert_eq!(store.count(&Filter::default()).unwrap(), 1_000);
    assert_eq!(nearest(&store, &point(600), 1), ["said in call 600"]);
}

#[test]
fn what_was_acknowledged_is_there_after_a_restart_without_any_repetition() {
    let mut server = Server::start();
    let store = opened(server.url());
    store.upsert(&points(300)).unwrap();
    drop(store);
    server.restart();
    let store = opened(server.url());
    assert_eq!(store.count(&Filter::default()).unwrap(), 300);
}
