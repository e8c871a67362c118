//! What learns in a fine-tuning: [`Learner`].

use candle_core::Var;
use rayon::prelude::*;
use upturn_encoder::{Encoder, Transformer};
use upturn_predict::{LinearModel, LinearRows};

use super::FineTuned;
use super::read_out::ReadOut;
use crate::checkpoint::Progress;
use crate::conversation::{PreparedCall, SeenCall};
use crate::head::OutcomeHead;
use crate::optimiser::{AdamW, ParameterGroup, norm};
use crate::trained_part::TrainedPart;
use crate::trained_weights::TrainedWeights;
use crate::{Distillation, HeadStart, MemoryBudget, TrainingConfig, TrainingError, Worth};

/// Calls whose averages are computed together: a multiple of what one thread takes at a time.
const AT_ONCE: usize = 512;

/// What a fine-tuning begins with.
#[derive(Debug, Clone, Copy)]
pub(super) enum Start<'a> {
    /// A phase before the outcomes, with a learning rate of its own if it names one; nobody asks the head.
    Phase(Option<f64>),
    /// What each turn is to say, read out by a ridge regression on these calls.
    Turns(&'a Distillation, &'a [PreparedCall], &'a [Vec<f32>]),
    /// The head as [`TrainingConfig::head_start`] says, fitted on these calls within this memory.
    Outcomes(&'a [PreparedCall], &'a MemoryBudget),
}

/// The trained layers, the head, and the optimiser that moves both.
pub(super) struct Learner<'a> {
    encoder: &'a Encoder,
    weights: TrainedWeights,
    head: OutcomeHead,
    /// Layers below are frozen.
    first: usize,
    pub(super) optimiser: AdamW,
}

impl<'a> Learner<'a> {
    pub(super) fn new(
        encoder: &'a Encoder,
        config: &TrainingConfig,
        first: usize,
        start: Start<'_>,
    ) -> Result<Self, TrainingError> {
        let weights = TrainedWeights::new(encoder, first, config)?;
        let blank = OutcomeHead::zero(encoder.config().hidden, encoder.projection())?;
        let mut learner = Self {
            encoder,
            weights,
            head: blank,
            first,
            optimiser: AdamW::new(Vec::new()),
        };
        let mut rates = (config.learning_rate, config.head_learning_rate);
        match start {
            Start::Phase(own) => rates.0 = own.unwrap_or(rates.0),
            Start::Turns(distillation, calls, targets) => {
                rates = (
                    distillation.learning_rate,
                    distillation.read_out_learning_rate,
                );
                learner.head = learner.read_out(calls, targets, distillation.ridge)?;
            }
            Start::Outcomes(calls, memory) if config.head_start == HeadStart::Probe => {
                learner.head = learner.probe((calls, memory), config.predictor.head_c)?;
            }
            Start::Outcomes(..) => {}
        }
        learner.optimiser = AdamW::new(learner.groups(config, rates));
        Ok(learner)
    }

    /// The body as it is now; see [`TrainedWeights::transformer`].
    pub(super) fn transformer(&self) -> Result<Transformer, TrainingError> {
        self.weights.transformer(self.encoder)
    }

    pub(super) fn part<'t>(&'t self, transformer: &'t Transformer) -> TrainedPart<'t> {
        TrainedPart {
            encoder: self.encoder,
            transformer,
            head: &self.head,
            first: self.first,
        }
    }

    /// What the variables are now.
    pub(super) fn tuned(&self, progress: Progress) -> Result<FineTuned, TrainingError> {
        let (weights, projection) = (self.weights.frozen()?, &self.head.projection);
        let projection = projection.as_detached_tensor().copy()?;
        Ok(FineTuned {
            encoder: self.encoder.with_weights(&weights, Some(&projection))?,
            best_epoch: progress.best_epoch,
            reports: progress.reports,
            worth: Worth::default(),
        })
    }

    /// How large what learns of the encoder is, the projection included and the head, which may begin at 0, left out.
    pub(super) fn size(&self) -> Result<f64, TrainingError> {
        let (matrices, rest) = self.weights.variables();
        let all = matrices.iter().chain(&rest).chain([&self.head.projection]);
        Ok(norm(all.map(Var::as_tensor))?)
    }

    /// The names of the encoder's tensors that learn.
    pub(super) fn trained(&self) -> Vec<String> {
        self.weights.names()
    }

    /// A line for each side from what the encoder gives before the first step.
    fn read_out(
        &self,
        calls: &[PreparedCall],
        targets: &[Vec<f32>],
        penalty: f64,
    ) -> Result<OutcomeHead, TrainingError> {
        let transformer = self.transformer()?;
        let ReadOut {
            weights,
            intercepts,
        } = ReadOut::fit(&self.part(&transformer), calls, targets, penalty)?;
        let (hidden, projection) = (self.encoder.config().hidden, self.encoder.projection());
        OutcomeHead::of_sides(weights, &intercepts, hidden, projection)
    }

    /// A logistic regression on what the encoder gives before the first step.
    fn probe(
        &self,
        (calls, memory): (&[PreparedCall], &MemoryBudget),
        c: f64,
    ) -> Result<OutcomeHead, TrainingError> {
        let transformer = self.transformer()?;
        let part = self.part(&transformer);
        let calls: Vec<SeenCall<'_>> = calls.iter().map(PreparedCall::whole).collect();
        let won: Vec<bool> = calls.iter().map(|call| call.won()).collect();
        let probe = memory.with_room(|room| {
            let mut kept = LinearRows::new(room);
            for calls in calls.chunks(AT_ONCE) {
                let rows: Vec<Vec<Vec<f64>>> = calls
                    .par_chunks(8)
                    .map(|chunk| part.features(chunk))
                    .collect::<Result<_, _>>()?;
                for row in rows.into_iter().flatten() {
                    kept.push(row)?;
                }
            }
            Ok(LinearModel::fit_rows(kept, &won, &vec![1.0; won.len()], c)?)
        })?;
        OutcomeHead::new(
            &probe,
            self.encoder.config().hidden,
            self.encoder.projection(),
        )
    }

    /// Matrices with decay, the retrieval projection among them; biases and norms without; the head apart.
    fn groups(&self, config: &TrainingConfig, (rate, head): (f64, f64)) -> Vec<ParameterGroup> {
        let (mut matrices, rest) = self.weights.variables();
        matrices.push(self.head.projection.clone());
        vec![
            ParameterGroup {
                variables: matrices,
                rate,
                decay: config.weight_decay,
            },
            ParameterGroup {
                variables: rest,
                rate,
                decay: 0.0,
            },
            ParameterGroup {
                variables: vec![self.head.weight.clone(), self.head.bias.clone()],
                rate: head,
                decay: 0.0,
            },
        ]
    }
}
