//! What every model is measured against: [`Baseline`] and [`baselines`].
//!
//! Four methods that a user would otherwise try in an afternoon, and a logistic regression over three of them. Each is
//! fitted anew for the share of the turns that is asked about, which a live call does not know, and scaled by Platt's
//! method on scores that inner folds gave to calls they had not seen. They are fitted to as few calls as there are; what can't
//! be, such as a regression where an inner fold leaves won calls only, is told in its place ([`BaselineAnswers`]).

mod scores;

use std::collections::BTreeMap;
use std::fmt;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use upturn_core::{Conversation, Diagnostic, ErrorKind, MomentEncoder, Prefix, Probability};
use upturn_datasets::grouped_folds;
use upturn_predict::{LinearModel, Platt, PredictError};

use crate::TrainingError;
use scores::{Kind, Told};

/// Parts of the training calls that calibrate each other.
const INNER_FOLDS: usize = 5;

/// A method to be better than.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Baseline {
    /// The share of won calls in training.
    BaseRate,
    /// A logistic regression over the [`Shape`](upturn_predict::Shape).
    Length,
    /// The [`Lexicon`](upturn_predict::Lexicon) alone.
    BagOfWords,
    /// A logistic regression over the even averages of both speakers' turns, as the pre-trained encoder reads them.
    GenericEmbeddings,
    /// A logistic regression over length, words and embeddings.
    Stack,
}

impl Baseline {
    /// All of them, the weakest first.
    pub const ALL: [Self; 5] = [
        Self::BaseRate,
        Self::Length,
        Self::BagOfWords,
        Self::GenericEmbeddings,
        Self::Stack,
    ];

    /// The word used in files, the same as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BaseRate => "base_rate",
            Self::Length => "length",
            Self::BagOfWords => "bag_of_words",
            Self::GenericEmbeddings => "generic_embeddings",
            Self::Stack => "stack",
        }
    }
}

impl fmt::Display for Baseline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What baselines say, and which of them say nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BaselineAnswers {
    /// One probability for each call that was asked about.
    pub said: BTreeMap<Baseline, Vec<Probability>>,
    /// Those that can't be fitted to the training calls, and why.
    pub unfitted: BTreeMap<Baseline, PredictError>,
}

/// What each baseline, fitted to `train`, says of `test` where `fraction` of the turns is known.
///
/// Laws: the outcomes of `test` change nothing; equal calls and seeds give equal bits; every baseline either says something
/// of every call or is unfitted; the base rate is never unfitted, the stack wherever one of its three parts is. Calls of
/// `train` without an outcome are left out.
///
/// # Errors
///
/// The encoder's own, and [`TrainingError::Predict`] if there is no room for a fit's rows.
pub fn baselines(
    train: &[&Conversation],
    test: &[&Conversation],
    fraction: f64,
    encoder: &dyn MomentEncoder,
    seed: u64,
) -> Result<BaselineAnswers, TrainingError> {
    let train: Vec<&Conversation> = labelled(train);
    let known = told(&train, fraction, encoder)?;
    let asked = told(test, fraction, encoder)?;
    let won: Vec<bool> = known.iter().map(|told| told.won).collect();
    let folds = grouped_folds(&train, INNER_FOLDS, seed);
    let mut answers = BaselineAnswers::default();
    answers.keep(Baseline::BaseRate, Ok(base_rate(&won, test.len())))?;
    let mut columns = Vec::with_capacity(Kind::ALL.len());
    for kind in Kind::ALL {
        let column = Column::of(kind, &folds, &known, &asked);
        let said = column.as_ref().map_err(Clone::clone);
        let said = said.and_then(|column| column.scaled(&won));
        answers.keep(kind.baseline(), said)?;
        columns.push(column);
    }
    let columns = columns.into_iter().collect::<Result<Vec<_>, _>>();
    let stacked = columns.and_then(|columns| stack(&columns, &won, test.len()));
    answers.keep(Baseline::Stack, stacked)?;
    Ok(answers)
}

impl BaselineAnswers {
    /// Keeps what a baseline says, or why it says nothing; a want of room is no fault of the calls.
    fn keep(
        &mut self,
        baseline: Baseline,
        said: Result<Vec<Probability>, PredictError>,
    ) -> Result<(), TrainingError> {
        match said {
            Ok(said) => {
                self.said.insert(baseline, said);
            }
            Err(error) if error.kind() == ErrorKind::Unavailable => return Err(error.into()),
            Err(error) => {
                self.unfitted.insert(baseline, error);
            }
        }
        Ok(())
    }
}

/// The scores of one kind.
struct Column {
    /// Of each training call, by a fit to other inner folds.
    unseen: Vec<f64>,
    /// Of each call asked about.
    asked: Vec<f64>,
}

impl Column {
    fn of(
        kind: Kind,
        folds: &[usize],
        known: &[Told<'_>],
        asked: &[Told<'_>],
    ) -> Result<Self, PredictError> {
        let all: Vec<&Told<'_>> = known.iter().collect();
        Ok(Self {
            unseen: out_of_fold(kind, folds, known)?,
            asked: kind.scores(&all, &asked.iter().collect::<Vec<_>>())?,
        })
    }

    /// By Platt's method.
    fn scaled(&self, won: &[bool]) -> Result<Vec<Probability>, PredictError> {
        let platt = Platt::fit(&self.unseen, won)?;
        let scaled = |score: &f64| Probability::from_logit(platt.logit(*score));
        Ok(self.asked.iter().map(scaled).collect())
    }
}

/// A logistic regression over columns.
fn stack(columns: &[Column], won: &[bool], asked: usize) -> Result<Vec<Probability>, PredictError> {
    let rows = |rows: usize, of: fn(&Column) -> &Vec<f64>| -> Vec<Vec<f64>> {
        let row = |place: usize| {
            let cells = columns.iter().map(of);
            cells
                .filter_map(|cells| cells.get(place).copied())
                .collect()
        };
        (0..rows).map(row).collect()
    };
    let stack = LinearModel::fit(&rows(won.len(), |column| &column.unseen), won, 1.0)?;
    let asked = rows(asked, |column| &column.asked);
    let said = asked
        .iter()
        .map(|row| Ok(Probability::from_logit(stack.logit(row)?)));
    said.collect()
}

fn labelled<'a>(calls: &[&'a Conversation]) -> Vec<&'a Conversation> {
    let known = calls.iter().filter(|call| call.outcome().is_some());
    known.copied().collect()
}

fn told<'a>(
    calls: &[&'a Conversation],
    fraction: f64,
    encoder: &dyn MomentEncoder,
) -> Result<Vec<Told<'a>>, TrainingError> {
    let cut = |call: &&'a Conversation| Prefix::fraction(call, fraction);
    let prefixes: Vec<Prefix<'a>> = calls.iter().map(cut).collect();
    let moments = encoder.encode(&prefixes)?;
    let pairs = prefixes.into_iter().zip(&moments);
    Ok(pairs
        .map(|(prefix, moments)| Told::new(prefix, moments))
        .collect())
}

/// The scores of each training call from the others' inner folds.
fn out_of_fold(kind: Kind, folds: &[usize], told: &[Told<'_>]) -> Result<Vec<f64>, PredictError> {
    let of_fold = |fold: usize| -> Result<Vec<(usize, f64)>, PredictError> {
        let places = |inside: bool| -> Vec<usize> {
            let all = folds.iter().enumerate();
            let wanted = all.filter(|(_, of)| (**of == fold) == inside);
            wanted.map(|(place, _)| place).collect()
        };
        let at = |places: &[usize]| -> Vec<&Told<'_>> {
            places.iter().filter_map(|place| told.get(*place)).collect()
        };
        let (held, others) = (places(true), places(false));
        if held.is_empty() {
            return Ok(Vec::new());
        }
        let said = kind.scores(&at(&others), &at(&held))?;
        Ok(held.into_iter().zip(said).collect())
    };
    let all: Vec<Vec<(usize, f64)>> = (0..INNER_FOLDS)
        .into_par_iter()
        .map(of_fold)
        .collect::<Result<_, _>>()?;
    let mut placed: Vec<(usize, f64)> = all.into_iter().flatten().collect();
    placed.sort_by_key(|(place, _)| *place);
    Ok(placed.into_iter().map(|(_, score)| score).collect())
}

/// The share of won calls, for everybody.
fn base_rate(won: &[bool], calls: usize) -> Vec<Probability> {
    let share = won.iter().filter(|won| **won).count() as f64 / won.len().max(1) as f64;
    let share = Probability::new(share).unwrap_or(Probability::from_logit(0.0));
    vec![share; calls]
}

#[cfg(test)]
mod tests;
