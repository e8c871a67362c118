//! Part logits to one logit: [`PartLogits`] and [`Blend`].

use serde::{Deserialize, Serialize};

use crate::solver::{Problem, Rows, Solution, targets};
use crate::{Platt, PredictError};

/// How many parts there are.
const PARTS: usize = 4;

/// What each part says on its own; positive speaks for won.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct PartLogits {
    /// Which words were said by whom.
    pub words: f64,
    /// What the encoder reads in the turns.
    pub head: f64,
    /// How the nearest calls ended.
    pub neighbours: f64,
    /// How long the call is and who speaks how much, and whether the sides' amounts meet.
    pub shape: f64,
}

impl PartLogits {
    /// In the order of the fields.
    pub const fn to_array(self) -> [f64; PARTS] {
        let Self {
            words,
            head,
            neighbours,
            shape,
        } = self;
        [words, head, neighbours, shape]
    }

    /// From the order of the fields.
    pub const fn from_array([words, head, neighbours, shape]: [f64; PARTS]) -> Self {
        Self {
            words,
            head,
            neighbours,
            shape,
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
        let (shares, intercept) = constrained(&scaled, won, centre, penalty)?;
        Ok(Self {
            weights: shares.zip(slopes, |share, slope| share * slope),
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

/// The minimum over weights of at least 0: the best of those minima, one for each set of parts left in, that are
/// nowhere negative. Sixteen small fits at most, and exact, since the function is convex.
fn constrained(
    rows: &[[f64; PARTS]],
    won: &[bool],
    centre: f64,
    penalty: f64,
) -> Result<(PartLogits, f64), PredictError> {
    let mut best: Option<(f64, [f64; PARTS], f64)> = None;
    for left_in in (0..1_u32 << PARTS).rev() {
        let (value, weights, intercept) = restricted(rows, won, centre, penalty, left_in)?;
        let allowed = weights.iter().all(|weight| *weight >= 0.0);
        if allowed && best.is_none_or(|(least, ..)| value < least) {
            best = Some((value, weights, intercept));
        }
        if allowed && left_in.count_ones() as usize == PARTS {
            break;
        }
    }
    // The empty set of parts is never negative, so there is always a best.
    let (_, weights, intercept) = best.unwrap_or_default();
    Ok((PartLogits::from_array(weights), intercept))
}

/// The minimum over the weights of the parts in the bit set `left_in`, the others being 0.
fn restricted(
    rows: &[[f64; PARTS]],
    won: &[bool],
    centre: f64,
    penalty: f64,
    left_in: u32,
) -> Result<(f64, [f64; PARTS], f64), PredictError> {
    let inside = |part: usize| left_in >> part & 1 == 1;
    let free: Vec<Vec<f64>> = rows
        .iter()
        .map(|row| {
            let parts = row.iter().enumerate();
            parts
                .filter(|(part, _)| inside(*part))
                .map(|(_, logit)| *logit)
                .collect()
        })
        .collect();
    let counts = vec![1.0; rows.len()];
    let targets = targets(rows.len(), won, &counts)?;
    let left_out = PARTS as f64 - f64::from(left_in.count_ones());
    let problem = Problem {
        rows: Rows::Dense(&free),
        targets: &targets,
        counts: &counts,
        c: 1.0,
        penalty,
        centre: &vec![centre; left_in.count_ones() as usize],
    };
    let solution = problem.solve()?;
    let value = problem.value(&solution)? + penalty / 2.0 * left_out * centre.powi(2);
    let Solution { weights, intercept } = solution;
    let mut all = [0.0; PARTS];
    let slots = all.iter_mut().enumerate();
    for ((_, slot), weight) in slots.filter(|(part, _)| inside(*part)).zip(weights) {
        *slot = weight;
    }
    Ok((value, all, intercept))
}

#[cfg(test)]
mod tests;
