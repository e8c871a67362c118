//! Every door to the same calls gives the same answers: [`check`].
//!
//! A door is whatever other people's programs come through: an adapter to a framework, a protocol, a server. [`fill`] puts
//! calls into a store; [`check`] asks 50 questions at the door and of the store itself.

mod calls;
mod questions;

use crate::{Embeddings, Filter, PointId, ScoredDocument, SearchRequest, VectorStore};

/// How far a score may lie from the store's own: a door may carry it as text, never round it.
const TOLERANCE: f64 = 1e-7;

/// What is asked at a door.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Near what.
    pub text: String,
    /// At most how many.
    pub limit: usize,
    /// Among which.
    pub filter: Filter,
}

/// One document as a door gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// [`crate::Document::id`].
    pub id: PointId,
    /// [`ScoredDocument::score`].
    pub score: f64,
    /// [`crate::Document::page_content`].
    pub text: String,
}

impl From<ScoredDocument> for Answer {
    fn from(found: ScoredDocument) -> Self {
        Self {
            id: found.document.id(),
            score: f64::from(found.score),
            text: found.document.page_content,
        }
    }
}

/// The 50 questions, always the same ones.
pub fn questions() -> Vec<Question> {
    questions::all()
}

/// The calls that the questions are about.
pub fn calls() -> Vec<crate::Conversation> {
    calls::all()
}

/// Puts the calls that the questions are about into an empty store of [`Embeddings::dimension`].
pub fn fill(embeddings: &dyn Embeddings, store: &dyn VectorStore) {
    let documents = calls::documents();
    let texts: Vec<&str> = documents
        .iter()
        .map(|document| document.page_content.as_str())
        .collect();
    let vectors = embeddings.embed_documents(&texts).unwrap();
    let points = documents.iter().cloned().zip(vectors);
    let points = points.map(|(document, embedding)| crate::Point {
        document,
        embedding,
    });
    store.upsert(&points.collect::<Vec<_>>()).unwrap();
}

/// Asks each question at the door and of the store that [`fill`] filled, and panics where ids, order, scores or texts differ.
pub async fn check(
    embeddings: &dyn Embeddings,
    store: &dyn VectorStore,
    ask: impl AsyncFn(Question) -> Vec<Answer>,
) {
    let mut answered = 0;
    for (place, question) in questions().into_iter().enumerate() {
        let expected = direct(embeddings, store, &question);
        answered += expected.len();
        let given = ask(question).await;
        compare(place, &expected, &given);
    }
    assert!(answered > 100, "the store holds other calls than `fill`'s");
}

/// What the store says without a door between.
fn direct(
    embeddings: &dyn Embeddings,
    store: &dyn VectorStore,
    question: &Question,
) -> Vec<Answer> {
    let query = embeddings.embed_query(&question.text).unwrap();
    let request = SearchRequest::new(query, question.limit).with_filter(question.filter.clone());
    let found = store.search(&request).unwrap();
    found.into_iter().map(Answer::from).collect()
}

fn compare(place: usize, expected: &[Answer], given: &[Answer]) {
    let ids = |answers: &[Answer]| answers.iter().map(|answer| answer.id).collect::<Vec<_>>();
    assert_eq!(
        ids(given),
        ids(expected),
        "ids: question {place} has other answers at the door"
    );
    for (given, expected) in given.iter().zip(expected) {
        assert!(
            (given.score - expected.score).abs() <= TOLERANCE,
            "score: question {place} has score {} at the door and {} in the store",
            given.score,
            expected.score
        );
        assert!(
            given.text == expected.text,
            "text: question {place} has another text at the door"
        );
    }
}

#[cfg(test)]
mod tests;
