//! What a fine-tuning may do before the outcomes: [`Phases`].

use upturn_core::Conversation;
use upturn_encoder::Encoder;

use super::contrast_lesson::ContrastLesson;
use super::distillation_lesson::DistillationLesson;
use super::learner::{Learner, Start};
use super::next_turn_lesson::NextTurnLesson;
use super::steps::Run;
use super::turn_targets::turn_targets;
use super::{Reader, finished};
use crate::checkpoint::{FineTuningFolder, PHASES};
use crate::conversation::PreparedCall;
use crate::{Monitor, TrainingConfig, TrainingError};

/// What comes before the outcomes.
pub(super) struct Phases<'a> {
    pub(super) place: Option<&'a FineTuningFolder<'a>>,
    pub(super) config: &'a TrainingConfig,
    pub(super) first: usize,
    pub(super) monitor: &'a dyn Monitor,
}

impl Phases<'_> {
    /// The encoder that knows what is said next; none if it is not to learn that.
    pub(super) fn adapted(
        &self,
        encoder: &Encoder,
        reader: &Reader<'_>,
        training: &[PreparedCall],
        unlabelled: &[&Conversation],
    ) -> Result<Option<Encoder>, TrainingError> {
        let [name, ..] = PHASES;
        let Some(adaptation) = self.config.adapts() else {
            return Ok(None);
        };
        let place = self.place.map(|place| place.phase(name));
        if let Some(tuned) = finished(place.as_ref(), encoder, self.monitor) {
            return Ok(Some(tuned.encoder));
        }
        // Nobody looks at their outcome.
        let unlabelled: Vec<_> = unlabelled.iter().map(|call| (*call, false)).collect();
        if !unlabelled.is_empty() {
            let count = unlabelled.len() as u64;
            self.monitor.stage("reading calls without outcome", count);
        }
        let more = reader.prepared(&unlabelled)?;
        let lesson = NextTurnLesson::new(adaptation, self.config, training.iter().chain(&more));
        let start = Start::Phase(adaptation.learning_rate);
        let learner = Learner::new(encoder, self.config, self.first, start)?;
        let run = Run::new(learner, lesson, self.config, self.monitor)?;
        Ok(Some(run.finish(place.as_ref())?.encoder))
    }

    /// The encoder that knows what the words know; none if it is not to learn that.
    pub(super) fn distilled(
        &self,
        encoder: &Encoder,
        calls: &[(&Conversation, bool)],
        training: &[PreparedCall],
    ) -> Result<Option<Encoder>, TrainingError> {
        let [_, name, _] = PHASES;
        let Some(distillation) = self.config.distils() else {
            return Ok(None);
        };
        let place = self.place.map(|place| place.phase(name));
        if let Some(tuned) = finished(place.as_ref(), encoder, self.monitor) {
            return Ok(Some(tuned.encoder));
        }
        let targets = turn_targets(calls, &self.config.predictor)?;
        let start = Start::Turns(distillation, training, &targets);
        let learner = Learner::new(encoder, self.config, self.first, start)?;
        let lesson = DistillationLesson::new(distillation, self.config, training, &targets);
        let run = Run::new(learner, lesson, self.config, self.monitor)?;
        Ok(Some(run.finish(place.as_ref())?.encoder))
    }

    /// The encoder that knows which calls end alike; none if it is not to learn that.
    pub(super) fn contrasted(
        &self,
        encoder: &Encoder,
        training: &[PreparedCall],
    ) -> Result<Option<Encoder>, TrainingError> {
        let [.., name] = PHASES;
        let Some(contrast) = self.config.contrasts() else {
            return Ok(None);
        };
        let place = self.place.map(|place| place.phase(name));
        if let Some(tuned) = finished(place.as_ref(), encoder, self.monitor) {
            return Ok(Some(tuned.encoder));
        }
        let lesson = ContrastLesson::new(contrast, self.config, training);
        let start = Start::Phase(contrast.learning_rate);
        let learner = Learner::new(encoder, self.config, self.first, start)?;
        let run = Run::new(learner, lesson, self.config, self.monitor)?;
        Ok(Some(run.finish(place.as_ref())?.encoder))
    }
}
