//! Part logits to one logit: [`PartLogits`] and [`Blend`].

use serde::{Deserialize, Serialize};

use crate::non_negative::NonNegative;
use crate::solver::targets;
use crate::{Platt, PredictError};

/// How many parts there are.
const PARTS: usize = 5;

/// What each part says on its own; positive speaks for won.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct PartLogits {
    /// Which words were said by whom.
    pub words: f64,
    /// What the encoder reads in the turns.
    pub head: f64,
    /// How the nearest calls ended.
    pub neighbours: f64,
    /// How long the call is and who speaks how much, what was agreed, held against it and offered.
    pub shape: f64,
    /// What is known of the deal besides what is said.
    pub metadata: f64,
}

impl PartLogits {
    /// In the order of the fields.
    pub const fn to_array(self) -> [f64; PARTS] {
        let Self {
            words,
            head,
            neighbours,
            shape,
            metadata,
        } = self;
        [words, head, neighbours, shape, metadata]
    }

    /// From the order of the fields.
    pub const fn from_array([words, head, neighbours, shape, metadata]: [f64; PARTS]) -> Self {
        Self {
            words,
            head,
            neighbours,
            shape,
            metadata,
        }
    }

    /// Part by part.
    #[must_use]
    pub fn zip(self, other: Self, mut with: impl FnMut(f64, f64) -> f64) -> Self {
        let (a, b) = (self.to_array(), other.to_array());
        let mut both = [0.0; PARTS];
        for ((both, a), b) in both.iter_mut().zip(a).zip(b) {
            *both = with(a, b);
        }
        Self::from_array(both)
    }

    fn sum(self) -> f64 {
        self.to_array().iter().sum()
    }
}

/// `logit = intercept + Σ weightₖ × logitₖ`.
///
/// Law: no weight is negative. A part was fitted to speak for won; where its sign would turn in company of the others,
/// that is their overlap and not knowledge, and a reader of the printed parts would be told the opposite of what the
/// part found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Blend {
    /// One weight a part, at least 0.
    pub weights: PartLogits,
    /// The logit where every part says 0.
    pub intercept: f64,
}

impl Blend {
    /// Fits weights to logits of parts that had not seen these outcomes.
    ///
    /// Each part is first calibrated alone ([`Platt`]), so that a useless one is near 0; their plain sum, calibrated
    /// again, is the centre. The weights minimise `Σ loss + penalty / 2 × Σ (vₖ - centre)²`, where `vₖ` is the weight
    /// of the calibrated part: with an infinite `penalty` all parts count alike, with 0 each as the data say.
    ///
    /// # Errors
    ///
    /// [`PredictError::Unpaired`], [`PredictError::OneOutcome`], [`PredictError::NotFinite`], or
    /// [`PredictError::NotConverged`].
    pub fn fit(logits: &[PartLogits], won: &[bool], penalty: f64) -> Result<Self, PredictError> {
        let slopes = slopes(logits, won)?;
        let scaled: Vec<[f64; PARTS]> = logits
            .iter()
            .map(|row| row.zip(slopes, |logit, slope| logit * slope).to_array())
            .collect();
        let sums: Vec<f64> = scaled.iter().map(|row| row.iter().sum()).collect();
        let centre = Platt::fit(&sums, won)?.slope;
        let (shares, intercept) = NonNegative {
            rows: &scaled,
            targets: &targets(scaled.len(), won, &vec![1.0; scaled.len()])?,
            penalty,
            centre: [centre; PARTS],
            bounded: [true; PARTS],
        }
        .solve()?;
        Ok(Self {
            weights: PartLogits::from_array(shares).zip(slopes, |share, slope| share * slope),
            intercept,
        })
    }

    /// The blended logit.
    pub fn logit(&self, parts: PartLogits) -> f64 {
        self.intercept
            + self
                .weights
                .zip(parts, |weight, logit| weight * logit)
                .sum()
    }
}

/// By how much each part alone is to be stretched to be calibrated.
fn slopes(logits: &[PartLogits], won: &[bool]) -> Result<PartLogits, PredictError> {
    let mut slopes = [0.0; PARTS];
    for (part, slope) in slopes.iter_mut().enumerate() {
        let scores: Vec<f64> = logits
            .iter()
            .filter_map(|row| row.to_array().get(part).copied())
            .collect();
        *slope = Platt::fit(&scores, won)?.slope;
    }
    Ok(PartLogits::from_array(slopes))
}

#[cfg(test)]
mod tests;
