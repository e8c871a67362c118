//! Proper scores: in expectation the true probability, and no other, has the least.

/// How near to 0 and 1 a probability may come in the log-loss.
const CLIP: f64 = 1e-15;

/// Mean of a loss over rows; the caller has checked that there are some.
fn mean(probabilities: &[f64], won: &[bool], loss: impl Fn(f64, bool) -> f64) -> f64 {
    let losses = probabilities.iter().zip(won).map(|(&p, &y)| loss(p, y));
    losses.sum::<f64>() / probabilities.len() as f64
}

/// Mean of `(p - y)²`.
pub(super) fn brier(probabilities: &[f64], won: &[bool]) -> f64 {
    mean(probabilities, won, |p, won| {
        let miss = if won { 1.0 - p } else { p };
        miss * miss
    })
}

/// Mean of `-ln` of the probability of what came out, clipped.
pub(super) fn log_loss(probabilities: &[f64], won: &[bool]) -> f64 {
    mean(probabilities, won, |p, won| {
        let p = p.clamp(CLIP, 1.0 - CLIP);
        -(if won { p } else { 1.0 - p }).ln()
    })
}
