//! The laws of pages, words, retrieval by id and scrolling.

use std::collections::BTreeMap;

use super::POINTS;
use super::scan::{Scan, ids};
use crate::conformance::sample::Sample;
use crate::{Bm25, Document, Filter, SearchRequest, SparseEmbedding, VectorStore};

pub(super) fn pages(store: &dyn VectorStore, scan: &Scan<'_>, sample: &mut Sample) {
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

pub(super) fn words(store: &dyn VectorStore, scan: &Scan<'_>, sample: &mut Sample) {
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

pub(super) fn retrieval(store: &dyn VectorStore, scan: &Scan<'_>) {
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

pub(super) fn scrolling(store: &dyn VectorStore, scan: &Scan<'_>, sample: &mut Sample) {
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
