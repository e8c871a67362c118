//! What was said, and what is said next: [`NextTurnLesson`].

use std::ops::Range;

use candle_core::Tensor;
use upturn_encoder::{Mode, within_budget};

use super::lesson::{Lesson, Noise, Pace, Slope};
use crate::adaptation::Adaptation;
use crate::conversation::{PreparedCall, SeenCall};
use crate::loss::{CachedGradients, Loss, LossBatch, Pairs, grad_cache};
use crate::sampler::{HardNegatives, NextTurn, SampledCalls};
use crate::trained_part::{TrainedPart, blocks};
use crate::{TrainingConfig, TrainingError};

/// Some turns of a call find the turns that came next among those of other calls.
pub(super) struct NextTurnLesson<'a> {
    adaptation: &'a Adaptation,
    seed: u64,
    rate: f64,
    calls: Vec<&'a PreparedCall>,
    /// Steps and account of each call.
    conversations: Vec<(usize, u32)>,
}

/// The turns of a pair: those that were said, and behind them those that came next.
struct Window<'a> {
    turns: SeenCall<'a>,
    said: usize,
}

impl<'a> NextTurnLesson<'a> {
    pub(super) fn new(
        adaptation: &'a Adaptation,
        config: &TrainingConfig,
        calls: impl Iterator<Item = &'a PreparedCall>,
    ) -> Self {
        let calls: Vec<&PreparedCall> = calls.collect();
        let sampled: SampledCalls = calls.iter().map(|call| call.sampled()).collect();
        let steps = calls.iter().map(|call| call.turns.len().saturating_sub(1));
        Self {
            adaptation,
            seed: config.seed,
            rate: adaptation.learning_rate.unwrap_or(config.learning_rate),
            conversations: steps.zip(sampled.accounts().iter().copied()).collect(),
            calls,
        }
    }

    fn window(&self, turn: &NextTurn) -> Option<Window<'a>> {
        let call = self.calls.get(turn.conversation)?;
        let (said, next) = self.adaptation.windows.at(turn.step, call.turns.len());
        Some(Window {
            turns: call.window(said.start..next.end),
            said: said.len(),
        })
    }

    /// Both texts of each pair, one behind the other. Shape: `[2 × pairs, hidden]`.
    fn embed(
        &self,
        part: &TrainedPart<'_>,
        windows: &[Window<'_>],
        (step, mini_batch): (u64, usize),
    ) -> Result<Tensor, TrainingError> {
        let stream = Noise::NextTurns.dropout(self.seed, step, mini_batch);
        let calls: Vec<SeenCall<'_>> = windows.iter().map(|window| window.turns).collect();
        let turns = part.turns(&calls, Mode::Training(Some(&stream)))?;
        let texts = windows.iter().flat_map(Window::texts);
        let shares = |turns: usize| vec![1.0 / turns.max(1) as f32; turns];
        Ok(blocks(&texts.map(shares).collect::<Vec<_>>())?.matmul(&turns)?)
    }

    /// The loss of all pairs, of their texts as [`embed`](Self::embed) gives them.
    fn loss(&self, texts: &Tensor) -> Result<Tensor, TrainingError> {
        let (rows, hidden) = texts.dims2()?;
        let pairs = texts.reshape((rows / 2, 2, hidden))?; // [P, 2, H]
        let column = |at| pairs.narrow(1, at, 1)?.squeeze(1)?.contiguous();
        let pairs = Pairs {
            anchors: column(0)?,
            positives: column(1)?,
            negatives: Vec::new(),
        };
        Ok(self.adaptation.loss.of(&LossBatch {
            pairs: Some(pairs),
            ..LossBatch::default()
        })?)
    }

    /// The gradient of pairs that do not fit into memory at once.
    fn cached(
        &self,
        part: &TrainedPart<'_>,
        windows: &[Window<'_>],
        (cuts, step): (&[Range<usize>], u64),
    ) -> Result<Slope, TrainingError> {
        let embed = |number: usize, cut: &Range<usize>| {
            let windows = windows.get(cut.clone()).unwrap_or_default();
            self.embed(part, windows, (step, number))
        };
        let CachedGradients { loss, gradients } =
            grad_cache(cuts, embed, |texts| self.loss(texts))?;
        let loss = f64::from(loss.to_scalar::<f32>()?);
        Ok(Slope {
            loss,
            gradients: loss.is_finite().then_some(gradients),
            calls: windows.len(),
            tokens: windows.iter().map(|window| window.turns.tokens()).sum(),
        })
    }
}

impl Window<'_> {
    /// How many turns each of both texts has.
    fn texts(&self) -> [usize; 2] {
        [
            self.said,
            self.turns.turns().len().saturating_sub(self.said),
        ]
    }
}

impl Lesson for NextTurnLesson<'_> {
    type Item = NextTurn;

    fn pace(&self) -> Pace {
        Pace {
            title: "next-turn adaptation",
            name: "adaptation",
            epochs: self.adaptation.epochs,
            rate: self.rate,
        }
    }

    fn batches(
        &self,
        epoch: usize,
        _negatives: &HardNegatives,
    ) -> Box<dyn Iterator<Item = Vec<NextTurn>> + '_> {
        let passes = (epoch as u64).saturating_sub(1);
        let sampler = self.adaptation.sampler;
        let epoch = sampler.epoch(&self.conversations, self.seed, passes);
        // One pair alone has nothing to be told from.
        let batches = epoch.batches_from(0).filter(|batch| batch.len() > 1);
        let batches: Vec<Vec<NextTurn>> = batches.map(<[NextTurn]>::to_vec).collect();
        Box::new(batches.into_iter())
    }

    fn slope(
        &self,
        part: &TrainedPart<'_>,
        batch: &[NextTurn],
        step: u64,
    ) -> Result<Slope, TrainingError> {
        let windows: Vec<Window<'_>> = batch.iter().filter_map(|turn| self.window(turn)).collect();
        let tokens: Vec<usize> = windows.iter().map(|window| window.turns.tokens()).collect();
        let cuts = within_budget(&tokens, self.adaptation.tokens, |_, _| true);
        if cuts.len() > 1 {
            return self.cached(part, &windows, (&cuts, step));
        }
        let loss = self.loss(&self.embed(part, &windows, (step, 0))?)?;
        let calls: Vec<SeenCall<'_>> = windows.iter().map(|window| window.turns).collect();
        Slope::of(&loss, &calls)
    }
}

#[cfg(test)]
mod tests;
