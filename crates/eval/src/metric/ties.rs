//! The rows of a sample by rising probability, equal ones together: [`Ranking`] and its [`Tie`]s.
//!
//! Every metric is a sum over ties. A resample changes how often a row counts and not where it stands, so the rows are
//! sorted once and each of thousands of resamples only counts.

/// Rows of one probability: how many were won, how many lost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tie {
    pub(crate) probability: f64,
    pub(crate) won: f64,
    pub(crate) lost: f64,
}

impl Tie {
    pub(crate) fn rows(&self) -> f64 {
        self.won + self.lost
    }
}

/// Where each row of a sample stands in its order.
#[derive(Debug, Clone)]
pub(crate) struct Ranking {
    /// Distinct and rising.
    probabilities: Vec<f64>,
    /// Of each row: the place of its probability above, and whether it was won.
    rows: Vec<(usize, bool)>,
}

impl Ranking {
    /// Sorts rows.
    #[expect(clippy::float_cmp, reason = "a tie is equality, not nearness")]
    pub(crate) fn new(rows: impl Iterator<Item = (f64, bool)>) -> Self {
        let rows: Vec<(f64, bool)> = rows.collect();
        let mut order: Vec<usize> = (0..rows.len()).collect();
        let probability = |place: &usize| rows.get(*place).map_or(0.0, |row| row.0);
        order.sort_unstable_by(|a, b| probability(a).total_cmp(&probability(b)));
        let mut ranked: Vec<(usize, bool)> = rows.iter().map(|row| (0, row.1)).collect();
        let mut probabilities = Vec::new();
        // `==` and not the order's equality: -0 and 0 are one probability.
        for tie in order.chunk_by(|a, b| probability(a) == probability(b)) {
            probabilities.extend(tie.first().map(probability));
            for place in tie {
                if let Some(row) = ranked.get_mut(*place) {
                    row.0 = probabilities.len() - 1;
                }
            }
        }
        Self {
            probabilities,
            rows: ranked,
        }
    }

    /// The rows at some places by rising probability; a place named twice counts twice.
    pub(crate) fn ties(&self, places: impl Iterator<Item = usize>) -> Vec<Tie> {
        let blank = |probability: &f64| Tie {
            probability: *probability,
            won: 0.0,
            lost: 0.0,
        };
        let mut ties: Vec<Tie> = self.probabilities.iter().map(blank).collect();
        for place in places {
            let Some((at, won)) = self.rows.get(place) else {
                continue;
            };
            if let Some(tie) = ties.get_mut(*at) {
                tie.won += f64::from(*won);
                tie.lost += f64::from(!won);
            }
        }
        ties.retain(|tie| tie.rows() > 0.0);
        ties
    }

    /// Every row once.
    pub(crate) fn all(&self) -> Vec<Tie> {
        self.ties(0..self.rows.len())
    }
}

/// How many rows there are and how many of them were won.
pub(crate) fn counts(ties: &[Tie]) -> (f64, f64) {
    let rows = ties.iter().map(Tie::rows).sum();
    (rows, ties.iter().map(|tie| tie.won).sum())
}
