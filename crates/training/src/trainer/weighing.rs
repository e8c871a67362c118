//! Parts fitted to all calls, weighed by what was said of those held out.

use upturn_encoder::Encoder;
use upturn_predict::{Combination, FittedPredictor, FittedStage, Stage};

use super::Trainer;
use super::split::base_rate;
use crate::cross_fit::{EncodedCall, OutOfFoldRows, fit_parts};
use crate::{CachedMoments, TrainingError};

/// From so many calls held out on, nothing is gained by what was said before the encoder learnt: the weights of 600 are as good
/// as any; see `LOG.md`.
pub(super) const ENOUGH_HELD_OUT: usize = 600;

/// What was said of calls that nothing had learnt from.
pub(super) struct HeldOut<'a> {
    /// By the model.
    pub(super) rows: &'a OutOfFoldRows,
    /// With the encoder as it came, of all calls; nothing where the model's are enough.
    pub(super) generic: OutOfFoldRows,
}

impl Trainer<'_> {
    /// Both stages; where no live prefix was learnt from, live calls are read as if they were finished.
    pub(super) fn predictor(
        &self,
        calls: &[&EncodedCall<'_>],
        moments: &CachedMoments<Encoder>,
        held_out: &HeldOut<'_>,
    ) -> Result<FittedPredictor, TrainingError> {
        let fit = |stage: Stage| -> Result<FittedStage, TrainingError> {
            Ok(FittedStage {
                parts: fit_parts(calls, stage, moments, &self.config.predictor)?,
                combination: self.combination(calls, stage, held_out)?,
            })
        };
        let finished = fit(Stage::Finished)?;
        let live = if held_out.rows.live.is_empty() {
            finished.clone()
        } else {
            fit(Stage::Live)?
        };
        Ok(FittedPredictor::new(live, finished))
    }

    fn combination(
        &self,
        calls: &[&EncodedCall<'_>],
        stage: Stage,
        held_out: &HeldOut<'_>,
    ) -> Result<Combination, TrainingError> {
        let config = &self.config.predictor;
        let (rows, generic) = (held_out.rows.of(stage), held_out.generic.of(stage));
        Ok(if !generic.is_empty() {
            Combination::fit_beside(rows, generic, base_rate(calls), config)?
        } else if held_out.rows.finished.len() < calls.len() {
            Combination::fit_part(rows, base_rate(calls), config)?
        } else {
            Combination::fit(rows, config)?
        })
    }
}
