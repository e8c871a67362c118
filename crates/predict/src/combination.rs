//! Part logits to the printed parts, their sum, and its interval: [`Combination`].

mod base_rate;
mod shrunk;

use serde::{Deserialize, Serialize};
use upturn_core::{Doubt, OutcomeSet, Part, PartName, Support};

use crate::calibration::{choose, log_loss};
use crate::doubts::{Asked, DoubtRules};
use crate::folds::{count_groups, grouped, shared_weights};
use crate::interval::Scored;
use crate::{
    Blend, Calibration, CalibrationChoice, ConformalBands, PartLogits, PredictError,
    PredictorConfig, VennAbers,
};

pub use base_rate::BaseRate;
use base_rate::Correction;

/// Fewer groups than this are not calibrated once more: a blend of few examples is as well calibrated as a line through what
/// it says of those it had not seen, which is noisier still; see LOG.md of the crate `training`.
const CALIBRATED_GROUPS: usize = 300;

/// How strongly the parts' weights may be drawn to each other, where the settings do not say.
const PENALTIES: [f64; 5] = [1.0, 3.0, 10.0, 30.0, 100.0];

/// What the parts said of an example that they had not seen, nor any of its group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutOfFold {
    /// What they said.
    pub logits: PartLogits,
    /// How it ended.
    pub won: bool,
    /// What was held out together; see [`upturn_core::Conversation::group`].
    pub group: String,
    /// How many turns were known.
    pub turns: usize,
    /// How like the calls that were asked it was, its own group left out; see [`crate::Vote::familiarity`].
    #[serde(default)]
    pub familiarity: Option<f64>,
}

/// Blend, calibration and interval, all fitted to out-of-fold logits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Combination {
    blend: Blend,
    /// Means of the out-of-fold logits: where a part's printed share is 0.
    centre: PartLogits,
    calibration: Calibration,
    /// What is added to the calibrated logit; see [`Combination::fit_part`].
    #[serde(default)]
    shift: f64,
    /// None where nothing was chosen from.
    choice: Option<CalibrationChoice>,
    interval: Option<VennAbers>,
    sets: Option<ConformalBands>,
    doubts: DoubtRules,
}

impl Combination {
    /// Fits the blend to all examples, and calibration and interval to blends that had not seen the example's group:
    /// what a blend says of examples it was fitted to is too sure. The calibration is chosen by what each says of groups
    /// that it was not fitted to; see [`calibration_choice`](Self::calibration_choice). Fewer than 300 groups are left as the
    /// blend has them.
    ///
    /// Of fewer than [`PredictorConfig::interval_groups`] groups the metadata's weight is 0: so few can't tell whether a deal's
    /// trade or source says anything, and what is no more than chance would be blended in.
    ///
    /// With [`PredictorConfig::shrinkage`] nothing of that is fitted, and the answer is the base rate and a share of the
    /// neighbours' vote: `logit = b + s (v - b)`. `v` is the vote's logit, `b` that of `(G q + 1) / (G + 2)` for a share
    /// `q` of won examples in `G` groups (Laplace's rule), and `s` in `0..=1` the most likely share under a normal prior
    /// around 0 of that precision. Then one outcome may be missing, and one group do.
    ///
    /// # Errors
    ///
    /// [`PredictError::TooFew`] with fewer than two groups, and what [`Blend::fit`] and [`Calibration::fit`] give, of which
    /// [`PredictError::OneOutcome`] may mean one part of the examples.
    pub fn fit(examples: &[OutOfFold], config: &PredictorConfig) -> Result<Self, PredictError> {
        Self::corrected(examples, Correction::NONE, config)
    }

    /// The same where the examples are a part of the calls that are known to be won or lost: their base rate, which is a
    /// matter of chance, gives way to that of all. Every logit moves by the difference; intervals weigh won and lost examples
    /// by it.
    ///
    /// # Errors
    ///
    /// As [`fit`](Self::fit).
    pub fn fit_part(
        examples: &[OutOfFold],
        all: BaseRate,
        config: &PredictorConfig,
    ) -> Result<Self, PredictError> {
        Self::corrected(examples, Correction::new(examples, all), config)
    }

    fn corrected(
        examples: &[OutOfFold],
        correction: Correction,
        config: &PredictorConfig,
    ) -> Result<Self, PredictError> {
        config.validate()?;
        if let Some(precision) = config.shrinkage {
            return Self::shrunk(examples, precision, config.interval_groups);
        }
        let groups = count_groups(examples.iter().map(|example| example.group.as_str()));
        if groups < 2 {
            return Err(PredictError::TooFew {
                expected: 2,
                got: groups,
            });
        }
        if groups < config.interval_groups && examples.iter().any(knows_metadata) {
            return Self::corrected(&without_metadata(examples), correction, config);
        }
        let logits: Vec<PartLogits> = examples.iter().map(|example| example.logits).collect();
        let won: Vec<bool> = examples.iter().map(|example| example.won).collect();
        let (penalty, scores) = chosen(examples, groups, config)?;
        let blend = Blend::fit(&logits, &won, penalty)?;
        let (calibration, choice, unseen) = if groups < CALIBRATED_GROUPS {
            (Calibration::identity(), None, scores.clone())
        } else {
            let fold_of = folds(examples, groups, config);
            let chosen = choose(examples, &scores, &group_weights(examples), &fold_of)?;
            (chosen.calibration, Some(chosen.choice), chosen.unseen)
        };
        let calibrated = examples.iter().zip(&scores);
        let calibrated: Vec<f64> = calibrated
            .map(|(example, score)| calibration.logit(*score, example.turns) + correction.shift)
            .collect();
        let unseen: Vec<f64> = unseen
            .iter()
            .map(|logit| logit + correction.shift)
            .collect();
        let bare = Self {
            blend,
            centre: mean(&logits),
            calibration,
            shift: correction.shift,
            choice,
            interval: None,
            sets: None,
            doubts: DoubtRules::default(),
        };
        if groups < config.interval_groups {
            return Ok(bare);
        }
        Ok(Self {
            interval: Some(interval(examples, &calibrated, correction)),
            sets: Some(ConformalBands::fit(examples, &unseen)),
            doubts: bare.doubt_rules(examples),
            ..bare
        })
    }

    /// The parts in the order of [`PartName`], and their sum: the calibrated logit.
    ///
    /// The base rate is the blend where every part says what it says on average; each part then adds its weight times
    /// its distance from there; calibration, which depends on the number of `turns` known, is the rest.
    pub fn combine(&self, logits: PartLogits, turns: usize) -> (Vec<Part>, f64) {
        let share = self.shares(logits);
        let base_rate = self.blend.logit(self.centre);
        let calibrated = self.calibrated(logits, turns);
        let calibration = calibrated - base_rate - share.to_array().iter().sum::<f64>();
        let parts: Vec<Part> = [
            (PartName::BaseRate, base_rate),
            (PartName::Words, share.words),
            (PartName::EncoderHead, share.head),
            (PartName::Neighbours, share.neighbours),
            (PartName::Shape, share.shape),
            (PartName::Metadata, share.metadata),
            (PartName::Calibration, calibration),
        ]
        .into_iter()
        .map(|(name, logit)| Part { name, logit })
        .collect();
        let logit = parts.iter().map(|part| part.logit).sum();
        (parts, logit)
    }

    /// Lower and upper probability; none if too few groups were seen ([`PredictorConfig::interval_groups`]).
    pub fn bounds(&self, logits: PartLogits, turns: usize) -> Option<(f64, f64)> {
        let interval = self.interval.as_ref()?;
        Some(interval.bounds(self.calibrated(logits, turns)))
    }

    /// Which outcomes can't be ruled out, at each of [`crate::COVERAGES`]; none if too few groups were seen
    /// ([`PredictorConfig::interval_groups`]).
    pub fn outcome_sets(&self, logits: PartLogits, turns: usize) -> Vec<OutcomeSet> {
        let logit = self.calibrated(logits, turns);
        self.sets
            .as_ref()
            .map_or_else(Vec::new, |sets| sets.sets(logit, turns))
    }

    /// What speaks against a verdict besides its nearness to the line; nothing if too few groups were seen
    /// ([`PredictorConfig::interval_groups`]).
    ///
    /// `familiarity` is that of the vote ([`crate::Vote`]), none where nobody was asked.
    pub fn doubts(
        &self,
        logits: PartLogits,
        turns: usize,
        familiarity: Option<f64>,
        support: Support,
    ) -> impl Iterator<Item = Doubt> {
        self.doubts.of(Asked {
            turns,
            familiarity,
            shares: self.shares(logits),
            support,
        })
    }

    fn doubt_rules(&self, examples: &[OutOfFold]) -> DoubtRules {
        let shares = examples.iter().map(|example| self.shares(example.logits));
        DoubtRules::fit(
            examples,
            &shares.collect::<Vec<_>>(),
            &group_weights(examples),
        )
    }

    /// What each part adds to the printed logit: its weight times its distance from what it says on average.
    pub(crate) fn shares(&self, logits: PartLogits) -> PartLogits {
        let distance = logits.zip(self.centre, |logit, mean| logit - mean);
        distance.zip(self.blend.weights, |distance, weight| distance * weight)
    }

    fn calibrated(&self, logits: PartLogits, turns: usize) -> f64 {
        self.calibration.logit(self.blend.logit(logits), turns) + self.shift
    }

    /// What the neighbours say on average of calls that they had not seen: their printed share is 0 there.
    pub const fn average_vote(&self) -> f64 {
        self.centre.neighbours
    }

    /// How the parts are weighed.
    pub fn blend(&self) -> &Blend {
        &self.blend
    }

    /// How the blend is calibrated.
    pub const fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// Which calibrations were tried and what each lost; none where nothing was chosen from: of few groups, or with
    /// [`PredictorConfig::shrinkage`].
    pub const fn calibration_choice(&self) -> Option<&CalibrationChoice> {
        self.choice.as_ref()
    }
}

/// Whether the metadata say anything of an example.
fn knows_metadata(example: &OutOfFold) -> bool {
    example.logits.metadata != 0.0
}

/// The same with metadata that say nothing.
fn without_metadata(examples: &[OutOfFold]) -> Vec<OutOfFold> {
    let silent = |example: &OutOfFold| {
        let mut example = example.clone();
        example.logits.metadata = 0.0;
        example
    };
    examples.iter().map(silent).collect()
}

/// The asked penalty, or the best of [`PENALTIES`], with what its blends say of groups they had not seen.
fn chosen(
    examples: &[OutOfFold],
    groups: usize,
    config: &PredictorConfig,
) -> Result<(f64, Vec<f64>), PredictError> {
    if let Some(penalty) = config.blend_penalty {
        return Ok((penalty, unseen(examples, groups, penalty, config)?));
    }
    let mut best: Option<(f64, f64, Vec<f64>)> = None;
    for penalty in PENALTIES {
        let scores = unseen(examples, groups, penalty, config)?;
        let loss = mean_loss(examples, &scores);
        if best.as_ref().is_none_or(|(least, ..)| loss < *least) {
            best = Some((loss, penalty, scores));
        }
    }
    let (_, penalty, scores) = best.unwrap_or_default();
    Ok((penalty, scores))
}

/// Mean negative log-likelihood of logits, in nats.
fn mean_loss(examples: &[OutOfFold], scores: &[f64]) -> f64 {
    let one = |(example, score): (&OutOfFold, &f64)| log_loss(example.won, *score);
    examples.iter().zip(scores).map(one).sum::<f64>() / scores.len().max(1) as f64
}

/// Which part each example is held out with, by its group.
fn folds(examples: &[OutOfFold], groups: usize, config: &PredictorConfig) -> Vec<usize> {
    let named = examples
        .iter()
        .map(|example| (example.group.as_str(), example.won));
    grouped(named, config.calibration_folds.min(groups), config.seed)
}

/// Each example's logit from a blend fitted without its part of the groups.
fn unseen(
    examples: &[OutOfFold],
    groups: usize,
    penalty: f64,
    config: &PredictorConfig,
) -> Result<Vec<f64>, PredictError> {
    let fold_of = folds(examples, groups, config);
    let blends = (0..config.calibration_folds.min(groups))
        .map(|fold| {
            let others = examples.iter().zip(&fold_of);
            let others = others.filter(|&(_, of)| *of != fold);
            let (logits, won): (Vec<_>, Vec<_>) = others
                .map(|(example, _)| (example.logits, example.won))
                .unzip();
            Blend::fit(&logits, &won, penalty)
        })
        .collect::<Result<Vec<Blend>, PredictError>>()?;
    Ok(examples
        .iter()
        .zip(fold_of)
        .filter_map(|(example, fold)| Some(blends.get(fold)?.logit(example.logits)))
        .collect())
}

fn interval(examples: &[OutOfFold], scores: &[f64], correction: Correction) -> VennAbers {
    let weights = group_weights(examples).into_iter().zip(examples);
    let weights = weights.map(|(weight, example)| weight * correction.weight(example.won));
    VennAbers::fit(scored(examples, scores, weights.collect()))
}

/// One weight for each group, shared by its examples.
fn group_weights(examples: &[OutOfFold]) -> Vec<f64> {
    shared_weights(examples.iter().map(|example| example.group.as_str()))
}

fn scored(
    examples: &[OutOfFold],
    scores: &[f64],
    weights: Vec<f64>,
) -> impl Iterator<Item = Scored> {
    let rows = examples.iter().zip(scores).zip(weights);
    rows.map(|((example, &score), weight)| Scored {
        score,
        won: example.won,
        weight,
    })
}

fn mean(logits: &[PartLogits]) -> PartLogits {
    let sum = logits.iter().fold(PartLogits::default(), |sum, row| {
        sum.zip(*row, |a, b| a + b)
    });
    let n = logits.len().max(1) as f64;
    PartLogits::from_array(sum.to_array().map(|sum| sum / n))
}

#[cfg(test)]
mod tests;
