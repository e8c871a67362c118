//! Predictions by models that had not seen the call: [`predictions`].

use std::path::Path;

use upturn::eval::{
    Bootstrap, EmbeddingMap, Fold, Predictions, Row, Run, Runs, Said, Trust, cross_validate_some,
    write_predictions,
};
use upturn::training::TrainingConfig;
use upturn::{Cause, Conversation, Probability};

use super::fold::{Answers, FoldAnswers, FoldWork};
use super::learning::{self, LearningReport, Smaller};
use super::not_compared::NotCompared;
use super::plan::Plan;
use super::retrieval::RetrievalReport;
use crate::failure::Failure;
use crate::work_folder::{self, WorkFolder};

/// The column of our own predictions.
const METHOD: &str = "upturn";

/// What a method said at each prefix.
#[derive(Debug)]
pub(super) struct Method {
    /// Its name.
    pub(super) name: String,
    /// One for each prefix; a run for each seed.
    pub(super) at: Vec<Runs>,
}

/// Everything that was said out of fold.
#[derive(Debug)]
pub(super) struct OutOfFold {
    /// Ours first, then those that it is compared with.
    pub(super) methods: Vec<Method>,
    /// Baselines that are not among them, and why.
    pub(super) not_compared: Vec<NotCompared>,
    /// Calibration, sets and doubts of ours, one for each prefix.
    pub(super) trust: Vec<Trust>,
    /// Lists of comparable calls, if they were asked for.
    pub(super) retrieval: Option<RetrievalReport>,
    /// Folds whose encoder fine-tuning moved; none where it was to learn nothing.
    pub(super) moved: Option<usize>,
    /// Where the calls of a fold lie, of the first whose encoder moved, if that was asked for.
    pub(super) map: Option<EmbeddingMap>,
    /// What fewer calls would have given, if that was asked for.
    pub(super) learning: Option<LearningReport>,
}

/// Trains once a fold and predicts it, but for folds of which `kept` has the answers already.
pub(super) fn predictions(
    plan: &Plan<'_>,
    work: &FoldWork<'_>,
    with_map: bool,
    kept: Option<&WorkFolder>,
) -> Result<OutOfFold, Failure> {
    let mut folds = Folds::default();
    let ask = |fold: Fold<'_>| -> Result<Vec<Answers>, Cause> {
        let name = format!("fold {} of {}", folds.sizes.len() + 1, plan.asked.len());
        work.held_out.progress.within(&name);
        let (train, test) = (plan.at(fold.train), plan.at(fold.test));
        let FoldAnswers {
            calls,
            sizes,
            unfitted,
            moved,
            map,
        } = work_folder::part(kept, &format!("fold-{}", fold.number), |folder| {
            work.run((&train, &test), with_map && folds.moved == 0, folder)
        })?;
        let is_better = folds.map.is_none() || (moved && folds.moved == 0);
        folds.map = if is_better { map } else { folds.map.take() };
        folds.moved += usize::from(moved);
        folds.sizes.push(sizes);
        NotCompared::note(&mut folds.not_compared, fold.number, unfitted);
        Ok(calls)
    };
    let answered = cross_validate_some(&plan.folds, &plan.asked, ask)?;
    let (places, answers): (Vec<usize>, Vec<Answers>) = answered.into_iter().unzip();
    let plan = &plan.only(&places);
    Ok(OutOfFold {
        trust: trust(plan, work.held_out.prefixes, &answers),
        methods: methods(
            plan,
            work.held_out.prefixes.len(),
            &answers,
            &folds.not_compared,
        )?,
        retrieval: RetrievalReport::of(
            &answers,
            work.held_out.config.predictor.neighbours.limit,
            work.situation,
        ),
        learning: learning(plan, work, &folds.sizes, &answers)?,
        moved: work.held_out.config.tunes().then_some(folds.moved),
        map: folds.map,
        not_compared: folds.not_compared,
    })
}

/// What folds leave besides their answers.
#[derive(Debug, Default)]
struct Folds {
    sizes: Vec<Vec<usize>>,
    not_compared: Vec<NotCompared>,
    /// Folds whose encoder was moved by fine-tuning.
    moved: usize,
    map: Option<EmbeddingMap>,
}

/// Ours, and every other that speaks of all calls.
fn methods(
    plan: &Plan<'_>,
    prefixes: usize,
    answers: &[Answers],
    not_compared: &[NotCompared],
) -> Result<Vec<Method>, Failure> {
    let ours = by_prefix(&plan.calls, answers, prefixes, |call| {
        Some(call.ours.as_slice())
    })?;
    let mut methods = vec![Method {
        name: METHOD.to_owned(),
        at: one_run(ours),
    }];
    let others = answers.first().into_iter().flat_map(|call| &call.others);
    for (name, _) in others.filter(|(name, _)| !NotCompared::holds(not_compared, name)) {
        let at = by_prefix(&plan.calls, answers, prefixes, |call| {
            let (_, said) = call.others.iter().find(|(other, _)| other == name)?;
            Some(said)
        })?;
        let name = name.clone();
        let at = one_run(at);
        methods.push(Method { name, at });
    }
    Ok(methods)
}

fn one_run(said: Vec<Predictions>) -> Vec<Runs> {
    said.into_iter().map(Runs::from).collect()
}

/// Calibration, sets and doubts at each prefix.
fn trust(plan: &Plan<'_>, prefixes: &[f64], answers: &[Answers]) -> Vec<Trust> {
    let of_prefix = |(place, prefix): (usize, &f64)| {
        let said = |(call, answers): (&&Conversation, &Answers)| {
            let answer = answers.in_full.get(place)?;
            Some(Said {
                group: call.group().to_owned(),
                won: call.outcome()?.is_won(),
                probability: answer.probability,
                sets: answer.sets.clone(),
                doubts: answer.doubts.clone(),
            })
        };
        let said: Vec<Said> = plan.calls.iter().zip(answers).filter_map(said).collect();
        Trust::of(*prefix, &said, &Bootstrap::default())
    };
    prefixes.iter().enumerate().map(of_prefix).collect()
}

/// The learning curve, if smaller shares were learnt from; its last point is our own prediction.
fn learning(
    plan: &Plan<'_>,
    work: &FoldWork<'_>,
    sizes: &[Vec<usize>],
    answers: &[Answers],
) -> Result<Option<LearningReport>, Failure> {
    if work.shares.is_empty() {
        return Ok(None);
    }
    let prefixes = work.held_out.prefixes;
    let prefix = learning::longest(prefixes);
    let place = prefixes
        .iter()
        .position(|share| share.total_cmp(&prefix).is_eq());
    let mut said = by_prefix(&plan.calls, answers, work.shares.len(), |call| {
        Some(call.smaller.as_slice())
    })?;
    said.extend(by_prefix(&plan.calls, answers, 1, |call| {
        call.ours.get(place?..=place?)
    })?);
    let recipe = |config: &TrainingConfig| config.recipe.map(|choice| choice.recipe);
    let smaller = work.shares.iter();
    let smaller = smaller.map(|share| (share.share, recipe(&share.config)));
    let shares: Vec<_> = smaller
        .chain([(1.0, recipe(work.held_out.config))])
        .collect();
    let report = LearningReport::of(&Smaller {
        shares: &shares,
        prefix,
        sizes,
        said: &said,
        folds: &plan.folds,
    })?;
    Ok(Some(report))
}

/// What was said of all calls, one for each place of what `said` gives.
fn by_prefix(
    calls: &[&Conversation],
    answers: &[Answers],
    prefixes: usize,
    said: impl Fn(&Answers) -> Option<&[Probability]>,
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
        let rows = calls.iter().zip(answers).filter_map(row).collect();
        Ok(Predictions::new(rows)?)
    };
    (0..prefixes).map(of_prefix).collect()
}

/// Writes what every method said in the form that `--compare` reads.
pub(super) fn write(
    path: &Path,
    prefixes: &[f64],
    methods: &[Method],
    seed: u64,
) -> Result<(), Failure> {
    let names: Vec<&str> = methods.iter().map(|method| method.name.as_str()).collect();
    let run = |(place, prefix): (usize, &f64)| Run {
        prefix: *prefix,
        seed,
        predictions: methods
            .iter()
            .filter_map(|method| method.at.get(place)?.all().first())
            .collect(),
    };
    let runs: Vec<Run<'_>> = prefixes.iter().enumerate().map(run).collect();
    Ok(write_predictions(path, &names, &runs)?)
}
