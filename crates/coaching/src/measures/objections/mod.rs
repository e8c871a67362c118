//! What the buyer holds against the deal, and whether the seller answers: [`Objection`].

mod detector;
mod prototypes;
mod words;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use upturn_core::{Speaker, Turn, TurnRange};

pub use detector::ObjectionDetector;
pub use prototypes::PrototypeObjections;
pub use upturn_acts::ObjectionKind;
pub use words::WordObjections;

use super::questions::kind_of;
use super::runs::{Run, runs};
use crate::text::Said;

/// Fewest words of an answer that asks nothing.
const ANSWER_WORDS: usize = 5;

/// Whether the seller answers.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// What the seller says next asks something or has at least five words.
    Given,
    /// It doesn't, or the call has ended before.
    Missing,
    /// The call goes on and the seller has not had the word, or still has it.
    Open,
}

/// An objection of the buyer.
///
/// - **Unit.** One kind in one turn.
/// - **`None`** (of the whole list). The detector does not read the call's language.
/// - **Mind.** That an answer is given does not say that it is a good one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Objection {
    /// What it is about.
    pub kind: ObjectionKind,
    /// Where it is raised.
    pub turns: TurnRange,
    /// Whether the seller answers.
    pub answer: Answer,
    /// What the seller says next; `None` if nothing.
    pub answer_turns: Option<TurnRange>,
}

/// Objections by turn, rising.
pub(crate) fn raised(
    detector: &dyn ObjectionDetector,
    said: &[Said<'_>],
    finished: bool,
) -> Vec<Objection> {
    let buyer: Vec<_> = said
        .iter()
        .filter(|said| said.is_by(Speaker::Buyer) && said.words > 0)
        .collect();
    let turns: Vec<&Turn> = buyer.iter().map(|said| said.turn).collect();
    let runs = runs(said);
    let found = buyer.iter().zip(detector.objections(&turns));
    found
        .flat_map(|(said, mut kinds)| {
            kinds.sort_unstable();
            kinds.dedup();
            let (answer, answer_turns) = answer(&runs, said, finished);
            kinds.into_iter().map(move |kind| Objection {
                kind,
                turns: said.range(),
                answer,
                answer_turns,
            })
        })
        .collect()
}

fn answer(
    runs: &[Run<'_, '_>],
    objection: &Said<'_>,
    finished: bool,
) -> (Answer, Option<TurnRange>) {
    let later = runs.partition_point(|run| run.range().start <= objection.at);
    let mut later = runs.iter().skip(later);
    let unsettled = if finished {
        Answer::Missing
    } else {
        Answer::Open
    };
    let Some(run) = later.find(|run| run.speaker == Speaker::Seller) else {
        return (unsettled, None);
    };
    let is_last = runs.last().is_some_and(|last| last.range() == run.range());
    let words: usize = run.said.iter().map(|said| said.words).sum();
    let sentences = || run.said.iter().flat_map(|said| &said.sentences);
    let answer = if words >= ANSWER_WORDS || sentences().any(|it| kind_of(it).is_some()) {
        Answer::Given
    } else if is_last {
        unsettled
    } else {
        Answer::Missing
    };
    (answer, Some(run.range()))
}
