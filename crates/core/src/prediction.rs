//! A win probability that can be taken apart: [`Prediction`].

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Evidence, Fingerprint, Outcome, Probability};

/// Where a part of the logit comes from.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PartName {
    /// How often calls are won at all.
    BaseRate,
    /// Which words were said by whom.
    Words,
    /// What the encoder reads in the turns.
    EncoderHead,
    /// How the nearest historical calls ended.
    Neighbours,
    /// How long the call is and who speaks how much, what was agreed, what the buyer holds against it, and what was offered.
    Shape,
    /// What is known of the deal besides what is said.
    Metadata,
    /// What calibration on unseen calls takes back or adds.
    Calibration,
}

impl PartName {
    /// The word used in files and on screens.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BaseRate => "base_rate",
            Self::Words => "words",
            Self::EncoderHead => "encoder_head",
            Self::Neighbours => "neighbours",
            Self::Shape => "shape",
            Self::Metadata => "metadata",
            Self::Calibration => "calibration",
        }
    }
}

/// One signed summand of the logit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    /// Where it comes from.
    pub name: PartName,
    /// Its share; above zero speaks for won.
    pub logit: f64,
}

/// Between which probabilities the truth is expected; `low <= high`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Interval {
    /// Lower end.
    pub low: Probability,
    /// Upper end.
    pub high: Probability,
}

/// What a reader may conclude.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// More likely won than lost.
    Won,
    /// More likely lost than won.
    Lost,
    /// There is a [`Doubt`]: nobody should act on the probability alone.
    Unsure,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Unsure => "unsure",
        })
    }
}

/// Why a verdict is [`Verdict::Unsure`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "doubt", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Doubt {
    /// The probability is within 0.05 of one half, or the interval holds it.
    NearTheLine,
    /// The nearest calls ended either way, and lean to the other side than the other parts do.
    NeighboursDisagree {
        /// Share of the nearest calls that were won.
        won_share: f64,
    },
    /// The index holds nothing like it.
    NothingLikeIt {
        /// Mean over the moments of the cosine to the nearest known moment.
        familiarity: f64,
        /// Known calls are at least so familiar to the others, but for the share of them that one accepts to doubt.
        usual: f64,
    },
}

impl fmt::Display for Doubt {
    /// One clause, without a full stop.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NearTheLine => f.write_str("it is too near to one half to say which way it goes"),
            Self::NeighboursDisagree { won_share } => write!(
                f,
                "the nearest calls, of which {:.0} % were won, lean to the other side than the rest does",
                100.0 * won_share
            ),
            Self::NothingLikeIt { familiarity, usual } => write!(
                f,
                "no known call is much like it: its familiarity is {familiarity:.2}, and of such calls usually at least \
                {usual:.2}"
            ),
        }
    }
}

/// Which outcomes can't be ruled out at a level of coverage: a conformal set.
///
/// Law: of calls like those it was fitted to, the set holds the true outcome with that frequency at least.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutcomeSet {
    /// How often the true outcome is in such a set, from 0 to 1.
    pub coverage: f64,
    /// Whether won can't be ruled out.
    pub won: bool,
    /// Whether lost can't be ruled out.
    pub lost: bool,
}

/// How many comparable calls stand behind a prediction.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Support {
    /// Comparable calls that voted.
    pub calls: usize,
    /// How many of them were won.
    pub won: usize,
    /// Cosine to the nearest; none without a neighbour.
    pub nearest: Option<f32>,
}

impl Support {
    /// Counts the evidence.
    pub fn of(evidence: &[Evidence]) -> Self {
        Self {
            calls: evidence.len(),
            won: evidence
                .iter()
                .filter(|near| near.outcome == Outcome::Won)
                .count(),
            nearest: evidence.iter().map(|near| near.score).reduce(f32::max),
        }
    }
}

/// The answer for one prefix.
///
/// Law: the parts sum to the logit (within 1e-6), and the probability is the logistic function of the logit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Prediction {
    /// The calibrated chance that this call is won.
    pub probability: Probability,
    /// Where the truth is expected; none where too little was seen to say.
    pub interval: Option<Interval>,
    /// The sum of the parts.
    pub logit: f64,
    /// The summands, in a fixed order.
    pub parts: Vec<Part>,
    /// What to conclude.
    pub verdict: Verdict,
    /// Why it is unsure; empty if and only if it is not.
    #[serde(default)]
    pub doubts: Vec<Doubt>,
    /// Conformal sets, by rising coverage; empty where too few calls were seen to say.
    #[serde(default)]
    pub outcome_sets: Vec<OutcomeSet>,
    /// How many comparable calls voted.
    pub support: Support,
    /// Those calls, nearest first.
    #[serde(rename = "neighbours")]
    pub evidence: Vec<Evidence>,
    /// The model that answered.
    #[serde(rename = "model_fingerprint")]
    pub fingerprint: Fingerprint,
}

impl Prediction {
    /// The share of one part; zero where it does not occur.
    pub fn part(&self, name: PartName) -> f64 {
        self.parts
            .iter()
            .filter(|part| part.name == name)
            .map(|part| part.logit)
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubt_is_said_in_one_clause() {
        let said = [
            (
                Doubt::NearTheLine,
                "it is too near to one half to say which way it goes",
            ),
            (
                Doubt::NeighboursDisagree { won_share: 0.25 },
                "the nearest calls, of which 25 % were won, lean to the other side than the rest does",
            ),
            (
                Doubt::NothingLikeIt {
                    familiarity: 0.214,
                    usual: 0.508,
                },
                "no known call is much like it: its familiarity is 0.21, and of such calls usually at least 0.51",
            ),
        ];
        for (doubt, clause) in said {
            assert_eq!(doubt.to_string(), clause);
        }
    }
}
