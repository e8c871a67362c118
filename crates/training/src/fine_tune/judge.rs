//! Whether an encoder that learnt is worth more than the pre-trained one: [`Judge`].

use candle_core::Tensor;
use rayon::prelude::*;
use upturn_encoder::Encoder;

use super::learner::{Learner, Start};
use super::outcome_lesson::held_out_loss;
use crate::conversation::{PreparedCall, SeenCall};
use crate::{
    AgainstPretrained, Divergence, HeadStart, MemoryBudget, TrainingConfig, TrainingError, Worth,
};

/// Calls whose vectors show whether all came out alike.
const LOOKED_AT: usize = 16;

/// Calls that one thread takes at a time.
const AT_ONCE: usize = 8;

/// Sets an encoder that learnt beside the one that it was.
pub(super) struct Judge<'a> {
    pretrained: &'a Encoder,
    config: &'a TrainingConfig,
    /// Layers below are frozen.
    first: usize,
    training: &'a [PreparedCall],
    validation: &'a [PreparedCall],
    memory: &'a MemoryBudget,
    /// How far the pre-trained encoder's vectors lie apart.
    spreads: [f64; 2],
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        pretrained: &'a Encoder,
        (config, first): (&'a TrainingConfig, usize),
        (training, validation): (&'a [PreparedCall], &'a [PreparedCall]),
        memory: &'a MemoryBudget,
    ) -> Result<Self, TrainingError> {
        let mut judge = Self {
            pretrained,
            config,
            first,
            training,
            validation,
            memory,
            spreads: [0.0; 2],
        };
        judge.spreads = judge.spreads_of(pretrained)?;
        Ok(judge)
    }

    /// By what `tuned` is seen to know nothing any more; none where it may know something.
    pub(super) fn fault(&self, tuned: &Encoder) -> Result<Option<Divergence>, TrainingError> {
        let now = self.spreads_of(tuned)?;
        let mut pairs = self.spreads.into_iter().zip(now);
        Ok(pairs.find_map(|(before, now)| Divergence::of_vectors(before, now)))
    }

    /// What `tuned` is worth.
    pub(super) fn worth(&self, tuned: &Encoder) -> Result<Worth, TrainingError> {
        if let Some(fault) = self.fault(tuned)? {
            return Ok(Worth::nothing(fault));
        }
        if self.validation.is_empty() || !self.asks() {
            return Ok(Worth::default());
        }
        let against = AgainstPretrained {
            calls: self.validation.len(),
            pretrained: self.loss(self.pretrained)?,
            tuned: self.loss(tuned)?,
        };
        if !against.tuned.is_finite() {
            return Ok(Worth::nothing(Divergence::NotFinite));
        }
        Ok(Worth {
            against_pretrained: Some(against),
            fault: None,
        })
    }

    /// Where the epochs on outcomes begin with the pre-trained encoder and a head that is fitted to it, that one is their
    /// epoch 0, and has been asked.
    fn asks(&self) -> bool {
        self.config.has_phases() || self.config.head_start == HeadStart::Zero
    }

    /// Of a logistic regression on what `encoder` makes of the calls learnt from, on those held out.
    fn loss(&self, encoder: &Encoder) -> Result<f64, TrainingError> {
        let config = TrainingConfig {
            head_start: HeadStart::Probe,
            ..self.config.clone()
        };
        let start = Start::Outcomes(self.training, self.memory);
        let learner = Learner::new(encoder, &config, self.first, start)?;
        held_out_loss(&learner.part(&learner.transformer()?), self.validation)
    }

    /// How far some calls lie apart, as the encoder has them and as retrieval compares them.
    fn spreads_of(&self, encoder: &Encoder) -> Result<[f64; 2], TrainingError> {
        let learner = Learner::new(encoder, self.config, self.first, Start::Phase(None))?;
        let transformer = learner.transformer()?;
        let part = learner.part(&transformer);
        let calls: Vec<SeenCall<'_>> = (self.training.iter().take(LOOKED_AT))
            .map(PreparedCall::whole)
            .collect();
        let texts: Vec<(Tensor, Tensor)> = calls
            .par_chunks(AT_ONCE)
            .map(|calls| part.texts(calls))
            .collect::<Result<_, _>>()?;
        let (plain, projected): (Vec<Tensor>, Vec<Tensor>) = texts.into_iter().unzip();
        Ok([spread(&plain)?, spread(&projected)?])
    }
}

/// Mean of 1 less the cosine over all pairs of unit vectors, those with themselves too: 0 where all are one, no number where
/// one of them is none. Shape: `[calls, hidden]` each.
fn spread(texts: &[Tensor]) -> Result<f64, TrainingError> {
    if texts.is_empty() {
        return Ok(0.0);
    }
    let mean = Tensor::cat(texts, 0)?.mean(0)?;
    let shared = f64::from(mean.sqr()?.sum_all()?.to_scalar::<f32>()?);
    Ok(1.0 - shared)
}
