//! What speaks against a verdict besides its nearness to the line: [`DoubtRules`].

mod familiarity;
mod unusual;

use serde::{Deserialize, Serialize};
use upturn_core::{Doubt, Support};

use crate::{OutOfFold, PartLogits};
use familiarity::Familiarity;
use unusual::usual_up_to;

/// Share of calls like those learnt from that may be said to be like nothing known. Such sayings are also meant for calls
/// of another kind, of which there may be many more.
const UNFAMILIAR: f64 = 0.05;

/// Share of calls like those learnt from whose neighbours may be said to disagree.
const DISAGREEING: f64 = 0.1;

/// A clash of fewer logits than this is none: the distance from one half to 0.55, within which nothing is a verdict.
const CLASH: f64 = 0.2;

/// Rules of doubt that were fitted to out-of-fold rows; of each at most a stated share of calls like those is doubted.
///
/// - *Nothing like it*: the mean over a prefix's moments of the cosine to the nearest known moment is lower than that of
///   all but 5 % of the calls that were asked of an index without them (their leave-one-out distribution), among calls
///   of about as many turns: the mean over three moments spreads more than that over thirty.
/// - *Neighbours disagree*: the printed part of the neighbours and the sum of the other parts have opposite signs, and
///   the smaller of the two, the clash, is larger than of all but 10 % of those calls, and than 0.2 logits.
///
/// Whether disagreement foretells a mistake depends on the data. Where generic embeddings stood for the neighbours of a bag
/// of words (example `held_out`, seed 0, whole calls, 2026-11-26), it was said of 5.6 % of the dialogues of Persuasion for
/// Good held out, of which the likelier outcome came true in 49 % and in 65 % of the others, but of 9.3 % of those of
/// Craigslist Bargain with 88 % against 84 %.
///
/// Laws: of calls that are exchangeable with those fitted to, each rule doubts at most its share; a call that is more
/// familiar, or clashes less, is never doubted where another of as many turns is not.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DoubtRules {
    familiarity: Option<Familiarity>,
    /// Larger clashes are doubted.
    clash: Option<f64>,
}

/// What the rules look at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// How many turns were known.
    pub(crate) turns: usize,
    /// See [`crate::Vote::familiarity`].
    pub(crate) familiarity: Option<f64>,
    /// The printed parts.
    pub(crate) shares: PartLogits,
    /// Who voted.
    pub(crate) support: Support,
}

impl DoubtRules {
    /// Fits both rules; `shares` are the printed parts of each example, and `weights` are one for each group, shared by its
    /// examples.
    pub(crate) fn fit(examples: &[OutOfFold], shares: &[PartLogits], weights: &[f64]) -> Self {
        let clashes = shares.iter().map(|shares| clash(*shares));
        let clashes = clashes.zip(weights.iter().copied()).collect();
        Self {
            familiarity: Familiarity::fit(examples, UNFAMILIAR),
            clash: usual_up_to(clashes, DISAGREEING).map(|usual| usual.max(CLASH)),
        }
    }

    /// What they say of a call.
    pub(crate) fn of(&self, asked: Asked) -> impl Iterator<Item = Doubt> {
        let disagree = self.disagreement(asked.shares, asked.support);
        let unlike = self.unlike(asked.turns, asked.familiarity);
        disagree.into_iter().chain(unlike)
    }

    fn disagreement(&self, shares: PartLogits, support: Support) -> Option<Doubt> {
        let disagrees = support.calls > 0 && clash(shares) > self.clash?;
        disagrees.then(|| Doubt::NeighboursDisagree {
            won_share: support.won as f64 / support.calls as f64,
        })
    }

    fn unlike(&self, turns: usize, familiarity: Option<f64>) -> Option<Doubt> {
        let familiarity = familiarity?;
        let usual = self.familiarity.as_ref()?.usual(turns)?;
        (familiarity < usual).then_some(Doubt::NothingLikeIt { familiarity, usual })
    }
}

/// The smaller of what the neighbours and the other parts say where they contradict each other, else 0; in logits.
fn clash(shares: PartLogits) -> f64 {
    let PartLogits {
        words,
        head,
        neighbours,
        shape,
        metadata,
    } = shares;
    let others = words + head + shape + metadata;
    if others * neighbours < 0.0 {
        others.abs().min(neighbours.abs())
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests;
