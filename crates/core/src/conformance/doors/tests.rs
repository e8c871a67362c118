//! The suite fails for each way in which a door may change an answer, and only then.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use super::*;
use crate::conformance::HashedWords;
use crate::{Fingerprint, Point, VectorStoreError};

/// Points in a map, searched one by one.
#[derive(Debug)]
struct Scan {
    fingerprint: Fingerprint,
    points: Mutex<BTreeMap<PointId, Point>>,
}

impl VectorStore for Scan {
    fn dimension(&self) -> usize {
        HashedWords::DIMENSION
    }

    fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    fn upsert(&self, points: &[Point]) -> Result<(), VectorStoreError> {
        let points = points
            .iter()
            .map(|point| (point.document.id(), point.clone()));
        self.points.lock().unwrap().extend(points);
        Ok(())
    }

    fn search(&self, request: &SearchRequest) -> Result<Vec<ScoredDocument>, VectorStoreError> {
        let crate::SearchQuery::Dense(query) = &request.query else {
            return Ok(Vec::new());
        };
        let points = self.points.lock().unwrap();
        let admitted = points
            .values()
            .filter(|point| request.filter.admits(&point.document.metadata));
        let mut found: Vec<_> = admitted
            .map(|point| ScoredDocument {
                document: point.document.clone(),
                score: point.embedding.cosine(query),
            })
            .collect();
        found.sort_by(|left, right| right.score.total_cmp(&left.score));
        found.truncate(request.limit);
        Ok(found)
    }

    fn delete(&self, _filter: &Filter) -> Result<(), VectorStoreError> {
        Ok(())
    }

    fn count(&self, _filter: &Filter) -> Result<usize, VectorStoreError> {
        Ok(self.points.lock().unwrap().len())
    }

    fn retrieve(&self, _ids: &[PointId]) -> Result<Vec<Point>, VectorStoreError> {
        Ok(Vec::new())
    }

    fn scroll(
        &self,
        _filter: &Filter,
        _after: Option<PointId>,
        _limit: usize,
    ) -> Result<Vec<Point>, VectorStoreError> {
        Ok(Vec::new())
    }
}

/// What a door does wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    None,
    TrimsTheQuestion,
    ReadsJson,
    EmbedsAsDocument,
    IgnoresTheFilter,
    FiltersAfterTheLimit,
    OneAtLeast,
    Backwards,
    QuotesText,
    TrimsText,
    RoundsScores,
}

impl Fault {
    fn heard(self, text: String) -> String {
        if self == Self::TrimsTheQuestion {
            return text.trim_end_matches("\u{0}end").to_owned();
        }
        let json = serde_json::from_str::<serde_json::Value>(&text).ok();
        let input = json.and_then(|value| Some(value.get("input")?.as_str()?.to_owned()));
        input.filter(|_| self == Self::ReadsJson).unwrap_or(text)
    }

    fn told(self, mut answer: Answer) -> Answer {
        if self == Self::QuotesText {
            answer.text = format!("{:?}", answer.text);
        }
        if self == Self::TrimsText {
            answer.text = answer.text.trim().to_owned();
        }
        if self == Self::RoundsScores {
            answer.score = (answer.score * 1e4).round() / 1e4;
        }
        answer
    }
}

fn ask(fault: Fault, embeddings: &HashedWords, store: &Scan, question: Question) -> Vec<Answer> {
    let text = fault.heard(question.text);
    let query = if fault == Fault::EmbedsAsDocument {
        embeddings.embed_documents(&[&text]).unwrap().remove(0)
    } else {
        embeddings.embed_query(&text).unwrap()
    };
    let least = usize::from(fault == Fault::OneAtLeast);
    let request = SearchRequest::new(query, question.limit.max(least));
    let unfiltered = matches!(fault, Fault::IgnoresTheFilter | Fault::FiltersAfterTheLimit);
    let filter = if unfiltered {
        Filter::default()
    } else {
        question.filter.clone()
    };
    let mut found = store.search(&request.with_filter(filter)).unwrap();
    if fault == Fault::FiltersAfterTheLimit {
        found.retain(|found| question.filter.admits(&found.document.metadata));
    }
    if fault == Fault::Backwards {
        found.reverse();
    }
    found
        .into_iter()
        .map(|found| fault.told(found.into()))
        .collect()
}

fn run(fault: Fault) {
    let embeddings = HashedWords::new();
    let store = Scan {
        fingerprint: embeddings.fingerprint().clone(),
        points: Mutex::default(),
    };
    fill(&embeddings, &store);
    let door = async |question| ask(fault, &embeddings, &store, question);
    let mut checked = pin!(check(&embeddings, &store, door));
    let polled = checked
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()));
    assert_eq!(polled, Poll::Ready(()));
}

#[test]
fn a_plain_door_passes() {
    run(Fault::None);
}

#[test]
fn there_are_fifty_different_questions() {
    let questions = questions();
    assert_eq!(questions.len(), 50);
    let twice = questions.iter().enumerate().find(|(place, question)| {
        questions
            .iter()
            .take(*place)
            .any(|other| other == *question)
    });
    assert_eq!(twice, None);
}

#[test]
fn each_fault_of_a_door_is_found() {
    for (fault, law) in [
        (Fault::TrimsTheQuestion, "question"),
        (Fault::ReadsJson, "question"),
        (Fault::EmbedsAsDocument, "score"),
        (Fault::IgnoresTheFilter, "ids"),
        (Fault::FiltersAfterTheLimit, "ids"),
        (Fault::OneAtLeast, "ids"),
        (Fault::Backwards, "ids"),
        (Fault::QuotesText, "text"),
        (Fault::TrimsText, "text"),
        (Fault::RoundsScores, "score"),
    ] {
        let failed = std::panic::catch_unwind(|| run(fault));
        let said = failed.expect_err(&format!("{fault:?} passed"));
        let said = said.downcast_ref::<String>().expect("the suite says why");
        assert!(said.contains(law), "{fault:?}: {said}");
    }
}
