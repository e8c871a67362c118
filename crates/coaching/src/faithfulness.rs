//! Whether what is said to have moved a prediction did: [`Faithfulness`].

use rand::SeedableRng;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{PredictorError, Prefix, TurnRange};
use upturn_predict::ConversionPredictor;

use crate::moved::{as_known, without};
use crate::resampling::{Sums, estimate};
use crate::{Estimate, WhatMovedIt};

/// Random deletions of a call, of which the mean counts.
const DRAWS: usize = 8;

/// Calls of fewer moments leave no choice.
const LEAST_MOMENTS: usize = 3;

/// By how much the logit of one call moved when moments were deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Deletion {
    /// Whose call it is.
    pub group: String,
    /// Absolute change without the moments that moved it most.
    pub strongest: f64,
    /// Absolute change without as many random ones, on average over 8 draws.
    pub random: f64,
}

impl Deletion {
    /// Deletes the `share` of the moments (at least one) that [`WhatMovedIt`] names first by absolute logit, and as many random
    /// ones: what is left is a call of its own, packed, embedded and looked up anew, so that the test does not repeat the
    /// calculation that it is a test of.
    ///
    /// None of a call of fewer than three moments.
    ///
    /// # Errors
    ///
    /// Those of the predictor.
    pub fn of(
        predictor: &ConversionPredictor,
        prefix: Prefix<'_>,
        share: f64,
        seed: u64,
    ) -> Result<Option<Self>, PredictorError> {
        let heard = predictor.hear(prefix)?;
        let whole = predictor.predict_heard(prefix, &heard)?.logit;
        let mut moments = WhatMovedIt::of(predictor, prefix, &heard)?.moments;
        if moments.len() < LEAST_MOMENTS {
            return Ok(None);
        }
        let count = count(share, moments.len());
        let change = |deleted: &[TurnRange]| -> Result<f64, PredictorError> {
            let Some(rest) = without(prefix, deleted) else {
                return Ok(0.0);
            };
            let rest = as_known(prefix, &rest);
            let left = predictor.predict_heard(rest, &predictor.hear(rest)?)?;
            Ok((whole - left.logit).abs())
        };
        moments.sort_by(|a, b| b.logit.abs().total_cmp(&a.logit.abs()));
        let mut ranges: Vec<TurnRange> = moments.iter().map(|moved| moved.turns).collect();
        let first = |ranges: &[TurnRange]| ranges.iter().take(count).copied().collect::<Vec<_>>();
        let strongest = change(&first(&ranges))?;
        let mut random = 0.0;
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        for _ in 0..DRAWS {
            ranges.shuffle(&mut dice);
            random += change(&first(&ranges))? / DRAWS as f64;
        }
        Ok(Some(Self {
            group: prefix.conversation().group().to_owned(),
            strongest,
            random,
        }))
    }
}

/// At least one and never all.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a list's length"
)]
fn count(share: f64, moments: usize) -> usize {
    let wanted = (share.clamp(0.0, 1.0) * moments as f64).round() as usize;
    wanted.clamp(1, moments.saturating_sub(1).max(1))
}

/// Whether deleting what moved a prediction moves it more than deleting anything.
///
/// "Comprehensiveness" against a random baseline (the ERASER benchmark, 2020); intervals by resampling groups, level 0.95.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Faithfulness {
    /// Calls that were tried.
    pub calls: usize,
    /// Mean absolute change of the logit without the strongest moments.
    pub strongest: Estimate,
    /// Without random ones.
    pub random: Estimate,
    /// The first less the second: faithful where the interval lies above 0.
    pub difference: Estimate,
}

impl Faithfulness {
    /// Of some calls; none without any.
    pub fn of(deletions: &[Deletion]) -> Option<Self> {
        let mut sums = Sums::<3>::new();
        for one in deletions {
            sums.add_values(&one.group, [one.strongest, one.random, 1.0]);
        }
        let mean = |of: fn([f64; 3]) -> f64| {
            estimate(&sums, move |all| (all[2] > 0.0).then(|| of(all) / all[2]))
        };
        Some(Self {
            calls: deletions.len(),
            strongest: mean(|[strongest, ..]| strongest)?,
            random: mean(|[_, random, _]| random)?,
            difference: mean(|[strongest, random, _]| strongest - random)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_but_never_all_moments_are_deleted() {
        for (share, moments, expected) in [
            (0.0, 5, 1),
            (0.2, 5, 1),
            (0.5, 5, 3),
            (1.0, 5, 4),
            (0.5, 1, 1),
        ] {
            assert_eq!(count(share, moments), expected, "{share} of {moments}");
        }
    }

    #[test]
    fn the_difference_is_that_of_the_means() {
        let one = |group: &str, strongest, random| Deletion {
            group: group.to_owned(),
            strongest,
            random,
        };
        assert_eq!(Faithfulness::of(&[]), None);
        let told = Faithfulness::of(&[one("a", 0.5, 0.25), one("b", 1.5, 0.25)]).unwrap();
        assert_eq!(told.calls, 2);
        assert!((told.strongest.value - 1.0).abs() < 1e-12);
        assert!((told.difference.value - 0.75).abs() < 1e-12);
        assert!(
            (told.difference.low - 0.25).abs() < 1e-12
                && (told.difference.high - 1.25).abs() < 1e-12
        );
        assert!((told.random.low - 0.25).abs() < 1e-12);
    }
}
