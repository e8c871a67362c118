//! Calls and how they ended: [`OutcomeLesson`].

use rayon::prelude::*;
use upturn_encoder::{Encoder, Mode};

use super::judge::Judge;
use super::lesson::{Lesson, Noise, Pace, Slope};
use super::mining::mined;
use super::refinement::refinement_loss;
use crate::conversation::{PreparedCall, SeenCall};
use crate::sampler::{HardNegatives, SampledCalls};
use crate::trained_part::TrainedPart;
use crate::{TrainingConfig, TrainingError, Worth};

/// The head learns outcomes and the encoder with it, by the loss and the sampler of the settings.
pub(super) struct OutcomeLesson<'a> {
    config: &'a TrainingConfig,
    training: &'a [PreparedCall],
    validation: &'a [PreparedCall],
    sampled: SampledCalls,
    judge: &'a Judge<'a>,
}

/// The batches of an epoch, from 1, as the settings' sampler has them.
pub(super) fn batches_of_calls(
    config: &TrainingConfig,
    sampled: &SampledCalls,
    epoch: usize,
    negatives: &HardNegatives,
) -> Vec<Vec<usize>> {
    let passes = (epoch as u64).saturating_sub(1);
    let epoch = config
        .sampler
        .epoch_beside(negatives.clone(), sampled, config.seed, passes);
    epoch.batches_from(0).map(<[usize]>::to_vec).collect()
}

impl<'a> OutcomeLesson<'a> {
    pub(super) fn new(
        config: &'a TrainingConfig,
        training: &'a [PreparedCall],
        validation: &'a [PreparedCall],
        judge: &'a Judge<'a>,
    ) -> Self {
        Self {
            config,
            training,
            validation,
            sampled: training.iter().map(PreparedCall::sampled).collect(),
            judge,
        }
    }
}

impl Lesson for OutcomeLesson<'_> {
    type Item = usize;

    fn pace(&self) -> Pace {
        Pace {
            title: "fine-tuning",
            name: "fine-tuning",
            epochs: self.config.epochs,
            rate: self.config.learning_rate,
        }
    }

    fn negatives(&self, part: &TrainedPart<'_>) -> Result<Option<HardNegatives>, TrainingError> {
        let limit = self.config.sampler.mines();
        limit
            .map(|limit| mined(part, self.training, &self.sampled, limit))
            .transpose()
    }

    fn batches(
        &self,
        epoch: usize,
        negatives: &HardNegatives,
    ) -> Box<dyn Iterator<Item = Vec<usize>> + '_> {
        let batches = batches_of_calls(self.config, &self.sampled, epoch, negatives);
        Box::new(batches.into_iter())
    }

    fn slope(
        &self,
        part: &TrainedPart<'_>,
        batch: &[usize],
        step: u64,
    ) -> Result<Slope, TrainingError> {
        let calls = batch.iter().filter_map(|&at| self.training.get(at));
        let cuts = (self.config.cut_share, self.config.seed, step);
        let calls = Noise::Outcomes.seen(calls, cuts);
        let stream = Noise::Outcomes.dropout(self.config.seed, step, 0);
        let mode = Mode::Training(Some(&stream));
        Slope::of(&part.loss(&calls, &self.config.loss, mode)?, &calls)
    }

    fn validation_loss(&self, part: &TrainedPart<'_>) -> Result<Option<f64>, TrainingError> {
        if self.validation.is_empty() {
            return Ok(None);
        }
        held_out_loss(part, self.validation).map(Some)
    }

    fn worth(&self, tuned: &Encoder) -> Result<Worth, TrainingError> {
        self.judge.worth(tuned)
    }
}

/// The [`refinement_loss`] of the head on calls held out.
pub(super) fn held_out_loss(
    part: &TrainedPart<'_>,
    validation: &[PreparedCall],
) -> Result<f64, TrainingError> {
    let calls: Vec<SeenCall<'_>> = validation.iter().map(PreparedCall::whole).collect();
    let won: Vec<bool> = calls.iter().map(|call| call.won()).collect();
    let logits: Vec<Vec<f64>> = calls
        .par_chunks(8)
        .map(|chunk| part.logits(chunk))
        .collect::<Result<_, _>>()?;
    Ok(refinement_loss(&logits.concat(), &won))
}
