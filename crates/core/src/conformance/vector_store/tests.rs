//! The suite fails for each way to break a law, and only then.

use std::sync::Mutex;

use super::{agrees_with, check};
use crate::{
    Bm25, Embedding, Filter, Fingerprint, Point, PointId, ScoredDocument, SearchQuery,
    SearchRequest, SparseEmbedding, VectorStore, VectorStoreError,
};

/// What a store does wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    None,
    AppendsAgain,
    KeepsOldContent,
    KeepsOldVector,
    IgnoresFilter,
    FiltersAfterLimit,
    ComesEarlyOnTheDay,
    WorstFirst,
    MissesTheNearest,
    OneTooFew,
    AddsToScores,
    IgnoresThreshold,
    TakesAnyLength,
    StoresUpToTheBadOne,
    DeletesNothing,
    DeletesAll,
    CountsRoughly,
    FindsHalf,
    IgnoresOffset,
    FindsAllWords,
    RareWordsCountAsCommon,
    RetrievesAsAsked,
    ScrollsUnfiltered,
}

#[derive(Debug)]
struct Faulty {
    fault: Fault,
    dimension: usize,
    fingerprint: Fingerprint,
    points: Mutex<Vec<(PointId, Point)>>,
}

impl Faulty {
    fn new(fault: Fault, dimension: usize) -> Self {
        let fingerprint = Fingerprint::new("test");
        Self {
            fault,
            dimension,
            fingerprint,
            points: Mutex::default(),
        }
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    fn check(&self, embedding: &Embedding) -> Result<(), VectorStoreError> {
        let (expected, got) = (self.dimension, embedding.dimension());
        if got == expected || self.has(Fault::TakesAnyLength) {
            return Ok(());
        }
        Err(VectorStoreError::DimensionMismatch {
            collection: "test".to_owned(),
            expected,
            got,
        })
    }

    /// Places that are asked for with their weight and rarity; none where a direction is asked for.
    fn asked(&self, query: &SearchQuery, all: &[(PointId, Point)]) -> Vec<(u32, f32)> {
        let SearchQuery::Words(query) = query else {
            return Vec::new();
        };
        let words: Vec<_> = all.iter().map(|(_, point)| words(point)).collect();
        let asked = query.indices().iter().zip(query.values());
        let weighed = asked.map(|(&at, weight)| {
            let with = words.iter().filter(|words| words.get(at).is_some());
            let rarity = Bm25.rarity(all.len(), with.count());
            let is_wrong = self.has(Fault::RareWordsCountAsCommon);
            (at, if is_wrong { *weight } else { weight * rarity })
        });
        weighed.collect()
    }

    /// Absent where no word is common.
    fn score(&self, query: &SearchQuery, point: &Point, asked: &[(u32, f32)]) -> Option<f32> {
        if let SearchQuery::Dense(query) = query {
            return Some(point.embedding.cosine(query).clamp(-1.0, 1.0));
        }
        let own = words(point);
        let parts = asked
            .iter()
            .filter_map(|(at, weight)| Some(own.get(*at)? * weight));
        let score = parts.sum::<f32>();
        (score > 0.0 || self.has(Fault::FindsAllWords)).then_some(score)
    }

    fn admits(&self, filter: &Filter, point: &Point) -> bool {
        let metadata = &point.document.metadata;
        let early = self.has(Fault::ComesEarlyOnTheDay) && filter.before.is_some();
        let day = if early { metadata.date } else { None };
        let later = Filter {
            before: filter.before.filter(|_| day != filter.before),
            ..filter.clone()
        };
        later.admits(metadata)
    }

    fn replace(&self, points: &mut Vec<(PointId, Point)>, point: &Point) {
        let id = point.document.id();
        let old = points.iter_mut().find(|(known, _)| *known == id);
        match old {
            Some((_, old)) if !self.has(Fault::AppendsAgain) => {
                if !self.has(Fault::KeepsOldContent) {
                    old.document = point.document.clone();
                }
                if !self.has(Fault::KeepsOldVector) {
                    old.embedding = point.embedding.clone();
                }
            }
            _ => points.push((id, point.clone())),
        }
    }
}

fn words(point: &Point) -> SparseEmbedding {
    Bm25.document(&point.document.page_content)
}

impl VectorStore for Faulty {
    fn dimension(&self) -> usize {
        self.dimension
    }

    fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    fn upsert(&self, points: &[Point]) -> Result<(), VectorStoreError> {
        let mut stored = self.points.lock().unwrap();
        if !self.has(Fault::StoresUpToTheBadOne) {
            points
                .iter()
                .try_for_each(|point| self.check(&point.embedding))?;
        }
        for point in points {
            self.check(&point.embedding)?;
            self.replace(&mut stored, point);
        }
        Ok(())
    }

    fn search(&self, request: &SearchRequest) -> Result<Vec<ScoredDocument>, VectorStoreError> {
        if let SearchQuery::Dense(query) = &request.query {
            self.check(query)?;
        }
        let points = self.points.lock().unwrap();
        let skips = self.has(Fault::IgnoresFilter) || self.has(Fault::FiltersAfterLimit);
        let half = if self.has(Fault::FindsHalf) { 2 } else { 1 };
        let shift = if self.has(Fault::AddsToScores) {
            0.01
        } else {
            0.0
        };
        let asked = self.asked(&request.query, &points);
        let mut found: Vec<_> = points
            .iter()
            .step_by(half)
            .filter(|(_, point)| skips || self.admits(&request.filter, point))
            .filter_map(|(_, point)| {
                let score = self.score(&request.query, point, &asked)?;
                Some(ScoredDocument {
                    document: point.document.clone(),
                    score: score + shift,
                })
            })
            .collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        if self.has(Fault::MissesTheNearest) && request.limit < found.len() && request.limit > 0 {
            found.remove(0);
        }
        if !self.has(Fault::IgnoresOffset) {
            found.drain(..request.offset.min(found.len()));
        }
        found.truncate(request.limit);
        if self.has(Fault::FiltersAfterLimit) {
            found.retain(|result| request.filter.admits(&result.document.metadata));
        }
        if self.has(Fault::OneTooFew) && found.len() > 1 {
            found.pop();
        }
        if let Some(threshold) = request
            .score_threshold
            .filter(|_| !self.has(Fault::IgnoresThreshold))
        {
            found.retain(|result| result.score >= threshold);
        }
        if self.has(Fault::WorstFirst) {
            found.reverse();
        }
        Ok(found)
    }

    fn delete(&self, filter: &Filter) -> Result<(), VectorStoreError> {
        let all = self.has(Fault::DeletesAll);
        if !self.has(Fault::DeletesNothing) {
            self.points
                .lock()
                .unwrap()
                .retain(|(_, point)| !all && !self.admits(filter, point));
        }
        Ok(())
    }

    fn count(&self, filter: &Filter) -> Result<usize, VectorStoreError> {
        let points = self.points.lock().unwrap();
        let exact = points
            .iter()
            .filter(|(_, point)| self.admits(filter, point))
            .count();
        let rough = exact.next_multiple_of(2).min(points.len());
        Ok(if self.has(Fault::CountsRoughly) {
            rough
        } else {
            exact
        })
    }

    fn retrieve(&self, ids: &[PointId]) -> Result<Vec<Point>, VectorStoreError> {
        let points = self.points.lock().unwrap();
        let known = |id: &PointId| points.iter().find(|(known, _)| known == id);
        let mut ids = ids.to_vec();
        if !self.has(Fault::RetrievesAsAsked) {
            ids.sort_unstable();
            ids.dedup();
        }
        let found = ids.iter().filter_map(known);
        Ok(found.map(|(_, point)| point.clone()).collect())
    }

    fn scroll(
        &self,
        filter: &Filter,
        after: Option<PointId>,
        limit: usize,
    ) -> Result<Vec<Point>, VectorStoreError> {
        let mut points = self.points.lock().unwrap().clone();
        points.sort_unstable_by_key(|(id, _)| *id);
        let admits = |point: &Point| {
            self.has(Fault::ScrollsUnfiltered) || filter.admits(&point.document.metadata)
        };
        let page = points
            .into_iter()
            .filter(|(id, point)| after.is_none_or(|after| *id > after) && admits(point))
            .map(|(_, point)| point)
            .take(limit);
        Ok(page.collect())
    }
}

fn run(fault: Fault) {
    check(|dimension| Box::new(Faulty::new(fault, dimension)));
}

#[test]
fn a_correct_store_passes() {
    run(Fault::None);
}

/// One test for each fault: the suite stops with the law that it breaks.
macro_rules! the_suite_stops {
    ($($name:ident: $fault:ident => $law:literal,)*) => {
        $(
            #[test]
            #[should_panic(expected = $law)]
            fn $name() {
                run(Fault::$fault);
            }
        )*
    };
}

the_suite_stops! {
    a_store_that_appends_again_is_found: AppendsAgain => "idempotence: upserting again changed the count",
    a_store_that_keeps_old_content_is_found: KeepsOldContent => "replacement: the old content stayed",
    a_store_that_keeps_old_vectors_is_found: KeepsOldVector => "replacement: the old vector stayed",
    a_store_that_ignores_the_filter_is_found: IgnoresFilter => "filter: a document was returned",
    a_store_that_filters_after_the_limit_is_found: FiltersAfterLimit => "limit: ",
    a_store_that_admits_the_day_itself_is_found: ComesEarlyOnTheDay => "count: it is not exact",
    a_store_that_returns_the_worst_first_is_found: WorstFirst => "order: a nearer document comes after",
    a_store_that_misses_the_nearest_is_found: MissesTheNearest => "order: place 0 has",
    a_store_that_returns_too_few_is_found: OneTooFew => "limit: ",
    a_store_with_other_scores_is_found: AddsToScores => "score: it is",
    a_store_that_ignores_the_threshold_is_found: IgnoresThreshold => "threshold: ",
    a_store_that_takes_any_length_is_found: TakesAnyLength => "dimension: a query of another length was answered",
    a_store_that_keeps_a_part_of_a_refused_call_is_found: StoresUpToTheBadOne => "dimension: a part of the refused call",
    a_store_that_deletes_nothing_is_found: DeletesNothing => "deletion: a document stayed",
    a_store_that_deletes_everything_is_found: DeletesAll => "deletion: another document went",
    a_store_that_counts_roughly_is_found: CountsRoughly => "count: ",
    a_store_that_ignores_the_offset_is_found: IgnoresOffset => "pages: ",
    a_store_that_finds_what_has_no_word_is_found: FindsAllWords => "words: not every document",
    a_store_that_takes_all_words_as_rare_is_found: RareWordsCountAsCommon => "words: a document scores",
    a_store_that_retrieves_twice_is_found: RetrievesAsAsked => "retrieval: ",
    a_store_that_scrolls_without_the_filter_is_found: ScrollsUnfiltered => "scrolling: ",
}

#[test]
fn exact_stores_agree_wholly() {
    let stores = [Fault::None, Fault::None].map(|fault| Faulty::new(fault, 8));
    let [oracle, other] = stores.each_ref();
    assert!((agrees_with(oracle, other) - 1.0).abs() < f64::EPSILON);
}

#[test]
#[should_panic(expected = "at least 0.95 are needed")]
fn a_store_that_finds_every_second_neighbour_does_not_agree() {
    let stores = [Fault::None, Fault::FindsHalf].map(|fault| Faulty::new(fault, 8));
    let [oracle, other] = stores.each_ref();
    agrees_with(oracle, other);
}
