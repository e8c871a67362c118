//! The encoder learns outcomes: [`fine_tune`].

use candle_core::{Tensor, Var};
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rayon::prelude::*;
use upturn_core::Conversation;
use upturn_encoder::{DropoutStream, Encoder, Mode, Transformer, Weights};
use upturn_predict::{AVERAGES, LinearModel};

use crate::batches::batches;
use crate::conversation::PreparedCall;
use crate::head::OutcomeHead;
use crate::optimiser::{AdamW, ParameterGroup};
use crate::trained_part::TrainedPart;
use crate::{EpochReport, Monitor, TrainingConfig, TrainingError, warm_up_then_linear};

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
    let mut run = Run::new(encoder, training, validation, config, monitor)?;
    let mut best = (f64::INFINITY, 0, run.snapshot()?);
    if !run.validation.is_empty() {
        best.0 = run.validation_loss()?;
    }
    let steps = run.steps();
    let mut reports = Vec::new();
    for epoch in 1..=config.epochs {
        let training_loss = run.epoch(epoch, steps)?;
        let validation_loss = if run.validation.is_empty() {
            None
        } else {
            Some(run.validation_loss()?)
        };
        let report = EpochReport {
            epoch,
            training_loss,
            validation_loss,
        };
        monitor.epoch(report);
        reports.push(report);
        match validation_loss {
            Some(loss) if loss >= best.0 && epoch >= best.1 + config.patience => break,
            Some(loss) if loss >= best.0 => {}
            loss => best = (loss.unwrap_or(f64::INFINITY), epoch, run.snapshot()?),
        }
    }
    let (_, best_epoch, (weights, projection)) = best;
    Ok(FineTuned {
        encoder: encoder.with_weights(&weights, Some(&projection))?,
        best_epoch,
        reports,
    })
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
    step: usize,
}

impl<'a> Run<'a> {
    fn new(
        encoder: &'a Encoder,
        training: &[(&Conversation, bool)],
        validation: &[(&Conversation, bool)],
        config: &'a TrainingConfig,
        monitor: &'a dyn Monitor,
    ) -> Result<Self, TrainingError> {
        let first = encoder
            .config()
            .layers
            .saturating_sub(config.trainable_layers);
        monitor.stage("reading calls", (training.len() + validation.len()) as u64);
        let prepare = |calls: &[(&Conversation, bool)]| {
            let one = |(call, won): &(&Conversation, bool)| {
                let prepared = PreparedCall::new(encoder, call, *won, first);
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
        let head = first_guess(encoder, &transformer, first, &training, config)?;
        let optimiser = AdamW::new(groups(&weights, &head, config));
        Ok(Self {
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
            step: 0,
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

    fn snapshot(&self) -> Result<(Weights, Tensor), TrainingError> {
        Ok((
            self.weights.frozen()?,
            self.head.projection.as_detached_tensor().copy()?,
        ))
    }

    /// The calls of each step of an epoch, in an order of its own.
    fn batches(&self, epoch: usize) -> Vec<Vec<usize>> {
        let mut order: Vec<usize> = (0..self.training.len()).collect();
        let mut random = ChaCha8Rng::seed_from_u64(self.config.seed);
        random.set_stream(epoch as u64);
        order.shuffle(&mut random);
        let tokens = |at: &usize| self.training.get(*at).map_or(0, PreparedCall::tokens);
        let lengths: Vec<usize> = order.iter().map(tokens).collect();
        let (calls, tokens) = (self.config.batch.max(1), self.config.batch_tokens);
        batches(&lengths, calls, tokens)
            .into_iter()
            .map(|batch| order.get(batch).unwrap_or_default().to_vec())
            .collect()
    }

    /// Steps of all epochs: behind the last the learning rate is 0.
    fn steps(&self) -> usize {
        let epochs = 1..=self.config.epochs;
        epochs.map(|epoch| self.batches(epoch).len()).sum()
    }

    /// One pass in a new order; the mean loss of its steps.
    fn epoch(&mut self, epoch: usize, steps: usize) -> Result<f64, TrainingError> {
        let batches = self.batches(epoch);
        let name = format!("fine-tuning, epoch {epoch} of {}", self.config.epochs);
        self.monitor.stage(&name, batches.len() as u64);
        let mut total = 0.0;
        for batch in &batches {
            if self.monitor.stopped() {
                return Err(TrainingError::Stopped);
            }
            let loss = self.step(batch, steps)?;
            self.monitor.step(Some(loss));
            total += loss;
        }
        Ok(total / batches.len().max(1) as f64)
    }

    fn step(&mut self, batch: &[usize], steps: usize) -> Result<f64, TrainingError> {
        let calls: Vec<&PreparedCall> = batch
            .iter()
            .filter_map(|&at| self.training.get(at))
            .collect();
        let stream = DropoutStream::new(self.config.seed, self.step as u64);
        let mode = Mode::Training(Some(&stream));
        let loss = self.part().loss(&calls, self.config, mode)?;
        let value = f64::from(loss.to_scalar::<f32>()?);
        if !value.is_finite() {
            return Err(TrainingError::Diverged {
                step: self.step + 1,
            });
        }
        let share = warm_up_then_linear(self.step, steps, self.config.warm_up);
        let longest = self.config.max_gradient_norm;
        let norm = self.optimiser.step(&loss.backward()?, share, longest)?;
        if !norm.is_finite() {
            return Err(TrainingError::Diverged {
                step: self.step + 1,
            });
        }
        self.step += 1;
        Ok(value)
    }

    fn validation_loss(&self) -> Result<f64, TrainingError> {
        let calls: Vec<&PreparedCall> = self.validation.iter().collect();
        let part = self.part();
        let sums: Vec<f64> = calls
            .par_chunks(8)
            .map(|chunk| part.validation(chunk))
            .collect::<Result<_, _>>()?;
        Ok(sums.iter().sum::<f64>() / calls.len().max(1) as f64)
    }
}

fn is_trained(name: &str, first: usize) -> bool {
    let layer = name
        .strip_prefix("encoder.layer.")
        .and_then(|rest| rest.split('.').next()?.parse::<usize>().ok());
    layer.map_or(first == 0, |layer| layer >= first)
}

/// Fits the head's start on what the untrained encoder gives.
fn first_guess(
    encoder: &Encoder,
    transformer: &Transformer,
    first: usize,
    calls: &[PreparedCall],
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
    let calls: Vec<&PreparedCall> = calls.iter().collect();
    let rows: Vec<Vec<Vec<f64>>> = calls
        .par_chunks(8)
        .map(|chunk| part.features(chunk))
        .collect::<Result<_, _>>()?;
    let won: Vec<bool> = calls.iter().map(|call| call.won).collect();
    let probe = LinearModel::fit(
        &rows.into_iter().flatten().collect::<Vec<_>>(),
        &won,
        config.predictor.head_c,
    )?;
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

#[cfg(test)]
mod tests;
