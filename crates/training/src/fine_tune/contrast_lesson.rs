//! Pairs of calls that end alike, and of such that do not: [`ContrastLesson`].

use candle_core::{Result as TensorResult, Tensor};
use upturn_encoder::Mode;

use super::lesson::{Lesson, Noise, Pace, Slope};
use crate::contrast::{Contrast, PairLoss};
use crate::conversation::PreparedCall;
use crate::loss::{Loss, LossBatch, MultipleNegativesRanking, Pairs, ScoredPairs};
use crate::sampler::{ContrastivePair, ContrastivePairs, HardNegatives, SampledCalls};
use crate::trained_part::TrainedPart;
use crate::{TrainingConfig, TrainingError};

/// Calls of one outcome become nearer than calls of two.
pub(super) struct ContrastLesson<'a> {
    contrast: &'a Contrast,
    config: &'a TrainingConfig,
    training: &'a [PreparedCall],
    sampled: SampledCalls,
}

impl<'a> ContrastLesson<'a> {
    pub(super) fn new(
        contrast: &'a Contrast,
        config: &'a TrainingConfig,
        training: &'a [PreparedCall],
    ) -> Self {
        Self {
            contrast,
            config,
            training,
            sampled: training.iter().map(PreparedCall::sampled).collect(),
        }
    }

    /// `pairs` by the places of `calls` in `vectors`. Shape of `vectors`: `[calls, hidden]`.
    fn loss(
        &self,
        pairs: &[ContrastivePair],
        calls: &[usize],
        vectors: &Tensor,
    ) -> Result<Tensor, TrainingError> {
        match &self.contrast.loss {
            PairLoss::CoSent(loss) => {
                let batch = scored(pairs, calls, vectors)?;
                Ok(loss.of(&batch)?)
            }
            PairLoss::MultipleNegativesRanking(loss) => self.ranked(loss, pairs, calls, vectors),
        }
    }

    /// The mean over pairs of one outcome; 0 without one that has a call to be told from.
    fn ranked(
        &self,
        loss: &MultipleNegativesRanking,
        pairs: &[ContrastivePair],
        calls: &[usize],
        vectors: &Tensor,
    ) -> Result<Tensor, TrainingError> {
        let mut all = Vec::new();
        for pair in pairs.iter().filter(|pair| pair.same) {
            let row = |call| row(calls, call, vectors);
            let strangers = calls.iter().filter(|call| self.strange(pair.left, **call));
            let negatives: Vec<Tensor> = strangers
                .map(|call| row(*call))
                .collect::<TensorResult<_>>()?;
            if negatives.is_empty() {
                continue;
            }
            let pairs = Pairs {
                anchors: row(pair.left)?,
                positives: row(pair.right)?,
                negatives,
            };
            all.push(loss.of(&LossBatch {
                pairs: Some(pairs),
                ..LossBatch::default()
            })?);
        }
        if all.is_empty() {
            return Ok((vectors.sum_all()? * 0.0)?);
        }
        Ok(Tensor::stack(&all, 0)?.mean_all()?)
    }

    /// Whether two calls end otherwise and are of two accounts.
    fn strange(&self, call: usize, other: usize) -> bool {
        let (labels, accounts) = (self.sampled.labels(), self.sampled.accounts());
        labels.get(call) != labels.get(other) && accounts.get(call) != accounts.get(other)
    }
}

impl Lesson for ContrastLesson<'_> {
    type Item = ContrastivePair;

    fn pace(&self) -> Pace {
        Pace {
            title: "contrastive pairs",
            name: "contrast",
            epochs: self.contrast.epochs,
            rate: self
                .contrast
                .learning_rate
                .unwrap_or(self.config.learning_rate),
        }
    }

    fn batches(
        &self,
        epoch: usize,
        _negatives: &HardNegatives,
    ) -> Box<dyn Iterator<Item = Vec<ContrastivePair>> + '_> {
        let pairs = ContrastivePairs::new(&self.sampled, self.contrast.balance, self.config.seed);
        let most = self
            .contrast
            .pairs_per_call
            .saturating_mul(self.sampled.len());
        let passes = (epoch as u64).saturating_sub(1);
        let places = 0..pairs.len();
        let pairs = places
            .filter_map(move |place| pairs.pair(passes, place))
            .take(most);
        Box::new(Batches {
            pairs: pairs.peekable(),
            sampled: &self.sampled,
            contrast: self.contrast,
        })
    }

    fn slope(
        &self,
        part: &TrainedPart<'_>,
        batch: &[ContrastivePair],
        step: u64,
    ) -> Result<Slope, TrainingError> {
        let calls = members(batch);
        let prepared = calls.iter().filter_map(|&at| self.training.get(at));
        let cuts = (self.config.cut_share, self.config.seed, step);
        let seen = Noise::Contrast.seen(prepared, cuts);
        let stream = Noise::Contrast.dropout(self.config.seed, step, 0);
        let vectors = part.projected(&seen, Mode::Training(Some(&stream)))?; // [C, H]
        Slope::of(&self.loss(batch, &calls, &vectors)?, &seen)
    }
}

/// Pairs in their order, cut to batches as they come.
struct Batches<'a, I: Iterator<Item = ContrastivePair>> {
    pairs: std::iter::Peekable<I>,
    sampled: &'a SampledCalls,
    contrast: &'a Contrast,
}

impl<I: Iterator<Item = ContrastivePair>> Iterator for Batches<'_, I> {
    type Item = Vec<ContrastivePair>;

    fn next(&mut self) -> Option<Self::Item> {
        let (sampled, contrast) = (self.sampled, self.contrast);
        let length =
            |pair: &ContrastivePair| sampled.tokens(pair.left) + sampled.tokens(pair.right);
        let first = self.pairs.next()?;
        let (mut tokens, mut batch) = (length(&first), vec![first]);
        while batch.len() < contrast.pairs {
            let fits = |pair: &ContrastivePair| tokens + length(pair) <= contrast.tokens;
            let Some(pair) = self.pairs.next_if(fits) else {
                break;
            };
            tokens += length(&pair);
            batch.push(pair);
        }
        Some(batch)
    }
}

/// The calls of pairs, each once, by rising place.
fn members(pairs: &[ContrastivePair]) -> Vec<usize> {
    let mut calls: Vec<usize> = pairs
        .iter()
        .flat_map(|pair| [pair.left, pair.right])
        .collect();
    calls.sort_unstable();
    calls.dedup();
    calls
}

/// The vector of one of the sorted `calls` of a step. Shape: `[1, hidden]`.
fn row(calls: &[usize], call: usize, vectors: &Tensor) -> TensorResult<Tensor> {
    let place = calls.partition_point(|other| *other < call);
    vectors.narrow(0, place, 1)
}

fn scored(
    pairs: &[ContrastivePair],
    calls: &[usize],
    vectors: &Tensor,
) -> Result<LossBatch, TrainingError> {
    let column = |call: fn(&ContrastivePair) -> usize| -> Result<Tensor, TrainingError> {
        let rows = pairs.iter().map(|pair| row(calls, call(pair), vectors));
        Ok(Tensor::cat(&rows.collect::<TensorResult<Vec<_>>>()?, 0)?)
    };
    let score = |pair: &ContrastivePair| if pair.same { 1.0 } else { 0.0 };
    Ok(LossBatch {
        scored: Some(ScoredPairs {
            left: column(|pair| pair.left)?,
            right: column(|pair| pair.right)?,
            scores: pairs.iter().map(score).collect(),
        }),
        ..LossBatch::default()
    })
}
