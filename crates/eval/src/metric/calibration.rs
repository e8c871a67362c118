//! Whether a probability is what it says: of the calls given 0.7, are seven in ten won?

/// Number of bins of equal width.
const BINS: usize = 10;

/// Sums over the rows of one bin.
#[derive(Clone, Copy, Default)]
struct Bin {
    probability: f64,
    won: f64,
}

/// The bin of a probability: `(k / 10, (k + 1) / 10]`, and 0 in the first.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "from 0 to the number of bins"
)]
fn bin_of(probability: f64) -> usize {
    ((probability * BINS as f64).ceil() as usize).saturating_sub(1)
}

/// `Σ |won in bin - expected in bin| / n`, which is the weighted mean of the bins' gaps.
pub(super) fn expected_calibration_error(probabilities: &[f64], won: &[bool]) -> f64 {
    let mut bins = [Bin::default(); BINS];
    for (&probability, &won) in probabilities.iter().zip(won) {
        if let Some(bin) = bins.get_mut(bin_of(probability)) {
            bin.probability += probability;
            bin.won += f64::from(won);
        }
    }
    let gaps = bins.iter().map(|bin| (bin.won - bin.probability).abs());
    gaps.sum::<f64>() / probabilities.len() as f64
}
