//! The order of what is found.

use upturn_core::{ScoredDocument, SearchQuery};

/// Nearest first, equal scores by id.
pub(crate) fn order(found: &mut [ScoredDocument]) {
    found.sort_by_cached_key(|found| {
        let score = std::cmp::Reverse(Ranked(found.score));
        (score, found.document.id())
    });
}

/// A score in the total order of floating-point numbers.
#[derive(PartialEq, Clone, Copy)]
struct Ranked(f32);

impl Eq for Ranked {}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// A cosine is computed in `f32` and may lie a little outside.
pub(crate) fn clamp(found: &mut [ScoredDocument], query: &SearchQuery) {
    if matches!(query, SearchQuery::Dense(_)) {
        for found in found {
            found.score = found.score.clamp(-1.0, 1.0);
        }
    }
}
