//! How a fine-tuning goes from step to step, and on from a checkpoint.

use std::time::Instant;

use candle_core::Tensor;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rayon::prelude::*;
use upturn_encoder::{DropoutStream, Mode};

use super::Run;
use crate::checkpoint::{FineTuningFolder, Keeper, Progress, TrainingState};
use crate::conversation::{PreparedCall, SeenCall};
use crate::{StepReport, TrainingError, TrainingEvent, warm_up_then_linear};

/// Sets the random numbers of cuts apart from those of the sampler.
const CUTS: u64 = 1 << 63;

impl Run<'_> {
    /// Where to begin: at the last checkpoint of `place`, else before the first step; and the best values so far.
    pub(super) fn begin(
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
            self.optimiser.restore(&optimiser)?;
            return Ok((progress, best));
        }
        let progress = Progress::start(self.validation_loss()?);
        Ok((progress, self.optimiser.values()?))
    }

    /// The rest of an epoch: a pass in an order of its own.
    pub(super) fn epoch(
        &mut self,
        progress: &mut Progress,
        steps: usize,
        best: &[Tensor],
        keeper: &mut Keeper<'_>,
    ) -> Result<(), TrainingError> {
        let batches = self.batches(progress.epoch);
        let rest = batches.get(progress.batch..).unwrap_or_default();
        let name = format!(
            "fine-tuning, epoch {} of {}",
            progress.epoch, self.config.epochs
        );
        self.monitor.stage(&name, rest.len() as u64);
        for batch in rest {
            if self.monitor.stopped() {
                keeper.save(progress, best, &self.optimiser);
                return Err(TrainingError::Stopped);
            }
            keeper.save_if_due(progress, best, &self.optimiser);
            let Some(report) = self.step(batch, progress, steps)? else {
                keeper.save(progress, best, &self.optimiser);
                return Err(diverged(progress.step + 1, keeper));
            };
            progress.step(report.loss);
            self.monitor.event(&TrainingEvent::Step(report));
            self.monitor.step(Some(report.loss));
        }
        Ok(())
    }

    /// A step; none if its loss or gradients are no finite numbers, and then nothing has changed.
    fn step(
        &mut self,
        batch: &[usize],
        progress: &Progress,
        steps: usize,
    ) -> Result<Option<StepReport>, TrainingError> {
        let began = Instant::now();
        let calls = self.seen(batch, progress.step as u64);
        let stream = DropoutStream::new(self.config.seed, progress.step as u64);
        let mode = Mode::Training(Some(&stream));
        let tokens = calls.iter().map(|call| call.tokens()).sum();
        let calls_seen = calls.len();
        let loss = self.part().loss(&calls, &self.config.loss, mode)?;
        let value = f64::from(loss.to_scalar::<f32>()?);
        if !value.is_finite() {
            return Ok(None);
        }
        let share = warm_up_then_linear(progress.step, steps, self.config.warm_up);
        let longest = self.config.max_gradient_norm;
        let norm = self.optimiser.step(&loss.backward()?, share, longest)?;
        Ok(norm.is_finite().then(|| StepReport {
            step: progress.step + 1,
            epoch: progress.epoch,
            loss: value,
            gradient_norm: norm,
            learning_rate: self.config.learning_rate * share,
            calls: calls_seen,
            tokens,
            seconds: began.elapsed().as_secs_f64(),
        }))
    }

    /// The calls of a step, some of them cut: a pure function of the seed and the step, so that a resumed run sees the same.
    fn seen(&self, batch: &[usize], step: u64) -> Vec<SeenCall<'_>> {
        let mut random = ChaCha8Rng::seed_from_u64(self.config.seed);
        random.set_stream(CUTS | step);
        let mut seen = Vec::with_capacity(batch.len());
        for call in batch.iter().filter_map(|&at| self.training.get(at)) {
            let cut = random.random_bool(self.config.cut_share);
            let turns = random.random_range(1..=call.turns.len().max(1));
            seen.push(if cut { call.first(turns) } else { call.whole() });
        }
        seen
    }

    /// Mean binary cross-entropy on the validation calls; none where there are none.
    fn validation_loss(&self) -> Result<Option<f64>, TrainingError> {
        if self.validation.is_empty() {
            return Ok(None);
        }
        let calls: Vec<SeenCall<'_>> = self.validation.iter().map(PreparedCall::whole).collect();
        let part = self.part();
        let sums: Vec<f64> = calls
            .par_chunks(8)
            .map(|chunk| part.validation(chunk))
            .collect::<Result<_, _>>()?;
        Ok(Some(sums.iter().sum::<f64>() / calls.len() as f64))
    }

    /// After an epoch a loss that is no finite number must not become the best one.
    pub(super) fn checked_validation_loss(
        &self,
        progress: &Progress,
        keeper: &Keeper<'_>,
    ) -> Result<Option<f64>, TrainingError> {
        let loss = self.validation_loss()?;
        if loss.is_some_and(|loss| !loss.is_finite()) {
            return Err(diverged(progress.step, keeper));
        }
        Ok(loss)
    }
}

fn diverged(step: usize, keeper: &Keeper<'_>) -> TrainingError {
    TrainingError::Diverged {
        step,
        kept: keeper.kept(),
    }
}
