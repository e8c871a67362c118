//! Points to store, and the settings of an impatient client.

use std::time::Duration;

use upturn_core::{
    ConversationId, Document, DocumentKind, DocumentMetadata, Embedding, Fingerprint, Outcome,
    Point, SearchRequest, TurnRange, VectorStore,
};
use upturn_vectorstore_qdrant::{QdrantConfig, QdrantStore};

pub(crate) fn encoder() -> Fingerprint {
    Fingerprint::new("0123456789abcdef")
}

pub(crate) fn other_encoder() -> Fingerprint {
    Fingerprint::new("fedcba9876543210")
}

/// Repeats six times and hardly waits between.
pub(crate) fn config(url: impl Into<String>) -> QdrantConfig {
    QdrantConfig::new(url)
        .with_retries(6)
        .with_pauses(Duration::from_millis(20), Duration::from_millis(200))
}

pub(crate) fn opened(url: String) -> QdrantStore {
    QdrantStore::create_or_open(&config(url), "calls", 2, &encoder()).unwrap()
}

/// Point `number`, at its own angle in the plane.
pub(crate) fn point(number: u16) -> Point {
    let angle = f32::from(number) / 400.0;
    let metadata = DocumentMetadata {
        kind: DocumentKind::Moment,
        conversation: ConversationId::new(format!("call {number}")).unwrap(),
        turns: TurnRange { start: 0, end: 4 },
        account: format!("account {}", number % 7),
        outcome: Some(Outcome::Won),
        rep: Some("Robin".to_owned()),
        stage: None,
        industry: None,
        amount: Some(12.5),
        date: Some("2026-11-22".parse().unwrap()),
        language: None,
    };
    Point {
        document: Document {
            page_content: format!("said in call {number}"),
            metadata,
        },
        embedding: Embedding::normalized(vec![angle.cos(), angle.sin()]).unwrap(),
    }
}

pub(crate) fn points(count: u16) -> Vec<Point> {
    (0..count).map(point).collect()
}

pub(crate) fn nearest(store: &QdrantStore, to: &Point, limit: usize) -> Vec<String> {
    let request = SearchRequest::new(to.embedding.clone(), limit);
    let found = store.search(&request).unwrap().into_iter();
    found.map(|found| found.document.page_content).collect()
}

/// An error with its causes, as a user reads it.
pub(crate) fn said(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
