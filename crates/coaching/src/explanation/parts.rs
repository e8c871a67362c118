//! What an explanation is made from: [`ExplanationParts`].

use upturn_core::{Doubt, Prediction, Prefix};
use upturn_predict::{Offer, TermLogit};

use super::NeighbourShares;
use crate::{ComparableCalls, Judgement, Measures, RuleLift, Standing, Trajectory, WhatMovedIt};

/// Everything that was computed of one call. What was not computed is left empty; a caveat says so.
#[derive(Debug)]
pub struct ExplanationParts<'a> {
    /// What is known of the call.
    pub prefix: Prefix<'a>,
    /// What is predicted of it.
    pub prediction: Prediction,
    /// How the prediction came about, turn by turn.
    pub trajectory: Trajectory,
    /// What moved it.
    pub moved: WhatMovedIt,
    /// What each term adds to the part of the words, in the scale of that part.
    pub words: &'a [TermLogit],
    /// What each neighbour adds to their part, in the scale of that part.
    pub neighbour_shares: NeighbourShares,
    /// The offers that the part of the shape looked at.
    pub offers: &'a [Offer],
    /// Calls like it.
    pub comparables: ComparableCalls,
    /// What was measured in it.
    pub measures: &'a Measures,
    /// Where its measures stand among won and lost calls; those that there are enough calls for.
    pub standings: Vec<Standing>,
    /// What the rules say.
    pub judgement: Judgement,
    /// What the rules are worth on labelled calls; empty if none were given.
    pub lifts: &'a [RuleLift],
}

impl ExplanationParts<'_> {
    /// Whether nothing that is known is like the call.
    pub(super) fn is_unlike_all(&self) -> bool {
        let unlike = |doubt: &Doubt| matches!(doubt, Doubt::NothingLikeIt { .. });
        self.prediction.doubts.iter().any(unlike)
    }
}
