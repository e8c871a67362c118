//! The laws of [`VectorStore`], and agreement with an exact one: [`check`] and [`agrees_with`].

use std::collections::{BTreeMap, BTreeSet};

use super::sample::Sample;
use crate::{
    Bm25, Document, Filter, Outcome, Point, PointId, ScoredDocument, SearchQuery, SearchRequest,
    SparseEmbedding, VectorStore, VectorStoreError,
};

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

fn pages(store: &dyn VectorStore, scan: &Scan<'_>, sample: &mut Sample) {
    for filter in sample.filters(5) {
        let request = SearchRequest::new(sample.embedding(), POINTS).with_filter(filter);
        let whole = ids(&store.search(&request).unwrap());
        for (offset, limit) in [(1, 3), (7, 10), (POINTS - 1, 5), (POINTS, 5), (0, POINTS)] {
            let page = SearchRequest {
                limit,
                ..request.clone()
            };
            let page = ids(&store.search(&page.with_offset(offset)).unwrap());
            let expected: Vec<_> = whole.iter().skip(offset).take(limit).copied().collect();
            assert_eq!(
                page, expected,
                "pages: {limit} from {offset} are others than in one answer"
            );
        }
    }
    let request = SearchRequest::new(sample.embedding(), usize::MAX).with_offset(usize::MAX);
    assert!(
        store.search(&request).unwrap().is_empty(),
        "pages: something comes after the last of {} points",
        scan.points.len()
    );
}

fn words(store: &dyn VectorStore, scan: &Scan<'_>, sample: &mut Sample) {
    for filter in sample.filters(3) {
        let query = Bm25.query(&sample.sentence());
        let expected = scan.by_words(&query, &filter);
        let all: BTreeMap<_, _> = scan
            .by_words(&query, &Filter::default())
            .into_iter()
            .collect();
        for limit in [4, POINTS] {
            let request = SearchRequest::words(query.clone(), limit).with_filter(filter.clone());
            let found = store.search(&request).unwrap();
            assert_eq!(
                found.len(),
                limit.min(expected.len()),
                "words: not every document with one of the words is found, or one without"
            );
            for (result, (id, best)) in found.iter().zip(&expected) {
                assert!(
                    (result.score - best).abs() < 1e-3,
                    "words: a document scores {}, by BM25 the next is {id} with {best}",
                    result.score
                );
                let own = all.get(&result.document.id());
                assert!(
                    own.is_some_and(|score| (score - result.score).abs() < 1e-3),
                    "words: a document was returned with the score of another"
                );
            }
        }
    }
    let silence = SearchRequest::words(SparseEmbedding::default(), 5);
    assert!(
        store.search(&silence).unwrap().is_empty(),
        "words: no word was asked for and something was found"
    );
}

fn retrieval(store: &dyn VectorStore, scan: &Scan<'_>) {
    let known: Vec<_> = scan.points.keys().rev().step_by(7).copied().collect();
    let strange = Document::call_id(&crate::ConversationId::new("nobody").unwrap());
    let asked = [known.clone(), vec![strange], known.clone()].concat();
    let found = store.retrieve(&asked).unwrap();
    let expected: Vec<_> = known.iter().rev().collect();
    let ids: Vec<_> = found.iter().map(|point| point.document.id()).collect();
    assert_eq!(
        ids.iter().collect::<Vec<_>>(),
        expected,
        "retrieval: not each known id once and in order"
    );
    for point in &found {
        scan.compare_point(point, "retrieval");
    }
    assert!(
        store.retrieve(&[]).unwrap().is_empty(),
        "retrieval: nothing was asked for"
    );
}

fn scrolling(store: &dyn VectorStore, scan: &Scan<'_>, sample: &mut Sample) {
    for filter in sample.filters(5) {
        let expected: Vec<_> = scan
            .admitted(&filter)
            .map(|point| point.document.id())
            .collect();
        for limit in [1_000, 50] {
            let mut found = Vec::new();
            loop {
                let page = store.scroll(&filter, found.last().copied(), limit).unwrap();
                assert!(page.len() <= limit, "scrolling: a page is too long");
                for point in &page {
                    scan.compare_point(point, "scrolling");
                }
                found.extend(page.iter().map(|point| point.document.id()));
                if page.len() < limit {
                    break;
                }
            }
            assert_eq!(
                found, expected,
                "scrolling: not every admitted point once and in order, under {filter:?}"
            );
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

/// What a scan of all points answers.
#[derive(Debug)]
struct Scan<'a> {
    points: BTreeMap<PointId, &'a Point>,
}

impl<'a> Scan<'a> {
    fn new(points: &'a [Point]) -> Self {
        let points = points.iter().map(|point| (point.document.id(), point));
        Self {
            points: points.collect(),
        }
    }

    fn admitted(&self, filter: &Filter) -> impl Iterator<Item = &'a Point> {
        self.points
            .values()
            .copied()
            .filter(|point| filter.admits(&point.document.metadata))
    }

    /// Cosines of all admitted points, nearest first.
    fn scores(&self, request: &SearchRequest) -> Vec<f32> {
        let mut scores: Vec<_> = self
            .admitted(&request.filter)
            .map(|point| point.embedding.cosine(direction(request)))
            .collect();
        scores.sort_unstable_by(|left, right| right.total_cmp(left));
        scores
    }

    /// Ids and BM25 of all admitted points with a common word, best first.
    fn by_words(&self, query: &SparseEmbedding, filter: &Filter) -> Vec<(PointId, f32)> {
        let words = self
            .points
            .values()
            .map(|point| Bm25.document(&point.document.page_content));
        let words: Vec<_> = words.collect();
        let score = |document: &SparseEmbedding| {
            let parts = query
                .indices()
                .iter()
                .zip(query.values())
                .filter_map(|(at, asked)| {
                    let with = words
                        .iter()
                        .filter(|words| words.get(*at).is_some())
                        .count();
                    Some(document.get(*at)? * asked * Bm25.rarity(words.len(), with))
                });
            parts.sum::<f32>()
        };
        let mut found: Vec<_> = self
            .points
            .iter()
            .zip(&words)
            .filter(|((_, point), _)| filter.admits(&point.document.metadata))
            .map(|((id, _), words)| (*id, score(words)))
            .filter(|(_, score)| *score > 0.0)
            .collect();
        found.sort_by(|left, right| right.1.total_cmp(&left.1));
        found
    }

    /// Compares a point that came back with the one that was stored.
    fn compare_point(&self, point: &Point, law: &str) {
        let stored = self.points.get(&point.document.id());
        assert!(
            stored.is_some_and(|stored| stored.document == point.document
                && stored.embedding.cosine(&point.embedding) > 1.0 - TOLERANCE),
            "{law}: a point came back changed"
        );
    }

    /// Compares the store's answer with the scan's.
    fn compare(&self, store: &dyn VectorStore, request: &SearchRequest) {
        let found = store.search(request).unwrap();
        let expected = self.scores(request);
        let filter = &request.filter;
        let admitted = |result: &ScoredDocument| filter.admits(&result.document.metadata);
        assert!(
            found.iter().all(admitted),
            "filter: a document was returned that {filter:?} does not admit"
        );
        assert_eq!(
            found.len(),
            request.limit.min(expected.len()),
            "limit: {} documents are admitted, {} were asked for, under {filter:?}",
            expected.len(),
            request.limit
        );
        assert!(
            found.is_sorted_by(|left, right| left.score >= right.score),
            "order: a nearer document comes after a farther one"
        );
        let ids = ids(&found);
        assert_eq!(
            ids.iter().collect::<BTreeSet<_>>().len(),
            ids.len(),
            "order: a document was returned twice"
        );
        for (place, (result, nearest)) in found.iter().zip(&expected).enumerate() {
            self.compare_one(ids.get(place).unwrap(), result, request);
            assert!(
                (nearest - result.score).abs() < TOLERANCE,
                "order: place {place} has {}, the nearest left {nearest}",
                result.score
            );
        }
    }

    fn compare_one(&self, id: &PointId, result: &ScoredDocument, request: &SearchRequest) {
        let stored = self
            .points
            .get(id)
            .unwrap_or_else(|| panic!("content: a document was returned that was never stored"));
        assert_eq!(
            stored.document, result.document,
            "content: a document came back changed"
        );
        let cosine = stored.embedding.cosine(direction(request));
        assert!(
            (cosine - result.score).abs() < TOLERANCE && result.score.abs() <= 1.0,
            "score: it is {}, the cosine {cosine}",
            result.score
        );
    }
}

/// The direction that a request of this suite asks for.
fn direction(request: &SearchRequest) -> &crate::Embedding {
    match &request.query {
        SearchQuery::Dense(query) => query,
        SearchQuery::Words(_) => panic!("this request asks for words"),
    }
}

fn count(store: &dyn VectorStore) -> usize {
    store.count(&Filter::default()).unwrap()
}

fn ids(results: &[ScoredDocument]) -> Vec<PointId> {
    results.iter().map(|result| result.document.id()).collect()
}

#[cfg(test)]
mod tests;
