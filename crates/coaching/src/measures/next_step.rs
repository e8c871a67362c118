//! Whether the buyer agrees to something that moves the deal: [`NextStep`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_acts::{Agreement, CallActs};
use upturn_core::TurnRange;

use crate::text::Said;

/// Steps that are proposed, and those the other side agrees to.
///
/// An *advance* (Rackham 1988, "SPIN Selling", chapter 2) is an act that moves a sale toward the decision and that the
/// buyer has agreed to; everything else that ends a call pleasantly is a *continuation*, and no next step.
///
/// - **Unit, range.** Turns.
/// - **`None`** (of the whole). The call is in another language than English.
/// - **What counts.** A proposal is a phrase that asks for such an act, by either side. It is agreed to when the other
///   side, in what it says next, accepts before it refuses anything. What the buyer commits to unasked counts as well.
/// - **Source.** The lists are ours, chosen on the half of the labelled dialogues that no figure is reported of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NextStep {
    /// Turns that propose a step, rising.
    pub proposals: Vec<TurnRange>,
    /// What was agreed, by the turn of the agreement, rising.
    pub agreements: Vec<Agreed>,
}

/// One agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Agreed {
    /// What is agreed to; `None` if the buyer commits unasked.
    pub proposal: Option<TurnRange>,
    /// Where it is agreed.
    pub turns: TurnRange,
}

impl NextStep {
    pub(crate) fn of(said: &[Said<'_>]) -> Self {
        let acts = said.iter().map(Said::acts);
        let found = CallActs::of(acts.collect::<Vec<_>>().iter());
        let range = |place: usize| said.get(place).map(Said::range);
        let agreed = |agreed: &Agreement| {
            Some(Agreed {
                proposal: agreed.proposal.and_then(range),
                turns: range(agreed.turn)?,
            })
        };
        Self {
            proposals: found.proposals.iter().copied().filter_map(range).collect(),
            agreements: found.agreements.iter().filter_map(agreed).collect(),
        }
    }
}
