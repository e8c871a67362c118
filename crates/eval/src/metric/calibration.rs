//! Whether a probability is what it says: of the calls given 0.7, are seven in ten won?

use super::ties::{Tie, counts};

/// Number of bins of equal mass.
pub(crate) const BINS: usize = 10;

/// Sums over the rows of one bin.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Bin {
    pub(crate) rows: f64,
    pub(crate) probability: f64,
    pub(crate) won: f64,
}

impl Bin {
    pub(crate) fn add(&mut self, tie: &Tie) {
        self.rows += tie.rows();
        self.probability += tie.rows() * tie.probability;
        self.won += tie.won;
    }
}

/// The edges between the bins: the deciles of the probabilities, linear between neighbours (numpy's default).
///
/// Rising, `BINS - 1` of them; equal ones where a tie is larger than a bin.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of rows are whole and not negative"
)]
pub(crate) fn edges(ties: &[Tie]) -> Vec<f64> {
    let Some(last) = (counts(ties).0 as usize).checked_sub(1) else {
        return Vec::new();
    };
    let mut walk = Walk::new(ties);
    let mut edges = Vec::with_capacity(BINS - 1);
    for edge in 1..BINS {
        // In whole numbers: `0.1 * 3` is not `0.3`, and would put a row on the wrong side.
        let (place, rest) = (edge * last / BINS, edge * last % BINS);
        let below = walk.at(place);
        let above = walk.peek((place + 1).min(last));
        edges.push(below + (above - below) * rest as f64 / BINS as f64);
    }
    edges
}

/// Finds the probability of the row at a rising place.
struct Walk<'a> {
    ties: &'a [Tie],
    tie: usize,
    before: f64,
}

impl<'a> Walk<'a> {
    fn new(ties: &'a [Tie]) -> Self {
        Self {
            ties,
            tie: 0,
            before: 0.0,
        }
    }

    /// The probability at a place that is not below the one asked for before.
    fn at(&mut self, place: usize) -> f64 {
        while let Some(tie) = self.ties.get(self.tie) {
            if (place as f64) < self.before + tie.rows() {
                return tie.probability;
            }
            self.before += tie.rows();
            self.tie += 1;
        }
        0.0
    }

    /// The same without moving on.
    fn peek(&self, place: usize) -> f64 {
        let mut ahead = Walk { ..*self };
        ahead.at(place)
    }
}

/// The bin of a probability, which is as many as there are edges below it.
pub(crate) fn bin_of(probability: f64, edges: &[f64]) -> usize {
    edges.partition_point(|edge| *edge < probability)
}

/// Sums of every bin; some are empty where a tie is larger than a bin.
pub(crate) fn bins(ties: &[Tie], edges: &[f64]) -> [Bin; BINS] {
    let mut bins = [Bin::default(); BINS];
    for tie in ties {
        if let Some(bin) = bins.get_mut(bin_of(tie.probability, edges)) {
            bin.add(tie);
        }
    }
    bins
}

/// `Σ |won in bin - expected in bin| / n`, which is the weighted mean of the bins' gaps.
pub(super) fn expected_calibration_error(ties: &[Tie]) -> f64 {
    let bins = bins(ties, &edges(ties));
    let gaps = bins.iter().map(|bin| (bin.won - bin.probability).abs());
    gaps.sum::<f64>() / counts(ties).0
}
