//! The nearest moments to one vector so far: [`Nearest`].

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use upturn_core::{PointId, RetrievalRequest};

use super::{LANES, Place, vector};

/// A moment that is near.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) score: f32,
    id: PointId,
    /// Its place among all.
    pub(super) at: usize,
}

/// Nearer is less, equal scores by id: the order of an exact store.
impl Ord for Found {
    fn cmp(&self, other: &Self) -> Ordering {
        other
            .score
            .total_cmp(&self.score)
            .then_with(|| self.id.cmp(&other.id))
    }
}

impl PartialOrd for Found {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Found {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Found {}

/// Keeps the `limit` nearest of those that it is shown.
pub(super) struct Nearest<'a> {
    request: &'a RetrievalRequest,
    vector: &'a [f32],
    /// The furthest on top.
    found: BinaryHeap<Found>,
}

impl<'a> Nearest<'a> {
    /// None for a request by text.
    pub(super) fn to(request: &'a RetrievalRequest) -> Option<Self> {
        Some(Self {
            request,
            vector: vector(request)?.as_slice(),
            found: BinaryHeap::new(),
        })
    }

    /// Looks at the moments of a block, of which the first has the place `first` among all.
    ///
    /// Shape of `block`: `[groups, dimension, LANES]`.
    pub(super) fn look(&mut self, block: &[f32], places: &[Place<'_>], first: usize) {
        let group = (self.vector.len() * LANES).max(1);
        let mut places = places.iter().enumerate();
        for group in block.chunks(group) {
            let cosines = cosines(self.vector, group).map(|score| score.clamp(-1.0, 1.0));
            let of_group = places.by_ref().take(LANES);
            if self.may_be_near(&cosines) {
                for (score, (at, place)) in cosines.into_iter().zip(of_group) {
                    self.consider(score, place, first + at);
                }
            } else {
                of_group.for_each(drop);
            }
        }
    }

    /// Whether one of these is no further than the furthest that was found; it may still be, by its id.
    fn may_be_near(&self, cosines: &[f32; LANES]) -> bool {
        if self.found.len() < self.request.limit {
            return true;
        }
        let furthest = self.found.peek().map(|found| found.score);
        let near = |score: &f32| furthest.is_some_and(|it| score.total_cmp(&it).is_ge());
        cosines.iter().any(near)
    }

    fn consider(&mut self, score: f32, place: &Place<'_>, at: usize) {
        let id = place.id;
        let found = Found { score, id, at };
        let full = self.found.len() >= self.request.limit;
        if full && self.found.peek().is_none_or(|furthest| found >= *furthest) {
            return;
        }
        if self.request.filter.admits(&place.document().metadata) {
            if full {
                self.found.pop();
            }
            self.found.push(found);
        }
    }

    /// Nearest first.
    pub(super) fn sorted(self) -> Vec<Found> {
        self.found.into_sorted_vec()
    }
}

/// The cosines to a group of vectors. Shapes: `[dimension]`, `[dimension, LANES]` → `[LANES]`.
fn cosines(query: &[f32], group: &[f32]) -> [f32; LANES] {
    // What `Iterator::sum` starts with, so that zeros have its sign too.
    let mut sums = [std::iter::empty::<f32>().sum(); LANES];
    let (numbers, _) = group.as_chunks::<LANES>();
    for (x, side_by_side) in query.iter().zip(numbers) {
        for (sum, y) in sums.iter_mut().zip(side_by_side) {
            *sum += y * x;
        }
    }
    sums
}
