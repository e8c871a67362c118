//! From labelled calls to a model: [`Trainer`].

use std::sync::Arc;

use upturn_core::{
    Conversation, Fingerprint, MomentEncoder as _, Outcome, VectorStore, VectorStoreError,
};
use upturn_encoder::Encoder;
use upturn_predict::{Combination, FittedPredictor, FittedStage, Stage};

use crate::checkpoint::{Identity, RunFolder};
use crate::cross_fit::{EncodedCall, OutOfFoldRows, fit_parts, out_of_fold};
use crate::cuts::Cuts;
use crate::{
    CachedMoments, Checkpoints, EpochReport, Labels, Monitor, Passes, TrainedOn, TrainingConfig,
    TrainingError, data_fingerprint,
};
pub(crate) use checked::LEAST_OF_EACH;
use moments::Moments;
use split::base_rate;

/// Makes an empty collection of a dimension for an encoder. Which store it is, is the caller's choice.
pub type StoreFactory =
    dyn Fn(usize, &Fingerprint) -> Result<Arc<dyn VectorStore>, VectorStoreError> + Sync;

/// Everything a run needs but the calls.
#[derive(Clone, Copy)]
pub struct Trainer<'a> {
    /// How.
    pub config: &'a TrainingConfig,
    /// From which pre-trained encoder; what it says is remembered from fold to fold.
    pub encoder: &'a CachedMoments<Encoder>,
    /// Where neighbours are looked for while fitting.
    pub stores: &'a StoreFactory,
    /// Who watches.
    pub monitor: &'a dyn Monitor,
    /// Where fine-tunings keep what they need to go on. A frozen encoder keeps nothing.
    pub checkpoints: Option<&'a Checkpoints>,
}

impl std::fmt::Debug for Trainer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trainer")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

/// What a run gives.
#[derive(Debug)]
pub struct TrainedModel {
    /// The fine-tuned encoder, or the pre-trained one where it learnt nothing.
    pub encoder: Encoder,
    /// Parts, blend, calibration.
    pub predictor: FittedPredictor,
    /// One report an epoch of each fine-tuning, the cross-fitted ones first.
    pub epochs: Vec<EpochReport>,
    /// One a fine-tuning, in the same order; none where the encoder was not to learn.
    pub passes: Vec<Passes>,
    /// What calibration saw: the parts' logits for prefixes of calls that neither encoder nor parts had seen.
    pub out_of_fold: OutOfFoldRows,
    /// The same, with their accounts.
    pub labels: Labels,
    /// Which calls they were; see [`data_fingerprint`].
    pub data: Fingerprint,
    /// The same and the calls without an outcome that something was learnt from, to be asked for and not to be read.
    pub trained_on: TrainedOn,
    /// The pre-trained encoder.
    pub base: Encoder,
}

/// A call and how it ended.
pub(crate) type Labelled<'a> = (&'a Conversation, Outcome);

fn pairs<'a>(calls: &[Labelled<'a>]) -> Vec<(&'a Conversation, bool)> {
    calls
        .iter()
        .map(|(call, outcome)| (*call, outcome.is_won()))
        .collect()
}

impl Trainer<'_> {
    /// Fits encoder and predictor. Calls without an outcome are left out, but for [`TrainingConfig::adaptation`], which
    /// learns how they go on; in cross-fitting never of an account that is asked about.
    ///
    /// The calls are cut into [`TrainingConfig::folds`] parts by group. For each of some of these, an encoder and the
    /// parts are fitted on the others and asked about it, or about [`TrainingConfig::enough_unseen`] of its calls; blend and
    /// calibration are fitted on the answers. Then
    /// encoder and parts are fitted on all calls. Where the folds' calls held out show no fine-tuned encoder to be better than the
    /// one as it came ([`Worth`](crate::Worth)), the model is
    /// the one that it would be had the encoder been left frozen. Of a handful of calls ([`Recipe::FewLabels`](crate::Recipe::FewLabels))
    /// each account is a part.
    ///
    /// # Errors
    ///
    /// [`TrainingError::TooFew`], [`TrainingError::TooFewGroups`], [`TrainingError::FewForSentences`], [`TrainingError::DuplicateId`],
    /// [`TrainingError::Setting`], [`TrainingError::Layers`], [`TrainingError::Stopped`], [`TrainingError::Diverged`], [`TrainingError::Scratch`],
    /// [`TrainingError::OtherRun`] if the checkpoints are those of another run, or the parts' own errors.
    pub fn fit(&self, conversations: &[&Conversation]) -> Result<TrainedModel, TrainingError> {
        let calls = self.check(conversations)?;
        let TrainingConfig {
            sentences,
            predictor,
            ..
        } = self.config;
        self.monitor.stage("weighing words of sentences", 1);
        let predictor = sentences.decided(&calls, predictor, self.encoder.memory())?;
        self.monitor.step(None);
        let decided = TrainingConfig {
            predictor,
            ..self.config.clone()
        };
        let trainer = Trainer {
            config: &decided,
            ..*self
        };
        trainer.fit_checked(conversations, &calls)
    }

    fn fit_checked(
        &self,
        conversations: &[&Conversation],
        calls: &[Labelled<'_>],
    ) -> Result<TrainedModel, TrainingError> {
        let plain: Vec<&Conversation> = calls.iter().map(|(call, _)| *call).collect();
        let others = self.others(conversations);
        let run = self.run_folder(calls, &others)?;
        let (mut learnt, tuned) = self.fine_tunings(calls, &others, run.as_ref())?;
        if self.config.tunes() && tuned.is_none() {
            learnt.rows = self.unmoved(calls, &plain)?;
        }
        let moments = self.moments(tuned.as_ref());
        let encoded = self.encoded(calls, &moments)?;
        let encoded: Vec<_> = encoded.iter().collect();
        let predictor = self.predictor(&encoded, &moments, &learnt.rows)?;
        let data = data_fingerprint(&plain);
        Ok(TrainedModel {
            encoder: tuned.unwrap_or_else(|| self.encoder.encoder().clone()),
            predictor,
            epochs: learnt.epochs,
            passes: learnt.passes,
            out_of_fold: learnt.rows,
            labels: Labels::of(&plain),
            trained_on: TrainedOn::of(&data, plain.iter().chain(&others).copied()),
            data,
            base: self.encoder.encoder().clone(),
        })
    }

    /// Both stages; where no live prefix was learnt from, live calls are read as if they were finished.
    fn predictor(
        &self,
        calls: &[&EncodedCall<'_>],
        moments: &CachedMoments<Encoder>,
        out_of_fold: &OutOfFoldRows,
    ) -> Result<FittedPredictor, TrainingError> {
        let config = &self.config.predictor;
        let part = (out_of_fold.finished.len() < calls.len()).then(|| base_rate(calls));
        let fit = |stage: Stage| -> Result<FittedStage, TrainingError> {
            Ok(FittedStage {
                parts: fit_parts(calls, stage, moments, config)?,
                combination: match part {
                    Some(all) => Combination::fit_part(out_of_fold.of(stage), all, config)?,
                    None => Combination::fit(out_of_fold.of(stage), config)?,
                },
            })
        };
        let finished = fit(Stage::Finished)?;
        let live = if out_of_fold.live.is_empty() {
            finished.clone()
        } else {
            fit(Stage::Live)?
        };
        Ok(FittedPredictor::new(live, finished))
    }

    /// Calls without an outcome, where something is learnt from them.
    fn others<'a>(&self, conversations: &[&'a Conversation]) -> Vec<&'a Conversation> {
        if self.config.adapts().is_none() {
            return Vec::new();
        }
        let all = conversations.iter().copied();
        all.filter(|call| call.outcome().is_none()).collect()
    }

    /// None where there is nothing to go on with.
    fn run_folder(
        &self,
        calls: &[Labelled<'_>],
        others: &[&Conversation],
    ) -> Result<Option<RunFolder<'_>>, TrainingError> {
        let Some(checkpoints) = self.checkpoints.filter(|_| self.config.tunes()) else {
            return Ok(None);
        };
        let identity = Identity::of(self.config, (calls, others), self.encoder.fingerprint())?;
        Ok(Some(checkpoints.begin(identity)?))
    }

    fn answers(
        &self,
        encoder: Option<&Encoder>,
        known: &[Labelled<'_>],
        unseen: &[Labelled<'_>],
    ) -> Result<OutOfFoldRows, TrainingError> {
        let moments = self.moments(encoder);
        let (known, unseen) = (
            self.encoded(known, &moments)?,
            self.encoded(unseen, &moments)?,
        );
        let (known, unseen) = (
            known.iter().collect::<Vec<_>>(),
            unseen.iter().collect::<Vec<_>>(),
        );
        out_of_fold(
            &known,
            &unseen,
            &moments,
            &self.config.predictor,
            self.stores,
        )
    }

    fn encoded<'a>(
        &self,
        calls: &[Labelled<'a>],
        moments: &CachedMoments<Encoder>,
    ) -> Result<Vec<EncodedCall<'a>>, TrainingError> {
        let TrainingConfig {
            prefixes,
            calibration_prefixes,
            ..
        } = self.config;
        let cuts = Cuts::new(prefixes).asking(calibration_prefixes);
        EncodedCall::of(calls, cuts, moments, self.monitor)
    }

    /// What the tuned encoder says, forgotten with the value; else what the pre-trained one says.
    fn moments(&self, tuned: Option<&Encoder>) -> Moments<'_> {
        match tuned {
            Some(encoder) => {
                let memory = self.encoder.memory().clone();
                Moments::Tuned(Box::new(CachedMoments::within(memory, encoder.clone())))
            }
            None => Moments::Pretrained(self.encoder),
        }
    }
}

mod checked;
mod fine_tunings;
mod folds;
mod moments;
mod split;
#[cfg(test)]
mod tests;
