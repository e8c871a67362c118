//! What a fine-tuning may do before the outcomes: [`Phases`].

use upturn_encoder::Encoder;

use super::contrast_lesson::ContrastLesson;
use super::distillation_lesson::DistillationLesson;
use super::judge::Judge;
use super::learner::{Learner, Start};
use super::lesson::Lesson;
use super::next_turn_lesson::NextTurnLesson;
use super::steps::Run;
use super::turn_targets::turn_targets;
use super::{LabelledCalls, Reader, finished};
use crate::checkpoint::{FineTuningFolder, PHASES};
use crate::conversation::PreparedCall;
use crate::{Divergence, TrainingConfig, TrainingError};

/// What comes before the outcomes.
pub(super) struct Phases<'a> {
    pub(super) place: Option<&'a FineTuningFolder<'a>>,
    pub(super) config: &'a TrainingConfig,
    pub(super) first: usize,
    pub(super) reader: &'a Reader<'a>,
    pub(super) calls: LabelledCalls<'a>,
    pub(super) training: &'a [PreparedCall],
}

impl Phases<'_> {
    /// The encoder behind all of them; none if there are none. As soon as one leaves an encoder that knows nothing any more,
    /// nothing more is learnt, and that is the answer.
    pub(super) fn all(
        &self,
        encoder: &Encoder,
        judge: &Judge<'_>,
    ) -> Result<Result<Option<Encoder>, Divergence>, TrainingError> {
        let mut learnt: Option<Encoder> = None;
        for phase in [Self::adapted, Self::distilled, Self::contrasted] {
            let Some(next) = phase(self, learnt.as_ref().unwrap_or(encoder))? else {
                continue;
            };
            if let Some(fault) = judge.fault(&next)? {
                return Ok(Err(fault));
            }
            learnt = Some(next);
        }
        Ok(Ok(learnt))
    }

    /// The encoder that knows what is said next; none if it is not to learn that.
    fn adapted(&self, encoder: &Encoder) -> Result<Option<Encoder>, TrainingError> {
        let [name, ..] = PHASES;
        let Some(adaptation) = self.config.adapts() else {
            return Ok(None);
        };
        let place = self.place.map(|place| place.phase(name));
        if let Some(done) = self.done(place.as_ref(), encoder) {
            return Ok(Some(done));
        }
        // Nobody looks at their outcome.
        let unlabelled = self.calls.unlabelled.iter();
        let unlabelled: Vec<_> = unlabelled.map(|call| (*call, false)).collect();
        if !unlabelled.is_empty() {
            let count = unlabelled.len() as u64;
            let monitor = self.reader.monitor;
            monitor.stage("reading calls without outcome", count);
        }
        let more = self.reader.prepared(&unlabelled)?;
        let calls = self.training.iter().chain(&more);
        let lesson = NextTurnLesson::new(adaptation, self.config, calls);
        let start = Start::Phase(adaptation.learning_rate);
        self.learnt(encoder, start, lesson, place.as_ref())
    }

    /// The encoder that knows what the words know; none if it is not to learn that.
    fn distilled(&self, encoder: &Encoder) -> Result<Option<Encoder>, TrainingError> {
        let [_, name, _] = PHASES;
        let Some(distillation) = self.config.distils() else {
            return Ok(None);
        };
        let place = self.place.map(|place| place.phase(name));
        if let Some(done) = self.done(place.as_ref(), encoder) {
            return Ok(Some(done));
        }
        let targets = turn_targets(self.calls.training, &self.config.predictor)?;
        let start = Start::Turns(distillation, self.training, &targets);
        let lesson = DistillationLesson::new(distillation, self.config, self.training, &targets);
        self.learnt(encoder, start, lesson, place.as_ref())
    }

    /// The encoder that knows which calls end alike; none if it is not to learn that.
    fn contrasted(&self, encoder: &Encoder) -> Result<Option<Encoder>, TrainingError> {
        let [.., name] = PHASES;
        let Some(contrast) = self.config.contrasts() else {
            return Ok(None);
        };
        let place = self.place.map(|place| place.phase(name));
        if let Some(done) = self.done(place.as_ref(), encoder) {
            return Ok(Some(done));
        }
        let lesson = ContrastLesson::new(contrast, self.config, self.training);
        let start = Start::Phase(contrast.learning_rate);
        self.learnt(encoder, start, lesson, place.as_ref())
    }

    /// What a phase gave before an interruption.
    fn done(&self, place: Option<&FineTuningFolder<'_>>, encoder: &Encoder) -> Option<Encoder> {
        let tuned = finished(place, encoder, self.reader.monitor)?;
        Some(tuned.encoder)
    }

    /// What a phase gives.
    fn learnt<L: Lesson>(
        &self,
        encoder: &Encoder,
        start: Start<'_>,
        lesson: L,
        place: Option<&FineTuningFolder<'_>>,
    ) -> Result<Option<Encoder>, TrainingError> {
        let learner = Learner::new(encoder, self.config, self.first, start)?;
        let run = Run::new(learner, lesson, self.config, self.reader.monitor)?;
        Ok(Some(run.finish(place)?.encoder))
    }
}
