//! What a predictor on top of each encoder says of calls it has not seen: [`Tried`].

use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use serde::Serialize;
use upturn::eval::{Predictions, Row, cross_validate};
use upturn::training::{CachedMoments, TrainingConfig};
use upturn::{Cause, Conversation, Embeddings as _, Fingerprint, Probability};

use super::candidate::{Candidate, Cost};
use crate::commands::evaluate::plan::Plan;
use crate::context::Context;
use crate::failure::Failure;
use crate::held_out::{HeldOut, probabilities};
use crate::work_folder::{self, WorkFolder};

/// Calls are predicted when they are over: one probability each.
const WHOLE: [f64; 1] = [1.0];

/// What was done to an encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Mode {
    /// Nothing.
    Frozen,
    /// It learnt from the training calls of every fold.
    FineTuned,
}

impl Mode {
    const fn word(self) -> &'static str {
        match self {
            Self::Frozen => "frozen",
            Self::FineTuned => "fine-tuned",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// An encoder in one of its modes, tried on every fold.
#[derive(Debug)]
pub(super) struct Tried<'a> {
    pub(super) encoder: &'a str,
    pub(super) fingerprint: Fingerprint,
    pub(super) mode: Mode,
    pub(super) cost: Cost,
    /// What all folds' trainings took together, what embeds their calls included.
    pub(super) training: Duration,
    pub(super) predictions: Predictions,
}

impl fmt::Display for Tried<'_> {
    /// ``` `all-MiniLM-L6-v2` (frozen) ```.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ({})", self.encoder, self.mode)
    }
}

/// Fits on the other folds and predicts each, but for folds of which `kept` has the answers already.
pub(super) fn hold<'a>(
    (candidate, cost): (&'a Candidate, Cost),
    config: &TrainingConfig,
    plan: &Plan<'_>,
    (context, kept): (&Context, Option<&WorkFolder>),
) -> Result<Tried<'a>, Failure> {
    let progress = context.progress();
    let (name, mode) = (candidate.name.as_str(), Mode::of(config));
    let held_out = HeldOut {
        config,
        encoder: &CachedMoments::new(candidate.encoder.clone()),
        prefixes: &WHOLE,
        progress: &progress,
        checkpoints: None,
    };
    let (mut done, mut training) = (0, Duration::ZERO);
    let said = cross_validate(&plan.folds, |fold| {
        done += 1;
        progress.within(&format!("{name}, {mode}, fold {done} of {}", plan.count));
        let part = format!("{}-{}-fold-{}", candidate.place, mode.word(), fold.number);
        let (train, test) = (plan.at(fold.train), plan.at(fold.test));
        let (seconds, said) = work_folder::part(kept, &part, |folder| {
            fit_and_ask(&held_out, (&train, &test), folder)
        })?;
        training += Duration::try_from_secs_f64(seconds).unwrap_or_default();
        Ok::<_, Cause>(said)
    })?;
    Ok(Tried {
        encoder: name,
        fingerprint: candidate.encoder.fingerprint().clone(),
        mode,
        cost,
        training,
        predictions: predictions(plan, &said)?,
    })
}

/// The seconds of the training, and what was said of each call of `test`.
fn fit_and_ask(
    held_out: &HeldOut<'_>,
    (train, test): (&[&Conversation], &[&Conversation]),
    checkpoints: Option<&Path>,
) -> Result<(f64, Vec<Vec<Probability>>), Cause> {
    let began = Instant::now();
    let held_out = HeldOut {
        checkpoints,
        ..*held_out
    };
    let fitted = held_out.fitted(train)?;
    let seconds = began.elapsed().as_secs_f64();
    Ok((seconds, probabilities(fitted.answers(test)?)))
}

fn predictions(plan: &Plan<'_>, said: &[Vec<Probability>]) -> Result<Predictions, Failure> {
    let row = |(call, said): (&&Conversation, &Vec<Probability>)| {
        Some(Row {
            id: call.id().clone(),
            group: call.group().to_owned(),
            won: call.outcome()?.is_won(),
            probability: *said.first()?,
        })
    };
    let rows = plan.calls.iter().zip(said).filter_map(row);
    Ok(Predictions::new(rows.collect())?)
}
