//! Searches that are timed: [`searches`].

use std::time::Instant;

use serde::Serialize;
use upturn::{Embedding, Filter, SearchRequest, VectorStore};

use crate::failure::Failure;

/// Neighbours asked for.
pub(super) const NEIGHBOURS: usize = 10;
/// Searches before those that count.
const WARM_UP: usize = 20;

/// How a store searches, one search after another on one thread.
#[derive(Debug, Serialize)]
pub(super) struct Searches {
    /// Part of the ten nearest that is found; a point as near as the tenth counts.
    pub(super) recall_at_10: f64,
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
    pub(super) queries_per_second: f64,
}

/// Asks for each query once; `exact` holds the scores of the true ten nearest of the first queries.
///
/// # Errors
///
/// The store's own.
pub(super) fn searches(
    store: &dyn VectorStore,
    queries: &[Embedding],
    exact: &[Vec<f32>],
    filter: &Filter,
) -> Result<Searches, Failure> {
    let request = |query: &Embedding| {
        SearchRequest::new(query.clone(), NEIGHBOURS).with_filter(filter.clone())
    };
    for query in queries.iter().take(WARM_UP) {
        store.search(&request(query))?;
    }
    let (mut found, mut wanted) = (0, 0);
    let mut seconds = Vec::with_capacity(queries.len());
    for (at, query) in queries.iter().enumerate() {
        let request = request(query);
        let began = Instant::now();
        let answer = store.search(&request)?;
        seconds.push(began.elapsed().as_secs_f64());
        if let Some(truth) = exact.get(at) {
            let farthest = truth.last().copied().unwrap_or(f32::INFINITY) - 1e-5;
            let near = answer.iter().filter(|near| near.score >= farthest).count();
            found += near.min(truth.len());
            wanted += truth.len();
        }
    }
    let total: f64 = seconds.iter().sum();
    seconds.sort_by(f64::total_cmp);
    Ok(Searches {
        recall_at_10: found as f64 / wanted.max(1) as f64,
        p50_ms: quantile(&seconds, 50),
        p99_ms: quantile(&seconds, 99),
        queries_per_second: seconds.len() as f64 / total,
    })
}

/// Milliseconds below which so many of a hundred searches stay.
pub(super) fn quantile(sorted: &[f64], percent: usize) -> f64 {
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or(f64::NAN) * 1_000.0
}

/// The scores of the ten nearest among those with a mark, by comparing with all of them.
pub(super) fn exact(vectors: &[f32], dimension: usize, query: &Embedding, step: Step) -> Vec<f32> {
    let cosine = |vector: &[f32]| -> f32 {
        let pairs = vector.iter().zip(query.as_slice());
        pairs.map(|(left, right)| left * right).sum()
    };
    let all = vectors.chunks_exact(dimension).enumerate();
    let mut scores: Vec<f32> = all
        .filter(|(at, _)| step.admits(*at))
        .map(|(_, vector)| cosine(vector))
        .collect();
    scores.sort_unstable_by(|left, right| right.total_cmp(left));
    scores.truncate(NEIGHBOURS);
    scores
}

/// Which points a filter admits, by their place.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// All of them.
    All,
    /// Those of one seller.
    OneRep {
        /// Points of a call.
        of_call: usize,
        /// Sellers in turn.
        reps: usize,
        /// Which of them.
        rep: usize,
    },
}

impl Step {
    fn admits(self, at: usize) -> bool {
        match self {
            Self::All => true,
            Self::OneRep { of_call, reps, rep } => (at / of_call) % reps == rep,
        }
    }
}
