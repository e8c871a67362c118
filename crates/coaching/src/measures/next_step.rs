//! Whether the buyer agrees to something that moves the deal: [`NextStep`].

mod phrases;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{Speaker, TurnRange};

use super::place::turns_with;
use super::runs::{Run, runs};
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
        let both = said.iter().filter(|said| said.counts());
        let proposals = turns_with(both, |it| phrases::proposes(&it.words));
        let runs = runs(said);
        let answers = runs.windows(2).filter_map(|pair| match pair {
            [asks, answers] => answer(asks, answers),
            _ => None,
        });
        let unasked = runs
            .iter()
            .filter(|run| run.speaker == Speaker::Buyer)
            .flat_map(commitments);
        let mut agreements: Vec<_> = answers.chain(unasked).collect();
        agreements.sort_by_key(|agreed| (agreed.turns, agreed.proposal.is_none()));
        agreements.dedup_by_key(|agreed| agreed.turns);
        Self {
            proposals,
            agreements,
        }
    }
}

/// The agreement of one run with the last proposal of the run before it.
fn answer(asks: &Run<'_, '_>, answers: &Run<'_, '_>) -> Option<Agreed> {
    let proposes = |said: &&&Said<'_>| said.sentences.iter().any(|it| phrases::proposes(&it.words));
    let proposal = asks.said.iter().rev().find(proposes)?.range();
    let clear = |said: &&&Said<'_>| !refuses(said);
    let accepts = |said: &&&Said<'_>| said.sentences.iter().any(|it| phrases::accepts(&it.words));
    let agreement = answers.said.iter().take_while(clear).find(accepts)?;
    Some(Agreed {
        proposal: Some(proposal),
        turns: agreement.range(),
    })
}

fn refuses(said: &Said<'_>) -> bool {
    said.sentences.iter().any(|it| phrases::refuses(&it.words))
}

/// Turns of the buyer that commit without being asked.
fn commitments(run: &Run<'_, '_>) -> Vec<Agreed> {
    let commits = |said: &&&Said<'_>| {
        !refuses(said) && said.sentences.iter().any(|it| phrases::commits(&it.words))
    };
    run.said
        .iter()
        .filter(commits)
        .map(|said| Agreed {
            proposal: None,
            turns: said.range(),
        })
        .collect()
}
