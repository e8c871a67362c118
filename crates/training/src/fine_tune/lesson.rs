//! What a fine-tuning repeats from step to step: [`Lesson`].

use candle_core::Tensor;
use candle_core::backprop::GradStore;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use upturn_encoder::{DropoutStream, Encoder};

use crate::checkpoint::Progress;
use crate::conversation::{PreparedCall, SeenCall};
use crate::sampler::HardNegatives;
use crate::trained_part::TrainedPart;
use crate::{TrainingError, Worth};

/// Sets the random numbers of cuts apart from those of the sampler.
const CUTS: u64 = 1 << 63;

/// What a lesson is called, and how long and how fast it goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// For bars.
    pub(super) title: &'static str,
    /// For events where no checkpoints are kept.
    pub(super) name: &'static str,
    pub(super) epochs: usize,
    /// Peak learning rate of the encoder, for reports.
    pub(super) rate: f64,
}

/// Epochs of steps, and what each of them makes small.
///
/// # Laws
///
/// - **Determined.** Batches, noise and cuts are a pure function of the settings, the epoch, the step, and the negatives that
///   a checkpoint holds: a run that goes on sees what it would have seen.
/// - **Counted.** How many batches an epoch has does not depend on the negatives.
pub(super) trait Lesson {
    /// What a batch is made of.
    type Item;

    fn pace(&self) -> Pace;

    /// What is to be found before an epoch; kept in checkpoints.
    fn negatives(&self, _part: &TrainedPart<'_>) -> Result<Option<HardNegatives>, TrainingError> {
        Ok(None)
    }

    /// The batches of an epoch, from 1.
    fn batches(
        &self,
        epoch: usize,
        negatives: &HardNegatives,
    ) -> Box<dyn Iterator<Item = Vec<Self::Item>> + '_>;

    /// The loss of a batch and where it falls; no gradients if the loss is no finite number.
    fn slope(
        &self,
        part: &TrainedPart<'_>,
        batch: &[Self::Item],
        step: u64,
    ) -> Result<Slope, TrainingError>;

    /// How bad the model is on calls it does not learn from; none where there are none.
    fn validation_loss(&self, _part: &TrainedPart<'_>) -> Result<Option<f64>, TrainingError> {
        Ok(None)
    }

    /// What the encoder that learnt is worth; asked once, at the end.
    fn worth(&self, _tuned: &Encoder) -> Result<Worth, TrainingError> {
        Ok(Worth::default())
    }
}

/// What a step is made of.
#[derive(Debug)]
pub(super) struct Slope {
    pub(super) loss: f64,
    /// None if the loss is no finite number.
    pub(super) gradients: Option<GradStore>,
    /// Calls in the batch.
    pub(super) calls: usize,
    /// Their tokens.
    pub(super) tokens: usize,
}

impl Slope {
    /// Goes backward from a loss.
    pub(super) fn of(loss: &Tensor, seen: &[SeenCall<'_>]) -> Result<Self, TrainingError> {
        let value = f64::from(loss.to_scalar::<f32>()?);
        let gradients = if value.is_finite() {
            Some(loss.backward()?)
        } else {
            None
        };
        Ok(Self {
            loss: value,
            gradients,
            calls: seen.len(),
            tokens: seen.iter().map(|call| call.tokens()).sum(),
        })
    }
}

/// Which lesson draws random numbers; each has its own.
#[derive(Debug, Clone, Copy)]
pub(super) enum Noise {
    Outcomes = 0,
    NextTurns = 1,
    Contrast = 2,
    Distillation = 3,
}

impl Noise {
    /// The dropout of a step's mini-batch, where a step has several.
    pub(super) fn dropout(self, seed: u64, step: u64, mini_batch: usize) -> DropoutStream {
        let stream = match self {
            // There is only one.
            Self::Outcomes => step,
            Self::NextTurns | Self::Contrast | Self::Distillation => {
                self.apart() | step << 16 | (mini_batch as u64 & 0xffff)
            }
        };
        DropoutStream::new(seed, stream)
    }

    /// The calls of a step, `share` of them cut behind a random turn: a pure function of the seed and the step.
    pub(super) fn seen<'c>(
        self,
        calls: impl Iterator<Item = &'c PreparedCall>,
        (share, seed, step): (f64, u64, u64),
    ) -> Vec<SeenCall<'c>> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(CUTS | self.apart() | step);
        calls
            .map(|call| {
                let cut = random.random_bool(share);
                let turns = random.random_range(1..=call.turns.len().max(1));
                if cut { call.first(turns) } else { call.whole() }
            })
            .collect()
    }

    const fn apart(self) -> u64 {
        (self as u64) << 48
    }
}

/// The negatives of the epoch at hand: found before its first step, or kept in the checkpoint.
pub(super) fn found<L: Lesson>(
    lesson: &L,
    part: &TrainedPart<'_>,
    progress: &mut Progress,
) -> Result<HardNegatives, TrainingError> {
    if progress.batch == 0 {
        progress.negatives = lesson.negatives(part)?;
    }
    Ok(progress.negatives.clone().unwrap_or_default())
}

#[cfg(test)]
mod tests;
