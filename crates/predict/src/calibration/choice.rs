//! Which calibration: [`choose`] by what each says of groups that it was not fitted to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Calibration, CalibrationMethod};
use crate::{OutOfFold, PredictError};

/// With fewer groups isotonic regression is no candidate: below about so many examples it follows their noise (Niculescu-
/// Mizil and Caruana, "Predicting good probabilities with supervised learning", 2005, section 5), and it says the same of
/// every score between two that it has seen, which a score without the neighbours' vote may be.
const ISOTONIC_GROUPS: usize = 1_000;

/// What a candidate lost on groups that it was not fitted to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CandidateLoss {
    /// Which.
    pub method: CalibrationMethod,
    /// Mean over groups of their examples' mean log-loss, in nats.
    pub loss: f64,
    /// That of the usual method less this one's: above 0 this one is better.
    pub gain: f64,
    /// Standard error of the gain over groups: the deviation of the groups' differences over `√groups`.
    pub standard_error: f64,
}

/// Which calibration was chosen, and from which.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CalibrationChoice {
    /// The one that is used.
    pub chosen: CalibrationMethod,
    /// Those that could be fitted, in the order of [`CalibrationMethod::ALL`].
    pub candidates: Vec<CandidateLoss>,
}

/// A calibration with how it was chosen.
#[derive(Debug)]
pub(crate) struct Chosen {
    pub(crate) calibration: Calibration,
    pub(crate) choice: CalibrationChoice,
    /// Each example's logit from a calibration of that method fitted without its part of the groups.
    pub(crate) unseen: Vec<f64>,
}

/// Chooses by cross-validation over `fold_of`, which keeps groups together, and fits the chosen method to all.
///
/// The usual method, [`CalibrationMethod::PlattByTurns`], stays unless another's gain is above its standard error: the
/// least of five noisy losses is least by luck as well as by merit (the rule of one standard error of Breiman et al.,
/// "Classification and regression trees", 1984, section 3.4.3, on paired differences), and only the usual one knows that
/// a call of three turns tells less than one of thirty. Of those that clear it the one of the least loss is taken. A method
/// that can't be fitted to all or without some part is no candidate, nor is isotonic regression with fewer than 1,000 groups.
///
/// The scores are a blend's that had not seen the example, but for other parts it had, so the losses are a little too
/// small, for all candidates alike.
///
/// # Errors
///
/// As [`Calibration::fit`] for the usual method.
pub(crate) fn choose(
    examples: &[OutOfFold],
    scores: &[f64],
    weights: &[f64],
    fold_of: &[usize],
) -> Result<Chosen, PredictError> {
    let rows = Rows {
        examples,
        scores,
        fold_of,
    };
    let [usual, others @ ..] = CalibrationMethod::ALL;
    let mut unseen = rows.unseen(usual)?;
    let by_group = |said: &[f64]| group_losses(examples, weights, said);
    let usual_losses = by_group(&unseen);
    let mut candidates = vec![CandidateLoss {
        method: usual,
        loss: mean(&usual_losses),
        gain: 0.0,
        standard_error: 0.0,
    }];
    let mut best = (rows.fit(usual, None)?, mean(&usual_losses));
    let few = usual_losses.len() < ISOTONIC_GROUPS;
    for method in others {
        if few && method == CalibrationMethod::Isotonic {
            continue;
        }
        let (Ok(said), Ok(fitted)) = (rows.unseen(method), rows.fit(method, None)) else {
            continue;
        };
        let losses = by_group(&said);
        let candidate = compared(method, &usual_losses, &losses);
        candidates.push(candidate);
        if candidate.gain > candidate.standard_error && candidate.loss < best.1 {
            best = (fitted, candidate.loss);
            unseen = said;
        }
    }
    let (calibration, _) = best;
    Ok(Chosen {
        choice: CalibrationChoice {
            chosen: calibration.method(),
            candidates,
        },
        calibration,
        unseen,
    })
}

/// What is learnt from.
struct Rows<'a> {
    examples: &'a [OutOfFold],
    scores: &'a [f64],
    fold_of: &'a [usize],
}

impl Rows<'_> {
    /// Fitted to all examples but those of a part.
    fn fit(
        &self,
        method: CalibrationMethod,
        without: Option<usize>,
    ) -> Result<Calibration, PredictError> {
        let rows = self.examples.iter().zip(self.scores).zip(self.fold_of);
        let kept = rows.filter(|(_, fold)| Some(**fold) != without);
        let ((scores, turns), won): ((Vec<f64>, Vec<usize>), Vec<bool>) = kept
            .map(|((example, score), _)| ((*score, example.turns), example.won))
            .unzip();
        Calibration::fit(method, &scores, &turns, &won)
    }

    /// What fits say of the parts that they had not seen.
    fn unseen(&self, method: CalibrationMethod) -> Result<Vec<f64>, PredictError> {
        let parts = self.fold_of.iter().max().map_or(0, |last| last + 1);
        let fits = (0..parts)
            .map(|part| self.fit(method, Some(part)))
            .collect::<Result<Vec<Calibration>, PredictError>>()?;
        let rows = self.examples.iter().zip(self.scores).zip(self.fold_of);
        Ok(rows
            .filter_map(|((example, score), fold)| {
                Some(fits.get(*fold)?.logit(*score, example.turns))
            })
            .collect())
    }
}

/// Negative log-likelihood of one logit, in nats.
pub(crate) fn log_loss(won: bool, logit: f64) -> f64 {
    let against = if won { -logit } else { logit };
    against.max(0.0) + (-against.abs()).exp().ln_1p()
}

/// The mean loss of each group, in order of their names.
fn group_losses(examples: &[OutOfFold], weights: &[f64], said: &[f64]) -> Vec<f64> {
    let mut groups: BTreeMap<&str, f64> = BTreeMap::new();
    for ((example, weight), logit) in examples.iter().zip(weights).zip(said) {
        *groups.entry(&example.group).or_default() += weight * log_loss(example.won, *logit);
    }
    groups.into_values().collect()
}

fn compared(method: CalibrationMethod, usual: &[f64], losses: &[f64]) -> CandidateLoss {
    let gains: Vec<f64> = usual.iter().zip(losses).map(|(a, b)| a - b).collect();
    let gain = mean(&gains);
    let squares: f64 = gains.iter().map(|one| (one - gain).powi(2)).sum();
    let groups = gains.len() as f64;
    CandidateLoss {
        method,
        loss: mean(losses),
        gain,
        standard_error: (squares / (groups - 1.0).max(1.0) / groups.max(1.0)).sqrt(),
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

#[cfg(test)]
mod tests;
