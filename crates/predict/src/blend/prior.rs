//! How parts were weighed before the encoder learnt: [`BlendPrior`].

use super::{Blend, ENCODED, PARTS, PartLogits, slopes};
use crate::PredictError;

/// What is likely of a blend before its own examples are seen, from a blend of many more examples whose encoder had learnt
/// from none of them.
///
/// Words, shape and metadata say the same with either encoder, so how they are stretched is known from the many. Head and
/// neighbours speak in another tone once the encoder has learnt: theirs are brought to the spread that they had.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct BlendPrior {
    /// By how much each part alone was stretched to be calibrated.
    slopes: PartLogits,
    /// The weights of the calibrated parts.
    shares: PartLogits,
    /// Standard deviations of the parts' logits.
    spreads: PartLogits,
}

impl BlendPrior {
    /// From a blend, and the examples that it was fitted to.
    ///
    /// # Errors
    ///
    /// As [`Blend::fit`].
    pub(crate) fn new(
        blend: &Blend,
        logits: &[PartLogits],
        won: &[bool],
    ) -> Result<Self, PredictError> {
        let slopes = slopes(logits, won)?;
        let share = |weight: f64, slope: f64| if slope == 0.0 { 0.0 } else { weight / slope };
        Ok(Self {
            slopes,
            shares: blend.weights.zip(slopes, share),
            spreads: spreads(logits),
        })
    }

    /// The weights of the calibrated parts.
    pub(super) const fn shares(&self) -> [f64; PARTS] {
        self.shares.to_array()
    }

    /// By how much each part of other examples is to be stretched.
    pub(super) fn slopes(&self, logits: &[PartLogits]) -> PartLogits {
        let ratios = self.spreads.zip(
            spreads(logits),
            |then, now| {
                if now == 0.0 { 1.0 } else { then / now }
            },
        );
        let mut encoded = ENCODED.into_iter();
        self.slopes.zip(ratios, |slope, ratio| {
            let moved = encoded.next().unwrap_or_default();
            if moved { slope * ratio } else { slope }
        })
    }
}

/// Standard deviation of each part's logits.
fn spreads(logits: &[PartLogits]) -> PartLogits {
    let count = logits.len().max(1) as f64;
    let sum = |of: &dyn Fn(PartLogits) -> PartLogits| {
        let zero = PartLogits::default();
        logits.iter().fold(zero, |sum, row| {
            sum.zip(of(*row), |sum, one| sum + one / count)
        })
    };
    let means = sum(&|row| row);
    let squares = sum(&|row| row.zip(means, |logit, mean| (logit - mean).powi(2)));
    squares.zip(squares, |square, _| square.sqrt())
}
