//! Proper scores: in expectation the true probability, and no other, has the least.

use super::ties::{Tie, counts};

/// How near to 0 and 1 a probability may come in the log-loss.
const CLIP: f64 = 1e-15;

/// Mean of `(p - y)²`.
pub(super) fn brier(ties: &[Tie]) -> f64 {
    let of = |tie: &Tie| {
        let Tie {
            probability: p,
            won,
            lost,
        } = *tie;
        won * (1.0 - p) * (1.0 - p) + lost * p * p
    };
    ties.iter().map(of).sum::<f64>() / counts(ties).0
}

/// Mean of `-ln` of the probability of what came out, clipped.
pub(super) fn log_loss(ties: &[Tie]) -> f64 {
    let of = |tie: &Tie| {
        let p = tie.probability.clamp(CLIP, 1.0 - CLIP);
        let part = |rows: f64, p: f64| if rows > 0.0 { -rows * p.ln() } else { 0.0 };
        part(tie.won, p) + part(tie.lost, 1.0 - p)
    };
    ties.iter().map(of).sum::<f64>() / counts(ties).0
}
