//! The encoder learns outcomes: [`fine_tune`].

use candle_core::Var;
use rayon::prelude::*;
use upturn_core::Conversation;
use upturn_encoder::{Encoder, Transformer, Weights};
use upturn_predict::{AVERAGES, LinearModel, LinearRows};

use crate::checkpoint::{FineTuningFolder, Keeper, Progress};
use crate::conversation::{PreparedCall, SeenCall};
use crate::frozen::FrozenOutputs;
use crate::head::OutcomeHead;
use crate::optimiser::{AdamW, ParameterGroup};
use crate::sampler::{SampledCall, SampledCalls, Sampler};
use crate::trained_part::TrainedPart;
use crate::{EpochReport, MemoryBudget, Monitor, TrainingConfig, TrainingError, TrainingEvent};

/// An encoder that has learnt.
#[derive(Debug)]
pub struct FineTuned {
    /// With the weights of the best epoch, and a projection for retrieval.
    pub encoder: Encoder,
    /// The epoch whose weights these are; 0 if none was better than the start.
    pub best_epoch: usize,
    /// One report an epoch.
    pub reports: Vec<EpochReport>,
}

/// Trains the upper layers of `encoder` on `training`, a call and whether it was won each.
///
/// With calls in `validation`, the weights of the epoch with the smallest validation loss are kept, and training stops
/// after [`TrainingConfig::patience`] epochs without a better one; else the last epoch's are.
///
/// # Errors
///
/// [`TrainingError::Diverged`], [`TrainingError::Stopped`] if the monitor says so, or the encoder's own errors.
pub fn fine_tune(
    encoder: &Encoder,
    training: &[(&Conversation, bool)],
    validation: &[(&Conversation, bool)],
    config: &TrainingConfig,
    monitor: &dyn Monitor,
) -> Result<FineTuned, TrainingError> {
    let calls = LabelledCalls {
        training,
        validation,
        memory: &MemoryBudget::unlimited(),
    };
    fine_tune_in(None, encoder, calls, config, monitor)
}

/// What a fine-tuning sees.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LabelledCalls<'a> {
    pub(crate) training: &'a [(&'a Conversation, bool)],
    pub(crate) validation: &'a [(&'a Conversation, bool)],
    /// How much of what is computed from them may be in memory.
    pub(crate) memory: &'a MemoryBudget,
}

/// [`fine_tune`] that keeps checkpoints in `place`, and goes on from the one that it finds there.
pub(crate) fn fine_tune_in(
    place: Option<&FineTuningFolder<'_>>,
    encoder: &Encoder,
    calls: LabelledCalls<'_>,
    config: &TrainingConfig,
    monitor: &dyn Monitor,
) -> Result<FineTuned, TrainingError> {
    if let Some(tuned) = place.and_then(|place| place.finished(encoder)) {
        let name = place.map_or("", FineTuningFolder::name);
        monitor.event(&TrainingEvent::Skipped { name });
        return Ok(tuned);
    }
    let mut run = Run::new(encoder, calls, config, monitor)?;
    let (mut progress, mut best) = run.begin(place)?;
    let steps = run.steps();
    monitor.event(&TrainingEvent::Begins {
        name: place.map_or("fine-tuning", FineTuningFolder::name),
        step: progress.step,
        steps,
    });
    let mut keeper = Keeper::new(place, progress.step, monitor);
    while progress.epoch <= config.epochs && !progress.is_stuck(config.patience) {
        run.epoch(&mut progress, steps, &best, &mut keeper)?;
        let report = progress.report(run.checked_validation_loss(&progress, &keeper)?);
        if progress.close(report) {
            best = run.optimiser.values()?;
        }
        monitor.epoch(report);
        keeper.save(&progress, &best, &run.optimiser);
    }
    if progress.epoch <= config.epochs {
        monitor.event(&TrainingEvent::StoppedEarly {
            epoch: progress.epoch - 1,
            best_epoch: progress.best_epoch,
        });
    }
    run.optimiser.set_values(&best)?;
    let tuned = run.tuned(progress)?;
    keeper.finish(&tuned, &run.trained());
    Ok(tuned)
}

struct Run<'a> {
    encoder: &'a Encoder,
    config: &'a TrainingConfig,
    monitor: &'a dyn Monitor,
    training: Vec<PreparedCall>,
    validation: Vec<PreparedCall>,
    weights: Weights,
    transformer: Transformer,
    head: OutcomeHead,
    first: usize,
    optimiser: AdamW,
    sampled: SampledCalls,
}

impl<'a> Run<'a> {
    fn new(
        encoder: &'a Encoder,
        calls: LabelledCalls<'_>,
        config: &'a TrainingConfig,
        monitor: &'a dyn Monitor,
    ) -> Result<Self, TrainingError> {
        let LabelledCalls {
            training,
            validation,
            memory,
        } = calls;
        let outputs = FrozenOutputs::new(memory);
        let first = encoder
            .config()
            .layers
            .saturating_sub(config.trainable_layers);
        monitor.stage("reading calls", (training.len() + validation.len()) as u64);
        let prepare = |calls: &[(&Conversation, bool)]| {
            let one = |(call, won): &(&Conversation, bool)| {
                let prepared = PreparedCall::new(encoder, call, *won, first, &outputs);
                monitor.step(None);
                if monitor.stopped() {
                    Err(TrainingError::Stopped)
                } else {
                    prepared
                }
            };
            calls.par_iter().map(one).collect::<Result<Vec<_>, _>>()
        };
        let (training, validation) = (prepare(training)?, prepare(validation)?);
        let weights = encoder
            .weights()?
            .with_trainable(|name| is_trained(name, first))?;
        let transformer = Transformer::new(&weights, encoder.config())?;
        let head = first_guess(encoder, &transformer, (first, &training, memory), config)?;
        let optimiser = AdamW::new(groups(&weights, &head, config));
        Ok(Self {
            sampled: training.iter().map(sampled).collect(),
            encoder,
            config,
            monitor,
            training,
            validation,
            weights,
            transformer,
            head,
            first,
            optimiser,
        })
    }

    fn part(&self) -> TrainedPart<'_> {
        TrainedPart {
            encoder: self.encoder,
            transformer: &self.transformer,
            head: &self.head,
            first: self.first,
        }
    }

    /// What the variables are now.
    fn tuned(&self, progress: Progress) -> Result<FineTuned, TrainingError> {
        let (weights, projection) = (self.weights.frozen()?, &self.head.projection);
        let projection = projection.as_detached_tensor().copy()?;
        Ok(FineTuned {
            encoder: self.encoder.with_weights(&weights, Some(&projection))?,
            best_epoch: progress.best_epoch,
            reports: progress.reports,
        })
    }

    /// The names of the encoder's tensors that learn.
    fn trained(&self) -> Vec<String> {
        let names = self.weights.variables();
        names.map(|(name, _)| name.to_owned()).collect()
    }

    /// The calls of each step of an epoch, in an order of its own.
    fn batches(&self, epoch: usize) -> Vec<Vec<usize>> {
        let passes = (epoch as u64).saturating_sub(1);
        let epoch = self
            .config
            .sampler
            .epoch(&self.sampled, self.config.seed, passes);
        epoch.batches_from(0).map(<[usize]>::to_vec).collect()
    }

    /// Steps of all epochs: behind the last the learning rate is 0.
    fn steps(&self) -> usize {
        let epochs = 1..=self.config.epochs;
        epochs.map(|epoch| self.batches(epoch).len()).sum()
    }
}

fn sampled(call: &PreparedCall) -> SampledCall<'_> {
    SampledCall {
        label: u32::from(call.won),
        account: call.account.as_deref(),
        tokens: call.tokens(),
    }
}

fn is_trained(name: &str, first: usize) -> bool {
    let layer = name
        .strip_prefix("encoder.layer.")
        .and_then(|rest| rest.split('.').next()?.parse::<usize>().ok());
    layer.map_or(first == 0, |layer| layer >= first)
}

/// Calls whose averages are computed together: a multiple of what one thread takes at a time.
const FIRST_GUESS: usize = 512;

/// Fits the head's start on what the untrained encoder gives.
fn first_guess(
    encoder: &Encoder,
    transformer: &Transformer,
    (first, calls, memory): (usize, &[PreparedCall], &MemoryBudget),
    config: &TrainingConfig,
) -> Result<OutcomeHead, TrainingError> {
    let hidden = encoder.config().hidden;
    let flat = LinearModel::fit(
        &[vec![0.0; AVERAGES * hidden], vec![1.0; AVERAGES * hidden]],
        &[false, true],
        1e-9,
    )?;
    let blank = OutcomeHead::new(&flat, hidden, encoder.projection())?;
    let part = TrainedPart {
        encoder,
        transformer,
        head: &blank,
        first,
    };
    let calls: Vec<SeenCall<'_>> = calls.iter().map(PreparedCall::whole).collect();
    let won: Vec<bool> = calls.iter().map(|call| call.won()).collect();
    let probe = memory.with_room(|room| {
        let mut kept = LinearRows::new(room);
        for calls in calls.chunks(FIRST_GUESS) {
            let rows: Vec<Vec<Vec<f64>>> = calls
                .par_chunks(8)
                .map(|chunk| part.features(chunk))
                .collect::<Result<_, _>>()?;
            for row in rows.into_iter().flatten() {
                kept.push(row)?;
            }
        }
        let counts = vec![1.0; won.len()];
        Ok(LinearModel::fit_rows(
            kept,
            &won,
            &counts,
            config.predictor.head_c,
        )?)
    })?;
    OutcomeHead::new(&probe, hidden, encoder.projection())
}

/// Matrices with decay, the retrieval projection among them; biases and norms without; the head apart.
fn groups(weights: &Weights, head: &OutcomeHead, config: &TrainingConfig) -> Vec<ParameterGroup> {
    let (matrices, rest): (Vec<_>, Vec<_>) =
        weights.variables().partition(|(_, var)| var.rank() > 1);
    let variables =
        |pairs: Vec<(&str, &Var)>| pairs.into_iter().map(|(_, var)| var.clone()).collect();
    let rate = config.learning_rate;
    let mut matrices: Vec<Var> = variables(matrices);
    matrices.push(head.projection.clone());
    vec![
        ParameterGroup {
            variables: matrices,
            rate,
            decay: config.weight_decay,
        },
        ParameterGroup {
            variables: variables(rest),
            rate,
            decay: 0.0,
        },
        ParameterGroup {
            variables: vec![head.weight.clone(), head.bias.clone()],
            rate: config.head_learning_rate,
            decay: 0.0,
        },
    ]
}

mod steps;
#[cfg(test)]
mod tests;
