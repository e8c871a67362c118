//! What every model is measured against: [`Baseline`] and [`baselines`].
//!
//! Four methods that a user would otherwise try in an afternoon, and a logistic regression over three of them. Each is
//! fitted anew for the share of the turns that is asked about, which a live call does not know, and scaled by Platt's
//! method on scores that inner folds gave to calls they had not seen.

mod scores;

use std::collections::BTreeMap;
use std::fmt;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use upturn_core::{Conversation, MomentEncoder, Prefix, Probability};
use upturn_datasets::grouped_folds;
use upturn_predict::{LinearModel, Platt};

use crate::TrainingError;
use scores::{KINDS, Told, scores};

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

/// What each baseline, fitted to `train`, says of `test` where `fraction` of the turns is known; one probability a call.
///
/// Laws: the outcomes of `test` change nothing; equal calls and seeds give equal bits. Calls of `train` without an
/// outcome are left out.
///
/// # Errors
///
/// [`TrainingError::Predict`] where the training calls came out alike, or the encoder's own errors.
pub fn baselines(
    train: &[&Conversation],
    test: &[&Conversation],
    fraction: f64,
    encoder: &dyn MomentEncoder,
    seed: u64,
) -> Result<BTreeMap<Baseline, Vec<Probability>>, TrainingError> {
    let train: Vec<&Conversation> = labelled(train);
    let known = told(&train, fraction, encoder)?;
    let asked = told(test, fraction, encoder)?;
    let unseen = out_of_fold(&train, &known, seed)?;
    let known: Vec<&Told<'_>> = known.iter().collect();
    let answers = scores(&known, &asked.iter().collect::<Vec<_>>())?;
    let won: Vec<bool> = known.iter().map(|told| told.won).collect();
    let mut said = BTreeMap::from([(Baseline::BaseRate, base_rate(&won, test.len()))]);
    let named = [
        Baseline::Length,
        Baseline::BagOfWords,
        Baseline::GenericEmbeddings,
    ];
    for (place, baseline) in named.into_iter().enumerate() {
        let platt = Platt::fit(&column(&unseen, place), &won)?;
        let scaled = column(&answers, place).into_iter();
        let scaled = scaled.map(|score| Probability::from_logit(platt.logit(score)));
        said.insert(baseline, scaled.collect());
    }
    let rows = |scores: &[[f64; KINDS]]| scores.iter().map(|row| row.to_vec()).collect::<Vec<_>>();
    let stack = LinearModel::fit(&rows(&unseen), &won, 1.0)?;
    let stacked = rows(&answers)
        .iter()
        .map(|row| Ok(Probability::from_logit(stack.logit(row)?)))
        .collect::<Result<_, TrainingError>>()?;
    said.insert(Baseline::Stack, stacked);
    Ok(said)
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
fn out_of_fold(
    calls: &[&Conversation],
    told: &[Told<'_>],
    seed: u64,
) -> Result<Vec<[f64; KINDS]>, TrainingError> {
    let folds = grouped_folds(calls, INNER_FOLDS, seed);
    let of_fold = |fold: usize| -> Result<Vec<(usize, [f64; KINDS])>, TrainingError> {
        let places = |inside: bool| -> Vec<usize> {
            let all = folds.iter().enumerate();
            let wanted = all.filter(|(_, of)| (**of == fold) == inside);
            wanted.map(|(place, _)| place).collect()
        };
        let at = |places: &[usize]| -> Vec<&Told<'_>> {
            places.iter().filter_map(|place| told.get(*place)).collect()
        };
        let (held, others) = (places(true), places(false));
        let said = scores(&at(&others), &at(&held))?;
        Ok(held.into_iter().zip(said).collect())
    };
    let all: Vec<Vec<(usize, [f64; KINDS])>> = (0..INNER_FOLDS)
        .into_par_iter()
        .map(of_fold)
        .collect::<Result<_, _>>()?;
    let mut placed: Vec<(usize, [f64; KINDS])> = all.into_iter().flatten().collect();
    placed.sort_by_key(|(place, _)| *place);
    Ok(placed.into_iter().map(|(_, scores)| scores).collect())
}

fn column(rows: &[[f64; KINDS]], place: usize) -> Vec<f64> {
    rows.iter()
        .filter_map(|row| row.get(place).copied())
        .collect()
}

/// The share of won calls, for everybody.
fn base_rate(won: &[bool], calls: usize) -> Vec<Probability> {
    let share = won.iter().filter(|won| **won).count() as f64 / won.len().max(1) as f64;
    let share = Probability::new(share).unwrap_or(Probability::from_logit(0.0));
    vec![share; calls]
}

#[cfg(test)]
mod tests;
