//! What an encoder knows without words, shape and neighbours: [`EncoderAlone`].

use upturn_core::{Conversation, EncodedMoment, Prefix, Probability};
use upturn_encoder::Encoder;
use upturn_predict::{FittedPredictor, LinearModel, Stage, pooled};

use crate::cross_fit::{EncodedCall, fit_parts};
use crate::cuts::Cuts;
use crate::{CachedMoments, Monitor, TrainingConfig, TrainingError};

/// The head over the turns' averages and nothing else: how two encoders are compared, each with the same head.
///
/// The head is the [`LinearModel`] over [`pooled`] of a prediction's [parts](upturn_predict::Parts), fitted for each stage
/// to what that stage learns from. Its logistic probability is given as it is, without blend or calibration.
///
/// Laws:
///
/// - Of an encoder that was not fine-tuned, [`of`](Self::of) and [`fit`](Self::fit) are equal.
/// - The outcome of the prefix asked about, and its later turns, change nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct EncoderAlone {
    live: LinearModel,
    finished: LinearModel,
}

impl EncoderAlone {
    /// The heads of a predictor, for the encoder that it was fitted with.
    pub fn of(predictor: &FittedPredictor) -> Self {
        let head = |stage| predictor.stage(stage).parts.head().clone();
        Self {
            live: head(Stage::Live),
            finished: head(Stage::Finished),
        }
    }

    /// Fits the heads to another encoder as [`Trainer::fit`](crate::Trainer::fit) would. Calls without an outcome are left
    /// out.
    ///
    /// # Errors
    ///
    /// [`TrainingError::Predict`] where the calls came out alike, [`TrainingError::Stopped`], or the encoder's own.
    pub fn fit(
        calls: &[&Conversation],
        moments: &CachedMoments<Encoder>,
        config: &TrainingConfig,
        monitor: &dyn Monitor,
    ) -> Result<Self, TrainingError> {
        let labelled: Vec<_> = calls
            .iter()
            .filter_map(|call| Some((*call, call.outcome()?)))
            .collect();
        let calls = EncodedCall::of(&labelled, Cuts::new(&config.prefixes), moments, monitor)?;
        let calls: Vec<&EncodedCall<'_>> = calls.iter().collect();
        let head = |stage| -> Result<LinearModel, TrainingError> {
            Ok(fit_parts(&calls, stage, moments, &config.predictor)?
                .head()
                .clone())
        };
        let finished = head(Stage::Finished)?;
        let is_live = |call: &&EncodedCall<'_>| call.learnt.len() > 1;
        let live = if calls.iter().any(is_live) {
            head(Stage::Live)?
        } else {
            finished.clone()
        };
        Ok(Self { live, finished })
    }

    /// What the head says of a prefix with its moments.
    ///
    /// # Errors
    ///
    /// [`TrainingError::Predict`] if the moments have another width than those of the fit, or a number that is not finite.
    pub fn probability(
        &self,
        prefix: Prefix<'_>,
        moments: &[EncodedMoment],
    ) -> Result<Probability, TrainingError> {
        let head = match Stage::of(prefix) {
            Stage::Live => &self.live,
            Stage::Finished => &self.finished,
        };
        Ok(Probability::from_logit(head.logit(&pooled(moments))?))
    }
}

#[cfg(test)]
mod tests {
    use upturn_core::MomentEncoder as _;

    use super::*;
    use crate::examples::{cached, calls, memory, quick};
    use crate::{Silent, TrainedModel, Trainer};

    fn model(calls: &[&Conversation], config: &TrainingConfig) -> TrainedModel {
        let trainer = Trainer {
            config,
            encoder: &cached(),
            stores: &memory,
            monitor: &Silent,
            checkpoints: None,
        };
        trainer.fit(calls).unwrap()
    }

    #[test]
    fn the_heads_of_a_frozen_model_are_those_fitted_to_its_encoder() {
        let calls = calls(60);
        let calls: Vec<&Conversation> = calls.iter().collect();
        for prefixes in [vec![0.5, 1.0], vec![1.0]] {
            let config = TrainingConfig {
                epochs: 0,
                prefixes,
                ..quick()
            };
            let fitted = EncoderAlone::fit(&calls, &cached(), &config, &Silent).unwrap();
            assert_eq!(fitted, EncoderAlone::of(&model(&calls, &config).predictor));
        }
    }

    #[test]
    fn each_stage_is_asked_its_own_head() {
        let calls = calls(60);
        let calls: Vec<&Conversation> = calls.iter().collect();
        let encoder = cached();
        let alone = EncoderAlone::fit(&calls, &encoder, &quick(), &Silent).unwrap();
        let call = calls[0];
        let ends = [call.whole(), Prefix::first(call, call.turns().len())];
        let moments = encoder.encode(&ends).unwrap();
        assert_eq!(moments[0], moments[1]);
        let [finished, live] = ends.map(|end| alone.probability(end, &moments[0]).unwrap());
        assert_ne!(finished, live);
        let logit = alone.finished.logit(&pooled(&moments[0])).unwrap();
        assert_eq!(finished, Probability::from_logit(logit));
    }

    #[test]
    fn calls_that_came_out_alike_are_an_error() {
        let calls = calls(60);
        let won: Vec<&Conversation> = calls.iter().step_by(2).collect();
        let answer = EncoderAlone::fit(&won, &cached(), &quick(), &Silent);
        assert!(
            matches!(answer, Err(TrainingError::Predict(_))),
            "{answer:?}"
        );
    }
}
