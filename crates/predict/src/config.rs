//! How a predictor is fitted: [`PredictorConfig`].

use serde::{Deserialize, Serialize};

use crate::{PartSet, PredictError};

/// Settings of every fit. The defaults are those of the measured baselines where these have the same part, but
/// for the words: see LOG.md of the crate `training`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PredictorConfig {
    /// scikit-learn's `C` of the head over pooled moments; higher fits closer. 0.001 by default.
    pub head_c: f64,
    /// `C` of the words. 3 by default.
    pub words_c: f64,
    /// `C` of sentences that are learnt from by themselves besides, where calls are finished; 0.3 did well (LOG.md of the crate
    /// `training`, which takes 100 accounts for it). None by default: words are learnt from whole calls alone.
    pub sentences_c: Option<f64>,
    /// `C` of the shape. 0.1 by default.
    pub shape_c: f64,
    /// `C` of the metadata. 0.1 by default.
    pub metadata_c: f64,
    /// In how many conversations a term, or a value of the metadata, must occur to be learnt. 3 by default.
    pub min_conversations: usize,
    /// How the nearest calls vote.
    pub neighbours: NeighboursConfig,
    /// How strongly the parts' weights are drawn to each other, in units of examples' information; 0 lets each be what
    /// it is. By default the one of 1, 3, 10, 30 and 100 whose blends have the smallest log-loss on the groups that they
    /// were not fitted to; see [`crate::Blend::fit`].
    pub blend_penalty: Option<f64>,
    /// In how many parts the out-of-fold logits are cut, by group, to calibrate. 5 by default.
    pub calibration_folds: usize,
    /// With fewer groups of conversations than this no interval and no outcome set is given, and neither familiarity nor
    /// disagreement is doubted. 50 by default.
    pub interval_groups: usize,
    /// Decides the calibration's parts. 0 by default.
    pub seed: u64,
    /// The parts that are fitted and asked; the others weigh nothing. All by default.
    pub parts: PartSet,
    /// For so few examples that neither blend nor calibration can be fitted: the precision (1 / variance) of the normal
    /// prior that draws the answer to the base rate; see [`crate::Combination::fit`]. None by default.
    pub shrinkage: Option<f64>,
}

impl Default for PredictorConfig {
    fn default() -> Self {
        Self {
            head_c: 0.001,
            words_c: 3.0,
            sentences_c: None,
            shape_c: 0.1,
            metadata_c: 0.1,
            min_conversations: 3,
            neighbours: NeighboursConfig::default(),
            blend_penalty: None,
            calibration_folds: 5,
            interval_groups: 50,
            seed: 0,
            parts: PartSet::default(),
            shrinkage: None,
        }
    }
}

impl PredictorConfig {
    /// Checks every number.
    ///
    /// # Errors
    ///
    /// [`PredictError::Setting`] for the first that is outside its range.
    pub fn validate(&self) -> Result<(), PredictError> {
        positive("head_c", self.head_c)?;
        positive("words_c", self.words_c)?;
        positive("sentences_c", self.sentences_c.unwrap_or(1.0))?;
        positive("shape_c", self.shape_c)?;
        positive("metadata_c", self.metadata_c)?;
        positive("neighbours.temperature", self.neighbours.temperature)?;
        positive("neighbours.prior_strength", self.neighbours.prior_strength)?;
        positive("shrinkage", self.shrinkage.unwrap_or(1.0))?;
        setting(
            "neighbours.share_prior",
            self.neighbours.share_prior,
            "a finite number of at least 0",
            |got| got.is_finite() && got >= 0.0,
        )?;
        setting(
            "blend_penalty",
            self.blend_penalty.unwrap_or_default(),
            "a finite number of at least 0",
            |got| got.is_finite() && got >= 0.0,
        )?;
        setting(
            "calibration_folds",
            self.calibration_folds as f64,
            "at least 2",
            |got| got >= 2.0,
        )
    }
}

/// How the nearest calls vote; see [`crate::Neighbours`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NeighboursConfig {
    /// At most so many calls vote. 15 by default.
    pub limit: usize,
    /// By how much cosine a call may be further than the nearest before its vote falls to `1/e`. 0.05 by default.
    pub temperature: f64,
    /// How many votes the share of won calls in training has. 2 by default.
    pub prior_strength: f64,
    /// Whether only calls of an earlier day vote; then nothing votes on an undated call. No by default.
    pub only_earlier: bool,
    /// How many calls of each outcome are added to those counted for the share of won calls: 1 is Laplace's rule of
    /// succession, which is never sure of what a handful of calls has not shown. 0 by default.
    pub share_prior: f64,
}

impl Default for NeighboursConfig {
    fn default() -> Self {
        Self {
            limit: 15,
            temperature: 0.05,
            prior_strength: 2.0,
            only_earlier: false,
            share_prior: 0.0,
        }
    }
}

fn positive(name: &'static str, got: f64) -> Result<(), PredictError> {
    setting(name, got, "a finite number above 0", |got| {
        got.is_finite() && got > 0.0
    })
}

fn setting(
    name: &'static str,
    got: f64,
    expected: &'static str,
    allowed: impl Fn(f64) -> bool,
) -> Result<(), PredictError> {
    if allowed(got) {
        Ok(())
    } else {
        Err(PredictError::Setting {
            name,
            expected,
            got,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_allowed_and_nonsense_is_not() {
        assert_eq!(PredictorConfig::default().validate(), Ok(()));
        let zero = PredictorConfig {
            head_c: 0.0,
            ..PredictorConfig::default()
        };
        let one_fold = PredictorConfig {
            calibration_folds: 1,
            ..PredictorConfig::default()
        };
        let not_a_number = PredictorConfig {
            blend_penalty: Some(f64::NAN),
            ..PredictorConfig::default()
        };
        let no_prior = PredictorConfig {
            shrinkage: Some(0.0),
            ..PredictorConfig::default()
        };
        let no_metadata = PredictorConfig {
            metadata_c: f64::INFINITY,
            ..PredictorConfig::default()
        };
        for (config, name) in [
            (no_metadata, "metadata_c"),
            (no_prior, "shrinkage"),
            (zero, "head_c"),
            (one_fold, "calibration_folds"),
            (not_a_number, "blend_penalty"),
        ] {
            let message = config.validate().unwrap_err().to_string();
            assert!(message.contains(name), "{message}");
        }
    }
}
