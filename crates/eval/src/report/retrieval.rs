//! Comparable calls as a section: [`section`].

use super::tables::{Section, named, signed_with_interval, with_interval};
use crate::numbers::{count, measure};
use crate::{RetrievalQuality, SituationRanks};

/// How good lists of comparable calls are.
pub(super) fn section(title: &str, found: &RetrievalQuality) -> Section {
    let mut section = Section::new(title, ["measure", "value"]);
    let rows = [
        ("queries answered".to_owned(), count(found.answered as u64)),
        (
            "queries for which nothing was found".to_owned(),
            count(found.unanswered as u64),
        ),
        (
            format!("same outcome among the first {}", found.k),
            with_interval(&found.precision),
        ),
        (
            "the same of a draw by lot".to_owned(),
            measure(found.base_rate),
        ),
        (
            "above a draw by lot".to_owned(),
            signed_with_interval(&found.above_base_rate),
        ),
    ];
    let ranks = found.situation.iter().flat_map(situation);
    let rows = rows.into_iter().chain(ranks);
    section.rows = rows.map(|(name, value)| vec![name, value]).collect();
    section
}

/// Where the first call of the same situation stands.
fn situation(ranks: &SituationRanks) -> Vec<(String, String)> {
    let same = format!("the same {}", named(&ranks.situation));
    let median = ranks
        .median_rank
        .map_or_else(|| "beyond the lists".to_owned(), |rank| rank.to_string());
    let mut rows = vec![
        (
            format!("queries with a call of {same}"),
            count(ranks.queries as u64),
        ),
        (
            format!("mean reciprocal rank of the first call of {same}"),
            with_interval(&ranks.mean_reciprocal_rank),
        ),
        (
            "mean reciprocal rank of a draw by lot".to_owned(),
            measure(ranks.by_lot),
        ),
        (
            "that rank above a draw by lot".to_owned(),
            signed_with_interval(&ranks.above_lot),
        ),
        (format!("median rank of the first call of {same}"), median),
    ];
    rows.extend(ranks.hits.iter().map(|hit| {
        let name = format!("one of {same} among the first {}", hit.k);
        (name, with_interval(&hit.share))
    }));
    rows
}
