//! Predictions by models that had not seen the call: [`predictions`].

use std::path::Path;

use upturn::eval::{Predictions, Row, Run, cross_validate, write_predictions};
use upturn::{Cause, Conversation, Probability};

use super::plan::Plan;
use crate::failure::Failure;
use crate::held_out::HeldOut;

/// The column of our own predictions.
const METHOD: &str = "upturn";

/// Trains once a fold and predicts it: every call's probability, for each prefix.
pub(super) fn predictions(
    plan: &Plan<'_>,
    held_out: &HeldOut<'_>,
) -> Result<Vec<Predictions>, Failure> {
    let answers = run_folds(plan, held_out)?;
    by_prefix(&plan.calls, &answers, held_out.prefixes.len())
}

/// Every call's probabilities from a model that has not seen it, one a prefix.
fn run_folds(plan: &Plan<'_>, held_out: &HeldOut<'_>) -> Result<Vec<Vec<Probability>>, Failure> {
    let mut done = 0;
    let answers = cross_validate(
        &plan.folds,
        |fold| -> Result<Vec<Vec<Probability>>, Cause> {
            done += 1;
            held_out
                .progress
                .within(&format!("fold {done} of {}", plan.count));
            held_out.predict(&plan.at(fold.train), &plan.at(fold.test))
        },
    )?;
    Ok(answers)
}

fn by_prefix(
    calls: &[&Conversation],
    answers: &[Vec<Probability>],
    prefixes: usize,
) -> Result<Vec<Predictions>, Failure> {
    let of_prefix = |place: usize| {
        let row = |(call, answers): (&&Conversation, &Vec<Probability>)| {
            Some(Row {
                id: call.id().clone(),
                group: call.group().to_owned(),
                won: call.outcome()?.is_won(),
                probability: *answers.get(place)?,
            })
        };
        Ok(Predictions::new(
            calls.iter().zip(answers).filter_map(row).collect(),
        )?)
    };
    (0..prefixes).map(of_prefix).collect()
}

/// Writes them in the form that `--compare` reads.
pub(super) fn write(
    path: &Path,
    prefixes: &[f64],
    ours: &[Predictions],
    seed: u64,
) -> Result<(), Failure> {
    let run = |(prefix, predictions): (&f64, _)| Run {
        prefix: *prefix,
        seed,
        predictions,
    };
    let runs: Vec<Run<'_>> = prefixes.iter().zip(ours).map(run).collect();
    Ok(write_predictions(path, METHOD, &runs)?)
}
