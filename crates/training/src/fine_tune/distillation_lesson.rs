//! Turns, and what their words say of the outcome: [`DistillationLesson`].

use candle_core::{Device, Tensor};
use upturn_encoder::Mode;

use super::lesson::{Lesson, Noise, Pace, Slope};
use super::outcome_lesson::batches_of_calls;
use super::read_out::SIDES;
use crate::conversation::{PreparedCall, SeenCall};
use crate::loss::{Loss, LossBatch, Pairs, mean_squared_error};
use crate::sampler::{HardNegatives, SampledCalls};
use crate::trained_part::TrainedPart;
use crate::{Distillation, TrainingConfig, TrainingError};

/// Every turn of a call says what its words say, and finds the turn that came next.
pub(super) struct DistillationLesson<'a> {
    distillation: &'a Distillation,
    config: &'a TrainingConfig,
    calls: &'a [PreparedCall],
    /// One for each turn of each call.
    targets: &'a [Vec<f32>],
    sampled: SampledCalls,
}

impl<'a> DistillationLesson<'a> {
    pub(super) fn new(
        distillation: &'a Distillation,
        config: &'a TrainingConfig,
        calls: &'a [PreparedCall],
        targets: &'a [Vec<f32>],
    ) -> Self {
        Self {
            distillation,
            config,
            calls,
            targets,
            sampled: calls.iter().map(PreparedCall::sampled).collect(),
        }
    }

    /// `turns: [turns, hidden] → []`
    fn loss(
        &self,
        part: &TrainedPart<'_>,
        calls: &[SeenCall<'_>],
        targets: Vec<f32>,
        turns: &Tensor,
    ) -> Result<Tensor, TrainingError> {
        let targets = Tensor::from_vec(targets, turns.dim(0)?, &Device::Cpu)?;
        let said = mean_squared_error(&said(part, calls, turns)?, &targets)?;
        let weight = self.distillation.next_turn;
        match next_turns(calls, turns)? {
            Some(pairs) if weight > 0.0 => {
                let next = self.distillation.next_turn_loss.of(&LossBatch {
                    pairs: Some(pairs),
                    ..LossBatch::default()
                })?;
                Ok((said + (next * weight)?)?)
            }
            _ => Ok(said),
        }
    }
}

/// What the read-out of its side says of each turn; 0 for anybody else. Shape: `[turns]`.
fn said(
    part: &TrainedPart<'_>,
    calls: &[SeenCall<'_>],
    turns: &Tensor,
) -> Result<Tensor, TrainingError> {
    let speakers = calls.iter().flat_map(|call| call.speakers());
    let own: Vec<f32> = speakers
        .flat_map(|speaker| SIDES.map(|side| if side == *speaker { 1.0 } else { 0.0 }))
        .collect();
    let own = Tensor::from_vec(own, (turns.dim(0)?, SIDES.len()), &Device::Cpu)?;
    let lines = turns
        .matmul(&part.head.weight.as_tensor().t()?)? // [T, SIDES]
        .broadcast_add(part.head.bias.as_tensor())?;
    Ok((lines * own)?.sum(1)?)
}

/// Each turn and the one that came next in its call; none where no call has two.
fn next_turns(calls: &[SeenCall<'_>], turns: &Tensor) -> Result<Option<Pairs>, TrainingError> {
    let (mut from, mut first) = (Vec::new(), 0_u32);
    for call in calls {
        let end = first + u32::try_from(call.turns().len()).unwrap_or(u32::MAX);
        from.extend(first..end.saturating_sub(1));
        first = end;
    }
    if from.is_empty() {
        return Ok(None);
    }
    let next: Vec<u32> = from.iter().map(|at| at + 1).collect();
    let rows = |places: Vec<u32>| -> Result<Tensor, TrainingError> {
        let count = places.len();
        let places = Tensor::from_vec(places, count, &Device::Cpu)?;
        Ok(turns.index_select(&places, 0)?)
    };
    Ok(Some(Pairs {
        anchors: rows(from)?,
        positives: rows(next)?,
        negatives: Vec::new(),
    }))
}

impl Lesson for DistillationLesson<'_> {
    type Item = usize;

    fn pace(&self) -> Pace {
        Pace {
            title: "distillation from words",
            name: "distillation",
            epochs: self.distillation.epochs,
            rate: self.distillation.learning_rate,
        }
    }

    fn batches(
        &self,
        epoch: usize,
        negatives: &HardNegatives,
    ) -> Box<dyn Iterator<Item = Vec<usize>> + '_> {
        Box::new(batches_of_calls(self.config, &self.sampled, epoch, negatives).into_iter())
    }

    fn slope(
        &self,
        part: &TrainedPart<'_>,
        batch: &[usize],
        step: u64,
    ) -> Result<Slope, TrainingError> {
        let places = || batch.iter();
        let calls: Vec<SeenCall<'_>> = places()
            .filter_map(|&at| self.calls.get(at))
            .map(PreparedCall::whole)
            .collect();
        let targets = places().filter_map(|&at| self.targets.get(at));
        let targets: Vec<f32> = targets.flatten().copied().collect();
        let stream = Noise::Distillation.dropout(self.config.seed, step, 0);
        let turns = part.turns(&calls, Mode::Training(Some(&stream)))?;
        Slope::of(&self.loss(part, &calls, targets, &turns)?, &calls)
    }
}
