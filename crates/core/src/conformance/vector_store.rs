//! The laws of [`VectorStore`], and agreement with an exact one: [`check`] and [`agrees_with`].

mod reading;
mod scan;

use self::reading::{pages, retrieval, scrolling, words};
use self::scan::{Scan, count, ids};
use super::sample::Sample;
use crate::{Document, Filter, Outcome, Point, SearchRequest, VectorStore, VectorStoreError};

/// How far two computations of one cosine may lie apart: `f32` sums in another order.
const TOLERANCE: f32 = 1e-5;
/// Length of the vectors; not divisible by a register, so that remainders are tried too.
const DIMENSION: usize = 19;
const POINTS: usize = 203;
const COMBINATIONS: usize = 60;

/// Runs every law on stores from `make`, which gives an empty store of the dimension it is handed.
///
/// On the 203 points of this suite a store is expected to be exact; [`agrees_with`] says how near an approximate one
/// must come on more.
pub fn check(make: impl Fn(usize) -> Box<dyn VectorStore>) {
    let mut sample = Sample::new(7, DIMENSION);
    let points = sample.points(POINTS);
    empty(make(DIMENSION).as_ref(), &mut sample);

    let store = make(DIMENSION);
    store.upsert(&points).unwrap();
    let scan = Scan::new(&points);
    counts(store.as_ref(), &scan, &mut sample);
    order(store.as_ref(), &scan, &mut sample);
    filters(store.as_ref(), &scan, &mut sample);
    threshold(store.as_ref(), &scan, &mut sample);
    pages(store.as_ref(), &scan, &mut sample);
    words(store.as_ref(), &scan, &mut sample);
    retrieval(store.as_ref(), &scan);
    scrolling(store.as_ref(), &scan, &mut sample);

    idempotence(store.as_ref(), &points, &mut sample);
    replacement(store.as_ref(), &points);
    dimension(make(DIMENSION).as_ref(), &points);
    deletion(make(DIMENSION).as_ref(), &points, &mut sample);
}

/// Fills both stores with 2,000 points and returns the part of the oracle's ten nearest that `other` finds, over 100
/// queries with and without filter; panics below 0.95.
///
/// Both stores must be empty and of one dimension. A document as near as the oracle's tenth counts as found.
pub fn agrees_with(oracle: &dyn VectorStore, other: &dyn VectorStore) -> f64 {
    let mut sample = Sample::new(11, oracle.dimension());
    let points = sample.points(2_000);
    for batch in points.chunks(256) {
        oracle.upsert(batch).unwrap();
        other.upsert(batch).unwrap();
    }
    let filters = sample.filters(0);
    let (mut found, mut expected) = (0, 0);
    for filter in std::iter::repeat_n(&Filter::default(), 50).chain(filters.iter().cycle().take(50))
    {
        let request = SearchRequest::new(sample.embedding(), 10).with_filter(filter.clone());
        let exact = oracle.search(&request).unwrap();
        let farthest = exact.last().map_or(f32::INFINITY, |last| last.score) - TOLERANCE;
        let near = other.search(&request).unwrap();
        found += near
            .iter()
            .filter(|result| result.score >= farthest)
            .count()
            .min(exact.len());
        expected += exact.len();
    }
    let recall =
        f64::from(u32::try_from(found).unwrap()) / f64::from(u32::try_from(expected).unwrap());
    assert!(
        recall >= 0.95,
        "recall: {recall:.3} of the oracle's ten nearest were found, at least 0.95 are needed"
    );
    recall
}

fn empty(store: &dyn VectorStore, sample: &mut Sample) {
    assert_eq!(
        store.dimension(),
        DIMENSION,
        "dimension: the store has another one than it was made for"
    );
    let request = SearchRequest::new(sample.embedding(), 3);
    let nothing = store.search(&request).unwrap();
    assert!(nothing.is_empty(), "empty store: it found something");
    assert_eq!(count(store), 0, "empty store: it counts something");
    store.delete(&Filter::default()).unwrap();
    store.upsert(&[]).unwrap();
    assert_eq!(count(store), 0, "empty store: storing no point stored one");
}

fn idempotence(store: &dyn VectorStore, points: &[Point], sample: &mut Sample) {
    let request = SearchRequest::new(sample.embedding(), POINTS);
    let before = store.search(&request).unwrap();
    store.upsert(points).unwrap();
    assert_eq!(
        count(store),
        POINTS,
        "idempotence: upserting again changed the count"
    );
    assert_eq!(
        ids(&before),
        ids(&store.search(&request).unwrap()),
        "idempotence: upserting again changed the results"
    );
}

fn replacement(store: &dyn VectorStore, points: &[Point]) {
    let [old, donor, ..] = points else {
        panic!("the sample is too small")
    };
    let lost = Filter {
        outcome: Some(Outcome::Lost),
        ..Filter::default()
    };
    let lost_before = store.count(&lost).unwrap();
    let new = Point {
        document: Document {
            page_content: "said differently".to_owned(),
            metadata: changed(&old.document),
        },
        embedding: opposite(donor),
    };
    store.upsert(std::slice::from_ref(&new)).unwrap();
    assert_eq!(
        count(store),
        points.len(),
        "replacement: upserting a known id changed the count"
    );
    let request = SearchRequest::new(new.embedding.clone(), 1);
    let nearest = store.search(&request).unwrap().pop().unwrap();
    assert!(
        nearest.score > 1.0 - TOLERANCE,
        "replacement: the old vector stayed"
    );
    assert_eq!(
        nearest.document, new.document,
        "replacement: the old content stayed"
    );
    let gained = usize::from(old.document.metadata.outcome != Some(Outcome::Lost));
    assert_eq!(
        store.count(&lost).unwrap(),
        lost_before + gained,
        "replacement: filters still see the old content"
    );
}

/// The metadata of a moment that went on, in a call that was lost meanwhile; the same point by its id.
fn changed(document: &Document) -> crate::DocumentMetadata {
    let mut metadata = document.metadata.clone();
    metadata.turns.end += 1;
    metadata.outcome = Some(Outcome::Lost);
    metadata.rep = None;
    metadata
}

fn opposite(point: &Point) -> crate::Embedding {
    let values = point.embedding.as_slice().iter().map(|value| -value);
    crate::Embedding::normalized(values.collect()).unwrap()
}

fn dimension(store: &dyn VectorStore, points: &[Point]) {
    let [first, second, rest @ ..] = points else {
        panic!("the sample is too small")
    };
    store.upsert(std::slice::from_ref(first)).unwrap();
    for length in [DIMENSION - 1, DIMENSION + 1] {
        let embedding = Sample::new(1, length).embedding();
        let Err(error) = store.search(&SearchRequest::new(embedding.clone(), 1)) else {
            panic!("dimension: a query of another length was answered")
        };
        assert!(
            is_refusal(&error, length),
            "dimension: the error does not name both lengths"
        );
        let long = Point {
            document: second.document.clone(),
            embedding,
        };
        for batch in [
            [vec![long.clone()], rest.to_vec()].concat(),
            [rest.to_vec(), vec![long]].concat(),
        ] {
            let Err(error) = store.upsert(&batch) else {
                panic!("dimension: a vector of another length was stored")
            };
            assert!(
                is_refusal(&error, length),
                "dimension: the error does not name both lengths"
            );
            assert_eq!(
                count(store),
                1,
                "dimension: a part of the refused call was stored"
            );
        }
    }
}

fn is_refusal(error: &VectorStoreError, length: usize) -> bool {
    matches!(error, VectorStoreError::DimensionMismatch { expected: DIMENSION, got, .. } if *got == length)
}

fn deletion(store: &dyn VectorStore, points: &[Point], sample: &mut Sample) {
    let scan = Scan::new(points);
    for filter in sample.filters(10).into_iter().rev() {
        store.upsert(points).unwrap();
        let admitted = scan.admitted(&filter).count();
        store.delete(&filter).unwrap();
        assert_eq!(
            store.count(&filter).unwrap(),
            0,
            "deletion: a document stayed under {filter:?}"
        );
        assert_eq!(
            count(store),
            POINTS - admitted,
            "deletion: another document went under {filter:?}"
        );
        let request = SearchRequest::new(sample.embedding(), POINTS);
        let left = store.search(&request).unwrap();
        assert!(
            left.iter()
                .all(|result| !filter.admits(&result.document.metadata)),
            "deletion: a deleted document is found under {filter:?}"
        );
        assert_eq!(
            left.len(),
            POINTS - admitted,
            "deletion: a document that stayed is not found under {filter:?}"
        );
    }
}

fn counts(store: &dyn VectorStore, scan: &Scan<'_>, sample: &mut Sample) {
    for filter in sample.filters(COMBINATIONS) {
        assert_eq!(
            store.count(&filter).unwrap(),
            scan.admitted(&filter).count(),
            "count: it is not exact under {filter:?}"
        );
    }
}

fn order(store: &dyn VectorStore, scan: &Scan<'_>, sample: &mut Sample) {
    for limit in [0, 1, 10, POINTS - 1, POINTS, POINTS + 1, usize::MAX] {
        scan.compare(store, &SearchRequest::new(sample.embedding(), limit));
    }
    for point in scan.points.values().step_by(20) {
        scan.compare(store, &SearchRequest::new(point.embedding.clone(), 2));
    }
}

fn filters(store: &dyn VectorStore, scan: &Scan<'_>, sample: &mut Sample) {
    for filter in sample.filters(COMBINATIONS) {
        for limit in [3, POINTS] {
            let request = SearchRequest::new(sample.embedding(), limit);
            scan.compare(store, &request.with_filter(filter.clone()));
        }
    }
}

fn threshold(store: &dyn VectorStore, scan: &Scan<'_>, sample: &mut Sample) {
    for place in [0, 5, 50, POINTS - 2] {
        let request = SearchRequest::new(sample.embedding(), POINTS);
        let scores = scan.scores(&request);
        let (above, below) = (scores.get(place).unwrap(), scores.get(place + 1).unwrap());
        if above - below < 2.0 * TOLERANCE {
            continue;
        }
        let request = request.with_score_threshold(f32::midpoint(*above, *below));
        let found = store.search(&request).unwrap();
        assert_eq!(
            found.len(),
            place + 1,
            "threshold: not exactly the documents above it were returned"
        );
    }
}

#[cfg(test)]
mod tests;
