//! Whatever is asked for together, an answer is one list, of which pages are cut.

use std::collections::BTreeSet;

use proptest::prelude::*;
use upturn_core::retrieval::{Search, Sought, hybrid, nearest_calls, search, unknown_calls};
use upturn_core::{Bm25, Embedding, Filter, Outcome, ScoredDocument, SearchRequest, VectorStore};

use super::{calls, embedding, id, names, store};

const TEXT: &str = "turn 2 of call 3 or 5";

fn ways(direction: &Embedding) -> [Sought; 3] {
    let words = Bm25.query(TEXT);
    [
        Sought::Meaning(direction.clone()),
        Sought::Words(words.clone()),
        Sought::Both {
            direction: direction.clone(),
            words,
        },
    ]
}

fn conversations(found: &[ScoredDocument]) -> Vec<String> {
    names(found).into_iter().map(|(call, _)| call).collect()
}

proptest! {
    #[test]
    fn pages_laid_together_are_the_whole_answer(
        vectors in calls(), query in embedding(), limit in 1usize..6, per_call: bool, varied: bool,
    ) {
        let store = store(&vectors);
        let relevance = varied.then_some(0.6);
        for sought in ways(&query) {
            let asked = Search { per_call, relevance, ..Search::new(sought, 4 * limit) };
            let whole = search(&store, &asked).unwrap();
            let mut pages = Vec::new();
            for page in 0..4 {
                let page = Search { limit, offset: page * limit, ..asked.clone() };
                pages.extend(search(&store, &page).unwrap());
            }
            prop_assert_eq!(pages, whole);
        }
    }

    #[test]
    fn with_nothing_else_asked_for_it_is_what_the_store_and_the_other_functions_give(
        vectors in calls(), query in embedding(), limit in 1usize..9,
    ) {
        let store = store(&vectors);
        let [meaning, words, both] = ways(&query);
        let request = SearchRequest::new(query.clone(), limit);
        let per_call = Search { per_call: true, ..Search::new(meaning.clone(), limit) };
        prop_assert_eq!(
            search(&store, &per_call).unwrap(),
            nearest_calls(&store, &request).unwrap()
        );
        let found = search(&store, &Search::new(meaning, limit)).unwrap();
        prop_assert_eq!(found, store.search(&request).unwrap());
        let by_words = SearchRequest::words(Bm25.query(TEXT), limit);
        let found = search(&store, &Search::new(words, limit)).unwrap();
        prop_assert_eq!(found, store.search(&by_words).unwrap());
        let all = SearchRequest::new(query.clone(), usize::MAX);
        let mut fused = hybrid(&store, &query, TEXT, &all).unwrap();
        fused.truncate(limit);
        prop_assert_eq!(search(&store, &Search::new(both, limit)).unwrap(), fused);
    }

    #[test]
    fn no_call_comes_twice_and_none_that_the_filter_leaves_out(
        vectors in calls(), query in embedding(), varied: bool,
    ) {
        let store = store(&vectors);
        let filter = Filter { outcome: Some(Outcome::Won), ..Filter::default() };
        let relevance = varied.then_some(0.3);
        for sought in ways(&query) {
            let asked = Search { per_call: true, relevance, filter: filter.clone(), ..Search::new(sought, 99) };
            let found = search(&store, &asked).unwrap();
            let calls = conversations(&found);
            prop_assert_eq!(calls.iter().collect::<BTreeSet<_>>().len(), calls.len());
            prop_assert!(found.iter().all(|near| filter.admits(&near.document.metadata)));
        }
    }

    #[test]
    fn full_relevance_changes_no_ranking_and_none_puts_the_least_alike_second(
        vectors in calls(), query in embedding(),
    ) {
        let store = store(&vectors);
        let vector = |near: &ScoredDocument| {
            store.retrieve(&[near.document.id()]).unwrap().remove(0).embedding
        };
        for sought in ways(&query) {
            let plain = search(&store, &Search::new(sought.clone(), 99)).unwrap();
            let varied = |relevance| {
                let asked = Search { relevance: Some(relevance), ..Search::new(sought.clone(), 99) };
                search(&store, &asked).unwrap()
            };
            prop_assert_eq!(varied(1.0), plain.clone());
            let different = varied(0.0);
            prop_assert_eq!(different.len(), plain.len());
            if let [first, second, ..] = different.as_slice() {
                prop_assert_eq!(first, &plain[0]);
                let likeness = |near| vector(near).cosine(&vector(first)).max(0.0);
                let least = plain[1..].iter().map(likeness).fold(1.0, f32::min);
                prop_assert!(likeness(second) <= least + 1e-6);
            }
        }
    }

    #[test]
    fn a_score_below_the_threshold_is_not_found(
        vectors in calls(), query in embedding(), least in -1.0f32..1.0,
    ) {
        let store = store(&vectors);
        for sought in &ways(&query)[..2] {
            let all = search(&store, &Search::new(sought.clone(), 99)).unwrap();
            let asked = Search { score_threshold: Some(least), ..Search::new(sought.clone(), 99) };
            let expected: Vec<_> = all.into_iter().filter(|near| near.score >= least).collect();
            prop_assert_eq!(search(&store, &asked).unwrap(), expected);
        }
    }

    #[test]
    fn calls_that_the_store_does_not_have_are_told_in_their_order(vectors in calls()) {
        let store = store(&vectors);
        let asked = [id(77), id(0), id(55)];
        prop_assert_eq!(unknown_calls(&store, &asked).unwrap(), [id(77), id(55)]);
    }
}
