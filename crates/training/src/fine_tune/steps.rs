//! How a fine-tuning goes from step to step, and on from a checkpoint.

use std::time::Instant;

use candle_core::Tensor;

use super::FineTuned;
use super::learner::Learner;
use super::lesson::{Lesson, Slope, found};
use crate::checkpoint::{FineTuningFolder, Keeper, Progress, TrainingState};
use crate::sampler::HardNegatives;
use crate::{
    Divergence, Monitor, StepReport, TrainingConfig, TrainingError, TrainingEvent,
    warm_up_then_linear,
};

/// A lesson, and who learns it.
pub(super) struct Run<'a, L> {
    learner: Learner<'a>,
    lesson: L,
    config: &'a TrainingConfig,
    monitor: &'a dyn Monitor,
    /// How large what learns was before the first step.
    size: f64,
}

impl<'a, L: Lesson> Run<'a, L> {
    pub(super) fn new(
        learner: Learner<'a>,
        lesson: L,
        config: &'a TrainingConfig,
        monitor: &'a dyn Monitor,
    ) -> Result<Self, TrainingError> {
        Ok(Self {
            size: learner.size()?,
            learner,
            lesson,
            config,
            monitor,
        })
    }

    /// All epochs, from the first or from the last checkpoint in `place`.
    pub(super) fn finish(
        mut self,
        place: Option<&FineTuningFolder<'_>>,
    ) -> Result<FineTuned, TrainingError> {
        let (mut progress, mut best) = self.begin(place)?;
        let (course, steps, monitor) = (self.lesson.pace(), self.steps(), self.monitor);
        monitor.event(&TrainingEvent::Begins {
            name: place.map_or(course.name, FineTuningFolder::name),
            step: progress.step,
            steps,
        });
        let mut keeper = Keeper::new(place, progress.step, monitor);
        while progress.epoch <= course.epochs && !progress.is_stuck(self.config.patience) {
            self.epoch(&mut progress, steps, &best, &mut keeper)?;
            let report = progress.report(self.checked_validation_loss(&progress, &keeper)?);
            if progress.close(report) {
                best = self.learner.optimiser.values()?;
            }
            monitor.epoch(report);
            keeper.save(&progress, &best, &self.learner.optimiser);
        }
        if progress.epoch <= course.epochs {
            monitor.event(&TrainingEvent::StoppedEarly {
                epoch: progress.epoch - 1,
                best_epoch: progress.best_epoch,
            });
        }
        self.learner.optimiser.set_values(&best)?;
        let mut tuned = self.learner.tuned(progress)?;
        tuned.worth = self.lesson.worth(&tuned.encoder)?;
        keeper.finish(&tuned, &self.learner.trained());
        Ok(tuned)
    }

    /// Where to begin: at the last checkpoint of `place`, else before the first step; and the best values so far.
    fn begin(
        &mut self,
        place: Option<&FineTuningFolder<'_>>,
    ) -> Result<(Progress, Vec<Tensor>), TrainingError> {
        let (last, damaged) = place.map(FineTuningFolder::last).unwrap_or_default();
        for path in &damaged {
            self.monitor
                .event(&TrainingEvent::CheckpointDamaged { path });
        }
        if let Some(TrainingState {
            progress,
            best,
            optimiser,
        }) = last
        {
            self.learner.optimiser.restore(&optimiser)?;
            return Ok((progress, best));
        }
        let progress = Progress::start(self.validation_loss()?);
        Ok((progress, self.learner.optimiser.values()?))
    }

    /// Steps of all epochs: behind the last the learning rate is 0.
    fn steps(&self) -> usize {
        let none = HardNegatives::default();
        let epochs = 1..=self.lesson.pace().epochs;
        epochs
            .map(|epoch| self.lesson.batches(epoch, &none).count())
            .sum()
    }

    /// The rest of an epoch: a pass in an order of its own.
    fn epoch(
        &mut self,
        progress: &mut Progress,
        steps: usize,
        best: &[Tensor],
        keeper: &mut Keeper<'_>,
    ) -> Result<(), TrainingError> {
        let Self {
            learner,
            lesson,
            config,
            monitor,
            size,
        } = self;
        let pace = lesson.pace();
        let negatives = found(lesson, &learner.part(&learner.transformer()?), progress)?;
        let batches = lesson.batches(progress.epoch, &negatives);
        let count = lesson.batches(progress.epoch, &negatives).count();
        let name = format!(
            "{}, epoch {} of {}",
            pace.title, progress.epoch, pace.epochs
        );
        monitor.stage(&name, count.saturating_sub(progress.batch) as u64);
        for batch in batches.skip(progress.batch) {
            if monitor.stopped() {
                keeper.save(progress, best, &learner.optimiser);
                return Err(TrainingError::Stopped);
            }
            keeper.save_if_due(progress, best, &learner.optimiser);
            let Some(report) = step(learner, lesson, &batch, (progress, steps, config))? else {
                keeper.save(progress, best, &learner.optimiser);
                return Err(diverged(Divergence::NotFinite, progress.step + 1, keeper));
            };
            if let Some(why) = Divergence::of_weights(*size, learner.size()?) {
                keep_start(learner, best, progress, keeper)?;
                return Err(diverged(why, progress.step + 1, keeper));
            }
            progress.step(report.loss);
            monitor.event(&TrainingEvent::Step(report));
            monitor.step(Some(report.loss));
        }
        Ok(())
    }

    fn validation_loss(&self) -> Result<Option<f64>, TrainingError> {
        let transformer = self.learner.transformer()?;
        self.lesson
            .validation_loss(&self.learner.part(&transformer))
    }

    /// After an epoch a loss that is no finite number must not become the best one.
    fn checked_validation_loss(
        &self,
        progress: &Progress,
        keeper: &Keeper<'_>,
    ) -> Result<Option<f64>, TrainingError> {
        let loss = self.validation_loss()?;
        if loss.is_some_and(|loss| !loss.is_finite()) {
            return Err(diverged(Divergence::NotFinite, progress.step, keeper));
        }
        Ok(loss)
    }
}

/// A step; none if its loss or gradients are no finite numbers, and then nothing has changed.
fn step<L: Lesson>(
    learner: &mut Learner<'_>,
    lesson: &L,
    batch: &[L::Item],
    (progress, steps, config): (&Progress, usize, &TrainingConfig),
) -> Result<Option<StepReport>, TrainingError> {
    let began = Instant::now();
    let Slope {
        loss,
        gradients,
        calls,
        tokens,
    } = {
        let transformer = learner.transformer()?;
        lesson.slope(&learner.part(&transformer), batch, progress.step as u64)?
    };
    let Some(gradients) = gradients else {
        return Ok(None);
    };
    let share = warm_up_then_linear(progress.step, steps, config.warm_up);
    let longest = config.max_gradient_norm;
    let norm = learner.optimiser.step(&gradients, share, longest)?;
    Ok(norm.is_finite().then(|| StepReport {
        step: progress.step + 1,
        epoch: progress.epoch,
        loss,
        gradient_norm: norm,
        learning_rate: lesson.pace().rate * share,
        calls,
        tokens,
        seconds: began.elapsed().as_secs_f64(),
    }))
}

/// In the first epoch there may be no checkpoint of good weights yet, and the best ones are those of the start; from the
/// second on there is one.
fn keep_start(
    learner: &mut Learner<'_>,
    best: &[Tensor],
    progress: &Progress,
    keeper: &mut Keeper<'_>,
) -> Result<(), TrainingError> {
    if progress.epoch == 1 {
        learner.optimiser.begin_at(best)?;
        let start = Progress::start(progress.best_loss);
        keeper.save(&start, best, &learner.optimiser);
    }
    Ok(())
}

fn diverged(why: Divergence, step: usize, keeper: &Keeper<'_>) -> TrainingError {
    TrainingError::Diverged {
        why,
        step,
        kept: keeper.kept(),
    }
}
