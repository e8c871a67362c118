//! Predictions by models that had not seen the call: [`predictions`].

use std::collections::BTreeMap;
use std::path::Path;

use upturn::eval::{Predictions, Row, Run, cross_validate, write_predictions};
use upturn::training::Baseline;
use upturn::{Cause, Conversation, Probability};

use super::plan::Plan;
use crate::failure::Failure;
use crate::held_out::HeldOut;

/// The column of our own predictions.
const METHOD: &str = "upturn";

/// What a method said at each prefix.
#[derive(Debug)]
pub(super) struct Method {
    /// Its name.
    pub(super) name: &'static str,
    /// One for each prefix.
    pub(super) at: Vec<Predictions>,
}

/// What was said of a call: by us, and by each baseline; one probability a prefix.
struct Answers {
    ours: Vec<Probability>,
    baselines: BTreeMap<Baseline, Vec<Probability>>,
}

/// Trains once a fold and predicts it: ours first, then the baselines, if they are asked for.
pub(super) fn predictions(
    plan: &Plan<'_>,
    held_out: &HeldOut<'_>,
    with_baselines: bool,
) -> Result<Vec<Method>, Failure> {
    let answers = run_folds(plan, held_out, with_baselines)?;
    let prefixes = held_out.prefixes.len();
    let ours = by_prefix(&plan.calls, &answers, prefixes, |answers| {
        Some(&answers.ours)
    })?;
    let mut methods = vec![Method {
        name: METHOD,
        at: ours,
    }];
    if with_baselines {
        for baseline in Baseline::ALL {
            methods.push(Method {
                name: baseline.as_str(),
                at: by_prefix(&plan.calls, &answers, prefixes, |answers| {
                    answers.baselines.get(&baseline)
                })?,
            });
        }
    }
    Ok(methods)
}

/// What models that have not seen a call say of it.
fn run_folds(
    plan: &Plan<'_>,
    held_out: &HeldOut<'_>,
    with_baselines: bool,
) -> Result<Vec<Answers>, Failure> {
    let mut done = 0;
    let answers = cross_validate(&plan.folds, |fold| -> Result<Vec<Answers>, Cause> {
        done += 1;
        held_out
            .progress
            .within(&format!("fold {done} of {}", plan.count));
        let (train, test) = (plan.at(fold.train), plan.at(fold.test));
        let ours = held_out.predict(&train, &test)?;
        let baselines = if with_baselines {
            held_out.baselines(&train, &test)?
        } else {
            vec![BTreeMap::new(); test.len()]
        };
        let pairs = ours.into_iter().zip(baselines);
        Ok(pairs
            .map(|(ours, baselines)| Answers { ours, baselines })
            .collect())
    })?;
    Ok(answers)
}

fn by_prefix(
    calls: &[&Conversation],
    answers: &[Answers],
    prefixes: usize,
    said: impl Fn(&Answers) -> Option<&Vec<Probability>>,
) -> Result<Vec<Predictions>, Failure> {
    let of_prefix = |place: usize| {
        let row = |(call, answers): (&&Conversation, &Answers)| {
            Some(Row {
                id: call.id().clone(),
                group: call.group().to_owned(),
                won: call.outcome()?.is_won(),
                probability: *said(answers)?.get(place)?,
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
