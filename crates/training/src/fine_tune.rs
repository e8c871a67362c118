//! The encoder learns: [`fine_tune`].

use rayon::prelude::*;
use upturn_core::Conversation;
use upturn_encoder::Encoder;

use crate::checkpoint::FineTuningFolder;
use crate::conversation::PreparedCall;
use crate::frozen::FrozenOutputs;
use crate::{
    Divergence, EpochReport, MemoryBudget, Monitor, TrainingConfig, TrainingError, TrainingEvent,
    Worth,
};

use judge::Judge;
use learner::{Learner, Start};
use outcome_lesson::OutcomeLesson;
use phases::Phases;
use steps::Run;

/// An encoder that has learnt.
#[derive(Debug)]
pub struct FineTuned {
    /// With the weights of the best epoch, and a projection for retrieval; the pre-trained one, as it came, where
    /// [`worth`](Self::worth) does not keep it.
    pub encoder: Encoder,
    /// The epoch whose weights these are; 0 if none was better than the start.
    pub best_epoch: usize,
    /// One report an epoch on outcomes.
    pub reports: Vec<EpochReport>,
    /// What the encoder that learnt is worth beside the pre-trained one.
    pub worth: Worth,
}

impl FineTuned {
    /// What comes of phases behind which the encoder knows nothing any more.
    fn unlearnt(pretrained: &Encoder, fault: Divergence) -> Self {
        Self {
            encoder: pretrained.clone(),
            best_epoch: 0,
            reports: Vec::new(),
            worth: Worth::nothing(fault),
        }
    }

    /// The pre-trained encoder in place of one that is not worth it.
    fn settled(self, pretrained: &Encoder) -> Self {
        if self.worth.keeps_tuned() {
            return self;
        }
        Self {
            encoder: pretrained.clone(),
            ..self
        }
    }
}

/// Trains the upper layers of `encoder` on `training`, a call and whether it was won each: on what is said next
/// ([`TrainingConfig::adaptation`]), on what the words say
/// ([`TrainingConfig::distillation`]), on pairs of calls ([`TrainingConfig::contrast`]), then on outcomes.
///
/// With calls in `validation`, the weights of the epoch with the smallest validation loss
/// ([`EpochReport::validation_loss`]) are kept, and training on outcomes
/// stops after [`TrainingConfig::patience`] epochs without a better one; else the last epoch's are. The phases before run to
/// their end. What comes of all that is then asked about these calls beside the encoder as it came, which is kept, to the bit,
/// where it is as good ([`AgainstPretrained`](crate::AgainstPretrained)), and wherever the one that learnt says the same of
/// every call ([`Divergence`](crate::Divergence)).
///
/// # Errors
///
/// [`TrainingError::Layers`], [`TrainingError::Diverged`], [`TrainingError::Stopped`] if the monitor says so, or the encoder's own errors.
pub fn fine_tune(
    encoder: &Encoder,
    training: &[(&Conversation, bool)],
    validation: &[(&Conversation, bool)],
    config: &TrainingConfig,
    monitor: &dyn Monitor,
) -> Result<FineTuned, TrainingError> {
    let calls = LabelledCalls {
        training,
        validation,
        unlabelled: &[],
        memory: &MemoryBudget::unlimited(),
    };
    fine_tune_in(None, encoder, calls, config, monitor)
}

/// What a fine-tuning sees.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LabelledCalls<'a> {
    pub(crate) training: &'a [(&'a Conversation, bool)],
    pub(crate) validation: &'a [(&'a Conversation, bool)],
    /// Calls without an outcome, which only the adaptation sees.
    pub(crate) unlabelled: &'a [&'a Conversation],
    /// How much of what is computed from them may be in memory.
    pub(crate) memory: &'a MemoryBudget,
}

/// [`fine_tune`] that keeps checkpoints in `place`, and goes on from the one that it finds there.
pub(crate) fn fine_tune_in(
    place: Option<&FineTuningFolder<'_>>,
    encoder: &Encoder,
    calls: LabelledCalls<'_>,
    config: &TrainingConfig,
    monitor: &dyn Monitor,
) -> Result<FineTuned, TrainingError> {
    config.check_encoder(encoder)?;
    let config = &config.clone().for_encoder(encoder);
    if let Some(tuned) = finished(place, encoder, monitor) {
        return Ok(tuned);
    }
    let first = encoder.config().layers - config.trainable_layers;
    let outputs = FrozenOutputs::new(calls.memory);
    let reader = Reader {
        encoder,
        first,
        outputs: &outputs,
        monitor,
    };
    let count = calls.training.len() + calls.validation.len();
    monitor.stage("reading calls", count as u64);
    let (training, validation) = (
        reader.prepared(calls.training)?,
        reader.prepared(calls.validation)?,
    );
    let sides = (&training[..], &validation[..]);
    let judge = Judge::new(encoder, (config, first), sides, calls.memory)?;
    let phases = Phases {
        place,
        config,
        first,
        reader: &reader,
        calls,
        training: &training,
    };
    let beginning = match phases.all(encoder, &judge)? {
        Ok(learnt) => learnt,
        Err(fault) => return Ok(FineTuned::unlearnt(encoder, fault)),
    };
    let learner = Learner::new(
        beginning.as_ref().unwrap_or(encoder),
        config,
        first,
        Start::Outcomes(&training, calls.memory),
    )?;
    let lesson = OutcomeLesson::new(config, &training, &validation, &judge);
    let tuned = Run::new(learner, lesson, config, monitor)?.finish(place)?;
    Ok(tuned.settled(encoder))
}

/// What a fine-tuning gave that was done before the interruption.
fn finished(
    place: Option<&FineTuningFolder<'_>>,
    encoder: &Encoder,
    monitor: &dyn Monitor,
) -> Option<FineTuned> {
    let place = place?;
    let tuned = place.finished(encoder)?;
    let name = place.name();
    monitor.event(&TrainingEvent::Skipped { name });
    Some(tuned.settled(encoder))
}

/// Makes calls ready for many passes.
struct Reader<'a> {
    encoder: &'a Encoder,
    first: usize,
    outputs: &'a FrozenOutputs<'a>,
    monitor: &'a dyn Monitor,
}

impl Reader<'_> {
    fn prepared(
        &self,
        calls: &[(&Conversation, bool)],
    ) -> Result<Vec<PreparedCall>, TrainingError> {
        let one = |(call, won): &(&Conversation, bool)| {
            let prepared = PreparedCall::new(self.encoder, call, *won, self.first, self.outputs);
            self.monitor.step(None);
            if self.monitor.stopped() {
                Err(TrainingError::Stopped)
            } else {
                prepared
            }
        };
        calls.par_iter().map(one).collect()
    }
}

mod contrast_lesson;
mod distillation_lesson;
mod judge;
mod learner;
mod lesson;
mod mining;
mod next_turn_lesson;
mod outcome_lesson;
mod phases;
mod read_out;
mod refinement;
mod steps;
#[cfg(test)]
mod tests;
mod turn_targets;
