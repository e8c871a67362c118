//! What is refused: other encoders, other collections, other people's points, wrong settings.

use std::collections::HashMap;
use std::thread;

use qdrant_client::qdrant::points_client::PointsClient;
use qdrant_client::qdrant::{
    CreateCollection, Distance, NamedVectors, PointStruct, UpsertPoints, Vector, VectorParams,
    VectorParamsMap, VectorsConfig, vectors_config,
};
use upturn_core::{Diagnostic, ErrorKind, Filter, SearchRequest, VectorStore, VectorStoreError};
use upturn_vectorstore_qdrant::{QdrantConfig, QdrantStore, QdrantStoreError};

use crate::sample::{config, encoder, nearest, opened, other_encoder, point, points, said};
use crate::server::Server;

#[test]
fn another_encoder_and_another_dimension_are_refused() {
    let server = Server::start();
    opened(server.url());
    let config = config(server.url());
    for refused in [
        QdrantStore::open(&config, "calls", &other_encoder()),
        QdrantStore::create_or_open(&config, "calls", 2, &other_encoder()),
    ] {
        let error = refused.unwrap_err();
        assert!(matches!(
            error,
            QdrantStoreError::Refused(VectorStoreError::ForeignEncoder { .. })
        ));
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(said(&error).contains("0123456789ab"), "{}", said(&error));
    }
    let error = QdrantStore::create_or_open(&config, "calls", 3, &encoder()).unwrap_err();
    assert!(matches!(
        error,
        QdrantStoreError::Refused(VectorStoreError::DimensionMismatch {
            expected: 2,
            got: 3,
            ..
        })
    ));
}

#[test]
fn a_missing_collection_is_not_found() {
    let server = Server::start();
    let error = QdrantStore::open(&config(server.url()), "calls", &encoder()).unwrap_err();
    assert!(
        matches!(error, QdrantStoreError::NotFound { .. }),
        "{error:?}"
    );
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

/// A collection with one vector, that upturn did not make.
fn strange(vector: &str, distance: Distance) -> CreateCollection {
    let params = VectorParams {
        size: 2,
        distance: distance.into(),
        ..VectorParams::default()
    };
    CreateCollection {
        collection_name: "strange".to_owned(),
        vectors_config: Some(VectorsConfig {
            config: Some(vectors_config::Config::ParamsMap(VectorParamsMap {
                map: HashMap::from([(vector.to_owned(), params)]),
            })),
        }),
        ..CreateCollection::default()
    }
}

#[test]
fn another_distance_is_named() {
    let server = Server::start();
    server
        .state
        .create(strange("dense", Distance::Dot))
        .unwrap();
    let error = QdrantStore::open(&config(server.url()), "strange", &encoder()).unwrap_err();
    assert!(
        matches!(error, QdrantStoreError::Distance { .. }),
        "{error:?}"
    );
    assert!(
        error.to_string().contains("by Dot, not by their cosine"),
        "{error}"
    );
}

#[test]
fn what_upturn_did_not_make_is_refused_and_its_name_is_not_taken() {
    for vector in ["dense", "other"] {
        let server = Server::start();
        server
            .state
            .create(strange(vector, Distance::Cosine))
            .unwrap();
        let config = config(server.url());
        let error = QdrantStore::create_or_open(&config, "strange", 2, &encoder()).unwrap_err();
        assert!(
            matches!(error, QdrantStoreError::NotOurs { .. }),
            "{error:?}"
        );
        let error = QdrantStore::rebuild(&config, "strange", 2, &encoder()).unwrap_err();
        assert!(
            matches!(error, QdrantStoreError::NoAlias { .. }),
            "{error:?}"
        );
    }
}

/// Stores points that somebody else may have stored: near the first of ours, with strange payloads.
fn invade(url: String, count: u64) {
    let strange = (0..count).map(|number| {
        let dense = Vector::new_dense(vec![1.0, 0.0]);
        let payload = match number % 3 {
            0 => HashMap::new(),
            1 => HashMap::from([("page_content".to_owned(), "theirs".into())]),
            _ => HashMap::from([("metadata".to_owned(), 7.into())]),
        };
        PointStruct {
            id: Some(number.into()),
            payload,
            vectors: Some(
                NamedVectors {
                    vectors: HashMap::from([("dense".to_owned(), dense)]),
                }
                .into(),
            ),
        }
    });
    let request = UpsertPoints {
        collection_name: "calls".to_owned(),
        points: strange.collect(),
        ..UpsertPoints::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut client = PointsClient::connect(url).await.unwrap();
        client.upsert(request).await.unwrap();
    });
}

#[test]
fn foreign_points_are_passed_over_and_counted() {
    let server = Server::start();
    let store = opened(server.url());
    store.upsert(&points(20)).unwrap();
    assert_eq!(store.foreign_points(), 0);
    invade(server.url(), 50);
    let expected = ["said in call 0", "said in call 1", "said in call 2"];
    assert_eq!(nearest(&store, &point(0), 3), expected);
    assert_eq!(store.foreign_points(), 50);
    let page = SearchRequest::new(point(0).embedding, 2).with_offset(19);
    assert_eq!(store.search(&page).unwrap().len(), 1);
    assert_eq!(nearest(&store, &point(0), usize::MAX).len(), 20);
    let ours = store.scroll(&Filter::default(), None, usize::MAX).unwrap();
    assert_eq!(ours.len(), 20);
}

#[test]
fn two_that_make_a_collection_at_once_both_get_it() {
    let server = Server::start();
    let stores: Vec<_> = thread::scope(|scope| {
        let makers: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| opened(server.url())))
            .collect();
        makers
            .into_iter()
            .map(|maker| maker.join().unwrap())
            .collect()
    });
    for (number, store) in (0..).zip(&stores) {
        store.upsert(&[point(number)]).unwrap();
    }
    assert_eq!(stores[0].count(&Filter::default()).unwrap(), 8);
    assert_eq!(server.state.collections.lock().unwrap().len(), 1);
}

#[test]
fn settings_that_cannot_be_are_named_without_secrets() {
    let refused = |config: QdrantConfig| {
        let error = QdrantStore::open(&config, "calls", &encoder()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        format!("{} {error:?}", said(&error))
    };
    assert!(refused(QdrantConfig::new("ftp://localhost")).contains("the url cannot be used"));
    let text = refused(QdrantConfig::new("http://localhost:1").with_api_key("open\nsesame"));
    assert!(
        text.contains("api key") && !text.contains("sesame"),
        "{text}"
    );
}
