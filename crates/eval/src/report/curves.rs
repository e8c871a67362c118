//! What is drawn of a method: [`Curves`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::metric::calibration::{BINS, Bin, bins, edges};
use crate::metric::ranking::won_in_top;
use crate::metric::ties::{Tie, counts};
use crate::{Bootstrap, Estimate, Runs};

/// Points of a curve, at most; more are not seen.
const MOST_POINTS: usize = 150;

/// Curves of a method over the rows of all runs: a call stands in them once for each run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Curves {
    /// Its name.
    pub method: String,
    /// Share of lost called won and share of won called won, from `[0, 0]` to `[1, 1]`; empty where all came out alike.
    pub roc: Vec<[f64; 2]>,
    /// Recall and precision at falling thresholds; empty where all came out alike.
    pub precision_recall: Vec<[f64; 2]>,
    /// Share of the calls taken from the top, and their share of won over that of all; empty where none was won.
    pub lift: Vec<[f64; 2]>,
    /// Bins of equal mass, by rising probability; equal probabilities share one.
    pub calibration: Vec<CalibrationBin>,
}

/// Rows of similar probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CalibrationBin {
    /// Their mean probability.
    pub mean_probability: f64,
    /// Share of them that was won, with the interval of resampled accounts.
    pub share_won: Estimate,
    /// How many there are: calls times runs.
    pub rows: u64,
}

impl Curves {
    /// Of what a method said, and of what it is ranked by.
    pub(super) fn of(method: &str, (runs, ranked): (&Runs, &Runs), bootstrap: &Bootstrap) -> Self {
        let ties = ranked.pooled();
        Self {
            method: method.to_owned(),
            roc: thinned(roc(&ties)),
            precision_recall: thinned(precision_recall(&ties)),
            lift: lift(&ties),
            calibration: calibration(&runs.pooled(), runs, bootstrap),
        }
    }
}

/// Won and lost at or above each distinct probability, from the highest down.
fn from_top(ties: &[Tie]) -> impl Iterator<Item = (f64, f64)> {
    ties.iter().rev().scan((0.0, 0.0), |sums, tie| {
        *sums = (sums.0 + tie.won, sums.1 + tie.lost);
        Some(*sums)
    })
}

fn both(ties: &[Tie]) -> Option<(f64, f64)> {
    let (rows, won) = counts(ties);
    (won > 0.0 && won < rows).then_some((won, rows - won))
}

fn roc(ties: &[Tie]) -> Vec<[f64; 2]> {
    let Some((won, lost)) = both(ties) else {
        return Vec::new();
    };
    let points = from_top(ties).map(|sums| [sums.1 / lost, sums.0 / won]);
    std::iter::once([0.0, 0.0]).chain(points).collect()
}

fn precision_recall(ties: &[Tie]) -> Vec<[f64; 2]> {
    let Some((won, _)) = both(ties) else {
        return Vec::new();
    };
    from_top(ties)
        .map(|sums| [sums.0 / won, sums.0 / (sums.0 + sums.1)])
        .collect()
}

/// At every hundredth of the calls.
fn lift(ties: &[Tie]) -> Vec<[f64; 2]> {
    let (rows, won) = counts(ties);
    if won == 0.0 {
        return Vec::new();
    }
    let at = |percent: u32| {
        let top = (rows * f64::from(percent) / 100.0).ceil();
        [top / rows, won_in_top(ties, top) / top / (won / rows)]
    };
    let mut points: Vec<[f64; 2]> = (1..=100).map(at).collect();
    points.dedup();
    points
}

/// Every so many points, and the last.
fn thinned(points: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    let step = points.len().div_ceil(MOST_POINTS).max(1);
    let last = points.len().saturating_sub(1);
    let kept = points
        .into_iter()
        .enumerate()
        .filter(|(at, _)| at % step == 0 || *at == last);
    kept.map(|(_, point)| point).collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of rows"
)]
fn calibration(ties: &[Tie], runs: &Runs, bootstrap: &Bootstrap) -> Vec<CalibrationBin> {
    let edges = edges(ties);
    let shares = resampled(&edges, runs, bootstrap);
    let all = bins(ties, &edges).into_iter().enumerate();
    all.filter(|(_, bin)| bin.rows > 0.0)
        .filter_map(|(at, bin)| {
            let shares = shares
                .iter()
                .filter_map(|shares| *shares.get(at)?)
                .collect();
            Some(CalibrationBin {
                mean_probability: bin.probability / bin.rows,
                share_won: Estimate::from_replicates(bin.won / bin.rows, shares, bootstrap)?,
                rows: bin.rows as u64,
            })
        })
        .collect()
}

/// The share of won in each bin on each resample; `None` where it is empty.
fn resampled(edges: &[f64], runs: &Runs, bootstrap: &Bootstrap) -> Vec<[Option<f64>; BINS]> {
    let rankings = runs.rankings();
    bootstrap.replicate(&runs.groups(), |places| {
        let mut sums = [Bin::default(); BINS];
        for ranking in &rankings {
            let of_run = bins(&ranking.ties(places.iter().copied()), edges);
            for (sum, bin) in sums.iter_mut().zip(of_run) {
                sum.rows += bin.rows;
                sum.won += bin.won;
            }
        }
        Some(sums.map(|bin| (bin.rows > 0.0).then(|| bin.won / bin.rows)))
    })
}
